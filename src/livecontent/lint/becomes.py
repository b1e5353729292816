"""Texts that are to become a moment, a number or the name of an image: whether they ever do."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from functools import partial
from types import MappingProxyType

from liquid.builtin.content import ContentNode

from livecontent.compose.context import number_from
from livecontent.compose.layer import Wanted
from livecontent.compose.series import series_from
from livecontent.creative.load import PICTURES
from livecontent.errors import did_you_mean
from livecontent.expressions.liquid import TAG, LiquidEnvironment
from livecontent.expressions.template import MissingValueError, Template
from livecontent.expressions.window import read_moment
from livecontent.lint.dry_run import SETTINGS
from livecontent.lint.names import UnknownName
from livecontent.net.guarded import allowed
from livecontent.vocabulary import Vocabulary

_LIKELY: Mapping[Wanted, object] = MappingProxyType(
    {"moment": "2026-12-24T18:00", "number": 1240, "numbers": [1240, 860]}
)
_HELP: Mapping[Wanted, str] = MappingProxyType(
    {
        "moment": "write the fact alone, without a filter",
        "number": "write the fact without number, money or percent",
        "numbers": "name a list of numbers, such as recipient.usage, or write numbers with commas between them",
    }
)

_READ: Mapping[Wanted, Callable[[str], object]] = MappingProxyType(
    {"moment": partial(read_moment, zone=UTC), "number": number_from, "numbers": partial(series_from, most=999)}
)

_FOLDER = "images are files in the creative's own folder"


def never_becomes(text: Template, wanted: Wanted, facts: Mapping[str, object]) -> tuple[str, str] | None:
    """What is wrong, and what to write instead, where a text becomes something else with the most likely facts."""
    words = _filled_up(text, {**SETTINGS, **facts}, _LIKELY[wanted])
    try:
        written = text.fill(words) if words is not None else None
    except MissingValueError:  # told elsewhere, or of a list
        return None
    if written is None:
        return None
    try:
        _READ[wanted](written)
    except MissingValueError as error:
        if text.fixed:
            return str(error), ""
        what = "are not numbers" if wanted == "numbers" else f"is no {wanted}"
        return f"this becomes {written[:40]!r}, which {what}", _HELP[wanted]
    return None


def _filled_up(text: Template, facts: Mapping[str, object], likely: object) -> dict[str, object] | None:
    """The facts, and something likely for each name of which nothing is known; None for items of lists."""
    words = dict(facts)
    for name in text.names:
        if not all(step.isidentifier() for step in name.path):
            return None
        place: dict[str, object] = words
        for step in name.path[:-1]:
            inner = place.get(step, {})
            if not isinstance(inner, Mapping):
                return None
            place[step] = place = dict(inner)
        place.setdefault(name.path[-1], likely)
    return words


def no_picture(
    name: Template, assets: Iterable[str], vocabulary: Vocabulary, hosts: frozenset[str] = frozenset()
) -> UnknownName | None:
    """Whether no file has such a name, whatever the facts in it are, and no host that is allowed."""
    if hosts and name.source.lstrip().startswith("{"):  # all of an address may be a fact
        return None
    known = sorted(assets)
    pattern = _pattern(name, vocabulary)
    if any(re.fullmatch(pattern, file, re.DOTALL) for file in known):
        return None
    shown = TAG.sub("…", name.source)
    ending = re.search(r"\.(svg|avif|tiff?|bmp|heic|psd|ai|eps|pdf|ico|mp4|webm)$", shown, re.IGNORECASE)
    help_ = did_you_mean(shown, known) or _FOLDER
    if re.match(r"\s*(https?:|//|data:)", shown):
        return _no_host(shown, hosts)
    if ending:
        help_ = f"images are {', '.join(kind[1:] for kind in sorted(PICTURES))}: save it as one of these"
        return UnknownName(f"'{shown}' is not one of the kinds of images that can be shown", help_)
    what = "there is no file" if name.fixed else "no file is named like"
    return UnknownName(f"{what} '{shown}'", help_)


def _no_host(shown: str, hosts: frozenset[str]) -> UnknownName | None:
    """Whether an address is of no host that is allowed."""
    host = re.match(r"\s*https?://([^/?#…]+)[/?#]", shown)
    if host and allowed(host[1], hosts):
        return None
    which = f"{host[1]} is none of the hosts" if host and hosts else "no hosts are named"
    help_ = f"add its host there, or save the file and write its name: {_FOLDER}"
    return UnknownName(f"no image comes from '{shown[:60]}': {which} in the setting images.hosts", help_)


def _pattern(name: Template, vocabulary: Vocabulary) -> str:
    """All names that it may become."""
    if not name.names and "{%" not in name.source and "{{" not in name.source:
        return re.escape(name.source.strip())
    nodes = vocabulary.made(LiquidEnvironment).parse_text(name.source).nodes
    return "".join(re.escape(node.text) if isinstance(node, ContentNode) else ".*" for node in nodes)

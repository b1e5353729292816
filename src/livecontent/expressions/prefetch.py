"""What may be said of facts in a picture that is read later than it is fetched: facts in, those that stay true out.

Apple's proxy and scanners fetch minutes to days before the person looks: `client.time` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from types import MappingProxyType

from livecontent.expressions.rule import names_of_source
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.expressions.unknown import AsOf, Redacted
from livecontent.facts import TIME_BOUND, VOCABULARY, Moment, TimeBound

HORIZON = timedelta(days=7)  # content that is good for as long needs no care
AT = ("now", "at")
_CLOCK_ALONE: frozenset[TimeBound] = frozenset({"clock"})
_SHOP = r"(?<![\w.])(?:(?!stores\b)[a-zA-Z_]\w*|stores\s*\[[^\]]*\])"
# Where a rule could look whether a name is there: "open" in item, item.exists(name, ...)
_LOOKED_THROUGH = re.compile(rf"\bin\s*\(*\s*{_SHOP}\s*(?![\w.\[])|{_SHOP}\s*\.\s*(?:exists|exists_one|all)\s*\(")

Withholding = Mapping[str, Mapping[str, object]]  # by root and name


def bound_of(path: tuple[str, ...]) -> TimeBound | None:
    """How time changes a fact, by its path; None where it does not."""
    root, *rest = path
    if root == "stores":
        rest = rest[1:]
    if root in ("stores", "item"):
        root = "store"
    return TIME_BOUND.get(root) or (TIME_BOUND.get(f"{root}.{rest[0]}") if rest else None)


def _withholding(bound: TimeBound) -> Withholding:
    held = {
        root: {name: Redacted(f"{root}.{name}") for name in names if bound_of((root, name)) == bound}
        for root, names in VOCABULARY.items()
    }
    return MappingProxyType({root: names for root, names in held.items() if names})


_CLOCK = _withholding("clock")
_MEASURED = _withholding("measured")


def read_later(moment: Moment) -> bool:
    """Whether the picture may be read later than now; where nobody asks for it, as at publish, it is not."""
    client = moment.value("client")
    return client is not None and client.time != "live"


def lasts(valid_for: timedelta | None) -> bool:
    """Whether the author's word is good until the picture is read."""
    return valid_for is not None and valid_for >= HORIZON


def without_clock(words: Mapping[str, object]) -> dict[str, object]:
    """The words with what the clock changes withheld: for texts, which tell as of when the rest was measured."""
    found = _withhold(words, _CLOCK)
    if isinstance(stores := words.get("stores"), list):
        found["stores"] = [{**store, **_CLOCK["store"]} for store in stores]
    return found


def without_measured(words: Mapping[str, object]) -> dict[str, object]:
    """The words with what was measured withheld, too: for rules, pictures and links."""
    return _withhold(words, _MEASURED)


def with_as_of(words: Mapping[str, object]) -> dict[str, object]:
    """The words for texts, in which `now.at` tells as of when, and nothing else."""
    now = words.get("now")
    return _withhold(words, {"now": {"at": AsOf("now.at", now.get("at"))}} if isinstance(now, Mapping) else {})


def without_now(words: Mapping[str, object]) -> dict[str, object]:
    """The words for pictures, numbers and links, without `now.at`."""
    return _withhold(words, {"now": {"at": Redacted("now.at")}})


def _withhold(words: Mapping[str, object], names: Withholding) -> dict[str, object]:
    found = dict(words)
    for root, held in names.items():
        if isinstance(value := words.get(root), Mapping):
            found[root] = {**value, **held}
    return found


def bounds_of_words(words: Template) -> frozenset[TimeBound]:
    """How time changes what a text names, `now.at` as well."""
    paths = [name.path for name in words.names]
    paths += [("item", *name.path[1:]) for name in words.reading.items]
    return _bounds(paths) | (_CLOCK_ALONE if AT in paths else frozenset())


def bounds_of_text(text: Template | LocalizedTemplate) -> frozenset[TimeBound]:
    """The same, in any of its languages."""
    return frozenset[TimeBound]().union(*map(bounds_of_words, each(text)))


@lru_cache(maxsize=1024)
def bounds_of_source(source: str) -> frozenset[TimeBound]:
    """The same of a rule, or a part of one; what it asks of a shop may stand behind a name of its own, or in a text."""
    paths = list(names_of_source(source))
    found = _bounds(paths)
    shops = re.search(r"\b(?:item|stores)\b", source)
    if shops:
        found |= _bounds(("item", name) for name in re.findall(r"\w+", source))
    if any(path[:2] == AT for path in paths) or (shops and _LOOKED_THROUGH.search(source)):
        found |= _CLOCK_ALONE
    return found


def _bounds(paths: Iterable[tuple[str, ...]]) -> frozenset[TimeBound]:
    return frozenset(bound for path in paths if (bound := bound_of(path)))


def each(text: Template | LocalizedTemplate) -> Iterator[Template]:
    """A text in all its languages."""
    yield from text.by_language.values() if isinstance(text, LocalizedTemplate) else (text,)

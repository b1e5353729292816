"""Offers of the shop, as creatives share them: `offers/NAME.yaml`, with limits, and fields of any name.

    title: {en: Time for shade, fr: Vive l’ombre}
    image: parasol.jpg              # beside the file
    link: https://shop.example/parasols
    tags: [summer]
    when: weather.temperature >= 26
    rest: 7 days

A creative has a variant that is written once for many: `- {offers: summer, layers: [...]}`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from livecontent.creative.filling import UnfitError
from livecontent.creative.limits import ALL_OFFERS, OF_OFFER
from livecontent.creative.source import YamlSource
from livecontent.errors import CreativeError, Problem, did_you_mean
from livecontent.links import is_fact_name, is_name

TAGS = "tags"
MOST_FIELDS = 60  # of an offer
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")
_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_OF_ENTRY = ("offers", "layers", "link", "alt", "size")  # what a variant for offers may say


def checked_offer(name: str, source: YamlSource) -> YamlSource:
    """The file of an offer. Raises `CreativeError` for all that is wrong in it, but for rules."""
    problems = list(_problems(name, source))
    if problems:
        raise CreativeError(problems)
    return source


def _problems(name: str, source: YamlSource) -> Iterator[Problem]:
    if not is_name(name):
        yield source.problem((), f"{name!r} is not a valid name: use lower-case letters, digits, hyphens")
    if name == ALL_OFFERS:
        yield source.problem((), f"no offer can be named '{ALL_OFFERS}', which means all of them")
    if len(source.data) > MOST_FIELDS:
        yield source.problem((), f"{len(source.data)} fields; {MOST_FIELDS} are the most an offer may have")
    for key, value in source.data.items():
        if key in OF_OFFER:
            continue
        if key == TAGS:
            if not isinstance(value, list) or not all(isinstance(tag, str) and is_name(tag) for tag in value):
                yield source.problem((key,), "a list of tags is expected here, such as [summer, rain]")
        elif not isinstance(key, str) or not is_fact_name(key):
            yield source.problem((key,), f"'{key}' is not a valid name: use lower-case letters, digits and _")
        elif not _is_value(value):
            message = "a text, a number, yes or no, a moment, a colour or a picture is expected here"
            yield source.problem((key,), message, help_="or one text for each language, such as {en: Hat, fr: Chapeau}")


def _is_value(value: object) -> bool:
    """What a field may be: one value, or one for each language or theme."""
    if isinstance(value, Mapping):
        keyed = all(isinstance(key, str) and (_LANGUAGE.fullmatch(key) or key in ("light", "dark")) for key in value)
        return keyed and bool(value) and all(map(_is_plain, value.values()))
    return _is_plain(value)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) or (isinstance(value, float) and isfinite(value))


def tags_of(offer: YamlSource) -> Sequence[str]:
    """The tags of an offer."""
    return offer.data.get(TAGS) or ()


def selection_of(one: Mapping[str, Any]) -> list[str]:
    """What a variant that is written for offers asks for. Raises `UnfitError` where it says what it can't."""
    wanted = one["offers"]
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not isinstance(wanted, list) or not all(isinstance(name, str) for name in wanted):
        raise UnfitError("`offers` is all, a tag, the name of an offer, or a list of these", key="offers")
    for key in one:
        if key == "name":
            raise UnfitError("a variant for offers has no `name`: each is named as its offer", key="name")
        if key not in _OF_ENTRY:
            help_ = "all images of an email choose by the same rules" if key in OF_OFFER else ""
            raise UnfitError(f"a variant for offers has no `{key}`: write it into the offers", help_, key)
    return wanted


def chosen_offers(selection: Sequence[str], offers: Mapping[str, YamlSource]) -> list[str]:
    """The names of the offers that a creative asks for by name, by tag, or all; in the order of their names."""
    wanted = set(selection)
    every = ALL_OFFERS in wanted
    return [name for name, one in offers.items() if every or name in wanted or wanted & set(tags_of(one))]


def is_picture_of_offers(value: str) -> bool:
    """Whether a field names a picture in the folder of offers, and not one by its address."""
    return value.lower().endswith(_PICTURES) and "://" not in value and "{" not in value and not value.startswith("../")


def unknown_offers(selection: Sequence[str], offers: Mapping[str, YamlSource]) -> Iterator[tuple[str, str]]:
    """What is no offer and no tag, with what may be meant."""
    tags = {tag for one in offers.values() for tag in tags_of(one)}
    known = [ALL_OFFERS, *offers, *sorted(tags)]
    for name in selection:
        if name not in known:
            yield name, did_you_mean(name, known) or f"there are: {', '.join(known[:12])}"

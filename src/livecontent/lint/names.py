"""Names and values of rules and texts in, what can't be right about them out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from babel import Locale

from livecontent.facts import CLOSED, VOCABULARY

COUNTRIES = frozenset({"place.country", "store.country"})
_ITEM = VOCABULARY["store"]
_OF_A_LIST = ("first", "last", "size")


class UnknownName(NamedTuple):
    """What can't be right, and what would be."""

    message: str
    help: str = ""


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """A name that is not among those there are."""
    names = sorted(known)
    close = get_close_matches(name, names, 1)
    help_ = f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(names[:12]) or 'none'}"
    return UnknownName(f"unknown {kind} '{name}'", help_)


def unknown_fact(path: Sequence[str], params: Iterable[str], *, repeated: bool) -> UnknownName | None:
    """Whether a name is one of the vocabulary; `item` is one inside a repeat only."""
    root, *rest = path
    if root == "item":
        return unknown_item(path) if repeated else UnknownName("'item' is known inside a repeat only")
    if root == "param":
        names = tuple(params)
        return unknown("parameter", rest[0], names) if rest and rest[0] not in names else None
    if root not in VOCABULARY:
        return unknown("fact", root, VOCABULARY)
    if root == "stores":
        return _doubt_listed(rest)
    if VOCABULARY[root] and rest and rest[0] not in VOCABULARY[root]:
        return unknown("fact", ".".join(path), [f"{root}.{name}" for name in VOCABULARY[root]])
    return None


def unknown_item(path: Sequence[str]) -> UnknownName | None:
    """Whether one of the stores has this name, whatever the store itself is called."""
    if len(path) < 2 or path[1] in _ITEM:
        return None
    return unknown("fact", ".".join(path[:2]), [f"{path[0]}.{name}" for name in _ITEM])


def _doubt_listed(rest: Sequence[str]) -> UnknownName | None:
    """`stores[0].name`, `stores.first.name` and `stores.size`."""
    if not rest or rest[0] in _OF_A_LIST or re.fullmatch(r"-?\d+", rest[0]):
        return unknown_item(("stores[0]", *rest[1:])) if rest else None
    return UnknownName(f"stores is a list: 'stores.{rest[0]}' is nothing", "write {% for s in stores %}{{ s.name }}")


def unknown_value(name: str, text: str) -> UnknownName | None:
    """Whether a name may ever be this text."""
    name = re.sub(r"^(item|stores\[\d+\])\.", "store.", name)
    if name in COUNTRIES:
        return _doubt_country(name, text)
    known = CLOSED.get(name)
    if known is None or text in known:
        return None
    close = get_close_matches(text.lower(), known, 1, 0.5)
    help_ = f"did you mean '{close[0]}'?" if close else f"it is one of: {', '.join(sorted(known))}"
    return UnknownName(f"{name} is never '{text}'", help_)


def _doubt_country(name: str, text: str) -> UnknownName | None:
    codes = _countries()
    if text in codes.values():
        return None
    code = text.upper() if text.upper() in codes.values() else codes.get(text.casefold())
    help_ = f"did you mean '{code}'?" if code else "a country is two capital letters of ISO 3166, such as FR"
    return UnknownName(f"{name} is never '{text}'", help_)


@cache
def _countries() -> dict[str, str]:
    """The codes of countries by their English names."""
    found = {name.casefold(): code for code, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", code)}
    return {**found, "uk": "GB"}

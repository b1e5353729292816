"""The items that a `repeat` goes through: of a list or a range of numbers, those that a rule holds for, in an order."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationInfo, WithJsonSchema

from livecontent.compose.context import ContentContext
from livecontent.expressions.rule import Rule
from livecontent.expressions.template import MissingValueError, RedactedValueError
from livecontent.expressions.unknown import UNSTEADY, Redacted
from livecontent.facts import Need
from livecontent.vocabulary import FactPath, dotted, told_at_open, vocabulary_of

_NAMES = r"[a-z_][a-z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)+"
_KEY = rf"(?:[a-z]+ ?= ?)?(?:\"[^\"\[\]]+\"|'[^'\[\]]+'|{_NAMES})"  # "u-1", recipient.viewed, category = "Boots"
_PATH = rf"[a-z_][a-z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*|\[{_KEY}\])*"
_END = rf"(?:[0-9]{{1,3}}|{_PATH})"
_LISTED = rf"^(?:{_PATH}|\({_END}\.\.{_END}\))$"  # a list of facts, or a range such as (1..5)
_SORT = "^-?[a-zA-Z_][a-zA-Z0-9_]*$"
_STEPS = re.compile(r"""(?:^|\.)(\w+)|\[(?:([a-z]+) ?= ?)?(?:["'](.+?)["']|([\w.]+))\]""")
_KEYED = re.compile(r"\w+\[")
LOOKED_AT = 1000  # items of a list: more are not tried by a rule, nor put in order


def _read_listed(value: str, info: ValidationInfo) -> str:
    if not re.match(_LISTED, value):
        raise ValueError("a repeat goes through a list, such as recipient.basket, or through numbers, such as (1..5)")
    fact = vocabulary_of(info).types.get(value) if value.isidentifier() else None
    return f'{value}["*"]' if fact and fact.shape == "lists" else value  # by key: all of them


def _read_sort(value: str) -> str:
    if not re.match(_SORT, value):
        raise ValueError("items are sorted by one of their names, such as price, or -price for the largest first")
    return value


ListedValue = Annotated[str, AfterValidator(_read_listed), WithJsonSchema({"type": "string", "pattern": _LISTED})]
SortValue = Annotated[str, AfterValidator(_read_sort), WithJsonSchema({"type": "string", "pattern": _SORT})]


class Listed:
    """A list or range as it is written, and which of its items are shown.

    `paths` are the facts that it names: the list, or the ends of the range that are not numbers.
    """

    def __init__(self, source: str, where: Rule | None, sort: str | None, offset: int, most: int) -> None:
        self.source = source
        self.range = source.startswith("(")
        self.most = most
        self.offset = offset
        self._ends = source[1:-1].split("..") if self.range else [source]
        self.paths = tuple(steps_of(end) for end in self._ends if not end.isdecimal())
        self.where = where
        self.sort = (sort or "").removeprefix("-")
        self._down = (sort or "").startswith("-")
        by_name = [(path, len(path) > 1 and (path[0] == "let" or _KEYED.match(end))) for end, path in self._named()]
        needs = {(path[0], path[1]) if one else path[0] for path, one in by_name}
        self.needs: frozenset[Need] = frozenset(needs)

    def _named(self) -> list[tuple[str, FactPath]]:
        return [(end, steps_of(end)) for end in self._ends if not end.isdecimal()]

    @property
    def chooses(self) -> bool:
        """Whether any item may be among those shown."""
        return self.where is not None or bool(self.sort)

    def items(self, context: ContentContext) -> list[ContentContext]:
        """A context for each item that is shown. Raises `MissingValueError`."""
        items = self._items(context)
        live = self._items(context.live) if context.live and not self.range else items
        places = list(range(len(items)))
        if self.chooses:
            places = places[:LOOKED_AT]
            if len(items) > LOOKED_AT:
                note = f"repeat: of {len(items):,} items of {self.source} only the first {LOOKED_AT:,} are looked at"
                context.left_out.append(note)
        if self.where is not None:
            places = self._true(places, items, self.where, context)
        if self.sort:
            places.sort(key=lambda place: self._rank(items[place]), reverse=self._down)
            places.sort(key=lambda place: _is_missing(items[place], self.sort))
        shown = places[self.offset : self.offset + self.most]
        last = len(shown) - 1
        found = []
        for index, place in enumerate(shown):
            words = {"item": items[place], "index": index + 1, "first": index == 0, "last": index == last}
            found.append(context.with_item(words, {**words, "item": live[place]}))
        return found

    def _items(self, context: ContentContext) -> Sequence[Any]:
        if self.range:
            first, last = (int(end) if end.isdecimal() else _whole(end, context.words) for end in self._ends)
            return range(first, last + 1)[: self.offset + self.most if not self.chooses else LOOKED_AT]
        found = _value_at(context.words, self.paths[0])
        if isinstance(found, str):
            raise MissingValueError(f"{self.source} is a text, not a list: lists come from JSON Lines")
        if not isinstance(found, list | tuple):
            raise MissingValueError(f"{self.source} is not known")
        return found

    def _true(self, places: list[int], items: Sequence[Any], where: Rule, context: ContentContext) -> list[int]:
        found: list[int] = []
        unknown: list[str] = []
        for place in places:
            tested = where.test(context.facts.with_words({"item": items[place]}))
            if tested.by_time:
                raise RedactedValueError(f"{where.source} {UNSTEADY}")
            if tested.value:
                found.append(place)
            elif tested.value is None:
                unknown.append(tested.note)
        if unknown:
            count = f"{len(unknown)} of {len(places)}"
            context.left_out.append(f"repeat: {where.source} is unknown for {count}: {unknown[0]}")
        return found

    def _rank(self, item: object) -> tuple[bool, float, str]:
        """Numbers before texts."""
        value = item.get(self.sort) if isinstance(item, Mapping) else None
        if isinstance(value, Redacted):
            raise RedactedValueError(f"{value.name} {UNSTEADY}")
        if isinstance(value, int | float):
            return False, value, ""
        return True, 0.0, "" if value is None else str(value).casefold()


def steps_of(path: str) -> FactPath:
    """The steps of a path as it is written, such as ("recipient", "basket")."""
    return tuple(name or _key(*key) for name, *key in _STEPS.findall(path))


def _key(by: str, literal: str, path: str) -> str:
    if path:
        return told_at_open(tuple(path.split(".")), by)
    return f"{by}={literal}" if by else literal


def _value_at(words: Mapping[str, object], path: FactPath) -> object:
    value: object = words
    for step in path:
        if isinstance(value, Redacted):
            break
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, Redacted):
        raise RedactedValueError(f"{dotted(path)} {UNSTEADY}")
    return value


def _whole(end: str, words: Mapping[str, object]) -> int:
    value = _value_at(words, steps_of(end))
    if isinstance(value, float) and value == int(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MissingValueError(f"{end} is not known" if value is None else f"{end} is no whole number: {value!r}")
    return min(max(value, -LOOKED_AT), LOOKED_AT)


def _is_missing(item: object, name: str) -> bool:
    return not isinstance(item, Mapping) or item.get(name) is None

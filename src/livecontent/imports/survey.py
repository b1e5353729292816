"""Looks at all values of a column of a CSV: what can they be?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from livecontent.imports import dates, numbers
from livecontent.imports.known import means_nothing
from livecontent.imports.values import clean_text

TRUTH = {"true": True, "false": False}

_NO_DATE = (-1,) * len(dates.STYLES)
_NO_NUMBER = (-1,) * len(numbers.STYLES)
_SAME_NUMBER = (0,) * len(numbers.STYLES)


class TextShape(NamedTuple):
    """What texts can be: for each style of numbers and of dates a mark, equal for equal values, -1 for none."""

    numbers: tuple[int, ...] = _NO_NUMBER
    dates: tuple[int, ...] = _NO_DATE
    decimals: bool = False
    truth: bool = False
    code: bool = False  # digits that are no number
    serial: bool = False  # perhaps the number of a day
    point_zero: bool = False  # ends in .0, as whole numbers do that passed through a program
    nothing: bool = False


@dataclass(slots=True)
class Seen:
    """How many values have a shape, the line of the first, and the longest of some of them."""

    line: int
    example: str
    count: int = 0


@dataclass(slots=True)
class ColumnSurvey:
    """The shapes of the values of a column; without dates only how many there are, and how many of them different."""

    days: dates.DateReader | None
    seen: dict[TextShape, Seen] = field(default_factory=dict)
    texts: int = 0  # different ones in each part of the file
    count: int = 0
    _numbers: dict[tuple[str, str], TextShape] = field(default_factory=dict)  # by their start and their signs

    def look(self, cells: Sequence[str], lines: Sequence[int]) -> None:
        """At some of the cells, with their lines."""
        found = Counter(cells)
        self.count += len(cells) - found.pop("", 0)
        self.texts += len(found)
        if self.days is None:
            return
        for cell, times in found.items():
            if not (text := clean_text(cell)):
                continue
            shape = self._shape(text, self.days)
            seen = self.seen.get(shape)
            if seen is None:
                seen = self.seen[shape] = Seen(lines[cells.index(cell)], text)
            elif len(text) > len(seen.example):
                seen.example = text
            seen.count += times

    def _shape(self, text: str, days: dates.DateReader) -> TextShape:
        """Of a number, where the first digits and the places of its signs tell all, remembered."""
        starts = text[0].isdecimal() or text[0] == "-"
        if not starts or not text[-1].isdecimal() or text.endswith(".0") or may_be_date(text):
            return shape_of(text, days)
        key = text[:2], text.translate(_DIGITS)
        if key not in self._numbers:
            if len(self._numbers) > _REMEMBERED:
                self._numbers.clear()
            self._numbers[key] = shape_of(text, days)
        return self._numbers[key]

    @property
    def filled(self) -> dict[TextShape, Seen]:
        """Without words for nothing."""
        return {shape: seen for shape, seen in self.seen.items() if not shape.nothing}


def may_be_date(text: str) -> bool:
    """Whether a text may be a day, by its digits."""
    compact = len(text) >= _COMPACT and text[:_COMPACT].isdecimal()
    return compact or any(text.count(sign) > 1 for sign in "-/.") or dates.has_words(text)


def shape_of(text: str, days: dates.DateReader) -> TextShape:
    """The shape of a text that is not empty."""
    first = text[0]
    if first.isdigit() or first in "-−+":
        if text.isdecimal() and text.isascii() and first != "0" and len(text) != _COMPACT and len(text) < _LONG:
            return _SERIAL if dates.is_serial(text) else _WHOLE
        return _shape_of_digits(text, days)
    if first.isalpha() and dates.has_words(text) and days.read(text, dates.STYLES[0]):
        return _DAY
    if first.isalpha() and not (text.lower() in TRUTH or means_nothing(text)):
        return _WORD
    return TextShape(truth=text.lower() in TRUTH, nothing=means_nothing(text))


def _shape_of_digits(text: str, reader: dates.DateReader) -> TextShape:
    if means_nothing(text):
        return TextShape(nothing=True)
    if dates.is_plain_day(text):
        return _DAY
    if text[:4].isdecimal() and len(text) >= _COMPACT and (day := reader.read(text, "dmy")):
        found: list[str | None] = [day] * len(dates.STYLES)  # the year is first: the order is clear
    else:
        found = [reader.read(text, style) for style in dates.STYLES] if may_be_date(text) else []
    dated = any(found) and not text.isdecimal()
    values = [None if dated else numbers.read_number(text, style) for style in numbers.STYLES]
    return TextShape(
        _marks(values),
        _marks(found) if found else _NO_DATE,
        decimals=any(isinstance(value, float) for value in values),
        code=numbers.is_code(text),
        serial=dates.is_serial(text),
        point_zero=text.endswith(".0") and text[:-2].isdecimal(),
    )


def _marks(values: Sequence[object]) -> tuple[int, ...]:
    return tuple(-1 if value is None else values.index(value) for value in values)


_COMPACT, _LONG = 8, 15  # digits of a date, and of a number
_REMEMBERED = 5000
_DIGITS = str.maketrans("012345678", "9" * 9)
_WORD = TextShape()
_DAY = TextShape(dates=(0,) * len(dates.STYLES))
_WHOLE = TextShape(numbers=_SAME_NUMBER)
_SERIAL = TextShape(numbers=_SAME_NUMBER, serial=True)

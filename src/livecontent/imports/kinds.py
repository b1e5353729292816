"""Numbers and dates as kinds of columns: the styles that they come in, and how to tell people of one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from livecontent.imports import dates, numbers
from livecontent.imports.survey import TextShape

_GROUP = re.compile(r"\d([^\d])\d{3}(?!\d)")


class ColumnKind(Protocol):
    """What a column can be, in one of several styles."""

    @property
    def noun(self) -> str:
        """What a value is called."""

    @property
    def option(self) -> str:
        """The option that tells the style."""

    @property
    def styles(self) -> Sequence[str]:
        """All of them."""

    def marks(self, shape: TextShape) -> tuple[int, ...]:
        """For each style a mark, equal for equal values, -1 for none."""

    def read(self, text: str, style: str) -> object:
        """The value, None for none."""

    def describe(self, examples: Iterable[tuple[TextShape, str]], style: str) -> str:
        """What the values are, with one of them."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whole numbers and decimals."""

    noun: ClassVar[str] = "number"
    option: ClassVar[str] = "--decimal"
    styles: ClassVar[Sequence[str]] = numbers.STYLES

    def marks(self, shape: TextShape) -> tuple[int, ...]:
        """Of a shape."""
        return shape.numbers

    def read(self, text: str, style: str) -> object:
        """A number."""
        return numbers.read_number(text, style)

    def describe(self, examples: Iterable[tuple[TextShape, str]], style: str) -> str:
        """Such as: whole numbers, '.' groups thousands (1.240 = 1240)."""
        texts = [text for _, text in examples]
        decimals = any(isinstance(self.read(text, style), float) for text in texts)
        signs = {
            sign.replace("\u00a0", " ").replace("\u202f", " ") for text in texts for sign in _GROUP.findall(text)
        } - {style}
        parts = ["numbers" if decimals else "whole numbers"]
        if decimals and style == ",":
            parts.append("',' before decimals")
        parts += [f"{sign!r} groups thousands" for sign in sorted(signs)]
        telling = max(texts, key=lambda text: (sum(not sign.isdigit() for sign in text), len(text)))
        value = self.read(telling, style)
        return ", ".join(parts) + (f" ({telling} = {value})" if str(value) != telling else "")


@dataclass(frozen=True, slots=True)
class Dates:
    """Days and moments."""

    reader: dates.DateReader
    noun: ClassVar[str] = "date"
    option: ClassVar[str] = "--date"
    styles: ClassVar[Sequence[str]] = dates.STYLES

    def marks(self, shape: TextShape) -> tuple[int, ...]:
        """Of a shape."""
        return shape.dates

    def read(self, text: str, style: str) -> object:
        """A date in ISO 8601."""
        return self.reader.read(text, style)

    def describe(self, examples: Iterable[tuple[TextShape, str]], style: str) -> str:
        """Such as: dates, day first (24/12/2026 = 2026-12-24)."""
        texts = [(shape, text) for shape, text in examples]
        ordered = [text for shape, text in texts if len(set(shape.dates)) > 1]
        telling = max(
            ordered or [text for _, text in texts], key=lambda text: (self.read(text, style) != text, len(text))
        )
        value = self.read(telling, style)
        order = f", {dates.ORDERS[style]}" if ordered else ""
        years = f"; years of two digits are {self.reader.today - 79} to {self.reader.today + dates.AHEAD}"
        short = years if any(dates.has_short_year(text) for _, text in texts) else ""
        return f"dates{order}" + (f" ({telling} = {value})" if value != telling else "") + short

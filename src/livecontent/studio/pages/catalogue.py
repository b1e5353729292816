"""The texts of the pages in each language, with numbers and dates as written in it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_timedelta
from babel.numbers import parse_pattern

from livecontent.expressions.calendar import written_date
from livecontent.expressions.rounding import money_written, written

LANGUAGES = ("en", "fr")
WORDS = Path(__file__).parents[1] / "words"
SHARED = ("common", "engine", "why")  # areas whose texts all pages have

_MOMENT = "EEEE d MMMM y, HH:mm"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language: `texts` by name, those of an area in a table by its name."""

    language: str
    texts: Mapping[str, Any]

    def area(self, name: str) -> Mapping[str, Any]:
        """The texts of an area, then those that all pages share."""
        return {**self.texts, **self.texts.get(name, {})}

    def number(self, value: float, pattern: str = "#,##0.##") -> str:
        """A number, by a pattern of CLDR."""
        return written(Decimal(str(value)), parse_pattern(pattern), self._locale).replace("-", "\N{MINUS SIGN}")

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount, with a code of ISO 4217."""
        return money_written(amount, currency, self._locale, cents=True)

    def size(self, count: int) -> str:
        """Bytes, in thousands."""
        return f"{self.number(count / 1000, '0.0')}\N{NO-BREAK SPACE}{self.texts['kilobytes']}"

    def span(self, micros: int) -> str:
        """A short while, given in microseconds."""
        if micros < 1000:
            return f"{micros}\N{NO-BREAK SPACE}µs"
        return f"{self.number(micros / 1000, '0.0')}\N{NO-BREAK SPACE}ms"

    def moment(self, at: datetime) -> str:
        """A date and time, on the clock that it comes with."""
        return written_date(at, _MOMENT, self._locale)

    def minute(self, at: datetime) -> str:
        """A date and time, in few letters."""
        return written_date(at, "d MMM y, HH:mm", self._locale)

    def day(self, at: datetime) -> str:
        """A date."""
        return written_date(at, "d MMM y", self._locale)

    def whole_day(self, at: date) -> str:
        """A date with its weekday, such as `Monday 30 November 2026`."""
        return written_date(at, "EEEE d MMMM y", self._locale)

    def weekday(self, at: datetime) -> str:
        """A day in short, such as `Mon 30`."""
        return written_date(at, "EEE d", self._locale)

    def age(self, seconds: float) -> str:
        """How long ago."""
        ago = format_timedelta(timedelta(seconds=-seconds), add_direction=True, locale=self._locale)
        return str(ago) if seconds >= 1 else str(self.texts["just_now"])

    def value(self, value: object) -> str:
        """A value as people read it."""
        match value:
            case bool():
                return str(self.texts["value"]["true" if value else "false"])
            case int() | float():
                return self.number(value)
            case datetime():
                return self.moment(value)
            case [str(), *_]:
                return ", ".join(str(item) for item in value)
            case list():
                return str(self.texts["entries"]).format(len(value))
        return str(value)

    def said(self, sentence: str) -> str:
        """A sentence of the engine in this language; one the catalogue does not have is left as it is."""
        for known, words in self.texts["said"].items():
            if match := re.fullmatch(re.escape(known).replace(r"\{\}", "(.+)"), sentence):
                return str(words).format(*match.groups())
        return sentence

    @property
    def _locale(self) -> Locale:
        return Locale.parse(self.texts["locale"])


def load_catalogues() -> dict[str, Catalogue]:
    """All languages, by their codes."""
    return {language: Catalogue(language, _read(WORDS / language)) for language in LANGUAGES}


def _read(folder: Path) -> dict[str, Any]:
    """The texts of a folder: those that pages share, then those of each area under its name."""
    areas = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.toml"))}
    shared = {name: text for area in SHARED for name, text in areas.pop(area).items()}
    return {**shared, **areas}


def language_from(accepted: str) -> str:
    """The first of our languages in a header Accept-Language, which lists the reader's from the best."""
    spoken = (part.strip()[:2].lower() for part in accepted.split(","))
    return next((language for language in spoken if language in LANGUAGES), LANGUAGES[0])

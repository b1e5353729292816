"""Cells of a CSV and values of JSON in, clean, typed and checked values out."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from livecontent.errors import DataError
from livecontent.runtime.names import fold, known_zone

MAX_TEXT = 500  # characters
MAX_ID = 200  # characters
MAX_DEPTH = 3  # objects and lists inside one another
FIRST, LAST = 2000, 2100  # years

TEXTS = frozenset({"first_name", "last_name", "email", "language", "city", "country", "postcode", "timezone"})
LISTS = frozenset({"segments", "tags"})

_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")
_WHOLE = re.compile(r"-?[1-9][0-9]{0,14}|0")
_DECIMAL = re.compile(r"-?(?=[0-9.]{3,16}$)(?:[1-9][0-9]*|0)\.[0-9]+")  # 15 digits are exact in a float
# Spaces between groups of three digits, as French writes them: plain, or such as do not break a line.
_GROUPED = re.compile("-?[1-9][0-9]{0,2}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_SPACES = str.maketrans("", "", " \u00a0\u202f")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)

# What the European Union writes for two countries, https://publications.europa.eu/code/en/en-370100.htm
_COUNTRIES = {"UK": "GB", "EL": "GR"}
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def clean_text(text: str) -> str:
    """The text in one line, in composed form (NFC), without control characters, at most 500 characters."""
    if text.isascii() and text.isprintable():
        return text.strip()[:MAX_TEXT].rstrip()
    text = _BREAKS.sub(" ", _DROPPED.sub("", text.strip()[: MAX_TEXT * 4]))  # NFC makes one of four at most
    return unicodedata.normalize("NFC", text.strip())[:MAX_TEXT].rstrip()


def read_cell(name: str, text: str, *, commas: bool = False) -> object:
    """The value of a cell: known attributes stay text, lists are split at `|`, numbers become numbers.

    With `commas`, a comma is a decimal sign, as in files that separate fields by semicolons.
    """
    text = clean_text(text)
    if name in LISTS:
        return [item for part in text.split("|") if (item := part.strip())] or None
    if name in TEXTS or name in _PARSERS or name == "id":
        return text
    digits = text.translate(_SPACES) if _GROUPED.fullmatch(text) else text
    digits = digits.replace(",", ".") if commas else digits
    if _WHOLE.fullmatch(digits):
        return int(digits)
    if _DECIMAL.fullmatch(digits):
        return float(digits)
    return {"true": True, "false": False}.get(text.lower(), text)


def read_json(value: object, depth: int = MAX_DEPTH) -> object:
    """A JSON value with clean texts. Raises `DataError` for deeper nesting than 3, and numbers of more than 64 bits."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list | dict) and not depth:
        raise DataError(f"objects and lists are nested more than {MAX_DEPTH} deep")
    if isinstance(value, list):
        return [read_json(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {clean_text(name): read_json(item, depth - 1) for name, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        raise DataError("a number is too large")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise DataError("a whole number has more than 64 bits")
    return value


def read_time(text: str, zone: str) -> datetime:
    """A moment from 2000 to 2100; without an offset it is on the clock of an IANA time zone. Raises `DataError`."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise DataError(f"{text!r} is not a time such as 2026-11-21T08:00 or 2026-11-21T08:00+01:00") from None
    if not FIRST <= moment.year <= LAST:  # near the ends of the calendar, a moment has no time on other clocks
        raise DataError(f"{text!r} is not in the years {FIRST} to {LAST}")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def not_empty(text: str) -> str:
    """A text that is not empty. Raises `ValueError`, as those below."""
    if not text:
        raise ValueError("is empty")
    return text


def latitude(value: object) -> float:
    """Degrees north."""
    return _degrees(value, 90)


def longitude(value: object) -> float:
    """Degrees east."""
    return _degrees(value, 180)


def _degrees(value: object, limit: int) -> float:
    """From a number, or a text with a decimal point or comma."""
    number = math.nan
    with suppress(ValueError, OverflowError):
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            number = float(value.replace(",", ".") if isinstance(value, str) else value)
    if not -limit <= number <= limit:
        raise ValueError(f"{str(value)[:40]!r} is not a number from -{limit} to {limit}, such as 48.85")
    return number


_PARSERS: Mapping[str, Callable[[Any], object]] = {"latitude": latitude, "longitude": longitude, "timezone": known_zone}


def country_of_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country from such a code in any case."""
    code = text.strip().upper()
    return _COUNTRIES.get(code, code) if len(code) == 2 and code.isascii() and code.isalpha() else None


class Names:
    """Countries and languages by code, and by English and French name as in CLDR: https://cldr.unicode.org."""

    def country(self, text: str) -> str:
        """The ISO 3166-1 alpha-2 code of a country. Raises `ValueError`."""
        code = country_of_code(text) or self._countries.get(fold(text))
        if code is None:
            raise ValueError(f"{text!r} is not a country, such as FR or France")
        return code

    def language(self, text: str) -> str:
        """A language as `fr`, `fr-FR` or `zh-Hant-TW`, from such a tag in any case. Raises `ValueError`."""
        if match := _LANGUAGE.fullmatch(text):
            code = match[1].lower()
            code = get_global("language_aliases").get(code, code).partition("_")[0]
            if code in self._codes:
                parts = (code, match[2] and match[2].title(), match[3] and match[3].upper())
                return "-".join(part for part in parts if part)
        found = self._languages.get(fold(text))
        if found is None:
            raise ValueError(f"{text!r} is not a language, such as fr, fr-CA or French")
        return found

    @cached_property
    def _countries(self) -> Mapping[str, str]:
        names = _both(Locale("en").territories, Locale("fr").territories)
        return {name: code for name, code in names.items() if len(code) == 2 and code not in _NO_COUNTRIES}

    @cached_property
    def _languages(self) -> Mapping[str, str]:
        return _both(Locale("en").languages, Locale("fr").languages)

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(self._languages.values())


def _both(*spoken: Mapping[str, str]) -> dict[str, str]:
    """Codes by their names in several languages."""
    return {fold(name): code.replace("_", "-") for names in spoken for code, name in names.items()}


def check_profile(values: Mapping[str, object], names: Names) -> dict[str, object]:
    """The profile of these values, without the empty ones.

    A known attribute that should be text but is not, an unknown language and an unknown country are left out.
    Raises `DataError` for an id, coordinates or a time zone that can't be used.
    """
    profile = {name: value for name, value in values.items() if value is not None and value != ""}
    profile["id"] = _id(profile.get("id"))
    for name in TEXTS & profile.keys():
        if text := _text(profile.pop(name)):
            profile[name] = text
    for name, read in (("language", names.language), ("country", names.country)):
        if name in profile:
            with suppress(ValueError):
                profile[name] = read(str(profile.pop(name)))
    if ("latitude" in profile) != ("longitude" in profile):
        raise DataError("there is only one of latitude and longitude")
    for name, parse in _PARSERS.items():
        if name in profile:
            try:
                profile[name] = parse(profile[name])
            except ValueError as error:
                raise DataError(f"{name}: {error}") from None
    return profile


def _id(value: object) -> str:
    text = _text(value)
    if not text:
        raise DataError("there is no id" if value is None else "the id is neither a text nor a whole number")
    if len(text) > MAX_ID:
        raise DataError(f"the id has more than {MAX_ID} characters")
    return text


def _text(value: object) -> str | None:
    """A text, or a whole number as text: ids and postcodes are often written so."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None

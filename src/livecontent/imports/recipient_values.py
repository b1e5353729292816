"""Cells of a CSV and values of JSON in, the values of a profile out: clean, typed and checked."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

from livecontent.errors import DataError
from livecontent.runtime.fold import fold
from livecontent.runtime.timezones import is_zone
from livecontent.sources.place import country_code

MAX_TEXT = 500  # characters
MAX_ID = 200  # characters
MAX_DEPTH = 3  # objects and lists inside one another

TEXTS = frozenset({"first_name", "last_name", "email", "language", "city", "country", "postcode", "timezone"})
LISTS = frozenset({"segments", "tags"})
_DEGREES: Mapping[str, float] = {"latitude": 90, "longitude": 180}

_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")
_WHOLE = re.compile(r"-?[1-9][0-9]{0,14}|0")
_DECIMAL = re.compile(r"-?(?=[0-9.]{3,16}$)(?:[1-9][0-9]*|0)\.[0-9]+")  # 15 digits are exact in a float
# Spaces between groups of three digits, as French writes them: plain, or such as do not break a line.
_GROUPED = re.compile("-?[1-9][0-9]{0,2}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_SPACES = str.maketrans("", "", " \u00a0\u202f")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)


def clean_text(text: str) -> str:
    """The text in one line, in composed form (NFC), without control characters, at most 500 characters."""
    if text.isascii() and text.isprintable():
        return text.strip()[:MAX_TEXT].rstrip()
    text = _BREAKS.sub(" ", _DROPPED.sub("", text.strip()[: MAX_TEXT * 4]))  # NFC makes one of four at most
    return unicodedata.normalize("NFC", text.strip())[:MAX_TEXT].rstrip()


def read_cell(name: str, text: str, *, commas: bool = False) -> object:
    """The value of a cell: names that livecontent knows stay text, lists are split at `|`, numbers become numbers.

    With `commas` these part decimals, as in files that part fields by semicolons.
    """
    text = clean_text(text)
    if name in LISTS:
        return [item for part in text.split("|") if (item := part.strip())] or None
    if name in TEXTS or name in _DEGREES or name == "id":
        return text
    digits = text.translate(_SPACES) if _GROUPED.fullmatch(text) else text
    digits = digits.replace(",", ".") if commas else digits
    if _WHOLE.fullmatch(digits):
        return int(digits)
    if _DECIMAL.fullmatch(digits):
        return float(digits)
    return {"true": True, "false": False}.get(text.lower(), text)


def read_json(value: object, depth: int = MAX_DEPTH) -> object:
    """A JSON value with clean texts. Raises `DataError` for what is nested deeper than 3, or no 64-bit number."""
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


def check_profile(values: Mapping[str, object]) -> dict[str, object]:
    """The profile of these values, without the empty ones.

    Of what livecontent knows, a language that nobody speaks, a country that is none, and what should be text but is
    not are left out.
    Raises `DataError` for an id, coordinates or a time zone that can't be used.
    """
    profile = {name: value for name, value in values.items() if value is not None and value != ""}
    profile["id"] = _id(profile.get("id"))
    for name in TEXTS & profile.keys():
        text = _text(profile.pop(name))
        text = _MEANT[name](text) if text and name in _MEANT else text
        if text:
            profile[name] = text
    zone = profile.get("timezone")
    if isinstance(zone, str) and not is_zone(zone):
        raise DataError(f"{zone!r} is not a time zone such as Europe/Paris")
    degrees = {name: _degrees(name, profile[name]) for name in _DEGREES.keys() & profile.keys()}
    if len(degrees) == 1:
        raise DataError(f"there is a {min(degrees)}, but not the other coordinate")
    return {**profile, **degrees}


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


def _degrees(name: str, value: object) -> float:
    """Degrees, also with a decimal comma."""
    limit = _DEGREES[name]
    try:
        number = float(value.replace(",", ".") if isinstance(value, str) else _number(value))
    except ValueError:
        number = math.nan
    if not -limit <= number <= limit:
        raise DataError(f"{name} is {str(value)[:40]!r}, and not a number from -{limit} to {limit}")
    return number


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ValueError


@lru_cache(maxsize=1024)
def language_tag(text: str) -> str | None:
    """A language as `fr`, `fr-FR` or `zh-Hant-TW`, from such a tag in any case, or from its English or French name.

    The languages are those of CLDR: https://cldr.unicode.org
    """
    names = _languages()
    if match := _LANGUAGE.fullmatch(text):
        code = match[1].lower()
        code = get_global("language_aliases").get(code, code).partition("_")[0]
        if code in names.values():
            parts = (code, match[2] and match[2].title(), match[3] and match[3].upper())
            return "-".join(part for part in parts if part)
    return names.get(fold(text))


@cache
def _languages() -> Mapping[str, str]:
    """The languages by their English and French names."""
    return {
        fold(name): code.replace("_", "-")
        for speaker in ("en", "fr")
        for code, name in Locale(speaker).languages.items()
    }


_MEANT: Mapping[str, Callable[[str], str | None]] = {"language": language_tag, "country": country_code}

"""Cells of a CSV and values of JSON in, clean, typed and checked values out."""

import math
import re
import unicodedata
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from livecontent.errors import DataError

MAX_TEXT = 500  # characters
MAX_DEPTH = 3  # objects and lists inside one another
FIRST, LAST = 2000, 2100  # years

_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")


def clean_text(text: str) -> str:
    """The text in one line, in composed form (NFC), without control characters, at most 500 characters."""
    if text.isascii() and text.isprintable():
        return text.strip()[:MAX_TEXT].rstrip()
    text = _BREAKS.sub(" ", _DROPPED.sub("", text.strip()[: MAX_TEXT * 4]))  # NFC makes one of four at most
    return unicodedata.normalize("NFC", text.strip())[:MAX_TEXT].rstrip()


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

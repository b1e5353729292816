"""Dates as people write them: `2026-12-24`, `20261224`, `24/12/2026`, `12/24/26 6:00 PM`.

A style is the order of day, month and year where the year is not first with all its digits.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime

STYLES = ("dmy", "mdy", "ymd")
ORDERS: Mapping[str, str] = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
FIRST, LAST = 1900, 2100  # years
AHEAD = 20  # years in which a year of two digits can be; else it is one of the hundred before

_TIME = (
    r"(?:(?:T|,? +)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)? ?(?P<offset>Z|UTC|[+-]\d\d:?\d\d)?)?"
)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})" + _TIME)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)" + _TIME)
_BY_STYLE = {
    "dmy": re.compile(r"(?P<d>\d{1,2})([-/.])(?P<m>\d{1,2})\2(?P<y>\d{4}|\d\d)" + _TIME),
    "mdy": re.compile(r"(?P<m>\d{1,2})([-/.])(?P<d>\d{1,2})\2(?P<y>\d{4}|\d\d)" + _TIME),
    "ymd": re.compile(r"(?P<y>\d\d)([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})" + _TIME),
}
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")


def read_date(text: str, style: str, today: int) -> str | None:
    """The date, or the moment, in ISO 8601 that a text is in a style, in this year; None where it is none."""
    if is_plain_day(text):
        return text
    match = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text) or _BY_STYLE[style].fullmatch(text)
    if match is None:
        return None
    year = int(match["y"]) if len(match["y"]) == 4 else _century(int(match["y"]), today)
    if not FIRST <= year <= LAST:
        return None
    with suppress(ValueError):
        day = datetime(year, int(match["m"]), int(match["d"]))  # noqa: DTZ001  on no clock
        return day.date().isoformat() + _time(match) if match["hour"] else day.date().isoformat()
    return None


def is_plain_day(text: str) -> bool:
    """Whether a text is such as 2026-12-24."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return False
    try:
        return FIRST <= date.fromisoformat(text).year <= LAST
    except ValueError:
        return False


def is_serial(text: str) -> bool:
    """Whether a text can be the number that a spreadsheet keeps for a day from 1954 to 2091."""
    return bool(_SERIAL.fullmatch(text))


def has_short_year(text: str) -> bool:
    """Whether the year has two digits."""
    return not (_YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text) or re.search(r"\d{4}", text.split(" ")[0]))


def _century(year: int, today: int) -> int:
    """The year of these last two digits, from 79 years back to 20 ahead."""
    found = today - today % 100 + year
    if found > today + AHEAD:
        return found - 100
    return found + 100 if found <= today + AHEAD - 100 else found


def _time(match: re.Match[str]) -> str:
    """Raises `ValueError` for what no clock shows."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    if hour > 23 or minute > 59 or int(second or 0) > 59:
        raise ValueError(match[0])
    offset = {"Z": "+00:00", "UTC": "+00:00", None: ""}.get(match["offset"], match["offset"] or "")
    offset = offset if ":" in offset or not offset else f"{offset[:3]}:{offset[3:]}"
    return f"T{hour:02}:{minute:02}" + (f":{second}" if second else "") + offset

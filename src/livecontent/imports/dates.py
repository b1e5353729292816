"""Dates as people write them: `2026-12-24`, `20261224`, `24/12/2026`, `12/24/26 6:00 PM`, `24 décembre 2026`.

A style is the order of day, month and year where the year is not first with all its digits. The names of months are
those of CLDR, https://cldr.unicode.org, in the files that Babel ships.
"""

import pickle
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from babel import localedata
from babel.core import get_global

from livecontent.runtime.names import fold

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
_DAY, _NAME = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º)?", r"(?:(?:de|del|of) |d['’])?(?P<name>[^\d\s.,/-]+)"
_GAP, _OF = r"[ .,/-]*", r"[ .,/-]*(?:(?:de|del|of) )?"
_NAMED = (
    re.compile(_DAY + _GAP + _NAME + _OF + r"(?P<y>\d{4}|\d\d)" + _TIME),
    re.compile(_NAME + _GAP + _DAY + r"[ ,/-]+(?P<y>\d{4}|\d\d)" + _TIME),
    re.compile(r"(?P<y>\d{4})" + _GAP + _NAME + _GAP + _DAY + r"\.?" + _TIME),
)
_EAST = re.compile(r"(?P<y>\d{4})[年년] ?(?P<m>\d{1,2})[月월] ?(?P<d>\d{1,2})[日일]" + _TIME)
_MAJORITY = 10  # times as many languages as mean another month by it: "jan" is June in one of 30, listopad in one of 3
_PARTICLES = ("de ", "d ")  # Catalan: de gener, d'abril
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")


class DateReader:
    """Reads dates; `today` is the year, for those whose year has two digits."""

    def __init__(self, today: int) -> None:
        self.today = today
        self._months = MonthNames()

    def read(self, text: str, style: str) -> str | None:
        """The date, or the moment, in ISO 8601 that a text is in a style; None where it is none."""
        if is_plain_day(text):
            return text
        match = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text) or _BY_STYLE[style].fullmatch(text)
        if match is None and (match := _match_words(text)) is None:
            return None
        groups = match.groupdict()
        month = groups["m"] if "m" in groups else self._months.find(groups["name"])
        year = int(match["y"]) if len(match["y"]) == 4 else _century(int(match["y"]), self.today)
        if not (month and FIRST <= year <= LAST):
            return None
        with suppress(ValueError):
            day = datetime(year, int(month), int(match["d"]))  # noqa: DTZ001  on no clock
            return day.date().isoformat() + _time(match) if match["hour"] else day.date().isoformat()
        return None


def _match_words(text: str) -> re.Match[str] | None:
    """A date with the month in words."""
    return _EAST.fullmatch(text) or next((match for one in _NAMED if (match := one.fullmatch(text))), None)


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
    return not re.search(r"\d{4}", re.split(r"\d?\d:", text)[0])


def has_words(text: str) -> bool:
    """Whether a text may be a date with the month in words."""
    return _match_words(text) is not None


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


class MonthNames:
    """Finds months, whole and abbreviated; the names are read when the first is asked for."""

    def find(self, name: str) -> int | None:
        """1 to 12; None for what is no month, or another one in another language: listopad is October and November."""
        return self._months.get(fold(name))

    @cached_property
    def _months(self) -> Mapping[str, int]:
        votes: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for name, month in (pair for language in _languages() for pair in sorted(set(_named(language)))):
            votes[name][month] += 1
        return {name: found for name, months in votes.items() if (found := _winner(months))}


def _languages() -> Iterator[str]:
    """Official ones: others call October what Portuguese calls August."""
    spoken = get_global("territory_languages").values()
    official = {
        language
        for languages in spoken
        for language, about in languages.items()
        if about["official_status"] in ("official", "de_facto_official")
    }
    yield from sorted(official.intersection(localedata.locale_identifiers()))


def _named(language: str) -> Iterator[tuple[str, int]]:
    """Not through Babel, which would keep all it has read."""
    file = Path(localedata.resolve_locale_filename(language))
    forms = pickle.loads(file.read_bytes()).get("months", {})  # noqa: S301  Babel's own
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            names = forms.get(form, {}).get(width, {})
            for month, name in names.items() if isinstance(names, Mapping) else ():
                if not any(map(str.isdigit, name)):
                    yield _without_particle(fold(name)), month


def _without_particle(name: str) -> str:
    return next((name.removeprefix(one) for one in _PARTICLES if name.startswith(one)), name)


def _winner(months: Counter[int]) -> int:
    first, second = [*months.most_common(2), (0, 0)][:2]
    return first[0] if first[1] >= _MAJORITY * second[1] else 0

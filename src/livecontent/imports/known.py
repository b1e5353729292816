"""The attributes that livecontent knows: what their values mean, what means nothing, and what can't be used.

A reading is the value, None for nothing, or a `Remark` where there is something to tell.
"""

import re
from collections.abc import Callable, Mapping
from typing import cast

from livecontent.errors import DataError
from livecontent.imports.names import Names
from livecontent.imports.notes import BROKEN, SHORTENED, Notes, Remark, damage_in
from livecontent.imports.values import clean_text, latitude, longitude

MAX_ID = 200  # characters

TEXTS = ("first_name", "last_name", "email", "city", "region", "postcode")
LISTS = ("segments", "tags")
TOLD = frozenset({*TEXTS, *LISTS, "language", "country", "timezone"})  # by their names, whatever the values
EMPTY = "taken as empty"
NOT_TEXT = "not a text, left out"
_MEANINGS = {
    "id": "the id",
    "language": "languages",
    "country": "countries",
    "timezone": "time zones",
    "latitude": "degrees",
    "longitude": "degrees",
    "segments": "lists, parted by |",
    "tags": "lists, parted by |",
}
BROKEN_BYTES = "bytes that are not text in the encoding of the file, left out"

# What programs and spreadsheets write for nothing, as they write it: Nan is a name.
_WORDS = """
NULL null \\N None NONE none nan NaN NaT N/A n/a <NA> <null> [null] (null) (blank) undefined
#N/A #n/a #NV #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL!
"""
_NOTHING = frozenset(_WORDS.split())
_SIGNS = re.compile(r"[!-/:-@\[-`{-~–—…]+")

Reading = Callable[[object], object]


def is_word_for_nothing(text: str) -> bool:
    """Whether a text is what programs write for nothing."""
    return text in _NOTHING


def means_nothing(text: str) -> bool:
    """Whether a text is a word for nothing, or signs alone."""
    return text in _NOTHING or bool(_SIGNS.fullmatch(text))


class KnownAttributes:
    """Reads values of cells, and of JSON."""

    def __init__(self) -> None:
        names = Names()
        self.readings: Mapping[str, Reading] = {
            **dict.fromkeys(TEXTS, self._text),
            **dict.fromkeys(LISTS, self._list),
            "id": read_id,
            "language": self._named(names.language, "not a language, left out"),
            "country": self._named(names.country, "not a country, left out"),
            "timezone": self._named(names.zone, "not a time zone, left out"),
            "latitude": self._named(latitude, "not a latitude, left out"),
            "longitude": self._named(longitude, "not a longitude, left out"),
        }

    def reading(self, name: str) -> Reading | None:
        """How values of a known column are read; None where the values themselves tell."""
        return self.readings.get(name)

    def meaning(self, name: str) -> str:
        """What to tell of a known column."""
        return _MEANINGS.get(name, "text")

    def _text(self, value: object) -> object:
        text = known_text(value)
        if isinstance(text, str) and (damage := damage_in(text)):
            return Remark(text, damage, text)
        return text

    def _list(self, value: object) -> object:
        """A list of JSON as it is, a text split at |."""
        if isinstance(value, list):
            return value or None
        text = known_text(value)
        if not isinstance(text, str):
            return text
        return [item for part in text.split("|") if (item := part.strip())] or None

    def _named(self, read: Callable[[str], object], otherwise: str) -> Reading:
        def reading(value: object) -> object:
            text = str(value) if isinstance(value, float) else known_text(value)
            if text is None or isinstance(text, Remark):
                return text
            try:
                return read(cast("str", text))
            except ValueError:
                return Remark(None, otherwise, str(text))

        return reading


def read_id(value: object, noun: str = "id") -> str:
    """What names a row. Raises `DataError` for what can't."""
    if isinstance(value, str) and BROKEN.search(value):
        raise DataError(f"the {noun} has bytes that are not text in the encoding of the file")
    text = _plain(value)
    if text is None and value is not None:
        raise DataError(f"the {noun} is neither a text nor a whole number")
    if not text or is_word_for_nothing(text):
        raise DataError(f"there is no {noun}")
    if SHORTENED.fullmatch(text):
        raise DataError(
            f"a spreadsheet has shortened the {noun} to {text}: format its column as text, and export again"
        )
    if len(text) > MAX_ID:
        raise DataError(f"the {noun} has more than {MAX_ID} characters")
    return text


def known_text(value: object) -> object:
    """A clean text, None for nothing, or a remark."""
    if isinstance(value, str) and not value.isascii() and BROKEN.search(value):
        return Remark(None, BROKEN_BYTES, clean_text(value))
    text = _plain(value)
    if not text:
        return None if value is None or text == "" else Remark(None, NOT_TEXT, str(value))
    return Remark(None, EMPTY, text) if means_nothing(text) else text


def _plain(value: object) -> str | None:
    """A text, or a whole number as text: ids and postcodes are often written so."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return clean_text(value) if isinstance(value, str) else None


def settle_place(profile: dict[str, object], line: int, notes: Notes) -> None:
    """Leaves out a coordinate alone, and 0,0: a point in the sea that stands for nothing."""
    pair = {name: profile[name] for name in ("latitude", "longitude") if name in profile}
    if len(pair) == 1 or set(pair.values()) == {0}:
        for name in pair:
            del profile[name]
        what = "a coordinate without the other, left out" if len(pair) == 1 else "no place (0, 0), left out"
        notes.add(next(iter(pair)), what, next(iter(pair.values())), line)

"""Embedding levels of a line by the Unicode bidirectional algorithm (UAX 9), from the system's FriBiDi.

Pillow's Raqm needs the same library, so that nothing more has to be installed.
"""

import ctypes
import ctypes.util
import re
import unicodedata
from contextlib import suppress

_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = 0x110, 0x111  # FRIBIDI_PAR_LTR, FRIBIDI_PAR_RTL
_NEVER_TURNS = re.compile("[\0-\u058f\u2010-\u2027]*")  # Latin, Greek, Cyrillic and what stands between words
_TURNS = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


class Bidi:
    """FriBiDi, or nothing where it is not installed."""

    def __init__(self) -> None:
        self._library: ctypes.CDLL | None = None
        for name in ("libfribidi.so.0", ctypes.util.find_library("fribidi")):
            with suppress(OSError):
                self._library = ctypes.CDLL(name) if name else None
            if self._library:
                break

    @property
    def available(self) -> bool:
        """Whether right-to-left text can be ordered."""
        return self._library is not None

    def levels(self, text: str, rtl: bool) -> tuple[int, ...]:
        """The embedding level of each character of a paragraph, odd from right to left; empty where none runs so."""
        turns = rtl or not (_NEVER_TURNS.fullmatch(text) or _TURNS.isdisjoint(map(unicodedata.bidirectional, text)))
        if self._library is None or not turns:
            return ()
        length = len(text)
        codes = (ctypes.c_uint32 * length)(*map(ord, text))
        types = (ctypes.c_uint32 * length)()
        brackets = (ctypes.c_uint32 * length)()
        levels = (ctypes.c_int8 * length)()
        paragraph = ctypes.c_uint32(_RIGHT_TO_LEFT if rtl else _LEFT_TO_RIGHT)
        self._library.fribidi_get_bidi_types(codes, length, types)
        self._library.fribidi_get_bracket_types(codes, length, types, brackets)
        self._library.fribidi_get_par_embedding_levels_ex(types, brackets, length, ctypes.byref(paragraph), levels)
        return tuple(levels)


def runs_right_to_left(text: str) -> bool:
    """Whether the first strong character of a text is right-to-left, which sets its paragraph's direction."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "L":
                return False
            case "R" | "AL":
                return True
    return False

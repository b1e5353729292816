"""Words in scripts without spaces, from the dictionaries of ICU and a model for Japanese phrases (BudouX).

Both are loaded when such a text first comes: the dictionaries of a process take about 7 MB, the model 1 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING

from livecontent.runtime.cache import Cache

if TYPE_CHECKING:
    from budoux import Parser

_KEPT = 2000  # pieces of texts
_STRICT = "ja@lb=strict"  # no small kana, and no mark of length, starts a line; it changes other scripts in nothing
_CJK = re.compile(
    "[\u3005-\u3007\u3021-\u3029\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7af]")


class Dictionaries:
    """Where words end in pieces of text; what was found is kept."""

    def __init__(self) -> None:
        self._kept: Cache[tuple[str, str], tuple[int, ...]] = Cache("line breaks", _KEPT)
        self._japanese: Parser | None = None

    def words(self, piece: str, tongue: str) -> tuple[int, ...]:
        """Where lines may break between words; Chinese characters are read as Japanese (`ja`) or Chinese (`zh`)."""
        found = self._kept.get((piece, tongue))
        if found is None:
            found = self._kept.put((piece, tongue), self._words(piece, tongue))
        return found

    def lines(self, piece: str) -> tuple[int, ...]:
        """Where lines may break at all: by the strict rules of Japanese, by dictionaries, between Korean syllables."""
        from icu4py.breakers import LineBreaker

        return _ends(LineBreaker(piece, _STRICT))

    def _words(self, piece: str, tongue: str) -> tuple[int, ...]:
        lines = [place for place in self.lines(piece) if not _within_korean(piece, place)]
        if not _CJK.search(piece):
            return tuple(lines)
        words = frozenset(self._phrases(piece) if tongue == "ja" else _chinese(piece))
        return tuple([place for place in lines if place in words or not _beside_cjk(piece, place)])

    def _phrases(self, piece: str) -> tuple[int, ...]:
        if self._japanese is None:
            from budoux import load_default_japanese_parser

            self._japanese = load_default_japanese_parser()
        return _ends(self._japanese.parse(piece))


def _chinese(piece: str) -> tuple[int, ...]:
    from icu4py.breakers import WordBreaker

    return _ends(WordBreaker(piece, "zh"))


def _ends(parts: Iterable[str]) -> tuple[int, ...]:
    """Where parts end within the whole."""
    return tuple(accumulate(map(len, parts)))[:-1]


def _within_korean(piece: str, place: int) -> bool:
    return bool(HANGUL.match(piece, place) and HANGUL.match(piece, place - 1))


def _beside_cjk(piece: str, place: int) -> bool:
    return bool(_CJK.match(piece, place) or _CJK.match(piece, place - 1))

"""Spaces that hold a number and what it counts: 20 h, 29 novembre, 12 €, No. 5.

The words are those with which CLDR writes dates, units and money, of all languages (`counted.txt`).
"""

import re
from collections.abc import Sequence
from pathlib import Path

DIGIT = re.compile(r"\d")
_COUNTER = re.compile("[\u3400-\u9fff\uac00-\ud7af]{1,2}")  # 月, 日, 원: CLDR writes them without a space
_NUMBER = re.compile(
    r"[(«„“‘'\"+−–-]*(?:[^\W\d_]{0,3}[$£€¥])?\d(?:[\d.,:/–\-\u00a0\u202f]*\d)?(?:st|nd|rd|th|er|e|ème|º|ª|°|\.)?"
)
_AROUND = "\"'’”)»],.;:!?…"
# What stands before a number: No. 5, № 5, n° 5, Nr. 5, p. 3, § 5, fig. 2, chap. 4, ca. 20, EUR 12
_BEFORE = re.compile(
    r"[(«„“\"]*(?:№|#|§{1,2}|[NnFf]o\.|[NnMm][°ºo]\.?|[Nn]r\.?|[Nn]úm\.|[Чч]\.|[Сс]тр\.|[СсРр]\.|pp?\.|[SV]\.|[Ff]ig\."
    r"|[Aa]bb\.|[Aa]rt\.|[Vv]ol\.|[Bb]d\.|[Cc]h(?:ap)?\.|[Kk]ap\.|[Tt][ée]l\.|[Cc]a\.|[A-Z]{3}|[Kk]l\.|godz\.|kr\.?|Rs\.?|[$£€¥₹])"
)
_LINK = re.compile(r"(?:de|di|da|d['’]|of|ta['’])")  # 29 de noviembre, 20 de ore


# A word in a paragraph: its start, its end, the end of the space behind it, and whether it is tied to the next word.
WordSpan = tuple[int, int, int, bool]


class Ties:
    """Tells which words are held together."""

    def __init__(self) -> None:
        self._months = self._counted = b""

    def tied(self, text: str, spans: list[WordSpan]) -> list[WordSpan]:
        """The words of a text, those tied to the next that stand with it as a number with what it counts."""
        found = []
        words = [text[start:end] for start, end, _, _ in spans]
        for place, (start, end, after, _) in enumerate(spans):
            counts = (
                after > end and place + 1 < len(words) and DIGIT.search(text, spans[max(place - 1, 0)][0], after + 1)
            )
            found.append((start, end, after, bool(counts) and self._hold(words, place)))
        return found

    def _hold(self, words: Sequence[str], place: int) -> bool:
        """Whether a word stays with the next: a number with what it counts, or what stands before it."""
        word, behind = words[place], words[place + 1]
        if _NUMBER.fullmatch(word):
            return DIGIT.match(behind) is not None or self._counts(behind) or self._links(words, place + 1)
        if DIGIT.match(behind):
            return _BEFORE.fullmatch(word) is not None or self._counts(word, only_months=True)
        return place > 0 and _NUMBER.fullmatch(words[place - 1]) is not None and self._links(words, place)

    def _links(self, words: Sequence[str], place: int) -> bool:
        """Whether what is counted follows a word such as `de`."""
        return place + 1 < len(words) and _LINK.fullmatch(words[place]) is not None and self._counts(words[place + 1])

    def _counts(self, word: str, *, only_months: bool = False) -> bool:
        """Whether a word is counted. The lists are searched as they stand: 10 us, and a tenth of the memory."""
        if not self._months:
            self._load()
        key = f" {word.rstrip(_AROUND).casefold()} ".encode("utf-8", "replace")
        if key in self._months:
            return True
        return not only_months and (key in self._counted or _COUNTER.fullmatch(word) is not None)

    def _load(self) -> None:
        lines = Path(__file__).with_name("counted.txt").read_bytes().splitlines()
        self._months, self._counted = (b" " + line + b" " for line in lines)

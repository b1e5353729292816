"""Reads a text paragraph by paragraph: the direction of each letter, and the words between which a line may break.

A paragraph runs as its language does. Values that were written into it, and numbers with their signs, are isolated
(as by FSI and PDI in UAX 9): they neither change the order of the words around them, nor are they changed by these.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from livecontent.compose.text.breaks import SPACES, Breaks
from livecontent.compose.text.said import Said
from livecontent.compose.text.ties import WordSpan
from livecontent.expressions.marks import places

_FSI, _PDI = "\u2068", "\u2069"
# Alone, UAX 9 would set the parts of −20 % or +33 1 23 45 67 89 from right to left among Hebrew or Arabic words. Dates
# and times are not among these, as they are read in that order.
_GROUPS = re.compile(
    r"(?<![\w+−-])(?:(?:\+[0-9]{1,4}|0[0-9]{1,4})(?:[ \u00a0\u202f.()/-]{1,2}[0-9]{1,5}){2,}"
    r"|[+−-]?[0-9]{1,3}(?: [0-9]{3})+(?![0-9]))"
)
_SIGNED = re.compile(
    r"(?<![\w+−-])(?:[+−-][0-9](?:[0-9.,\u00a0\u202f]*[0-9])?(?:[ \u00a0\u202f]?[%‰€$£₪])?"
    r"|[0-9](?:[0-9.,\u00a0\u202f]*[0-9])?[ \u00a0\u202f]?[%‰])"
)


# Letters without marks, whether they run right to left, their levels (empty: all left to right), words, and the look of
# each letter (empty: all look alike).
Paragraph = tuple[str, bool, tuple[int, ...], Sequence[WordSpan], tuple[int, ...]]


class Directions(Protocol):
    """The bidirectional algorithm."""

    def levels(self, text: str, rtl: bool) -> tuple[int, ...]:
        """Embedding levels of a paragraph of a direction; empty where all of it runs left to right."""


def paragraphs_of(said: Said, directions: Directions, breaks: Breaks) -> list[Paragraph]:
    """A text, ready to be set in any style; without empty lines before and behind."""
    found: list[Paragraph] = []
    values: tuple[tuple[int, int], ...] = ()
    written, look_of = said.marked or said.words, said.look_of
    begun = len(written) - len(written.lstrip()) if look_of else 0
    for line in written.strip().split("\n"):
        text, values = places(line) if said.marked else (line, ())
        levels = directions.levels(text, said.rtl)
        if levels:
            levels = _isolated(text, _with_numbers(text, values), said.rtl, directions)
        stripped = text.strip(SPACES)
        if shift := text.find(stripped):
            values = tuple([(start - shift, end - shift) for start, end in values])
        spans = breaks.words(stripped, said.language, values)
        first, last = shift, shift + len(stripped)
        found.append((stripped, said.rtl, levels[first:last], spans, look_of[begun + first : begun + last]))
        begun += len(text) + 1
    return found


def _with_numbers(text: str, values: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is isolated, from left to right, the outer before the inner."""
    groups = [match.span() for match in _GROUPS.finditer(text)]
    spans = [*values, *(span for span in groups if not any(_meet(span, value) for value in values))]
    signed = [match.span() for match in _SIGNED.finditer(text)]
    spans += [span for span in signed if not any(_cross(span, other) for other in spans)]
    return sorted(set(spans), key=lambda span: (span[0], -span[1]))


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _cross(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two spans meet, and neither holds the other."""
    whole = (one[0] <= other[0] and other[1] <= one[1]) or (other[0] <= one[0] and one[1] <= other[1])
    return _meet(one, other) and not whole


def _isolated(text: str, isolates: Iterable[tuple[int, int]], rtl: bool, directions: Directions) -> tuple[int, ...]:
    """The levels of the letters of a text, parts of which are isolated."""
    signs: list[list[str]] = [[] for _ in range(len(text) + 1)]  # before each letter
    for start, end in isolates:
        signs[start].append(_FSI)
        signs[end].insert(0, _PDI)
    written: list[str] = []
    letters: list[int] = []  # where they stand among the signs
    for place, before in enumerate(signs):
        written += before
        if place < len(text):
            letters.append(len(written))
            written.append(text[place])
    levels = directions.levels("".join(written), rtl)
    return tuple([levels[place] for place in letters]) if levels else ()

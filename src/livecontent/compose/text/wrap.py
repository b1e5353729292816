"""Lays words out in lines of a given width and style: glyph runs with their places.

A paragraph is ordered by the bidirectional algorithm as a whole, then cut into words; each word is shaped on its own
(a word is the unit that caches keep) and set beside the one before it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from livecontent.compose.text.breaks import SPACES, word_spans
from livecontent.runtime.cache import Cache
from livecontent.scene import Face, Run

ELLIPSIS = "…"
_BALANCED = 4  # lines: longer texts are read, not looked at

# Where a word is parted that is too wide for a line: not before a sign that French sets after a space.
_HYPHEN = re.compile(r"[-\u2010\u2013/](?=[^!?:;»%€])")
# What belongs to the sign before it: the joiner, skin tones, tags of flags.
_CLINGS = re.compile(r"[\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


class FontMetrics(Protocol):
    """What layout asks of fonts."""

    shapes: bool  # whether letters stand at fractions of pixels, so that widths are in proportion to sizes

    def levels(self, text: str, rtl: bool) -> tuple[int, ...]:
        """Embedding levels of a paragraph of a direction; empty where all of it runs left to right."""

    def runs_right_to_left(self, text: str) -> bool:
        """The direction of a paragraph, by its first letter."""

    def split(self, text: str, family: str, weight: int, italic: bool) -> list[tuple[str, Face]]:
        """A text cut where the face changes."""

    def advance(self, text: str, face: Face, size: float, rtl: bool = False) -> float:
        """How far a run moves the pen, in CSS pixels at a size in CSS pixels: the same at every scale."""

    def metrics(self, family: str, weight: int, italic: bool, size: float) -> tuple[float, float]:
        """Ascent and descent of a style, likewise."""


class Style(NamedTuple):
    """A font at a size in CSS pixels."""

    family: str
    weight: int
    italic: bool
    size: float


class Piece(NamedTuple):
    """Letters of one face and level, with their width."""

    text: str
    face: Face
    level: int
    width: float


class Word(NamedTuple):
    """What is never parted, and the width of the space that follows it within a line."""

    text: str
    pieces: tuple[Piece, ...]
    width: float
    space: float
    space_level: int
    levels: tuple[int, ...] = ()  # of its letters; empty in a paragraph that runs left to right
    parted: bool = False  # from the rest of a word that was too wide for any line
    cut: bool = False  # between letters, and not after a hyphen


class TextLine(NamedTuple):
    """Words that stand in one line."""

    words: tuple[Word, ...]
    rtl: bool

    @property
    def width(self) -> float:
        """From the first word to the last, without the space behind it."""
        width = 0.0
        for word in self.words:
            width += word.width + word.space
        return width - (self.words[-1].space if self.words else 0)


Paragraph = tuple[list[Word], bool]  # whether it runs right to left
ShapedWords = Cache[
    tuple[str, bool, tuple[int, ...], Style], Word
]  # by text, whether a space follows, levels and style


class Typesetter:
    """Sets text in one style and direction; None: each paragraph's first letter tells. Most words are `known`."""

    def __init__(self, measure: FontMetrics, style: Style, rtl: bool | None, known: ShapedWords) -> None:
        self._measure = measure
        self.style = style
        self._rtl = rtl
        self._known = known

    def paragraphs(self, text: str) -> list[Paragraph]:
        """A text, to be wrapped."""
        found = []
        for paragraph in text.split("\n"):
            paragraph = paragraph.strip(SPACES)  # noqa: PLW2901
            rtl = self._measure.runs_right_to_left(paragraph) if self._rtl is None else self._rtl
            found.append((self._words(paragraph, rtl), rtl))
        return found

    def wrapped(self, paragraphs: Iterable[Paragraph], width: float, *, balanced: bool = True) -> list[TextLine]:
        """Paragraphs, in lines of even length or full ones. A word wider than the line is cut between letters."""
        lines: list[TextLine] = []
        for words, rtl in paragraphs:
            wrapped = self._wrap(words, width)
            wrapped = self._balanced(words, wrapped, width) if balanced else wrapped
            lines += [TextLine(tuple(line), rtl) for line in wrapped]
        return lines

    def _balanced(self, words: list[Word], wrapped: list[list[Word]], width: float) -> list[list[Word]]:
        """The same number of lines, as even as can be: a headline's last word does not stand alone."""
        if not 2 <= len(wrapped) <= _BALANCED or (widest := max([word.width for word in words])) > width:
            return wrapped
        narrow, wide = width / len(wrapped), width
        while wide - narrow > self.style.size / 4:
            middle = (narrow + wide) / 2
            if widest <= middle and len(tried := self._wrap(words, middle)) == len(wrapped):
                wide, wrapped = middle, tried
            else:
                narrow = middle
        return wrapped

    def shorten(self, line: TextLine, more: bool, width: float) -> TextLine:
        """A line that ends in an ellipsis where `more` follows or it is too wide."""
        if not more and line.width <= width:
            return line
        text = "".join(word.text + (" " if word.space else "") for word in line.words)
        while True:
            short = TextLine(tuple(self._words(text.rstrip(" ,;:.-") + ELLIPSIS, line.rtl)), line.rtl)
            if short.width <= width:
                return short
            if not text:
                return TextLine((), line.rtl)
            text = text[: _whole(text, len(text) - 1)].rstrip()

    def runs(self, line: TextLine, x: float, y: int, scale: int) -> list[Run]:
        """The runs of a line in device pixels, in the order they stand from left to right; x is in CSS pixels."""
        css = self.style.size
        size = css * scale
        runs = []
        if not (line.words and line.words[0].levels):
            for word in line.words:
                for piece in word.pieces:
                    runs.append(Run(piece.text, piece.face, size, round(x * scale), y, optical=css))
                    x += piece.width
                x += word.space
            return runs
        pieces: list[tuple[str, Face | None, int, float]] = []
        for index, word in enumerate(line.words):
            pieces += word.pieces
            if word.space and index + 1 < len(line.words):
                pieces.append((" ", None, word.space_level, word.space))
        for text, face, level, width in _visual(pieces):
            if face is not None:
                runs.append(Run(text, face, size, round(x * scale), y, bool(level % 2), css))
            x += width
        return runs

    def _words(self, paragraph: str, rtl: bool) -> list[Word]:
        levels = self._measure.levels(paragraph, rtl)
        known, style = self._known, self.style
        words: list[Word] = []
        for start, end, space_end in word_spans(paragraph):
            spaced = space_end > end and paragraph[end] != "\u200b"
            text, around = paragraph[start:end], levels[start : end + 1]
            key = (text, spaced, around, style)
            words.append(known.get(key) or known.put(key, self._word(text, spaced, around)))
        return words

    def _word(self, text: str, spaced: bool, levels: tuple[int, ...]) -> Word:
        """A word with the levels of its letters and of what follows."""
        end = len(text)
        pieces = self._pieces(text, 0, end, levels)
        space = self._space() if spaced and pieces else 0.0  # where no font has any of it, there is no gap either
        return Word(text, pieces, _width(pieces), space, levels[end] if len(levels) > end else 0, levels[:end])

    def _pieces(self, paragraph: str, start: int, end: int, levels: Sequence[int]) -> tuple[Piece, ...]:
        style = self.style
        pieces = []
        for text, level in _by_level(paragraph, start, end, levels):
            for part, face in self._measure.split(text, style.family, style.weight, style.italic):
                width = self._measure.advance(part, face, style.size, bool(level % 2))
                pieces.append(Piece(part, face, level, width))
        return tuple(pieces)

    def _space(self) -> float:
        style = self.style
        ((_, face),) = self._measure.split(" ", style.family, style.weight, style.italic)
        return self._measure.advance(" ", face, style.size)

    def _wrap(self, words: list[Word], width: float) -> list[list[Word]]:
        line: list[Word] = []
        lines = [line]
        used = 0.0
        for word in words:
            if line and used + word.width > width:
                lines.append(line := [])
                used = 0.0
            if word.width > width:
                *whole, word = self._cut(word, width)  # noqa: PLW2901
                for part in whole:
                    line.append(part)
                    lines.append(line := [])
            line.append(word)
            used += word.width + word.space
        return lines

    def _cut(self, word: Word, width: float) -> list[Word]:
        """A word too wide for any line, in parts that fit; after a hyphen where it has one."""
        parts: list[Word] = []
        start, end = 0, len(word.text)
        while start < end:
            part = self._part(word, start, end)
            while part.width > width and (shorter := _shorter(part, width)):
                part = self._part(word, start, start + shorter)
            stop = start + len(part.text)
            if stop < end and (hyphens := list(_HYPHEN.finditer(word.text, start + 1, stop + 1))):
                part = self._part(word, start, hyphens[-1].end())
            parts.append(part)
            start += len(part.text)
            start = end - len(word.text[start:].lstrip(SPACES))
        return [*parts[:-1], parts[-1]._replace(space=word.space, space_level=word.space_level)]

    def _part(self, word: Word, start: int, end: int) -> Word:
        """Letters that are cut out of a word."""
        pieces = self._pieces(word.text, start, end, word.levels)
        cut = any(edge not in (0, len(word.text)) and not _HYPHEN.match(word.text, edge - 1) for edge in (start, end))
        text, levels = word.text[start:end], word.levels[start:end]
        return Word(text, pieces, _width(pieces), 0.0, 0, levels, parted=True, cut=cut)


def _width(pieces: Iterable[Piece]) -> float:
    return sum([piece.width for piece in pieces])


def _shorter(part: Word, width: float) -> int:
    """How many of the first letters to try next where a part is too wide; 0 where there is nothing shorter."""
    count = len(part.text)
    return _whole(part.text, int(count * width / part.width)) or _whole(part.text, count - 1)


def _whole(text: str, count: int) -> int:
    """The most characters, at most `count`, that can stand alone: marks and joined signs stay with their letter."""
    while 0 < count < len(text) and (
        unicodedata.category(text[count]).startswith("M") or _CLINGS.match(text[count]) or text[count - 1] == "\u200d"
    ):
        count -= 1
    return count


def _by_level(text: str, start: int, end: int, levels: Sequence[int]) -> list[tuple[str, int]]:
    if not levels:
        return [(text[start:end], 0)]
    parts: list[tuple[str, int]] = []
    for index in range(start, end):
        if parts and parts[-1][1] == levels[index]:
            parts[-1] = (parts[-1][0] + text[index], levels[index])
        else:
            parts.append((text[index], levels[index]))
    return parts


def _visual(pieces: list[tuple[str, Face | None, int, float]]) -> list[tuple[str, Face | None, int, float]]:
    """Pieces from left to right: rule L2 of UAX 9, from the highest level down, reverse what is at it or above."""
    highest = max((piece[2] for piece in pieces), default=0)
    for level in range(highest, 0, -1):
        index = 0
        while index < len(pieces):
            if pieces[index][2] < level:
                index += 1
                continue
            end = index
            while end < len(pieces) and pieces[end][2] >= level:
                end += 1
            pieces[index:end] = reversed(pieces[index:end])
            index = end
    return pieces

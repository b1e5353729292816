"""Lays words out in lines of a given width and style: glyph runs with their places.

Each word is shaped on its own (a word is the unit that caches keep) and set beside the one before it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, repeat

from livecontent.compose.text.breaks import SPACES
from livecontent.compose.text.clusters import JOINER, clusters, joined_across, may_spread
from livecontent.compose.text.look import Look
from livecontent.compose.text.paragraphs import Paragraph
from livecontent.compose.text.words import FontMetrics, Parts, Piece, ShapedWords, Style, TextLine, Word, Words, dressed
from livecontent.scene import Face, Run

ELLIPSIS = "…"
_SOFT_HYPHEN = "\u00ad"  # seen only where a line ends
_BALANCED = 4  # lines: longer texts are read, not looked at

# A word of letters that take a hyphen where it is cut, unlike an address or a code: Latin, Greek, Cyrillic, Armenian.
_WORD = re.compile(r"\W*[^\W\d_]+(?:['’‐\u00ad-][^\W\d_]+)*\W*")
_HYPHENATED = re.compile("[A-Za-z\u00c0-\u058f\u1e00-\u1fff]{2}")
# What belongs to the sign before it: the joiner, skin tones, tags of flags.
_CLINGS = re.compile(r"[\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


class Typesetter:
    """Sets text in one style, or letter by letter in those of its looks. Most words are `known`."""

    def __init__(
        self,
        measure: FontMetrics,
        style: Style,
        known: ShapedWords,
        parts: Parts,
        looks: tuple[Look, ...] = (),
        shrunk: float = 1.0,
    ) -> None:
        """The text is so many times as large as it was meant to be."""
        self._measure = measure
        self.style = style
        self.looks = tuple([dressed(style, look, shrunk) for look in looks]) if looks else ()
        self._known = known
        self._parts = parts

    def words(self, paragraphs: Iterable[Paragraph]) -> list[Words]:
        """The words of paragraphs, to be wrapped."""
        found = []
        for paragraph in paragraphs:
            found.append((self._words(paragraph), paragraph[1]))  # noqa: PERF401  a comprehension is a call more
        return found

    def wrapped(
        self, paragraphs: Iterable[Words], width: float, *, balanced: bool = True, tied: bool = True
    ) -> list[TextLine]:
        """Words, in lines of even length or full ones. A word wider than the line is parted, or cut between letters."""
        lines: list[TextLine] = []
        for words, rtl in paragraphs:
            wrapped = self._wrap(words, width, tied)
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
        words, last = list(line.words), None
        while words:
            last = words.pop()
            room = width - sum([word.width + word.space for word in words])
            count = len(last.text)
            while kept := last.text[:count].rstrip(" ,;:.-"):
                short = self._with_ellipsis(kept, last, line.rtl)
                if short.width <= room:
                    return TextLine((*words, short), line.rtl)
                count = _whole(kept, len(kept) - 1)
        alone = self._with_ellipsis("", last, line.rtl)
        return TextLine((alone,) if alone.width <= width else (), line.rtl)

    def _with_ellipsis(self, kept: str, word: Word | None, rtl: bool) -> Word:
        """The first letters of a word, and the ellipsis, which runs as the paragraph does."""
        turned = rtl or (word is not None and word.levels)
        levels = (*(word.levels[: len(kept)] if word else ()), int(rtl)) if turned else ()
        looks = word.looks[: len(kept) + 1] if word else ()  # it looks like the first letter that it stands for
        if len(looks) == len(kept):
            looks += looks[-1:]
        text = kept + ELLIPSIS
        pieces = self._pieces(text, levels, looks)
        return Word(text, pieces, _width(pieces), 0.0, int(rtl), levels, looks)

    def tallest(self, line: TextLine) -> float:
        """The size of the largest letters of a line."""
        return max([self.looks[look].size for word in line.words for look in word.looks], default=self.style.size)

    def runs(self, line: TextLine, x: float, y: int, scale: int) -> list[Run]:
        """The runs of a line in device pixels, in the order they stand from left to right; x is in CSS pixels."""
        css = self.style.size
        size = css * scale
        runs = []
        if not (line.words and line.words[0].levels):
            for word in line.words:
                for text, face, _, width, _ in word.pieces:
                    if face is not None:
                        runs.append(Run(text, face, size, round(x * scale), y, optical=css))
                    x += width
                x += word.space
            return runs
        for text, face, level, width, _ in visual_order(line):
            if face is not None:
                runs.append(Run(text, face, size, round(x * scale), y, bool(level % 2), css))
            x += width
        return runs

    def _words(self, paragraph: Paragraph) -> list[Word]:
        text, _, levels, spans, look_of = paragraph
        known, style, styles = self._known, self.style, self.looks
        words: list[Word] = []
        for start, end, after, tied in spans:
            spaced = after > end and text[end] != "\u200b"
            word, around, looks = text[start:end], levels[start : end + 1], look_of[start : end + 1]
            key = (word, spaced, tied, around, style, looks, styles)
            words.append(known.get(key) or known.put(key, self._word(word, spaced, tied, around, looks)))
        return words

    def _word(self, text: str, spaced: bool, tied: bool, levels: tuple[int, ...], looks: tuple[int, ...]) -> Word:
        """A word with the levels and looks of its letters and of what follows."""
        end = len(text)
        letters, beside = looks[:end], looks[end] if len(looks) > end else 0
        pieces = self._pieces(text, levels, letters)
        space = self._space(beside) if spaced and pieces else 0.0  # where no font has it, there is no gap either
        if self.style.spacing and pieces and may_spread(text):
            space = max(space + (2 if spaced else 1) * self.style.spacing, 0.0)
        after = levels[end] if len(levels) > end else 0
        return Word(text, pieces, _width(pieces), space, after, levels[:end], letters, beside, tied)

    def _pieces(self, word: str, levels: Sequence[int], looks: Sequence[int]) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        for text, level, look in _alike(word, levels, looks):
            style = self.looks[look] if looks else self.style
            for part, face in self._measure.split(text, style.family, style.weight, style.italic, style.language):
                if style.spacing and may_spread(part):
                    pieces += self._spread(part, face, level, look, style)
                    continue
                width = self._measure.advance(part, face, style.size, bool(level % 2))
                pieces.append(Piece(part, face, level, width, look))
        if pieces and pieces[-1].face is None:  # behind the last letter
            pieces.pop()
        return tuple(pieces)

    def _spread(self, text: str, face: Face, level: int, look: int, style: Style) -> Iterator[Piece]:
        """Letters one by one, each with a gap behind it; nearer than half of a letter none comes."""
        for letter, after in pairwise([*clusters(text), ""]):
            width = self._measure.step(letter, after, face, style.size, bool(level % 2))
            yield Piece(letter, face, level, width, look)
            yield Piece("", None, level, max(style.spacing, -width / 2), look)

    def _space(self, look: int) -> float:
        style = self.looks[look] if self.looks else self.style
        ((_, face),) = self._measure.split(" ", style.family, style.weight, style.italic)
        return self._measure.advance(" ", face, style.size)

    def _wrap(self, words: list[Word], width: float, tied: bool = True) -> list[list[Word]]:
        line: list[Word] = []
        lines = [line]
        used = 0.0
        for word in words:
            if line and used + word.width > width:
                first, room = len(line), width - word.width
                while tied and first and line[first - 1].tied:  # what counts or is counted moves along, if it can
                    first -= 1
                    room -= line[first].width + line[first].space
                first = first if first and room >= 0 else len(line)
                used = width - word.width - room if first < len(line) else 0.0
                lines.append(held := line[first:])
                del line[first:]
                line = held
            if word.width > width:
                *whole, word = self._cut(word, width)  # noqa: PLW2901
                for part in whole:
                    line.append(part)
                    lines.append(line := [])
            line.append(word)
            used += word.width + word.space
        return lines

    def _cut(self, word: Word, width: float) -> list[Word]:
        """A word too wide for any line, in parts that fit: where it may be parted, else between letters."""
        parts: list[Word] = []
        places = [*self._parts(word.text), len(word.text)]
        start, end = 0, len(word.text)
        while start < end:
            stop = self._reach(word, start, places, width)
            parts.append(self._part(word, start, stop, places))
            start = end - len(word.text[stop:].lstrip(SPACES))
        return [*parts[:-1], parts[-1]._replace(space=word.space, space_level=word.space_level, tied=word.tied)]

    def _reach(self, word: Word, start: int, places: Sequence[int], width: float) -> int:
        """How far a part reaches that fits: to the last place before it gets too wide, else to any letter."""
        stop = len(word.text)
        while (part := self._part(word, start, stop, places)).width > width:
            shorter = _shorter(part, stop - start, width)
            if not shorter:
                break
            stop = start + shorter
        return max([place for place in places if start < place <= stop], default=stop)

    def _part(self, word: Word, start: int, end: int, places: Sequence[int]) -> Word:
        """Letters that are parted from a word, with a hyphen where they are cut from it."""
        text, levels, looks = word.text[start:end], word.levels[start:end], word.looks[start:end]
        if (
            end - start > 1
            and end not in places
            and _HYPHENATED.match(word.text, end - 1)
            and _WORD.fullmatch(word.text)
        ):
            text, levels, looks = text + "-", levels and (*levels, levels[-1]), looks and (*looks, looks[-1])
        elif text.endswith(_SOFT_HYPHEN) and end < len(word.text):
            text = text[:-1] + "-"
        pieces = self._pieces(text, levels, looks)
        cut = not {start, end} <= {0, *places}
        return Word(text, pieces, _width(pieces), 0.0, 0, levels, looks, parted=True, cut=cut)


def _width(pieces: Iterable[Piece]) -> float:
    return sum([piece.width for piece in pieces])


def _shorter(part: Word, count: int, width: float) -> int:
    """How many of the first letters to try next where a part is too wide; 0 where there is nothing shorter."""
    text = part.text[:count]
    return _whole(text, int(count * width / part.width)) or _whole(text, count - 1)


def _whole(text: str, count: int) -> int:
    """The most characters, at most `count`, that can stand alone: marks and joined signs stay with their letter."""
    while 0 < count < len(text) and (
        unicodedata.category(text[count]).startswith("M") or _CLINGS.match(text[count]) or text[count - 1] == "\u200d"
    ):
        count -= 1
    return count


def _alike(text: str, levels: Sequence[int], looks: Sequence[int]) -> list[tuple[str, int, int]]:
    """Letters side by side of one level and look."""
    if not levels and not looks:
        return [(text, 0, 0)]
    parts: list[tuple[str, int, int]] = []
    for letter, level, look in zip(text, levels or repeat(0), looks or repeat(0), strict=False):
        if parts and parts[-1][1:] == (level, look):
            parts[-1] = (parts[-1][0] + letter, level, look)
        else:
            parts.append((letter, level, look))
    for place, (one, other) in enumerate(pairwise(parts) if looks else ()):
        if joined_across(one[0], other[0]):  # shaped alone, they take the shapes of letters that join
            parts[place] = (parts[place][0] + JOINER, *one[1:])
            parts[place + 1] = (JOINER + other[0], *other[1:])
    return parts


def visual_order(line: TextLine) -> list[Piece]:
    """Pieces from left to right: rule L2 of UAX 9, from the highest level down, reverse what is at it or above."""
    pieces: list[Piece] = []
    for index, word in enumerate(line.words):
        pieces += word.pieces
        if word.space and index + 1 < len(line.words):
            pieces.append(Piece("", None, word.space_level, word.space, word.space_look))
    highest = max((piece.level for piece in pieces), default=0)
    for level in range(highest, 0, -1):
        index = 0
        while index < len(pieces):
            if pieces[index].level < level:
                index += 1
                continue
            end = index
            while end < len(pieces) and pieces[end].level >= level:
                end += 1
            pieces[index:end] = reversed(pieces[index:end])
            index = end
    return pieces

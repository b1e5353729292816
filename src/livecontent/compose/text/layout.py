"""Texts in boxes: wrapped, shrunk or shortened where they are too long.

All of it is measured in CSS pixels, so that lines break in the same places at every scale; device pixels are made at
the end, when runs get their places.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate
from math import ceil
from typing import NamedTuple

from livecontent.compose.context import LayoutContext, Lines
from livecontent.compose.text.look import Look
from livecontent.compose.text.paragraphs import Paragraph, paragraphs_of
from livecontent.compose.text.said import PLAIN, Said
from livecontent.compose.text.words import Style, TextLine, Words
from livecontent.compose.text.wrap import Typesetter
from livecontent.compose.values import Align, Rect, VerticalAlign
from livecontent.scene import Run

_NARROWER = 1.02  # than in proportion: so much may a letter be at a smaller size, as it is rounded
UPPER_PART = {"top": 0.0, "middle": 0.5, "bottom": 1.0}  # of the free height
_SAME = 1 + 1e-9  # for sums of fractions
_STEP = 24  # one in so many parts of a size is how much smaller the next one to try is,
_ENDLESS = 1e6  # CSS pixels
_LEAST_STEP = 0.5  # and at least so many CSS pixels


class TextStyle(NamedTuple):
    """How a text is set; sizes in CSS pixels."""

    face: tuple[str, int, bool]  # family, weight, italic
    size: float
    align: Align
    valign: VerticalAlign
    line_height: float  # times the size
    lines: int | None  # at most; None: as many as the box is high for
    shrink_to: float
    spacing: float = 0.0  # between letters, more than usual


def set_text(said: Said, style: TextStyle, box: Rect, context: LayoutContext) -> Lines:
    """The runs of a text in a box, line by line."""
    if not said.words.strip():
        return ()
    key = (said, style, box, context.scale)
    lines = context.texts.get(key)
    if lines is None:
        lines = context.texts.put(key, _set(said, style, box, context))
    return lines


def _set(said: Said, style: TextStyle, box: Rect, context: LayoutContext) -> Lines:
    language = "" if PLAIN.fullmatch(said.words) else said.shapes or said.language
    setter, lines = fit(paragraphs_of(said, context.fonts, context.breaks), style, language, box, context)
    scale, size = context.scale, setter.style.size
    line_height = size * style.line_height
    ascent, descent = context.fonts.metrics(*style.face, size)
    top = box.y + UPPER_PART[style.valign] * (box.height - line_height * len(lines))
    baseline = round((top + (line_height - ascent - descent) / 2 + ascent) * scale)
    step = round(line_height * scale)  # whole pixels, so that all lines are as far apart
    found: list[tuple[Run, ...]] = []
    for index, line in enumerate(lines):
        x = box.x + left_part(style.align, line) * (box.width - line.width)
        found.append(tuple(setter.runs(line, x, baseline + index * step, scale)))
    return tuple(runs for runs in found if runs)


def hugged_text(said: Said, style: TextStyle, box: Rect, context: LayoutContext, *, wide: bool, high: bool) -> Rect:
    """A box, only as wide or high as the words in it, and where they stand."""
    language = "" if PLAIN.fullmatch(said.words) else said.shapes or said.language
    setter, lines = fit(paragraphs_of(said, context.fonts, context.breaks), style, language, box, context, said.looks)
    width = max([line.width for line in lines], default=0.0) if wide else box.width
    height = _height(setter, lines, style) if high else box.height
    left = left_part(style.align, lines[0]) if lines else 0.0
    top = UPPER_PART[style.valign]
    return Rect(box.x + left * (box.width - width), box.y + top * (box.height - height), width, height)


class TextMeasure(NamedTuple):
    """How wide a text is at least, by its longest word, and at most, in one line; how high then, and at a width."""

    least: float
    most: float
    short: float
    tall: Callable[[float], float]


def measured(said: Said, style: TextStyle, context: LayoutContext) -> TextMeasure:
    """A text that no box limits yet; where it may shrink, it is as wide at least as its smallest letters need."""
    language = "" if PLAIN.fullmatch(said.words) else said.shapes or said.language
    paragraphs = paragraphs_of(said, context.fonts, context.breaks)

    def laid(size: float) -> tuple[Typesetter, list[TextLine]]:
        shrunk = size / style.size
        own = Style(*style.face, size, language, style.spacing * shrunk)
        setter = Typesetter(context.fonts, own, context.shaped, context.breaks.parts, said.looks, shrunk)
        return setter, setter.wrapped(setter.words(paragraphs), _ENDLESS, balanced=False)

    setter, lines = laid(style.size)
    most = _up(max([line.width for line in lines], default=0.0))

    def tall(width: float) -> float:
        setter, found = fit(paragraphs, style, language, Rect(0, 0, width, _ENDLESS), context, said.looks)
        return _up(_height(setter, found, style))

    smallest = laid(style.shrink_to)[1] if style.shrink_to < style.size else lines
    least = max([word.width for line in smallest for word in line.words], default=0.0)
    whole = len(lines) <= (style.lines or len(lines))
    short = _up(_height(setter, lines, style)) if whole else tall(most)
    return TextMeasure(_up(least), most, short, tall)


def _height(setter: Typesetter, lines: Sequence[TextLine], style: TextStyle) -> float:
    """The height of lines."""
    sizes = sum(map(setter.tallest, lines)) if setter.looks else len(lines) * setter.style.size
    return sizes * style.line_height


def _up(length: float) -> float:
    """The next 64th of a pixel, as in browsers: so that what was measured fits into its measure."""
    return ceil(length * 64) / 64


class _Laid(NamedTuple):
    """Words in lines at a size, and the most lines there may be."""

    setter: Typesetter
    words: list[Words]
    lines: list[TextLine]
    most: int  # where all letters are of one size, as many as the box is high for

    def fits(self, *, whole: bool) -> bool:
        """Whether no words are lost: with all of them whole, or some parted after a hyphen."""
        if len(self.lines) > self.most:
            return False
        return True not in [word.parted if whole else word.cut for line in self.lines for word in line.words]


def fit(
    paragraphs: Sequence[Paragraph],
    text: TextStyle,
    language: str,
    box: Rect,
    context: LayoutContext,
    looks: tuple[Look, ...] = (),
) -> tuple[Typesetter, list[TextLine]]:
    """The largest size at which the words fit, whole if they can be, else the smallest with an ellipsis.

    What tags made larger or smaller shrinks in proportion.
    """

    def lay(size: float) -> _Laid:
        shrunk = size / text.size
        style = Style(*text.face, size, language, text.spacing * shrunk)
        setter = Typesetter(context.fonts, style, context.shaped, context.breaks.parts, looks, shrunk)
        words = setter.words(paragraphs)
        lines = setter.wrapped(words, box.width)
        return _Laid(setter, words, lines, _most(text, box, size, setter, lines))

    laid = lay(text.size)
    if laid.fits(whole=True):
        return laid.setter, laid.lines
    sizes = _sizes(text.size, min(text.shrink_to, text.size))
    for whole in (True, False):
        start = _first_to_try(sizes, laid, text, box, whole=whole) if context.fonts.shapes else 0
        for size in sizes[start:]:
            smaller = lay(size)
            if smaller.fits(whole=whole):
                return smaller.setter, smaller.lines
    return _shortened(lay(sizes[-1]), text, box)


def _most(text: TextStyle, box: Rect, size: float, setter: Typesetter, lines: Sequence[TextLine]) -> int:
    """The most lines there may be, where the text is so large."""
    room = box.height / (size * text.line_height)
    if text.lines or not setter.looks:
        return text.lines or max(1, int(room * _SAME))
    heights = accumulate([setter.tallest(line) / setter.style.size for line in lines])
    return max(1, sum([height <= room * _SAME for height in heights]))


def _first_to_try(sizes: list[float], laid: _Laid, text: TextStyle, box: Rect, *, whole: bool) -> int:
    """The first of the sizes at which words could fit, told by their letters at the largest, made smaller."""

    def could(size: float) -> bool:
        width = box.width * sizes[0] / size * _NARROWER
        lines = laid.setter.wrapped(laid.words, width, balanced=False)
        return laid._replace(lines=lines, most=_most(text, box, size, laid.setter, lines)).fits(whole=whole)

    return bisect_left(sizes, True, key=could)


def _shortened(laid: _Laid, text: TextStyle, box: Rect) -> tuple[Typesetter, list[TextLine]]:
    """As many words as fit, in full lines that may end between a number and its unit, and an ellipsis."""
    lines = laid.setter.wrapped(laid.words, box.width, balanced=False, tied=False)
    setter = laid.setter
    most = _most(text, box, setter.style.size, setter, lines) if setter.looks else laid.most
    kept, more = lines[:most], len(lines) > most
    return setter, [*kept[:-1], setter.shorten(kept[-1], more, box.width)]


def _sizes(largest: float, smallest: float) -> list[float]:
    """Sizes to try, one after the other."""
    sizes = [largest]
    while sizes[-1] > smallest:
        sizes.append(max(sizes[-1] - max(_LEAST_STEP, sizes[-1] / _STEP), smallest))
    return sizes


def left_part(align: Align, line: TextLine) -> float:
    """How much of the free width stands to the left of a line."""
    if align in ("start", "end"):
        return 1.0 if (align == "start") == line.rtl else 0.0
    return {"left": 0.0, "center": 0.5, "right": 1.0}[align]

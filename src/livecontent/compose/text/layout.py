"""Text layers: wrapped into the box, shrunk or shortened where too long."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from livecontent.compose.context import ComposeContext
from livecontent.compose.text.wrap import Paragraph, Style, TextLine, Typesetter
from livecontent.creative.layers import TextLayer
from livecontent.creative.values import Align, Fit, Font, VerticalAlign
from livecontent.expressions.template import LocalizedTemplate
from livecontent.scene import Box, Node, Run, Text

_NARROWER = 1.02  # than in proportion: so much may a letter be at a smaller size, as it is rounded
_UPPER_PART = {"top": 0.0, "middle": 0.5, "bottom": 1.0}  # of the free height


@dataclass(frozen=True, slots=True)
class Setting:
    """How words are set in a box."""

    font: Font
    align: Align
    valign: VerticalAlign
    line_height: float
    fit: Fit
    rtl: bool | None = None  # None: by its first letter


def compose_text(layer: TextLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """The laid-out words of a text setting; most come again, as names of shops and distances in words do."""
    prefetched = layer.prefetched if desk.live and isinstance(layer.prefetched, LocalizedTemplate) else None
    rtl = desk.direction(prefetched or layer.text)
    words = desk.say(prefetched or layer.text)
    key = (id(layer), box, words, rtl)
    kept = desk.materials.texts.get(key)
    if kept is None:  # with its layer, so that no other has the same identity meanwhile
        kept = desk.materials.texts.keep(key, (layer, _lines(layer, words, box, rtl, desk)))
    _, nodes = kept
    if nodes:
        desk.said.append(words)
    return nodes


def _lines(layer: TextLayer, words: str, box: Box, rtl: bool | None, desk: ComposeContext) -> tuple[Text, ...]:
    setting = Setting(layer.font, layer.align, layer.valign, layer.line_height, layer.fit, rtl)
    runs = set_words(words, setting, box, desk)
    if not runs:
        return ()
    shadow, stroke = desk.shadow(layer.shadow), desk.stroke(layer.stroke)
    lines: Iterable[tuple[Run, ...]] = (runs,)
    if layer.opacity == 1 and not (shadow or stroke):
        # Lines apart from each other, so that one that was seen before is not drawn again for another that is new.
        lines = (tuple(line) for _, line in groupby(runs, attrgetter("y")))
    return tuple(
        [
            Text(box=box, opacity=layer.opacity, shadow=shadow, runs=line, colour=layer.color, stroke=stroke)
            for line in lines
        ]
    )


def set_words(words: str, setting: Setting, box: Box, desk: ComposeContext) -> tuple[Run, ...]:
    """The runs of words in a box."""
    words = words.strip()
    if not words:
        return ()
    setter, lines = _fit(words, setting, box, desk)
    height = round(setter.style.size * setting.line_height)
    ascent, descent = desk.materials.measure.metrics(*style_of(setting.font), setter.style.size)
    first = box.y + _UPPER_PART[setting.valign] * (box.height - height * len(lines))
    baseline = round(first + (height - ascent - descent) / 2 + ascent)
    runs: list[Run] = []
    for index, line in enumerate(lines):
        x = box.x + _left_part(setting.align, line) * (box.width - line.width)
        runs += setter.runs(line, x, baseline + index * height)
    return tuple(runs)


def style_of(font: Font) -> tuple[str, int, bool]:
    """Family, weight and italic of a font."""
    return font.family, font.weight, font.italic


class _Laid(NamedTuple):
    """Words in lines at a size, and the most lines there may be."""

    setter: Typesetter
    paragraphs: list[Paragraph]
    lines: list[TextLine]
    most: int

    def fits(self, *, whole: bool) -> bool:
        """Whether no words are lost: with all of them whole, or some parted after a hyphen."""
        if len(self.lines) > self.most:
            return False
        return True not in [word.parted if whole else word.cut for line in self.lines for word in line.words]


def _fit(words: str, setting: Setting, box: Box, desk: ComposeContext) -> tuple[Typesetter, list[TextLine]]:
    """The largest size at which the words fit, whole if they can be, else the smallest with an ellipsis."""
    materials, font = desk.materials, setting.font

    def lay(size: int) -> _Laid:
        style = Style(font.family, font.weight, font.italic, size)
        setter = Typesetter(materials.measure, style, setting.rtl, materials.known)
        paragraphs = setter.paragraphs(words)
        return _Laid(setter, paragraphs, setter.wrapped(paragraphs, box.width), _most(setting, box, size))

    largest = desk.px(font.size)
    laid = lay(largest)
    if laid.fits(whole=True):
        return laid.setter, laid.lines
    sizes = _sizes(largest, min(desk.px(setting.fit.shrink_to or font.size), largest))
    for whole in (True, False):
        start = _first_to_try(sizes, laid, setting, box, whole=whole) if materials.measure.shapes else 0
        for size in sizes[start:]:
            smaller = lay(size)
            if smaller.fits(whole=whole):
                return smaller.setter, smaller.lines
    return _shortened(lay(sizes[-1]), box)


def _most(setting: Setting, box: Box, size: int) -> int:
    """The most lines there may be."""
    return setting.fit.lines or max(1, int(box.height / (size * setting.line_height)))


def _first_to_try(sizes: list[int], laid: _Laid, setting: Setting, box: Box, *, whole: bool) -> int:
    """The first of the sizes at which words could fit, told by their letters at the largest, made smaller."""

    def could(size: int) -> bool:
        width = box.width * sizes[0] / size * _NARROWER
        lines = laid.setter.wrapped(laid.paragraphs, width, balanced=False)
        return laid._replace(lines=lines, most=_most(setting, box, size)).fits(whole=whole)

    return bisect_left(sizes, True, key=could)


def _shortened(laid: _Laid, box: Box) -> tuple[Typesetter, list[TextLine]]:
    """As many words as fit, in full lines, and an ellipsis."""
    lines = laid.setter.wrapped(laid.paragraphs, box.width, balanced=False)
    kept, more = lines[: laid.most], len(lines) > laid.most
    return laid.setter, [*kept[:-1], laid.setter.shorten(kept[-1], more, box.width)]


def _sizes(largest: int, smallest: int) -> list[int]:
    """Sizes to try, one after the other."""
    sizes = [largest]
    while sizes[-1] > smallest:
        sizes.append(max(sizes[-1] - max(1, sizes[-1] // 24), smallest))
    return sizes


def _left_part(align: Align, line: TextLine) -> float:
    """How much of the free width stands to the left of a line."""
    if align in ("start", "end"):
        return 1.0 if (align == "start") == line.rtl else 0.0
    return {"left": 0.0, "center": 0.5, "right": 1.0}[align]

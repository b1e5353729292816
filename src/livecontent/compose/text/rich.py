"""Texts whose letters do not all look alike, in boxes: letters by colour, and the lines under and through them.

All letters of a line stand on one baseline. A line is as high as its largest letters ask for; it stands where a line of
the text's own font would stand at that size, so that letters in bold move nothing.
"""

from collections.abc import Iterator
from typing import NamedTuple

from livecontent.compose.context import LayoutContext, RichLine, RichLines, Ruled
from livecontent.compose.text.layout import UPPER_PART, TextStyle, fit, left_part
from livecontent.compose.text.look import Line, Look
from livecontent.compose.text.paragraphs import paragraphs_of
from livecontent.compose.text.said import PLAIN, Said
from livecontent.compose.text.words import Style, TextLine
from livecontent.compose.text.wrap import Typesetter, visual_order
from livecontent.compose.values import Rect
from livecontent.scene import Box, Colour, Run


def set_rich(said: Said, style: TextStyle, box: Rect, context: LayoutContext) -> RichLines:
    """The lines of a text in a box."""
    if not said.words.strip():
        return ()
    key = (said, style, box, context.scale)
    lines = context.rich_texts.get(key)
    if lines is None:
        lines = context.rich_texts.put(key, tuple(_set(said, style, box, context)))
    return lines


def _set(said: Said, text: TextStyle, box: Rect, context: LayoutContext) -> Iterator[RichLine]:
    language = "" if PLAIN.fullmatch(said.words) else said.shapes or said.language
    paragraphs = paragraphs_of(said, context.fonts, context.breaks)
    setter, lines = fit(paragraphs, text, language, box, context, said.looks)
    heights = [setter.tallest(line) * text.line_height for line in lines]
    y = box.y + UPPER_PART[text.valign] * (box.height - sum(heights))
    baseline, above = 0, 0.0  # of the line before: where it stands, and how far from it this one begins
    for index, (line, height) in enumerate(zip(lines, heights, strict=True)):
        ascent, descent = context.fonts.metrics(*text.face, height / text.line_height)
        drop = (height - ascent - descent) / 2 + ascent
        step = y + drop if index == 0 else above + drop
        baseline += round(step * context.scale)  # whole pixels, so that equal lines are as far apart
        above = height - drop
        x = box.x + left_part(text.align, line) * (box.width - line.width)
        yield _Setter(setter, said.looks, context).line(line, x, baseline)


class _Span(NamedTuple):
    """A line along letters, from left to right in CSS pixels, and the style of the largest of them."""

    kind: Line
    left: float
    right: float
    style: Style


class _Setter:
    def __init__(self, setter: Typesetter, looks: tuple[Look, ...], context: LayoutContext) -> None:
        self._styles = setter.looks
        self._looks = looks
        self._context = context

    def line(self, line: TextLine, x: float, baseline: int) -> RichLine:
        """The letters of each colour, and what stands under and through them; x is in CSS pixels."""
        scale = self._context.scale
        letters: dict[Colour | None, list[Run]] = {}
        under: list[_Span] = []
        through: list[_Span] = []
        for text, face, level, width, place in visual_order(line):
            look, style = self._looks[place], self._styles[place]
            if face is not None:
                run = Run(text, face, style.size * scale, round(x * scale), baseline, bool(level % 2), style.size)
                letters.setdefault(look.colour, []).append(run)
            for kind, spans in ((look.under, under), (look.through, through)):
                if kind is not None:
                    _extend(spans, _Span(kind, x, x + width, style))
            x += width
        return RichLine(
            tuple([(colour, tuple(runs)) for colour, runs in letters.items()]),
            tuple([self._stripe(span, baseline, 0) for span in under]),
            tuple([self._stripe(span, baseline, 1) for span in through]),
        )

    def _stripe(self, span: _Span, baseline: int, which: int) -> Ruled:
        """As wide as the letters and the spaces between them, where their font has it."""
        style, scale = span.style, self._context.scale
        top, height = self._context.fonts.rules(style.family, style.weight, style.italic, style.size)[which]
        left, right = round(span.left * scale), round(span.right * scale)
        box = Box(left, baseline - round(top * scale), max(right - left, 1), max(round(height * scale), 1))
        return span.kind.colour, box


def _extend(spans: list[_Span], span: _Span) -> None:
    """Makes the span before longer, where it is of the same kind and ends where this one begins."""
    if spans and spans[-1].kind == span.kind and spans[-1].right == span.left:
        before = spans.pop()
        style = max(before.style, span.style, key=lambda style: style.size)
        span = span._replace(left=before.left, style=style)
    spans.append(span)

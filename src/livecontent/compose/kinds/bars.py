"""A list of numbers as bars."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer, Wanted
from livecontent.compose.series import SeriesText, series_of
from livecontent.compose.text.layout import TextStyle, set_text
from livecontent.compose.text.said import Said
from livecontent.compose.values import ColourValue, Font, Length, PaintValue, Pixels, Rect
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.looks import Corners
from livecontent.scene import Box, Colour, Node, Paint, Shape, Text

_MOST = 120  # numbers
_ROOM = 1.6  # of the size of labels, below the bars


class Charted(NamedTuple):
    """Numbers, what is at the top if more than these, the one to be seen, and whether the first is at the right."""

    numbers: tuple[float, ...]
    most: float
    highlight: int | None
    labels: tuple[Said, ...]
    rtl: bool


class BarsLayer(Layer):
    """Bars side by side on the line of zero; those of numbers below zero hang from it."""

    kind: ClassVar[str] = "bars"
    wishes: ClassVar[tuple[Length, Length]] = ("fill", 96)
    most_cut: ClassVar[float] = 0.02
    by_language: ClassVar[bool] = True
    becomes: ClassVar[Mapping[str, Wanted]] = {"bars": "numbers", "of": "number", "highlight": "number"}
    inks: ClassVar[frozenset[str]] = Layer.inks | {"fill", "highlight_fill"}

    bars: SeriesText
    of: Template | None = None
    labels: Annotated[tuple[LocalizedTemplate, ...], Field(max_length=_MOST)] = ()
    fill: PaintValue = Colour(0, 0, 0)
    highlight: Template | None = None
    highlight_fill: PaintValue | None = None
    gap: Pixels = 4
    radius: Pixels = 2
    font: Font = Font(size=11)
    color: ColourValue = Colour(0, 0, 0)

    def texts(self) -> Iterator[tuple[str, Template | LocalizedTemplate]]:
        """Its labels, too."""
        yield from super().texts()
        for label in self.labels:
            yield "labels", label

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The numbers; where they have labels it says them, `Mon 3, Tue 4.5`."""
        numbers = series_of(self.bars, context, _MOST)
        most = context.number(self.of) if self.of else 0.0
        labels = tuple([context.say(label) for label in self.labels[: len(numbers)]])
        pairs = zip(labels, numbers, strict=False)
        words = ", ".join(f"{label.words} {context.written(Decimal(repr(number)))}" for label, number in pairs)
        place = round(context.number(self.highlight)) if self.highlight else 0
        index = place - 1 if place > 0 else len(numbers) + place if place else None
        return (Block(self, box, Charted(numbers, most, index, labels, context.rtl), words),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The bars, and the labels below."""
        chart: Charted = block.value
        room = self.font.size * _ROOM if chart.labels else 0.0
        area = context.box(block.box._replace(height=max(block.box.height - room, 1.0)))
        nodes: list[Node] = []
        for place, (column, number) in enumerate(zip(self._columns(area, chart, context), chart.numbers, strict=True)):
            seen = place == chart.highlight and self.highlight_fill is not None
            paint = context.paint(self.highlight_fill if seen and self.highlight_fill else self.fill)
            nodes += self._bar(column, number, chart, paint, context)
        nodes += self._labels(block.box, room, chart, context)
        return self.together(tuple(nodes), block.box, context)

    def _columns(self, area: Box, chart: Charted, context: LayoutContext) -> list[Box]:
        """As even as whole pixels allow, the first one first."""
        count, gap = len(chart.numbers), context.px(self.gap)
        step = (area.width + gap) / count
        edges = [(round(place * step), round((place + 1) * step) - gap) for place in range(count)]
        columns = [area._replace(x=area.x + start, width=max(end - start, 1)) for start, end in edges]
        return columns[::-1] if chart.rtl else columns

    def _bar(self, column: Box, number: float, chart: Charted, paint: Paint, context: LayoutContext) -> Iterable[Shape]:
        """From the line of zero to the number, round at its end; nothing for 0."""
        low, high = min(0.0, *chart.numbers), max(0.0, chart.most, *chart.numbers)
        zero, end = (round(column.height * (high - value) / ((high - low) or 1)) for value in (0.0, number))
        top, bottom = sorted((zero, end))
        if bottom > top:
            radius = min(context.px(self.radius), column.width // 2, bottom - top)
            corners = Corners(radius, radius, 0, 0) if number > 0 else Corners(0, 0, radius, radius)
            box = column._replace(y=column.y + top, height=bottom - top)
            yield Shape(box, paint=paint, radius=corners if radius else 0)

    def _labels(self, box: Rect, room: float, chart: Charted, context: LayoutContext) -> Iterable[Text]:
        step = (box.width + self.gap) / len(chart.numbers)
        style = TextStyle(self.font.face, self.font.size, "center", "bottom", 1.2, 1, self.font.size * 0.6)
        for place, label in enumerate(chart.labels):
            index = len(chart.numbers) - 1 - place if chart.rtl else place
            below = Rect(box.x + index * step - self.gap / 2, box.y + box.height - room, step, room)
            yield from [Text(context.box(below), runs, self.color) for runs in set_text(label, style, below, context)]

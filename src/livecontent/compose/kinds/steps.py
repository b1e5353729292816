"""Steps of something that goes on, such as an order on its way: dots on a line, each with its label."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer, Wanted
from livecontent.compose.text.layout import TextStyle, set_text
from livecontent.compose.text.said import Said
from livecontent.compose.values import ColourValue, Font, Length, Rect
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.scene import Colour, Node, Path, Shape, Text

_HALO = 1.6  # of a dot: around the last one that is reached
_FAINT = 0.65  # of the opacity of a label: of one that is not reached
_HALO_FAINT = 0.25
_BELOW = 6.0  # CSS pixels between dots and labels
_BOLD = 700
_CHECK = ((0.29, 0.52), (0.44, 0.67), (0.72, 0.36))  # the sign in a dot: its corners, and how wide it is
_CHECK_LINE = 0.11


class Progressed(NamedTuple):
    """How many steps are reached, a part of one too; the labels; whether the first step is at the right."""

    reached: float
    labels: tuple[Said, ...]
    rtl: bool


class StepsLayer(Layer):
    """Dots on a line, in even columns; those reached have a sign, and the last of them is where things stand."""

    kind: ClassVar[str] = "steps"
    wishes: ClassVar[tuple[Length, Length]] = ("fill", 64)
    most_cut: ClassVar[float] = 0.02
    by_language: ClassVar[bool] = True
    becomes: ClassVar[Mapping[str, Wanted]] = {"done": "number"}
    inks: ClassVar[frozenset[str]] = Layer.inks | {"fill", "track", "mark"}

    steps: Annotated[tuple[LocalizedTemplate, ...], Field(min_length=2, max_length=10)]
    done: Template
    fill: ColourValue = Colour(0, 0, 0)
    track: ColourValue = Colour(217, 217, 217)
    mark: ColourValue = Colour(255, 255, 255)
    color: ColourValue = Colour(0, 0, 0)
    font: Font = Font(size=13)
    size: Annotated[float, Field(ge=2, le=200)] = 20
    thickness: Annotated[float, Field(gt=0, le=200)] = 4

    @property
    def labelled(self) -> float:
        """The least height with labels, in CSS pixels: lower boxes show the dots alone."""
        return self.size * _HALO + _BELOW + self.font.size

    def texts(self) -> Iterator[tuple[str, Template | LocalizedTemplate]]:
        """Its labels, too."""
        yield from super().texts()
        for label in self.steps:
            yield "steps", label

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """How far it is; it says the label of the last step that is reached: `Shipped (3/4)`."""
        count = len(self.steps)
        reached = min(max(context.number(self.done), 0.0), float(count))
        labels = tuple([context.say(label) for label in self.steps])
        last = int(reached)
        words = f"{labels[last - 1].words} ({last}/{count})" if last else f"0/{count}"
        return (Block(self, box, Progressed(reached, labels, context.rtl), words),)

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The line, the dots on it, and the labels below."""
        state: Progressed = block.value
        count, box = len(self.steps), block.box
        width, middle = box.width / count, box.y + self.size * _HALO / 2
        places = [place if not state.rtl else count - 1 - place for place in range(count)]
        centers = [box.x + width * (place + 0.5) for place in places]
        nodes = list(self._line(centers, middle, state.reached, context))
        for place, center in enumerate(centers):
            nodes += self._dot(center, middle, place + 1 - int(state.reached), context)
            below = middle + self.size * _HALO / 2 + _BELOW
            column = Rect(center - width / 2, below, width, box.y + box.height - below)
            nodes += self._label(state.labels[place], column, place + 1 - int(state.reached), context)
        return self.together(tuple(nodes), box, context)

    def _line(self, centers: list[float], middle: float, reached: float, context: LayoutContext) -> Iterable[Node]:
        """From the first dot to the last, and how far it is."""
        top, first, last = middle - self.thickness / 2, centers[0], centers[-1]
        end = first + (last - first) * min(max(reached - 1, 0) / (len(centers) - 1), 1)
        for paint, stop in ((self.track, last), (self.fill, end)):
            left, right = sorted((first, stop))
            if right > left:
                yield Shape(context.box(Rect(left, top, right - left, self.thickness)), paint=paint)

    def _dot(self, center: float, middle: float, ahead: int, context: LayoutContext) -> Iterable[Node]:
        """A dot so many steps ahead of the last one that is reached."""
        if ahead == 0:
            halo = self.fill._replace(alpha=round(self.fill.alpha * _HALO_FAINT))
            yield Shape(context.box(_square(center, middle, self.size * _HALO)), "ellipse", halo)
        dot = context.box(_square(center, middle, self.size))
        yield Shape(dot, "ellipse", self.track if ahead > 0 else self.fill)
        if ahead <= 0:
            check = tuple([(x * dot.width, y * dot.height) for x, y in _CHECK])
            yield Path(dot, check, max(dot.width * _CHECK_LINE, 1.0), self.mark)

    def _label(self, label: Said, column: Rect, ahead: int, context: LayoutContext) -> Iterable[Node]:
        if column.height < self.font.size:
            return
        family, weight, italic = self.font.face
        face = (family, max(weight, _BOLD) if ahead == 0 else weight, italic)
        colour = self.color if ahead <= 0 else self.color._replace(alpha=round(self.color.alpha * _FAINT))
        inside = column._replace(x=column.x + 2, width=max(column.width - 4, 1))
        style = TextStyle(face, self.font.size, "center", "top", 1.2, None, self.font.size * 0.7)
        yield from [Text(context.box(inside), runs, colour) for runs in set_text(label, style, inside, context)]


def _square(x: float, y: float, side: float) -> Rect:
    """A square around a point."""
    return Rect(x - side / 2, y - side / 2, side, side)

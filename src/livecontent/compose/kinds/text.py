"""Words, wrapped into their box."""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.flow.item import Extent, FlowItem, FlowLeaf
from livecontent.compose.ground import on_ground
from livecontent.compose.layer import Block, Layer
from livecontent.compose.outlines import RadiusValue
from livecontent.compose.text.layout import TextStyle, hugged_text, measured, set_text
from livecontent.compose.text.rich import set_rich
from livecontent.compose.text.tags import RichText
from livecontent.compose.values import (
    Align,
    ColourValue,
    Fit,
    Font,
    Length,
    Padding,
    PaddingValue,
    PaintValue,
    Rect,
    Spacing,
    StrokeValue,
    VerticalAlign,
)
from livecontent.expressions.template import LocalizedTemplate
from livecontent.scene import Colour, Group, Node, Shape, Text

_UNSEEN = Colour(0, 0, 0, 0)


class TextLayer(Layer):
    """Words, wrapped into the box, shrunk or shortened where they are too long."""

    kind: ClassVar[str] = "text"
    most_cut: ClassVar[float] = 0.02
    replaceable: ClassVar[bool] = True
    inks: ClassVar[frozenset[str]] = Layer.inks | {"text", "prefetched"}
    faces: ClassVar[bool] = True
    hugs: ClassVar[bool] = True
    wishes: ClassVar[tuple[Length, Length]] = ("auto", "auto")

    text: RichText
    font: Font = Font()
    color: ColourValue = Colour(0, 0, 0)
    align: Align = "start"
    valign: VerticalAlign = "top"
    line_height: Annotated[float, Field(ge=0.5, le=4)] = 1.2
    letter_spacing: Spacing = 0
    fit: Fit = Fit()
    stroke: StrokeValue | None = None
    background: PaintValue | None = None
    padding: PaddingValue = Padding()
    radius: RadiusValue = 0
    prefetched: "RichPrefetched | None" = None  # type: ignore[name-defined]  # noqa: F821

    @model_validator(mode="after")
    def _no_dashes(self) -> "TextLayer":
        if self.stroke and self.stroke.dash:
            raise ValueError("the stroke of letters has no dash: it is for shapes, lines and images")
        return self

    @cached_property
    def text_style(self) -> TextStyle:
        """How the words are set."""
        font, fit = self.font, self.fit
        smallest = fit.shrink_to or font.size
        place, lines = (self.align, self.valign), (self.line_height, fit.lines)
        return TextStyle(font.face, font.size, *place, *lines, smallest, self.letter_spacing)

    @cached_property
    def extents(self) -> tuple[Extent, Extent]:
        """How wide and high it is to be, and never less than its padding."""
        wide, high = super().extents
        return wide._replace(padding=self.padding.across), high._replace(padding=self.padding.down)

    def item(self, block: Block, context: LayoutContext) -> FlowItem:
        """Its words, measured once."""
        key = (block.value, self.fingerprint)
        found = context.items.get(key)
        if found is None:
            least, most, short, tall = measured(block.value, self.text_style, context)
            across, down = self.padding.across, self.padding.down
            leaf = FlowLeaf(
                *(*self.extents, least + across, most + across, short + down),
                tall=(lambda width: tall(width - across) + down) if across or down else tall,
            )
            found = context.items.put(key, leaf)
        return found

    def faced(self, *, rtl: bool) -> Layer:
        """Aligned as the row begins, not as the words do."""
        return self._faced[rtl]

    @cached_property
    def _faced(self) -> tuple[Layer, Layer]:
        """In rows that begin at the left, and at the right."""
        if self.align not in ("start", "end"):
            return self, self
        left, right = (TextLayer.model_construct(**{**dict(self), "align": side}) for side in ("left", "right"))
        return (left, right) if self.align == "start" else (right, left)

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The words, in their language."""
        return self.stand_in(self.text, box, context)

    def stand_in(self, words: LocalizedTemplate, box: Rect, context: ContentContext) -> Iterable[Block]:
        """Other words, set in the same way."""
        said = context.say(words)
        return (Block(self, box, said, said.words),) if said.words.strip() else ()

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """A node for each line, so that one that was seen before is not drawn again for another that is new."""
        if self.background is not None or any(self.padding):
            return self._padded(block, context)
        if block.value.looks:
            return self._dressed(block, context)
        lines = set_text(block.value, self.text_style, block.box, context)
        shadow, stroke = context.shadow(self.shadow), context.stroke(self.stroke)
        if self.opacity < 1 or shadow or stroke:  # lines that overlap must be drawn as one
            lines = (tuple([run for line in lines for run in line]),) if lines else ()
        box, opacity, colour = context.box(block.box), self.opacity, self.color
        return tuple(
            [Text(box=box, opacity=opacity, shadow=shadow, runs=runs, colour=colour, stroke=stroke) for runs in lines]
        )

    @cached_property
    def _alone(self) -> "TextLayer":
        """The words without what is around and under them; their ground throws the shadow."""
        whole = self if self.background is None else self.bare
        return whole.model_copy(update={"background": None, "padding": Padding()})

    def _padded(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The words on their ground: that of the box, or where they say `auto` that of the words."""
        said = block.value
        room = self.padding.within(block.box, rtl=said.rtl)
        nodes = self._alone.layout(block._replace(box=room), context)
        if self.background is None:
            return nodes
        box, wide, high = block.box, self.width == "auto", self.height == "auto"
        if wide or high:
            words = hugged_text(said, self.text_style, room, context, wide=wide, high=high)
            box = self.padding.around(words, rtl=said.rtl)
        return on_ground(self, box, nodes, context, self.background, self.radius)

    def _dressed(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """Letters that do not all look alike: the outlines of all, then line by line what is under, in and over it."""
        box, shadow, stroke = context.box(block.box), context.shadow(self.shadow), context.stroke(self.stroke)
        lines = set_rich(block.value, self.text_style, block.box, context)
        nodes: list[Node] = []
        if stroke:
            runs = tuple([run for line in lines for _, letters in line.letters for run in letters])
            nodes.append(Text(box=box, runs=runs, colour=_UNSEEN, stroke=stroke))
        for line in lines:
            nodes += [Shape(box=place, paint=colour or self.color) for colour, place in line.under]
            nodes += [Text(box=box, runs=runs, colour=colour or self.color) for colour, runs in line.letters]
            nodes += [Shape(box=place, paint=colour or self.color) for colour, place in line.through]
        if nodes and (self.opacity < 1 or shadow):
            return (Group(box=box, nodes=tuple(nodes), opacity=self.opacity, shadow=shadow),)
        return tuple(nodes)

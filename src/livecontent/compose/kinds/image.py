"""Images: of the creative's folder, or by their address."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.flow.item import FlowItem, FlowPicture
from livecontent.compose.layer import Block, Layer
from livecontent.compose.outlines import RadiusValue
from livecontent.compose.values import ColourValue, Length, Rect, StrokeValue
from livecontent.expressions.template import MissingValueError, Template
from livecontent.looks import Corners, Radius
from livecontent.scene import Box, Group, Node, Picture, Shape


class ImageLayer(Layer):
    """A file of the creative's folder, or one at an address; its name may name facts."""

    kind: ClassVar[str] = "image"
    wishes: ClassVar[tuple[Length, Length]] = ("auto", "auto")
    most_cut: ClassVar[float] = 0.5
    refers: ClassVar[Mapping[str, Literal["image", "icon"]]] = {**Layer.refers, "image": "image"}

    image: Template
    placeholder: str | None = None  # a file of the folder, shown where there is no image
    fit: Literal["cover", "contain", "stretch"] = "cover"
    radius: RadiusValue = 0
    stroke: StrokeValue | None = None  # a border, inside the edge
    tint: ColourValue | None = None

    def content(self, box: Rect, context: ContentContext) -> Iterable[Block]:
        """The digest of the file."""
        try:
            digest = context.image(context.name(self.image))
        except MissingValueError as error:
            if self.placeholder is None:
                raise
            context.left_out.append(f"{self.kind}: {error}; its placeholder is shown")
            digest = context.image(self.placeholder)
        return (Block(self, box, digest),)

    def item(self, block: Block, context: LayoutContext) -> FlowItem:
        """The image in its proportions; where it says neither width nor height, a CSS pixel for each of its own."""
        size = context.pictures(block.value)
        if size is None or None not in (self.extents[0].fixed, self.extents[1].fixed):
            return self._leaf
        width, height = size
        key = (self.fingerprint, size)
        found = context.items.get(key)
        return found or context.items.put(key, FlowPicture(*self.extents, width, height / width))

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The image in its box; its border is drawn over its edge, so that nothing of it is seen outside."""
        box, radius, shadow = context.box(block.box), context.radius(self.radius), context.shadow(self.shadow)
        stroke = context.stroke(self.stroke)
        if stroke is None:
            return (Picture(box, block.value, self.fit, radius, self.opacity, shadow, self.tint),)
        inset = stroke.width // 2 if stroke.colour.alpha == 255 and stroke.dash is None else 0
        picture = Picture(_within(box, inset), block.value, self.fit, _inner(radius, inset), tint=self.tint)
        border = Shape(box, radius=radius, stroke=stroke)
        if not self.as_one:
            return picture, border
        return (Group(box, (picture, border), self.opacity, shadow),)


def _within(box: Box, inset: int) -> Box:
    """A box so much smaller on each side, where there is as much of it."""
    across, down = min(inset, (box.width - 1) // 2), min(inset, (box.height - 1) // 2)
    return Box(box.x + across, box.y + down, box.width - 2 * across, box.height - 2 * down)


def _inner(radius: Radius, inset: int) -> Radius:
    """The corners of what is smaller on each side by so much, and as far from them everywhere."""
    if isinstance(radius, int):
        return max(radius - inset, 0)
    return Corners(*(max(corner - inset, 0) for corner in radius))

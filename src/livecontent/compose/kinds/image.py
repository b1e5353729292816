"""Images: of the creative's folder, or by their address."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Block, Layer
from livecontent.compose.values import Pixels, Rect
from livecontent.expressions.template import MissingValueError, Template
from livecontent.scene import Node, Picture


class ImageLayer(Layer):
    """A file of the creative's folder, or one at an address; its name may name facts."""

    kind: ClassVar[str] = "image"
    most_cut: ClassVar[float] = 0.5
    refers: ClassVar[Mapping[str, Literal["image", "icon"]]] = {"image": "image"}

    image: Template
    placeholder: str | None = None  # a file of the folder, shown where there is no image
    fit: Literal["cover", "contain", "stretch"] = "cover"
    radius: Pixels = 0

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

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The image in its box."""
        box, radius, shadow = context.box(block.box), context.px(self.radius), context.shadow(self.shadow)
        return (Picture(box, block.value, self.fit, radius, self.opacity, shadow),)

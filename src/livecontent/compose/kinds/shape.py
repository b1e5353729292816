"""Fills, rectangles, ellipses and lines."""

from typing import ClassVar, Literal

from pydantic import model_validator

from livecontent.compose.context import LayoutContext
from livecontent.compose.layer import Block, Layer
from livecontent.compose.outlines import RadiusValue
from livecontent.compose.values import PaintValue, StrokeValue
from livecontent.scene import Node, Shape


class FillLayer(Layer):
    """The whole box in a colour or gradient."""

    kind: ClassVar[str] = "fill"

    fill: PaintValue

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """A rectangle."""
        shadow = context.shadow(self.shadow)
        return (Shape(box=context.box(block.box), opacity=self.opacity, shadow=shadow, paint=context.paint(self.fill)),)


class ShapeLayer(Layer):
    """A rectangle, an ellipse, or a line from the top left to the bottom right of its box."""

    kind: ClassVar[str] = "shape"

    shape: Literal["rectangle", "ellipse", "line"]
    fill: PaintValue | None = None
    stroke: StrokeValue | None = None
    radius: RadiusValue = 0

    @model_validator(mode="after")
    def _visible(self) -> "ShapeLayer":
        if self.fill is None and self.stroke is None:
            raise ValueError("a shape needs a fill or a stroke, or nothing is visible")
        if self.shape == "line" and self.stroke is None:
            raise ValueError("a line needs a stroke")
        return self

    def layout(self, block: Block, context: LayoutContext) -> tuple[Node, ...]:
        """The shape."""
        box, paint, radius = context.box(block.box), context.paint(self.fill), context.radius(self.radius)
        stroke, shadow = context.stroke(self.stroke), context.shadow(self.shadow)
        return (Shape(box, self.shape, paint, radius, stroke, self.opacity, shadow),)

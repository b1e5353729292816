"""What a row, a column or a text stands on."""

from livecontent.compose.context import LayoutContext
from livecontent.compose.layer import Layer
from livecontent.compose.values import PaintValue, Rect, StrokeValue
from livecontent.scene import Group, Node, Shape


def on_ground(
    layer: Layer,
    box: Rect,
    nodes: tuple[Node, ...],
    context: LayoutContext,
    paint: PaintValue | None,
    radius: float | tuple[float, float, float, float],
    stroke: StrokeValue | None = None,
) -> tuple[Node, ...]:
    """Nodes of a layer on its ground, which throws the layer's shadow."""
    shadow, place = context.shadow(layer.shadow), context.box(box)
    ground = Shape(place, paint=context.paint(paint), radius=context.radius(radius), stroke=context.stroke(stroke))
    nodes = (ground._replace(shadow=shadow), *nodes)
    return nodes if layer.opacity == 1 else (Group(box=place, opacity=layer.opacity, nodes=nodes),)

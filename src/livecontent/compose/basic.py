"""The plain kinds: fills, pictures, shapes, icons, bars."""

from __future__ import annotations

from livecontent.compose.context import ComposeContext
from livecontent.creative.layers import FillLayer, IconLayer, ImageLayer, ProgressLayer, ShapeLayer
from livecontent.expressions.template import MissingValueError
from livecontent.scene import Box, Node, Picture, Run, Shape, Text


def compose_fill(layer: FillLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """A box in one paint."""
    shadow = desk.shadow(layer.shadow)
    return (Shape(box=box, opacity=layer.opacity, shadow=shadow, paint=desk.paint(layer.fill)),)


def compose_image(layer: ImageLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """A picture of the creative's folder."""
    name = desk.name(layer.image)
    asset = desk.materials.pictures.get(name)
    if asset is None:
        raise MissingValueError(f"there is no file {name[:60]!r}")
    return (
        Picture(
            box=box,
            opacity=layer.opacity,
            shadow=desk.shadow(layer.shadow),
            asset=asset,
            fit=layer.fit,
            radius=desk.px(layer.radius),
        ),
    )


def compose_shape(layer: ShapeLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """A rectangle, an ellipse or a line."""
    return (
        Shape(
            box=box,
            opacity=layer.opacity,
            shadow=desk.shadow(layer.shadow),
            kind=layer.shape,
            paint=desk.paint(layer.fill) if layer.fill is not None else None,
            radius=desk.px(layer.radius),
            stroke=desk.stroke(layer.stroke),
        ),
    )


def compose_icon(layer: IconLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """A sign, as large as the box allows, in its middle."""
    name = desk.name(layer.icon)
    if name not in desk.materials.icons:
        raise MissingValueError(f"there is no icon {name[:60]!r}")
    character, face = desk.materials.icons[name]
    size = min(box.width, box.height)
    # Icon fonts draw in a square of one em that stands on the descent: 15/16 above the baseline.
    x, y = box.x + (box.width - size) // 2, box.y + (box.height - size) // 2 + round(size * 15 / 16)
    runs = (Run(character, face, size, x, y),)
    shadow = desk.shadow(layer.shadow)
    return (Text(box=box, opacity=layer.opacity, shadow=shadow, runs=runs, colour=layer.color),)


def compose_progress(layer: ProgressLayer, box: Box, desk: ComposeContext) -> tuple[Node, ...]:
    """A bar on its track; a part that is not nothing is at least a dot."""
    whole = desk.number(layer.of)
    part = min(max(desk.number(layer.progress) / whole, 0), 1) if whole > 0 else 0
    radius = box.height // 2 if layer.radius is None else desk.px(layer.radius)
    track = Shape(
        box=box,
        opacity=layer.opacity,
        shadow=desk.shadow(layer.shadow),
        paint=desk.paint(layer.track),
        radius=radius,
    )
    if part == 0:
        return (track,)
    width = min(max(round(box.width * part), box.height), box.width)
    bar = Shape(box=box._replace(width=width), opacity=layer.opacity, paint=desk.paint(layer.fill), radius=radius)
    return track, bar

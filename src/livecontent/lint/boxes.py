"""Boxes outside the image, much larger than it, or too many pixels."""

from collections.abc import Iterable, Iterator

from livecontent.compose.layer import Layer
from livecontent.compose.values import Rect, Size
from livecontent.creative.source import YamlPath, YamlSource
from livecontent.errors import Problem

MAX_PIXELS = 8_000_000  # of a device: what is drawn, encoded and kept for one open
MAX_TIMES = 4  # the canvas's longer side


def check_size(source: YamlSource, size: Size, scale: int) -> Iterator[Problem]:
    """A canvas that is too large to be drawn in time."""
    pixels = size.width * scale * size.height * scale
    if pixels > MAX_PIXELS:
        yield source.problem(
            ("size",),
            f"the image has {pixels:,} device pixels, at most {MAX_PIXELS:,} are allowed",
            help_="use a smaller size, or a smaller scale (the default is 2)",
        )


def check_boxes(
    source: YamlSource, path: YamlPath, layers: Iterable[Layer], canvas: Size, within: Rect | None
) -> Iterator[Problem]:
    """Boxes outside of the canvas, and boxes much larger than it. Without a `within` they stand in many places."""
    for index, layer in enumerate(layers):
        place = (*path, index)
        box = layer.box
        here = Rect(within.x + box.x, within.y + box.y, box.width, box.height) if box and within else within
        if box and max(box.width, box.height) > MAX_TIMES * max(canvas):
            yield source.problem(
                (*place, "box"),
                f"the box is more than {MAX_TIMES} times as large as the image, "
                f"which has {canvas.width} x {canvas.height} pixels",
            )
        elif box and here and _outside(here, canvas) and not layer.inner():
            yield source.problem(
                (*place, "box"),
                f"the box is outside the image, which has {canvas.width} x {canvas.height} pixels",
                warning=True,
            )
        else:
            for key, inner in layer.inner().items():
                yield from check_boxes(source, (*place, key), inner, canvas, None if layer.repeats else here)


def _outside(box: Rect, canvas: Size) -> bool:
    return box.x >= canvas.width or box.y >= canvas.height or box.x + box.width <= 0 or box.y + box.height <= 0

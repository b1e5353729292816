"""Draws nodes: scene in, image out.

A canvas is either 'RGB', always opaque, or 'L', where only the coverage of the ink is drawn (for shadows). It may be
any region of the scene: what lies outside is cut off.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from livecontent.render.paint.bounds import bounds, common, grown, inside, reach_of
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.glyphs import join, solid
from livecontent.render.paint.images import Images
from livecontent.render.paint.shapes import Shapes, gradient
from livecontent.render.static_store import StaticStore
from livecontent.scene import Box, Colour, Gradient, Group, Modules, Node, Picture, Scene, Shadow, Shape, Text, Ticker

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore

_INK = str.maketrans({"0": "\x00", "1": "\xff"})


class Canvas:
    """A region of the scene, its top left at x, y. Inks and masks are Pillow's core images, as those of `Mask`."""

    def __init__(self, image: Image.Image, x: int = 0, y: int = 0) -> None:
        self.image = image
        self._core = image.im
        self.box = Box(x, y, *self._core.size)

    def lay(self, ink: ImagingCore | Colour, box: Box, mask: ImagingCore | None) -> None:
        """Lays a colour or image ('RGB' or 'RGBA') over a box, where a mask covers and the region reaches."""
        x, y, wide, high = self.box
        left, top, width, height = box[0] - x, box[1] - y, box[2], box[3]
        if left < 0 or top < 0 or left + width > wide or top + height > high:
            self._lay_seen(ink, box, mask)
            return
        size = (width, height)
        if isinstance(ink, tuple):
            if not ink[3]:  # transparent
                return
            if ink[3] < 255:
                full = solid("L", size, 255) if mask is None else mask
                mask = full.point([round(value * ink[3] / 255) for value in range(256)], "L")
        elif ink.mode == "RGBA":
            alpha = ink.getband(3)
            if mask is not None:
                covered = solid("L", size, 0)
                covered.paste(alpha, (0, 0, width, height), mask)
                alpha = covered
            mask = alpha
        place = (left, top, left + width, top + height)
        if mask is None:
            self._core.paste(self._solid(ink, size), place)
        else:
            self._core.paste(self._solid(ink, size), place, mask)

    def _lay_seen(self, ink: ImagingCore | Colour, box: Box, mask: ImagingCore | None) -> None:
        if seen := common(box, self.box):
            left, top, width, height = inside(seen, box)
            part = (left, top, left + width, top + height)
            mask = mask and mask.crop(part)
            self.lay(ink if isinstance(ink, tuple) else ink.crop(part), seen, mask)

    def _solid(self, ink: ImagingCore | Colour, size: tuple[int, int]) -> ImagingCore:
        # Pasting an image is faster than pasting a colour through a mask, and gives the same pixels.
        if self._core.mode == "L":
            return solid("L", size, 255)
        if isinstance(ink, tuple):
            return solid("RGB", size, ink[:3])
        return ink if ink.mode == "RGB" else ink.convert("RGB", 0)


class Painter:
    """Draws scenes with given fonts and images."""

    def __init__(self, fonts: Fonts, store: StaticStore | None = None) -> None:
        """Images of creatives are kept in the store, else in memory."""
        self.fonts = fonts
        self.store = store or StaticStore(None)
        self.shapes = Shapes()
        self.images = Images(self.shapes, self.store)

    def draw(self, scene: Scene, plate: Image.Image | None = None, ready: int = 0, frame: int = 0) -> Image.Image:
        """The image ('RGB') of a frame, from scratch or on a base that holds the first `ready` nodes."""
        return self.region(scene, Box(0, 0, scene.width, scene.height), plate, ready, frame)

    def region(
        self, scene: Scene, box: Box, plate: Image.Image | None = None, ready: int = 0, frame: int = 0
    ) -> Image.Image:
        """A part of that image."""
        if plate is None:
            plate, ready = Image.new("RGB", (scene.width, scene.height), scene.background[:3]), 0
        return self.over(plate, box, scene.nodes[ready:], frame)

    def over(self, ground: Image.Image, box: Box, nodes: Iterable[Node], frame: int = 0) -> Image.Image:
        """A part of a ground, with nodes drawn over it."""
        x, y, width, height = box
        image = Image.Image()._new(ground.im.crop((x, y, x + width, y + height)))  # noqa: SLF001  `crop` takes longer
        self.paint(Canvas(image, box.x, box.y), nodes, frame)
        return image

    def paint(self, canvas: Canvas, nodes: Iterable[Node], frame: int = 0) -> None:
        """Draws nodes on a canvas, from bottom to top."""
        for node in nodes:
            if node.opacity < 1:
                self._faded(canvas, node, frame)
            else:
                self._node(canvas, node, frame)

    def _faded(self, canvas: Canvas, node: Node, frame: int) -> None:
        area = bounds(node, self.fonts, frame)
        area = area and common(area, canvas.box)
        if area is None:
            return
        left, top, width, height = inside(area, canvas.box)
        behind = canvas.image.crop((left, top, left + width, top + height))
        over = Canvas(behind.copy(), area.x, area.y)
        self._node(over, node, frame)
        canvas.image.paste(Image.blend(behind, over.image, node.opacity), (left, top))

    def _node(self, canvas: Canvas, node: Node, frame: int) -> None:
        if node.shadow:
            self._shadow(canvas, node, node.shadow, frame)
        self._ink(canvas, node, frame)

    def _ink(self, canvas: Canvas, node: Node, frame: int) -> None:
        match node:
            case Text():
                if node.stroke:
                    self._letters(canvas, node, node.stroke.colour, node.stroke.width)
                self._letters(canvas, node, node.colour, 0)
            case Shape():
                self._shape(canvas, node)
            case Picture() if common(node.box, canvas.box):
                picture, mask = self.images.fitted(node.asset, *node.box[2:], node.fit, node.radius)
                canvas.lay(picture.im, node.box, mask.im if mask else None)
            case Modules():
                _bits(canvas, node)
            case Group():
                self.paint(canvas, node.nodes, frame)
            case Ticker():
                self.paint(canvas, node.nodes(frame), frame)

    def _letters(self, canvas: Canvas, node: Text, colour: Colour, stroke: int) -> None:
        lines: dict[int, list[tuple[ImagingCore, int, int]]] = {}
        left, top, wide, high = canvas.box
        for text, face, size, pen, baseline, rtl, optical in node.runs:
            ink, dx, dy = self.fonts.mask(text, face, size, rtl, stroke, optical)
            x, y, (width, height) = pen + dx, baseline + dy, ink.size
            if ink.mode != "L":
                canvas.lay(ink, Box(x, y, width, height), None)
            elif x < left + wide and left < x + width and y < top + high and top < y + height:
                lines.setdefault(baseline, []).append((ink, x, y))
        for masks in lines.values():  # one mask for a line: most of the time goes by call, not by pixel
            whole, x, y = join(masks)
            canvas.lay(colour, Box(x, y, *whole.size), whole)

    def _shape(self, canvas: Canvas, node: Shape) -> None:
        box, paint, clip = node.box, node.paint, node.clip
        area = common(box, clip) if clip else box
        seen = area and common(area, canvas.box)
        if seen and paint is not None and node.kind != "line":
            part = inside(seen, box)
            plain = node.kind == "rectangle" and not node.radius
            mask = None if plain else self.shapes.mask(node.kind, *box[2:], node.radius, part=part).im
            if clip and mask:
                around = self.shapes.mask("rectangle", *clip[2:], node.radius, part=inside(seen, clip))
                mask = mask.chop_darker(around.im)
            canvas.lay(gradient(paint, *box[2:], part).im if isinstance(paint, Gradient) else paint, seen, mask)
        if node.stroke:
            self._outline(canvas, node, max(node.stroke.width, 1), node.stroke.colour)

    def _outline(self, canvas: Canvas, node: Shape, width: int, colour: Colour) -> None:
        box = node.box
        if node.kind == "line" and box.height <= width:  # level
            canvas.lay(colour, box._replace(height=width), None)
        elif node.kind == "line" and box.width <= width:  # upright
            canvas.lay(colour, box._replace(width=width), None)
        elif seen := common(box, canvas.box):
            mask = self.shapes.mask(node.kind, *box[2:], node.radius, width, inside(seen, box))
            canvas.lay(colour, seen, mask.im)

    def _shadow(self, canvas: Canvas, node: Node, shadow: Shadow, frame: int) -> None:
        reach = reach_of(shadow)
        area = bounds(node, self.fonts, frame)
        area = area and common(area, grown(canvas.box, reach))
        if area is None:
            return
        ink = Canvas(Image.new("L", (area.width, area.height)), area.x, area.y)
        self._ink(ink, node, frame)
        soft = ink.image.filter(ImageFilter.GaussianBlur(shadow.blur / 2))
        canvas.lay(shadow.colour, area._replace(x=area.x + shadow.dx, y=area.y + shadow.dy), soft.im)


def _bits(canvas: Canvas, node: Modules) -> None:
    """Modules of a whole number of pixels, in the middle of the box; bars fill its height."""
    columns, rows = len(node.rows[0]), len(node.rows)
    upright = rows == 1
    module = node.box.width // columns if upright else min(node.box.width // columns, node.box.height // rows)
    size = (columns * module, node.box.height if upright else rows * module)
    small = Image.frombytes("L", (columns, rows), "".join(node.rows).translate(_INK).encode("latin-1"))
    if node.colour.alpha == 255:
        small = small.convert("1")  # all or nothing is pasted faster than shades
    left, top = (node.box.width - size[0]) // 2, (node.box.height - size[1]) // 2
    box = Box(node.box.x + left, node.box.y + top, *size)
    if seen := common(box, canvas.box):
        x, y, width, height = inside(seen, box)
        wide, high = module, size[1] // rows
        part = (x / wide, y / high, (x + width) / wide, (y + height) / high)
        canvas.lay(node.colour, seen, small.resize(seen[2:], Image.Resampling.NEAREST, part).im)

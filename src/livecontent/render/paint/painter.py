"""Draws nodes: scene in, image out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageFilter

from livecontent.looks import Cutout, Effects, Warp
from livecontent.render.paint.arched import Arcs
from livecontent.render.paint.bounds import bounds, common, grown, in_box, inside, reach_of, union
from livecontent.render.paint.canvas import Canvas
from livecontent.render.paint.dashes import open_dashes
from livecontent.render.paint.effects import Sheet, blended, masked, one_ink
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.glyphs import join
from livecontent.render.paint.images import Images
from livecontent.render.paint.shapes import Shapes, gradient
from livecontent.render.paint.warps import warped
from livecontent.render.static_store import StaticStore
from livecontent.runtime.cache import Cache
from livecontent.scene import (
    Arc,
    Box,
    Colour,
    Gradient,
    Group,
    Modules,
    Node,
    Paint,
    Path,
    Picture,
    Scene,
    Shadow,
    Shape,
    Stroke,
    Text,
    Ticker,
    moves,
)

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore

BENT_BYTES = 8 * 1024 * 1024
_INK = str.maketrans({"0": "\x00", "1": "\xff"})


class Painter:
    """Draws scenes with given fonts and images."""

    def __init__(self, fonts: Fonts, store: StaticStore | None = None) -> None:
        """Images of creatives are kept in the store, else in memory."""
        self.fonts = fonts
        self.store = store or StaticStore(None)
        self.shapes = Shapes()
        self.images = Images(self.shapes, self.store)
        self._arcs = Arcs()
        self._sheets: Cache[Group, Sheet] = Cache("bent pictures", BENT_BYTES, lambda sheet: sheet.size)

    @property
    def caches(self) -> Sequence[Cache[Any, Any]]:
        """What is kept of words, to be counted and forgotten."""
        return *self.fonts.caches, self._sheets

    def draw(self, scene: Scene, plate: Image.Image | None = None, ready: int = 0, frame: float = 0) -> Image.Image:
        """The image ('RGB') of a frame, from scratch or on a base that holds the first `ready` nodes."""
        return self.region(scene, Box(0, 0, scene.width, scene.height), plate, ready, frame)

    def region(
        self, scene: Scene, box: Box, plate: Image.Image | None = None, ready: int = 0, frame: float = 0
    ) -> Image.Image:
        """A part of that image."""
        if plate is None:
            plate, ready = Image.new("RGB", (scene.width, scene.height), scene.background[:3]), 0
        return self.over(plate, box, scene.nodes[ready:], frame)

    def over(self, ground: Image.Image, box: Box, nodes: Iterable[Node], frame: float = 0) -> Image.Image:
        """A part of a ground, with nodes drawn over it."""
        x, y, width, height = box
        image = Image.Image()._new(ground.im.crop((x, y, x + width, y + height)))  # noqa: SLF001  `crop` takes longer
        self.paint(Canvas(image, box.x, box.y), nodes, frame)
        return image

    def paint(self, canvas: Canvas, nodes: Iterable[Node], frame: float = 0) -> None:
        """Draws nodes on a canvas, from bottom to top."""
        for node in nodes:
            if node.opacity < 1:
                self._faded(canvas, node, frame)
            else:
                self._node(canvas, node, frame)

    def _faded(self, canvas: Canvas, node: Node, frame: float) -> None:
        area = bounds(node, self.fonts, frame)
        area = area and common(area, canvas.box)
        if area is None:
            return
        left, top, width, height = inside(area, canvas.box)
        behind = canvas.image.crop((left, top, left + width, top + height))
        over = Canvas(behind.copy(), area.x, area.y)
        self._node(over, node, frame)
        canvas.image.paste(Image.blend(behind, over.image, node.opacity), (left, top))

    def _node(self, canvas: Canvas, node: Node, frame: float) -> None:
        if node.shadow:
            self._shadow(canvas, node, node.shadow, frame)
        self._ink(canvas, node, frame)

    def _ink(self, canvas: Canvas, node: Node, frame: float) -> None:
        match node:
            case Text():
                if node.stroke:
                    self._letters(canvas, node, node.stroke.colour, node.stroke.width)
                self._letters(canvas, node, node.colour, 0)
            case Shape():
                self._shape(canvas, node)
            case Picture() if common(node.box, canvas.box):
                picture, mask = self.images.fitted(node.asset, *node.box[2:], node.fit, node.radius, node.tint)
                canvas.lay(picture.im, node.box, mask.im if mask else None)
            case Modules():
                _bits(canvas, node)
            case Arc() | Path() if seen := common(node.box, canvas.box):
                canvas.lay(_ink_of(node.paint, node.box, seen), seen, self.shapes.along(node, seen).im)
            case Group() if not node.stay or node.stay.holds(frame):
                if node.effects:
                    self._picture(canvas, node, node.effects, frame)
                else:
                    self.paint(canvas, node.nodes, frame)
            case Ticker():
                self.paint(canvas, node.nodes(int(frame)), frame)

    def _picture(self, canvas: Canvas, node: Group, effects: Effects, frame: float) -> None:
        """Draws a group as a picture of its own, with its effects."""
        if effects.warp:
            sheet = self._bent(node, effects, effects.warp, frame)
        else:
            sheet = self._flat(node, effects, frame, canvas.box)
        if sheet and effects.blend and canvas.image.mode != "L":
            sheet = blended(sheet, effects.blend, canvas)
        if sheet:
            canvas.lay(*sheet)

    def _bent(self, node: Group, effects: Effects, warp: Warp, frame: float) -> Sheet | None:
        """A group, bent: always all of it, so that each part of it is the same wherever it is drawn."""
        still = not moves(node.nodes)
        sheet = self._sheets.get(node) if still else None
        drawn = None if sheet else self._drawn(node, effects, frame)
        if drawn is None:
            return sheet
        ink, picture, area = drawn
        picture, box = warped(warp, node.box, picture, area, self._arcs)
        sheet = Sheet(ink, box, picture.im) if ink else Sheet(picture.convert("RGBA").im, box)
        return self._sheets.put(node, sheet) if still else sheet

    def _flat(self, node: Group, effects: Effects, frame: float, within: Box) -> Sheet | None:
        """What is seen of a group in a box."""
        drawn = self._drawn(node, effects, frame, within)
        if drawn is None:
            return None
        ink, picture, area = drawn
        return Sheet(ink, area, picture.im) if ink else Sheet(picture.convert("RGBA").im, area)

    def _drawn(
        self, node: Group, effects: Effects, frame: float, within: Box | None = None
    ) -> tuple[Colour | None, Image.Image, Box] | None:
        """All or a part of a group, as its mask leaves it: coverage ('L') and its colour, else 'RGBa'; and where."""
        mask, area = effects.mask, union([bounds(inner, self.fonts, frame) for inner in node.nodes])
        for limit in (within, node.box if in_box(effects) else None):
            area = common(area, limit) if area and limit else area
        if area is None:
            return None
        ink = one_ink(node.nodes, self.fonts)
        canvas = Canvas(Image.new("L" if ink else "RGBa", area[2:]), area.x, area.y)
        self.paint(canvas, node.nodes, frame)
        return ink, masked(canvas.image, self._mask(mask, node.box, area)) if mask else canvas.image, area

    def _mask(self, mask: Cutout, box: Box, area: Box) -> Image.Image:
        """Coverage ('L') of a part of a box."""
        part = inside(area, box)
        if mask.asset:
            x, y, width, height = part
            return self.images.coverage(mask.asset, *box[2:]).crop((x, y, x + width, y + height))
        if mask.radius is None:
            return self.shapes.mask("ellipse", *box[2:], part=part)
        return self.shapes.mask("rectangle", *box[2:], mask.radius, part=part)

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
            canvas.lay(_ink_of(paint, box, seen), seen, mask)
        if node.stroke:
            self._outline(canvas, node, node.stroke)

    def _outline(self, canvas: Canvas, node: Shape, stroke: Stroke) -> None:
        box, width = node.box, max(stroke.width, 1)
        if node.kind == "line" and box.height <= width:
            for start, end in _level(box.width, stroke.dash):
                canvas.lay(stroke.colour, Box(box.x + start, box.y, end - start, width), None)
        elif node.kind == "line" and box.width <= width:
            for start, end in _level(box.height, stroke.dash):
                canvas.lay(stroke.colour, Box(box.x, box.y + start, width, end - start), None)
        elif seen := common(box, canvas.box):
            part = inside(seen, box)
            mask = self.shapes.mask(node.kind, *box[2:], node.radius, width, part, stroke.dash)
            canvas.lay(stroke.colour, seen, mask.im)

    def _shadow(self, canvas: Canvas, node: Node, shadow: Shadow, frame: float) -> None:
        reach = reach_of(shadow)
        area = bounds(node, self.fonts, frame)
        area = area and common(area, grown(canvas.box, reach))
        if area is None:
            return
        ink = Canvas(Image.new("L", (area.width, area.height)), area.x, area.y)
        self._ink(ink, node, frame)
        soft = ink.image.filter(ImageFilter.GaussianBlur(shadow.blur / 2))
        canvas.lay(shadow.colour, area._replace(x=area.x + shadow.dx, y=area.y + shadow.dy), soft.im)


def _ink_of(paint: Paint, box: Box, seen: Box) -> ImagingCore | Colour:
    """What a paint over a box is in a part of the scene."""
    return gradient(paint, *box[2:], inside(seen, box)).im if isinstance(paint, Gradient) else paint


def _level(length: int, dash: tuple[int, int] | None) -> list[tuple[int, int]]:
    """Where the dashes of a level or upright line begin and end, in whole pixels."""
    if dash is None:
        return [(0, length)]
    return [(round(start), min(max(round(end), round(start) + 1), length)) for start, end in open_dashes(length, dash)]


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

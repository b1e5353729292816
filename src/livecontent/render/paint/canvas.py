"""What is drawn on: a region of a scene, which cuts off what lies outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from livecontent.render.paint.bounds import common, inside
from livecontent.render.paint.glyphs import solid
from livecontent.scene import Box, Colour

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore


class Canvas:
    """A region of the scene, its top left at x, y. Inks and masks are Pillow's core images, as those of `Mask`.

    Its image is 'RGB', always opaque; 'RGBa', for what is drawn as a picture of its own; or 'L', where only the
    coverage of the ink is drawn (for shadows).
    """

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
        mode = self._core.mode
        if mode == "L":
            return solid("L", size, 255)
        if isinstance(ink, tuple):
            return solid(mode, size, ink[:3] if mode == "RGB" else (*ink[:3], 255))
        opaque = ink if ink.mode == "RGB" else ink.convert("RGB", 0)
        return opaque if mode == "RGB" else opaque.convert(mode, 0)

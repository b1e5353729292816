"""Masks of parts of a ring: the ring is kept, and only the ends of a new part are drawn finely.

A part drawn finely, cut from the whole or asked for alone, has the same pixels.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw

from livecontent.scene import Arc, Box

_FINE = 8
_LARGEST = 64_000_000  # pixels of a mask before it is averaged
_MARGIN = 2  # pixels around an end that coarse edges may touch
_FULL = 360.0


class ArcForm(NamedTuple):
    """A part of a ring in a square, in pixels; angles in degrees, clockwise from the top."""

    side: int
    thickness: int
    start: float
    sweep: float
    round_ends: bool

    @classmethod
    def of(cls, arc: Arc) -> "ArcForm":
        """That of a node; its band reaches at most to the middle."""
        side = arc.circle.width
        return cls(side, min(arc.thickness, max(side // 2, 1)), arc.start, arc.sweep, arc.round_ends)

    @property
    def ring(self) -> "ArcForm":
        """The whole ring."""
        return self._replace(start=0.0, sweep=_FULL, round_ends=False)

    @property
    def cap(self) -> float:
        """The angle from the tip of a round end to its centre: a ray at the tip touches the end and nothing more."""
        middle = (self.side - self.thickness) / 2
        return math.degrees(math.asin(self.thickness / 2 / middle)) if self.round_ends and middle else 0.0

    @property
    def core(self) -> tuple[float, float]:
        """Between which angles the whole band is covered; the second is less where round ends leave nothing of it."""
        return self.start + self.cap, self.start + self.sweep - self.cap

    def end(self, angle: float) -> Box:
        """Around a cut at an angle, and the round end on it."""
        outer, band = self.side / 2, self.thickness
        x, y = math.sin(math.radians(angle)), -math.cos(math.radians(angle))
        edges = (outer, outer - band) if not self.round_ends else (outer - band / 2,)
        around = _MARGIN + (band / 2 if self.round_ends else 0)
        xs, ys = [outer + x * edge for edge in edges], [outer + y * edge for edge in edges]
        left, top = math.floor(min(xs) - around), math.floor(min(ys) - around)
        return Box(left, top, math.ceil(max(xs) + around) - left, math.ceil(max(ys) + around) - top)


def fineness(pixels: int, largest: int = _LARGEST) -> int:
    """How many times larger edges are drawn before they are averaged, in at most so many pixels."""
    return max(1, min(_FINE, math.isqrt(largest // pixels)))


def draw_arc(form: ArcForm, ring: Image.Image) -> Image.Image:
    """Coverage ('L') of the whole square: the ring, cut coarsely, with fine ends."""
    if form.sweep >= _FULL:
        return ring
    mask = Image.new("L", ring.size)
    start, stop = form.core
    if stop > start:
        around = (-_MARGIN, -_MARGIN, form.side + _MARGIN - 1, form.side + _MARGIN - 1)
        ImageDraw.Draw(mask).pieslice(around, start - 90, stop - 90, fill=255)
        mask = ImageChops.darker(mask, ring)
    for angle in (start, stop):
        box = form.end(angle)
        mask.paste(draw_part(form, box), (box.x, box.y))
    return mask


def draw_part(form: ArcForm, part: Box) -> Image.Image:
    """A part of the same, all of it finely."""
    n = fineness(form.side**2)
    size = (part.width * n, part.height * n)
    big = Image.new("L", size)
    draw = ImageDraw.Draw(big)
    start, stop = form.core
    circle = (-part.x * n, -part.y * n, (form.side - part.x) * n - 1, (form.side - part.y) * n - 1)
    if form.sweep >= _FULL:
        draw.ellipse(circle, fill=255)
    elif stop > start:
        draw.pieslice(circle, start - 90, stop - 90, fill=255)
    if 2 * form.thickness < form.side:
        band = form.thickness * n
        left, top, right, bottom = circle
        draw.ellipse((left + band, top + band, right - band, bottom - band), fill=0)
    if form.round_ends and form.sweep < _FULL:
        ends = list(_ends(form, part, n))
        if stop > start:
            for end in ends:
                draw.ellipse(end, fill=255)
        else:  # shorter than two ends: what they share is as long as it should be
            masks = [Image.new("L", size) for _ in ends]
            for mask, end in zip(masks, ends, strict=True):
                ImageDraw.Draw(mask).ellipse(end, fill=255)
            big = ImageChops.darker(*masks)
    return big.reduce(n)


def _ends(form: ArcForm, part: Box, n: int) -> Iterator[tuple[int, int, int, int]]:
    """The circles of the round ends."""
    middle, width = (form.side - form.thickness) / 2, form.thickness * n
    for angle in form.core:
        x = form.side / 2 + middle * math.sin(math.radians(angle)) - form.thickness / 2
        y = form.side / 2 - middle * math.cos(math.radians(angle)) - form.thickness / 2
        left, top = round(x * n) - part.x * n, round(y * n) - part.y * n
        yield left, top, left + width - 1, top + width - 1

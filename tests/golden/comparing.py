"""Two pictures in, where they differ so that an eye would see it out.

Pictures are compared at half size (what a plain screen shows) in blocks of 8x8 pixels: by the mean difference of a
channel in the worst block. A block is about as large as a letter of a note, so that a missing accent or a word of
another colour weighs, while rounding, which is 1 or 2 levels everywhere, does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

BLOCK = 8
MOST = 5.0  # levels of 256
OUT = Path(__file__).parents[1] / "out"


@dataclass(frozen=True, slots=True)
class Unlikeness:
    """How much the worst block differs, where it stands (in pixels of the half-size picture), and all of it seen."""

    levels: float
    x: int
    y: int
    picture: Image.Image

    @property
    def seen(self) -> bool:
        """Whether it is more than rounding."""
        return self.levels > MOST


def halved(picture: Image.Image) -> Image.Image:
    """The picture at half its size."""
    return picture.convert("RGB").reduce(2)


def compare(actual: Image.Image, expected: Image.Image) -> Unlikeness:
    """How much two pictures of one size differ."""
    difference = ImageChops.difference(actual.convert("RGB"), expected.convert("RGB"))
    worst = Unlikeness(0.0, 0, 0, difference.point(lambda value: min(value * 8, 255)))
    for y in range(0, difference.height, BLOCK):
        for x in range(0, difference.width, BLOCK):
            levels = _mean(difference.crop((x, y, x + BLOCK, y + BLOCK)))
            if levels > worst.levels:
                worst = Unlikeness(levels, x, y, worst.picture)
    return worst


def _mean(block: Image.Image) -> float:
    """The mean of the channel with the largest one."""
    data = block.tobytes()
    return max(sum(data[channel::3]) for channel in range(3)) / (BLOCK * BLOCK)


def keep(name: str, **pictures: Image.Image) -> str:
    """Writes pictures to look at, and tells where."""
    OUT.mkdir(exist_ok=True)
    for kind, picture in pictures.items():
        picture.save(OUT / f"{name}.{kind}.png")
    return f"tests/out/{name}.*.png"

"""GIF files: a first frame that says everything, then only what changes, a second each.

A GIF is a header, a palette, and blocks that stand on their own (GIF89a, CompuServe 1990). Frames are written with one
palette for all, so that a changed rectangle is a small picture of its own; its compressed data is Pillow's. It plays
once: a clock that starts again would tell a time that is past.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import dist
from struct import pack

from PIL import Image

Rgb = tuple[int, int, int]

DELAY = 100  # hundredths of a second
_TRAILER = b";"
_SAMPLED = 160  # pixels along the shorter side are enough to find the colours of a picture


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle ('RGB') that a frame changes, and where its top left stands."""

    x: int
    y: int
    picture: Image.Image


def palette_of(picture: Image.Image, exact: Sequence[Rgb] = ()) -> Image.Image:
    """The palette ('P' picture) that suits a picture and has some colours exactly: found once, at publish."""
    kept: list[Rgb] = []
    for colour in exact:
        if not any(_hides(colour, one) for one in kept):
            kept.append(colour)
    few = picture.reduce(max(1, min(picture.size) // _SAMPLED))
    found = few.quantize(256 - len(kept), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
    colours = zip(found[0::3], found[1::3], found[2::3], strict=True)
    suiting = [colour for colour in colours if not any(_hides(colour, one) for one in kept)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in (*suiting, *kept) for value in colour])
    return palette


def _hides(colour: Rgb, exact: Rgb) -> bool:
    """Whether an exact colour would be drawn as this one: Pillow compares at the corner of a cell of 4x4x4 colours."""
    corner = [value & ~3 for value in exact]
    return dist(colour, corner) <= dist(exact, corner)


def encode_gif(first: Image.Image, palette: Image.Image, patches: Iterable[Patch | None] = ()) -> bytes:
    """A GIF of the first frame and of what each later frame changes (None: nothing), in a palette's colours."""
    colours = bytes(palette.getpalette() or ()).ljust(768, b"\0")[:768]
    frames = list(_timed(Patch(0, 0, first), patches))
    parts = [b"GIF89a", pack("<HHBBB", first.width, first.height, 0xF7, 0, 0), colours]
    if len(frames) == 1:
        parts.append(_image(frames[0][0], palette))
    else:
        parts += [_frame(patch, palette, seconds) for patch, seconds in frames]
    return b"".join([*parts, _TRAILER])


def _timed(first: Patch, later: Iterable[Patch | None]) -> Iterator[tuple[Patch, int]]:
    """Patches with the seconds they stand: a frame that changes nothing prolongs the one before."""
    current, seconds = first, 1
    for patch in later:
        if patch is None:
            seconds += 1
        else:
            yield current, seconds
            current, seconds = patch, 1
    yield current, seconds


def _frame(patch: Patch, palette: Image.Image, seconds: int) -> bytes:
    """A graphic control block (keep what is there, then draw over it) and the image it times."""
    return pack("<BBBBHBB", 0x21, 0xF9, 4, 0b0000_0100, min(DELAY * seconds, 65_535), 0, 0) + _image(patch, palette)


def _image(patch: Patch, palette: Image.Image) -> bytes:
    """An image descriptor without a palette of its own, and the compressed pixels."""
    mapped = patch.picture.quantize(palette=palette, dither=Image.Dither.NONE)
    mapped.info.clear()  # a comment would be written before the image
    out = BytesIO()
    mapped.save(out, "GIF", interlace=0, optimize=False)
    data = out.getvalue()
    start = data.index(b"\x2c", 13 + 3 * 2 ** ((data[10] & 7) + 1))
    size = mapped.size
    return pack("<BHHHHB", 0x2C, patch.x, patch.y, *size, 0) + data[start + 10 : -1]

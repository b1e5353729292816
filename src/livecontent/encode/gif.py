"""GIF files: a first frame that says everything, then only what changes, a second each.

A GIF is a header, a palette, and blocks that stand on their own (GIF89a, CompuServe 1990). Frames are written with one
palette for all, so that a changed rectangle is a small picture of its own; its compressed data is Pillow's.
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
_LOOP_FOR_EVER = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"


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
    found = picture.quantize(256 - len(kept), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).getpalette() or []
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
    frames = list(_timed(patches))
    parts = [b"GIF89a", pack("<HHBBB", first.width, first.height, 0xF7, 0, 0), colours]
    if frames:
        parts.append(_LOOP_FOR_EVER)
        held = frames[0][0] if frames[0][1] is None else 1
        parts.append(_frame(Patch(0, 0, first), palette, held))
        parts += [_frame(patch, palette, seconds) for seconds, patch in frames if patch is not None]
    else:
        parts.append(_image(Patch(0, 0, first), palette))
    return b"".join([*parts, _TRAILER])


def _timed(patches: Iterable[Patch | None]) -> Iterator[tuple[int, Patch | None]]:
    """Patches with the seconds they stand: those that change nothing prolong the one before."""
    current: Patch | None = None
    seconds = 1
    for patch in patches:
        if patch is None:
            seconds += 1
        else:
            if current is not None or seconds > 1:
                yield seconds, current
            current, seconds = patch, 1
    if current is not None or seconds > 1:
        yield seconds, current


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

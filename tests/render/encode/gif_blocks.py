"""A writer of films, and a small reader of GIF files that takes nothing on trust: blocks and pixels, as specified.

https://www.w3.org/Graphics/GIF/spec-gif89a.txt
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from struct import unpack_from

from PIL import Image

from livecontent.render.encode.gif import GifEncoder

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """One image: its place, how long it stands in hundredths of a second, what becomes of it, its pixels."""

    x: int
    y: int
    width: int
    height: int
    delay: int | None
    disposal: int
    pixels: bytes  # positions in the palette


@dataclass(frozen=True, slots=True)
class Film:
    """A whole file."""

    width: int
    height: int
    palette: tuple[Rgb, ...]
    loops: int | None  # 0 for ever; None without a word on it
    frames: tuple[Frame, ...]
    blocks: tuple[str, ...]  # in their order

    def shown(self) -> list[bytes]:
        """The whole picture after each frame, as RGB bytes. Nothing may be left unpainted."""
        canvas: list[Rgb | None] = [None] * (self.width * self.height)
        pictures = []
        for frame in self.frames:
            assert frame.disposal in (0, 1), "frames stay where they are"
            for row in range(frame.height):
                start = (frame.y + row) * self.width + frame.x
                line = frame.pixels[row * frame.width : (row + 1) * frame.width]
                canvas[start : start + frame.width] = [self.palette[index] for index in line]
            assert None not in canvas, "the first frame says everything"
            pictures.append(b"".join(bytes(pixel) for pixel in canvas if pixel))
        return pictures


def read_gif(data: bytes) -> Film:
    """Reads a file; an `AssertionError` tells what is wrong with it."""
    assert data[:6] == b"GIF89a"
    width, height, flags, _, _ = unpack_from("<HHBBB", data, 6)
    assert flags & 0x80, "one palette for all"
    count = 2 << (flags & 7)
    at = 13 + 3 * count
    palette = tuple((data[i], data[i + 1], data[i + 2]) for i in range(13, at, 3))
    frames: list[Frame] = []
    blocks: list[str] = []
    loops: int | None = None
    control: tuple[int, int] | None = None
    while data[at] != 0x3B:
        if data[at] == 0x21:
            label = data[at + 1]
            parts, at = _sub_blocks(data, at + 2)
            if label == 0xF9:
                assert control is None, "two controls for one image"
                packed, delay, _ = unpack_from("<BHB", parts[0])
                assert len(parts) == 1
                assert len(parts[0]) == 4
                assert packed & 1 == 0, "nothing is transparent"
                control = (packed >> 2 & 7, delay)
                blocks.append("control")
            else:
                assert label == 0xFF, f"an extension {label:02x} that nobody needs"
                assert parts[0] == b"NETSCAPE2.0"
                assert not frames, "the loop is told before the first image"
                _, loops = unpack_from("<BH", parts[1])
                blocks.append("loop")
        else:
            frame, at = _image(data, at, control, count)
            assert frame.x + frame.width <= width
            assert frame.y + frame.height <= height
            frames.append(frame)
            blocks.append("image")
            control = None
    assert control is None, "a control without its image"
    assert at == len(data) - 1, "nothing follows the end"
    return Film(width, height, palette, loops, tuple(frames), tuple(blocks))


def _image(data: bytes, at: int, control: tuple[int, int] | None, count: int) -> tuple[Frame, int]:
    assert data[at] == 0x2C, f"{data[at]:02x} is no block"
    x, y, width, height, flags = unpack_from("<HHHHB", data, at + 1)
    assert flags == 0, "no palette of its own, not interlaced"
    assert width > 0
    assert height > 0
    bits = data[at + 10]
    parts, at = _sub_blocks(data, at + 11)
    pixels = _unpack(b"".join(parts), bits, width * height)
    assert len(pixels) == width * height
    assert max(pixels) < count
    disposal, delay = control or (0, None)
    return Frame(x, y, width, height, delay, disposal, pixels), at


def _sub_blocks(data: bytes, at: int) -> tuple[list[bytes], int]:
    parts = []
    while data[at]:
        parts.append(data[at + 1 : at + 1 + data[at]])
        assert len(parts[-1]) == data[at], "the file ends within a block"
        at += 1 + data[at]
    return parts, at + 1


def _unpack(packed: bytes, bits: int, count: int) -> bytes:
    """The pixels of variable-length LZW codes (appendix F)."""
    assert 2 <= bits <= 8
    clear, end = 1 << bits, (1 << bits) + 1
    stream = int.from_bytes(packed, "little")
    place, size = 0, bits + 1
    table: list[bytes] = []
    out = bytearray()
    before = b""
    while True:
        code = stream >> place & (1 << size) - 1
        place += size
        assert place <= len(packed) * 8, "the codes end without the end code"
        if code == clear:
            assert not table or before or count <= 8, "two clear codes in a row, which libgd can't read"
            table, size, before = [bytes([n]) for n in range(clear)] + [b"", b""], bits + 1, b""
        elif code == end:
            return bytes(out)
        else:
            assert table, "the codes begin with a clear code"
            entry = table[code] if code < len(table) else before + before[:1]
            assert entry, f"code {code} means nothing"
            out += entry
            if before and len(table) < 4096:
                table.append(before + entry[:1])
            before = entry
            if len(table) == 1 << size and size < 12:
                size += 1


@dataclass(frozen=True)
class Patch:
    """A rectangle ('RGB') that a frame changes, and where its top left stands."""

    x: int
    y: int
    picture: Image.Image


def encode_gif(first: Image.Image, palette: Image.Image, patches: Iterable[Patch | None] = ()) -> bytes:
    """A film of the first frame and of what each later second changes."""
    encoder = GifEncoder(*first.size, palette)
    changes = [(n, encoder.patch(p.picture, p.x, p.y)) for n, p in enumerate(patches, 1) if p]
    if not changes:
        return encoder.join(encoder.segments(first))
    return encoder.join_film(encoder.segments(first), changes, changes[-1][0] + 1, 1)

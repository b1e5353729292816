"""JPEG, PNG and WebP files: what mail clients rely on, byte by byte."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path
from struct import unpack_from

import pytest
from isal import isal_zlib
from PIL import Image, ImageChops, ImageStat

from livecontent.links import Format
from livecontent.render.encode.jpeg import JpegEncoder, save_jpeg
from livecontent.render.encode.png import PngEncoder
from livecontent.render.static_images import encoder_of

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "pictures"
FORMATS: tuple[Format, ...] = ("jpg", "png", "webp")


def encode_still(picture: Image.Image, format_: Format) -> bytes:
    return encoder_of(format_, picture).encode(picture)


def scenery(width: int = 120, height: int = 80) -> Image.Image:
    """Soft colours with a hard edge."""
    red = Image.linear_gradient("L").resize((width, height))
    blue = Image.radial_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (red, red.transpose(Image.Transpose.ROTATE_180), blue))
    picture.paste((18, 48, 59), (width // 3, height // 3, width // 2 + 1, height // 2 + 1))
    return picture


def segments(data: bytes) -> dict[int, bytes]:
    """The marker segments of a JPEG before its scan (ITU T.81, annex B)."""
    assert data[:2] == b"\xff\xd8"
    assert data[-2:] == b"\xff\xd9"
    found: dict[int, bytes] = {}
    at = 2
    while data[at + 1] != 0xDA:
        assert data[at] == 0xFF
        (length,) = unpack_from(">H", data, at + 2)
        found[data[at + 1]] = found.get(data[at + 1], b"") + data[at + 4 : at + 2 + length]
        at += 2 + length
    return found


def chunks(data: bytes) -> dict[bytes, bytes]:
    """The chunks of a PNG."""
    found: dict[bytes, bytes] = {}
    at = 8
    while at < len(data):
        length, kind = unpack_from(">I4s", data, at)
        found[kind] = found.get(kind, b"") + data[at + 8 : at + 8 + length]
        at += 12 + length
    return found


def test_a_jpeg_is_baseline_with_halved_chroma_at_96_dpi() -> None:
    found = segments(encode_still(scenery(), "jpg"))
    assert 0xC0 in found  # SOF0
    assert 0xC2 not in found  # progressive
    precision, height, width, count = unpack_from(">BHHB", found[0xC0])
    assert (precision, height, width, count) == (8, 80, 120, 3)
    assert [found[0xC0][7 + 3 * n] for n in range(3)] == [0x22, 0x11, 0x11]
    name, _, units, across, down = unpack_from(">5sHBHH", found[0xE0])
    assert (name, units, across, down) == (b"JFIF\0", 1, 96, 96)


def test_a_png_is_true_colour_at_96_dpi() -> None:
    found = chunks(encode_still(scenery(), "png"))
    assert unpack_from(">IIBBBBB", found[b"IHDR"]) == (120, 80, 8, 2, 0, 0, 0)
    assert unpack_from(">IIB", found[b"pHYs"]) == (3780, 3780, 1)


def test_a_png_loses_nothing() -> None:
    with Image.open(BytesIO(encode_still(scenery(), "png"))) as opened:
        assert opened.tobytes() == scenery().tobytes()


def test_a_png_with_a_palette_has_its_colours_in_half_the_bytes() -> None:
    with Image.open(GOLDEN / "scripts-latin.webp") as opened:
        drawn = opened.convert("RGB")
    drawn.paste((246, 241, 231), (0, 0, 1, 1))
    data = encoder_of("png", drawn, [(246, 241, 231)], few=True).encode(drawn)
    found = chunks(data)
    assert unpack_from(">IIBBBBB", found[b"IHDR"]) == (*drawn.size, 8, 3, 0, 0, 0)
    assert list(found) == [b"IHDR", b"pHYs", b"PLTE", b"IDAT", b"IEND"]
    assert len(found[b"PLTE"]) in range(3, 769, 3)
    assert len(data) < len(encode_still(drawn, "png")) / 2
    with Image.open(BytesIO(data)) as opened:
        assert opened.mode == "P"
        assert opened.convert("RGB").getpixel((0, 0)) == (246, 241, 231)
        assert max(ImageStat.Stat(ImageChops.difference(opened.convert("RGB"), drawn)).mean) < 1


def test_a_webp_is_one_lossy_picture() -> None:
    data = encode_still(scenery(), "webp")
    assert (data[:4], data[8:16]) == (b"RIFF", b"WEBPVP8 ")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("size", [(1, 1), (1, 77), (77, 1), (17, 33), (1200, 640)])
def test_every_size_stays_exactly_what_it_is(format_: Format, size: tuple[int, int]) -> None:
    with Image.open(BytesIO(encode_still(scenery(*size), format_))) as opened:
        assert (opened.size, opened.mode) == (size, "RGB")
        opened.load()


@pytest.mark.parametrize("format_", FORMATS)
def test_colours_stay_what_they_are(format_: Format) -> None:
    with Image.open(BytesIO(encode_still(scenery(), format_))) as opened:
        unlike = ImageChops.difference(opened.convert("RGB"), scenery())
    assert max(ImageStat.Stat(unlike).mean) < 4


@pytest.mark.parametrize("format_", FORMATS)
def test_equal_pictures_are_equal_still_files(format_: Format) -> None:
    assert encode_still(scenery(), format_) == encode_still(scenery(), format_)


def beginning_again(rng: random.Random) -> bytes:
    """A row that comes back to its third byte, then to its second, then, with the sign of its filter, to its first."""
    begin = rng.randbytes(20)
    return begin + rng.randbytes(5) + begin[1:] + rng.randbytes(5) + begin + rng.randbytes(6) + b"\0" + begin


def test_a_png_is_the_same_wherever_in_memory_it_is_compressed() -> None:
    rng = random.Random(7)
    strips = 5000
    rows = b"".join(beginning_again(rng) for _ in range(strips))
    picture = Image.frombytes("RGB", (32, strips), rows).resize((32, strips * 32), Image.Resampling.NEAREST)
    encoder = PngEncoder(*picture.size)
    here, kept = encoder.segments(picture), []
    for _ in range(3):
        kept += [isal_zlib.compressobj() for _ in range(40)]  # stand where those before did
        there = encoder.segments(picture)
        assert [number for number in range(strips) if there[number] != here[number]] == []


@pytest.mark.parametrize("value", [0, 1, 255])
@pytest.mark.parametrize("size", [(1, 1), (4, 40), (12_000, 33)])  # also wider than the compression looks back
def test_a_png_in_one_colour_is_that_colour(size: tuple[int, int], value: int) -> None:
    picture = Image.new("RGB", size, (value, value, value))
    for few in (False, True):
        data = encoder_of("png", picture, [(value, value, value)], few).encode(picture)
        with Image.open(BytesIO(data)) as opened:
            assert opened.convert("RGB").tobytes() == picture.tobytes()


@pytest.mark.parametrize("format_", FORMATS)
def test_encoding_leaves_the_picture_as_it_was(format_: Format) -> None:
    picture = scenery()
    encode_still(picture, format_)
    assert picture.tobytes() == scenery().tobytes()


@pytest.mark.parametrize("size", [(1000, 2500), (3333, 617), (16, 65_500)])
def test_a_jpeg_that_is_encoded_band_by_band_is_that_of_one_go(size: tuple[int, int]) -> None:
    picture, encoder = scenery(*size), JpegEncoder(*size)
    assert encoder.encode(picture) == save_jpeg(picture, encoder.grid.tile_width // 16)

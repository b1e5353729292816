"""Bitmaps: what is taken and what is refused, and how it is fitted."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from livecontent.errors import DrawingError
from livecontent.render.paint.images import CACHE_BYTES, MAX_PIXELS, Images
from livecontent.render.paint.painter import Painter
from livecontent.render.paint.shapes import Shapes
from livecontent.render.static_store import StaticStore
from livecontent.scene import Box, Picture
from pixels import BLUE, RED, WHITE, as_text, difference, drawn, furthest, scene_of

GREEN = (0, 200, 0)


@pytest.fixture
def images() -> Images:
    """An empty available of bitmaps."""
    return Images(Shapes(), StaticStore(None))


def file_of(picture: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, format_, **options)
    return out.getvalue()


def quarters(width: int = 40, height: int = 20) -> Image.Image:
    """Red and green above blue and white."""
    picture = Image.new("RGB", (width, height), "white")
    half = (width // 2, height // 2)
    picture.paste(RED[:3], (0, 0, *half))
    picture.paste(GREEN, (half[0], 0, width, half[1]))
    picture.paste(BLUE[:3], (0, half[1], half[0], height))
    return picture


def corners(picture: Image.Image) -> list[Any]:
    right, bottom = picture.width - 1, picture.height - 1
    return [picture.getpixel(place) for place in ((0, 0), (right, 0), (0, bottom), (right, bottom))]


def test_what_is_no_image_is_told_without_addresses_of_memory(images: Images) -> None:
    with pytest.raises(DrawingError, match=r"^not a JPEG, PNG, WebP or GIF that can be drawn$"):
        images.add(b"<html>gone</html>")


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
def test_the_four_formats_are_decoded(images: Images, format_: str) -> None:
    picture, mask = images.fitted(images.add(file_of(quarters(64, 32), format_)), 64, 32, "stretch")
    assert (picture.size, picture.mode, mask) == ((64, 32), "RGB", None)
    for found, expected in zip(corners(picture), corners(quarters()), strict=True):
        assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < 12


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_every_mode_becomes_rgb(images: Images, mode: str) -> None:
    data = file_of(quarters().convert(mode), "JPEG" if mode == "CMYK" else "PNG")
    picture, _ = images.fitted(images.add(data), 10, 10, "cover")
    assert picture.mode == "RGB"


def test_greys_of_16_bits_stay_greys(images: Images) -> None:
    levels = [0, 10_000, 40_000, 65_535]
    fine = Image.frombytes("I;16", (4, 1), struct.pack("<4H", *levels))
    picture, _ = images.fitted(images.add(file_of(fine)), 4, 1, "stretch")
    assert [picture.getpixel((x, 0))[0] for x in range(4)] == [0, 38, 155, 255]


def test_a_film_shows_its_first_picture(images: Images) -> None:
    films = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    picture, _ = images.fitted(
        images.add(file_of(films[0], "GIF", save_all=True, append_images=films[1:])), 8, 8, "cover"
    )
    assert picture.getpixel((4, 4)) == RED[:3]


def test_equal_files_are_one(images: Images) -> None:
    assert images.add(file_of(quarters())) == images.add(file_of(quarters()))
    assert images.add(file_of(quarters())) != images.add(file_of(quarters(), "GIF"))


def test_stretch_fills_the_box_with_all_of_the_picture(images: Images) -> None:
    picture, _ = images.fitted(images.add(file_of(quarters())), 10, 30, "stretch")
    assert corners(picture) == [RED[:3], GREEN, BLUE[:3], WHITE[:3]]


def test_cover_fills_the_box_and_cuts_both_sides_alike(images: Images) -> None:
    wide = Image.new("RGB", (60, 20), "white")
    ImageDraw.Draw(wide).rectangle((20, 0, 39, 19), fill="blue")
    picture, mask = images.fitted(images.add(file_of(wide)), 20, 20, "cover")
    assert mask is None
    inner = picture.crop((1, 0, 19, 20))
    assert inner.getcolors() == [(18 * 20, BLUE[:3])]


def test_contain_shows_all_of_the_picture_in_the_middle(painter: Painter) -> None:
    asset = painter.images.add(file_of(Image.new("RGB", (8, 4), "black")))
    node = Picture(box=Box(1, 1, 8, 6), asset=asset, fit="contain")
    assert as_text(painter.draw(scene_of(node, width=10, height=8))) == drawn("""
        ..........
        ..........
        .########.
        .########.
        .########.
        .########.
        ..........
        ..........
    """)


@pytest.mark.parametrize("fit", ["cover", "contain", "stretch"])
@pytest.mark.parametrize("source", [(1, 1), (1, 700), (700, 1), (3, 2), (500, 500)])
@pytest.mark.parametrize("size", [(1, 1), (1, 90), (90, 1), (64, 48)])
def test_a_fitted_picture_has_exactly_the_size_asked_for(
    images: Images, fit: Any, source: tuple[int, int], size: tuple[int, int]
) -> None:
    picture, mask = images.fitted(images.add(file_of(Image.new("RGB", source, "red"))), *size, fit)
    assert picture.size == size
    assert mask is None or mask.size == size


def test_transparent_parts_let_the_ground_through(painter: Painter) -> None:
    sprite = Image.new("RGBA", (6, 6), (0, 0, 0, 0))
    ImageDraw.Draw(sprite).rectangle((0, 0, 2, 5), fill=(0, 0, 0, 255))
    asset = painter.images.add(file_of(sprite))
    node = Picture(box=Box(1, 1, 6, 6), asset=asset, fit="stretch")
    picture = painter.draw(scene_of(node, width=8, height=8))
    assert as_text(picture).splitlines()[3] == ".###...."
    half = painter.images.add(file_of(Image.new("RGBA", (4, 4), (255, 0, 0, 128))))
    picture = painter.draw(scene_of(Picture(box=Box(0, 0, 4, 4), asset=half), width=4, height=4))
    assert furthest(picture, Image.new("RGB", (4, 4), (255, 127, 127))) <= 1


def test_a_shrunk_transparent_edge_has_no_fringe_of_a_colour_that_is_not_seen(painter: Painter) -> None:
    sprite = Image.new("RGBA", (40, 40), (0, 0, 0, 0))  # black where it is not seen
    ImageDraw.Draw(sprite).rectangle((0, 0, 20, 39), fill=(255, 255, 255, 255))
    node = Picture(box=Box(0, 0, 7, 7), asset=painter.images.add(file_of(sprite)), fit="stretch")
    picture = painter.draw(scene_of(node, width=7, height=7))
    assert min(low for low, _ in picture.getextrema()) >= 253


def test_a_radius_rounds_a_picture(painter: Painter) -> None:
    asset = painter.images.add(file_of(Image.new("RGB", (8, 6), "black")))
    node = Picture(box=Box(1, 1, 10, 6), asset=asset, radius=2)
    assert as_text(painter.draw(scene_of(node))).splitlines()[1:3] == [".++######++.", ".+########+."]


def test_a_radius_and_transparency_both_count(images: Images) -> None:
    sprite = images.add(file_of(Image.new("RGBA", (20, 20), (255, 0, 0, 100))))
    _, mask = images.fitted(sprite, 20, 20, "cover", 8)
    assert mask is not None
    assert mask.getpixel((0, 0)) == 0
    assert mask.getpixel((10, 10)) == 100


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_its_camera_says(images: Images, orientation: int) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # how the sensor saw what stands upright
    upright = quarters()
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture, _ = images.fitted(images.add(file_of(stored, "PNG", exif=exif)), 40, 20, "stretch")
    assert difference(picture, upright) is None


def test_nothing_but_pixels_is_taken_from_a_file(images: Images) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    data = file_of(quarters(), "JPEG", comment=b"made by, somebody", dpi=(300, 300), exif=exif, icc_profile=b"x" * 200)
    for fit in ("cover", "contain", "stretch"):
        picture, _ = images.fitted(images.add(data), 30, 30, fit)  # type: ignore[arg-type]
        assert picture.info == {}


def noise() -> Image.Image:
    return Image.frombytes("RGB", (48, 36), random.Random(1).randbytes(48 * 36 * 3))


@pytest.mark.parametrize("format_", ["EPS", "PDF", "TIFF", "BMP", "ICO", "PPM", "TGA", "JPEG2000", "AVIF"])
def test_other_formats_are_refused_whatever_the_file_is_called(images: Images, format_: str) -> None:
    with pytest.raises(DrawingError, match="JPEG, PNG, WebP or GIF"):
        images.add(file_of(noise(), format_))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"RIFF\x00\x00\x00\x00WEBP",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
        b"<!doctype html><title>404</title>",
        bytes(1000),
    ],
    ids=["empty", "gif", "png", "jpeg", "webp", "svg", "html", "zeros"],
)
def test_what_is_no_picture_is_refused(images: Images, data: bytes) -> None:
    with pytest.raises(DrawingError):
        images.add(data)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.05, 0.3, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused_when_it_is_added_not_when_it_is_drawn(
    images: Images, format_: str, part: float
) -> None:
    data = file_of(noise(), format_)
    with pytest.raises(DrawingError):
        images.add(data[: int(len(data) * part)])


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *more: bytes) -> bytes:
    """A tiny file that says it is a large picture."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(width * 3 + 1)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(9000, 9000), (4001, 4000), (20_000, 20_000), (100_000, 170), (MAX_PIXELS + 1, 1)])
def test_pictures_of_too_many_pixels_are_refused(images: Images, size: tuple[int, int]) -> None:
    with pytest.raises(DrawingError, match="pixels"):
        images.add(png_of(*size))


def test_notes_that_unpack_to_megabytes_are_refused(images: Images) -> None:
    packed = zlib.compress(bytes(50_000_000))
    for kind in (b"zTXt", b"iCCP"):
        with pytest.raises(DrawingError):
            images.add(png_of(1, 1, chunk(kind, b"a\0\0" + packed)))


def test_a_broken_file_is_refused_or_drawn_and_nothing_else(images: Images) -> None:
    rng = random.Random(5)
    exif = Image.Exif()
    exif[0x0112], exif[0x0132] = 6, "2026"
    whole = [file_of(noise(), "GIF", comment=b"a, b")]
    whole += [file_of(noise(), format_, exif=exif) for format_ in ("JPEG", "PNG", "WEBP")]
    refused = 0
    for data in whole:
        for _ in range(250):
            broken = bytearray(data)
            for _ in range(rng.randint(1, 6)):
                broken[rng.randrange(rng.choice([len(broken), 200]))] = rng.randrange(256)
            try:
                images.fitted(images.add(bytes(broken)), 8, 8, "cover")
            except DrawingError:
                refused += 1
    assert refused > 300


def test_a_picture_that_was_never_added_is_our_error(images: Images) -> None:
    with pytest.raises(DrawingError, match="there is no image"):
        images.fitted("0" * 24, 8, 8, "cover")


def test_fitted_pictures_are_kept_within_their_bytes(images: Images) -> None:
    digest = images.add(file_of(noise()))
    for width in range(1000, 1040):
        images.fitted(digest, width, 800, "stretch")
    assert CACHE_BYTES / 2 < images._fitted.size <= CACHE_BYTES
    assert images.fitted(digest, 1039, 800, "stretch")[0] is images.fitted(digest, 1039, 800, "stretch")[0]

"""GIF files: read by a reader of our own and by Pillow, frame by frame."""

from __future__ import annotations

import random
from io import BytesIO
from itertools import islice

import pytest
from gif_blocks import Patch, encode_gif, read_gif
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageSequence

from livecontent.render.encode.gif import GifEncoder
from livecontent.render.encode.palette import palette_of
from livecontent.render.encode.tiles import TileRange

INK, GROUND = (18, 48, 59), (246, 241, 231)


def noise(width: int, height: int, seed: int = 1, colours: int = 30) -> Image.Image:
    """A picture of some colours anywhere."""
    rng = random.Random(seed)
    few = [rng.randbytes(3) for _ in range(colours)]
    return Image.frombytes("RGB", (width, height), b"".join(rng.choice(few) for _ in range(width * height)))


def mapped(picture: Image.Image, palette: Image.Image) -> Image.Image:
    """A picture in the colours of a palette."""
    return picture.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")


def films(first: Image.Image, palette: Image.Image, patches: list[Patch | None]) -> list[tuple[bytes, int]]:
    """What is to be seen, and for how many seconds: what changes nothing prolongs what was before; the last stays."""
    shown = mapped(first, palette)
    expected = [(shown.tobytes(), 1)]
    for patch in patches:
        if patch is None:
            expected[-1] = (expected[-1][0], expected[-1][1] + 1)
        else:
            shown.paste(mapped(patch.picture, palette), (patch.x, patch.y))
            expected.append((shown.tobytes(), 1))
    return [*expected[:-1], (expected[-1][0], 1)]


sizes = st.tuples(st.integers(1, 40), st.integers(1, 30))


@st.composite
def moving(draw: st.DrawFn) -> tuple[Image.Image, list[Patch | None]]:
    """A first picture, and up to eight patches or holes."""
    width, height = draw(sizes)
    first = noise(width, height, draw(st.integers(0, 99)), draw(st.sampled_from([1, 2, 9, 300])))
    patches: list[Patch | None] = []
    for _ in range(draw(st.integers(0, 8))):
        x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        size = draw(st.integers(1, width - x)), draw(st.integers(1, height - y))
        patches.append(draw(st.none() | st.just(Patch(x, y, noise(*size, draw(st.integers(0, 99)))))))
    return first, patches


@settings(max_examples=100, deadline=None, derandomize=True)
@given(film=moving())
def test_our_own_reader_sees_the_film(film: tuple[Image.Image, list[Patch | None]]) -> None:
    first, patches = film
    palette = palette_of(first)
    expected = films(first, palette, patches)
    found = read_gif(encode_gif(first, palette, patches))
    assert (found.width, found.height) == first.size
    assert found.shown() == [picture for picture, _ in expected]
    if patches:
        assert found.loops is None
    if len(expected) > 1:
        assert [frame.delay for frame in found.frames] == [100 * seconds for _, seconds in expected]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(film=moving())
def test_pillow_sees_the_film(film: tuple[Image.Image, list[Patch | None]]) -> None:
    first, patches = film
    palette = palette_of(first)
    expected = films(first, palette, patches)
    with Image.open(BytesIO(encode_gif(first, palette, patches))) as opened:
        assert opened.n_frames == len(expected)
        assert "loop" not in opened.info
        for frame, (picture, seconds) in zip(ImageSequence.Iterator(opened), expected, strict=True):
            assert frame.convert("RGB").tobytes() == picture
            assert len(expected) == 1 or frame.info["duration"] == 1000 * seconds


def test_a_still_is_one_image_and_no_film() -> None:
    found = read_gif(encode_gif(noise(7, 5), palette_of(noise(7, 5))))
    assert found.blocks == ("image",)
    assert found.loops is None
    assert found.frames[0].delay is None


def test_a_film_has_a_control_before_each_image_and_plays_once() -> None:
    first = noise(9, 9)
    found = read_gif(encode_gif(first, palette_of(first), [Patch(1, 2, noise(3, 3)), Patch(8, 8, noise(1, 1))]))
    assert found.blocks == ("control", "image", "control", "image", "control", "image")
    assert [(f.x, f.y, f.width, f.height) for f in found.frames] == [(0, 0, 9, 9), (1, 2, 3, 3), (8, 8, 1, 1)]
    assert {frame.disposal for frame in found.frames} == {1}


@pytest.mark.parametrize(
    ("holes", "delays"),
    [
        ("..x", [300, 100]),
        ("x..", [100, 100]),
        ("x.x..x", [100, 200, 300, 100]),
        ("x", [100, 100]),
        ("." * 59 + "x", [6000, 100]),
    ],
)
def test_what_changes_nothing_prolongs_the_frame_before(holes: str, delays: list[int]) -> None:
    first = noise(6, 6)
    patches = [Patch(0, 0, noise(2, 2, seed)) if sign == "x" else None for seed, sign in enumerate(holes)]
    found = read_gif(encode_gif(first, palette_of(first), patches))
    assert [frame.delay for frame in found.frames] == delays


def test_a_film_in_which_nothing_moves_is_a_still() -> None:
    first = noise(6, 6)
    assert read_gif(encode_gif(first, palette_of(first), [None] * 59)).blocks == ("image",)


def test_a_delay_that_is_too_long_for_the_format_is_the_longest_there_is() -> None:
    found = read_gif(encode_gif(noise(2, 2), palette_of(noise(2, 2)), [*[None] * 699, Patch(0, 0, noise(1, 1))]))
    assert [frame.delay for frame in found.frames] == [65_535, 100]


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (301, 1), (17, 13), (255, 3), (1201, 2)])
def test_odd_sizes_keep_every_pixel(size: tuple[int, int]) -> None:
    first = noise(*size, colours=200)
    palette = palette_of(first)
    assert read_gif(encode_gif(first, palette)).shown() == [mapped(first, palette).tobytes()]


def test_a_photo_takes_all_codes_of_the_compression() -> None:
    first = noise(160, 120, colours=5000)
    palette = palette_of(first)
    assert read_gif(encode_gif(first, palette)).shown() == [mapped(first, palette).tobytes()]


# The width of codes grows after 255, 767 and 1791 of them, and the table is full after 3839.
@pytest.mark.parametrize("codes", [1, 2, 255, 767, 1791, 3839, 3839 + 255, 2 * 3839, 2 * 3839 + 767])
@pytest.mark.parametrize("more", [0, 1, -1, 2, -2, 3, 4, 5])
def test_a_strip_may_end_after_any_code(codes: int, more: int) -> None:
    width = max(codes + more, 1) + 8
    steps = (at * step % 256 for step in range(1, 256, 2) for at in range(256))
    row = bytes(islice(steps, width))  # no two neighbours come twice, so that each pixel is a code of its own
    encoder = GifEncoder(width, 1, palette_of(noise(60, 60, colours=5000)))
    parts = encoder.segments(Image.frombytes("L", (width, 1), row))
    assert read_gif(encoder.join(parts)).frames[0].pixels == row
    twice = GifEncoder(width, 2, palette_of(noise(60, 60, colours=5000)))
    assert read_gif(twice.join(parts * 2)).frames[0].pixels == row * 2


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 999), width=st.integers(1, 300), colours=st.sampled_from([1, 2, 9, 300]))
def test_a_strip_is_the_same_whatever_is_above_and_below(seed: int, width: int, colours: int) -> None:
    picture = noise(width, 40, seed, colours)
    encoder = GifEncoder(*picture.size, palette_of(picture))
    whole, other = encoder.segments(picture), encoder.segments(picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    box = encoder.grid.box(TileRange(0, 1, 1, 2))
    strip = picture.crop((box.x, box.y, box.x + box.width, box.y + box.height))
    assert encoder.segments(strip) == whole[1:2]
    mixed = read_gif(encoder.join([other[0], *whole[1:]])).frames[0].pixels
    edge = box.y * width
    assert mixed[edge:] == read_gif(encoder.join(whole)).frames[0].pixels[edge:]
    assert mixed[:edge] == read_gif(encoder.join(other)).frames[0].pixels[:edge]


def test_notes_of_a_file_that_a_picture_came_from_do_not_break_its_gif() -> None:
    first = noise(9, 9)
    palette = palette_of(first)
    plain = encode_gif(first, palette)
    first.info.update(comment=b"one, two, three", transparency=3, duration=50, loop=3, background=7)
    assert encode_gif(first, palette) == plain


def test_patches_are_read_one_by_one() -> None:
    first = noise(4, 4)
    patches = (Patch(0, 0, noise(1, 1, seed)) for seed in range(3))
    assert len(read_gif(encode_gif(first, palette_of(first), patches)).frames) == 4


@pytest.mark.parametrize("colours", [1, 2, 3, 100, 256, 257, 5000])
@pytest.mark.parametrize("exact", [[], [INK], [INK, GROUND, (255, 255, 255), (0, 0, 0)]])
def test_a_palette_has_at_most_256_colours_and_the_exact_ones(colours: int, exact: list[tuple[int, int, int]]) -> None:
    palette = palette_of(noise(80, 70, colours=colours), exact)
    values = palette.getpalette() or []
    assert 3 <= len(values) <= 768
    assert set(exact) <= set(zip(values[0::3], values[1::3], values[2::3], strict=True))


def test_what_is_left_of_a_palette_is_spread_over_all_colours() -> None:
    palette = palette_of(Image.new("RGB", (80, 70), INK), [INK])
    for colour in ((255, 0, 0), (200, 60, 190), (7, 99, 240), (250, 250, 250)):
        found = mapped(Image.new("RGB", (1, 1), colour), palette).getpixel((0, 0))
        assert max(abs(one - other) for one, other in zip(found, colour, strict=True)) <= 28


def test_a_palette_may_be_half_made_of_exact_colours() -> None:
    exact = [(n * 2 % 256, n * 7 % 256, n * 13 % 256) for n in range(128)]
    palette = palette_of(noise(80, 70, colours=5000), exact)
    for colour in exact:
        assert mapped(Image.new("RGB", (1, 1), colour), palette).getpixel((0, 0)) == colour


@settings(max_examples=60, deadline=None, derandomize=True)
@given(colour=st.tuples(*[st.integers(0, 255)] * 3), seed=st.integers(0, 99))
def test_an_exact_colour_stays_what_it_is_however_close_the_others_are(colour: tuple[int, int, int], seed: int) -> None:
    rng = random.Random(seed)
    close = [bytes(min(max(value + rng.randint(-9, 9), 0), 255) for value in colour) for _ in range(900)]
    picture = Image.frombytes("RGB", (30, 30), b"".join(close))
    palette = palette_of(picture, [colour])
    gif = encode_gif(Image.new("RGB", (3, 3), colour), palette)
    assert read_gif(gif).shown() == [bytes(colour) * 9]


def test_the_first_of_two_exact_colours_wins_where_both_can_not_be() -> None:
    palette = palette_of(noise(30, 30), [(16, 16, 16), (17, 17, 17)])
    assert mapped(Image.new("RGB", (1, 1), (16, 16, 16)), palette).getpixel((0, 0)) == (16, 16, 16)


def test_a_palette_suits_its_picture() -> None:
    ramp = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
    far = ImageChops.difference(ramp, mapped(ramp, palette_of(ramp, [INK])))
    assert max(high for _, high in far.getextrema()) <= 8


def test_equal_pictures_are_equal_files() -> None:
    first, patch = noise(50, 40, colours=400), Patch(3, 3, noise(9, 9))
    once, again = (encode_gif(first.copy(), palette_of(first.copy(), [INK]), [patch, None]) for _ in range(2))
    assert once == again

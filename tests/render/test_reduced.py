"""Reduced images: the same picture, smaller, in a format that is quick to make."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from livecontent.render.reduced import reduce_image

BECOMES = {"JPEG": "jpg", "WEBP": "jpg", "PNG": "png", "GIF": "png"}


def picture(width: int, height: int) -> Image.Image:
    """A picture that is another at each of its places."""
    return Image.merge("RGB", [*Image.linear_gradient("L").resize((width, height)).convert("RGB").split()[:2],
                               Image.radial_gradient("L").resize((width, height))])  # fmt: skip


def file_of(image: Image.Image, format_: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


@given(st.sampled_from(sorted(BECOMES)), st.integers(1, 1300), st.integers(1, 700), st.sampled_from([300, 600]))
def test_a_reduced_image_is_the_true_one_in_small(format_: str, width: int, height: int, most: int) -> None:
    true = picture(width, height)
    reduced = reduce_image(file_of(true, format_), most)
    assert reduced.format == BECOMES[format_]
    with Image.open(BytesIO(reduced.data)) as found:
        assert found.format == {"jpg": "JPEG", "png": "PNG"}[reduced.format]
        assert found.size == (reduced.width, reduced.height)
        assert reduced.width == min(width, most)
        assert abs(reduced.height - height * reduced.width / width) <= 1
        difference = ImageChops.difference(found.convert("RGB"), true.resize(found.size, Image.Resampling.BOX))
        assert max(ImageStat.Stat(difference).mean) < (12 if format_ in ("JPEG", "GIF", "WEBP") else 4)


def test_of_an_image_that_moves_it_is_the_first_frame() -> None:
    frames = [Image.new("RGB", (600, 200), colour) for colour in ("red", "blue")]
    data = file_of(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    with Image.open(BytesIO(reduce_image(data, 300).data)) as found:
        assert found.convert("RGB").getcolors() == [(300 * 100, (255, 0, 0))]


@pytest.mark.parametrize("format_", sorted(BECOMES))
def test_a_picture_that_is_small_enough_keeps_its_size(format_: str) -> None:
    reduced = reduce_image(file_of(picture(120, 40), format_), 300)
    assert (reduced.width, reduced.height) == (120, 40)

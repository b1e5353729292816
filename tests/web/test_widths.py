"""An image in the width that a page shows it at."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import httpx2 as httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_server import Live, demo_settings, serving
from PIL import Image, ImageChops, ImageStat

from livecontent.web.widths import STEPS
from nightly import cases
from told import NO_TLS

WIDTHS = st.one_of(st.integers(0, 2000).map(str), st.text(max_size=8))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(demo_settings(tmp_path_factory.mktemp("shop"), preview=True)) as server:
        yield server


def get(shop: Live, address: str, **query: str) -> httpx.Response:
    return httpx.get(shop.url + address, params=query or None, trust_env=False, verify=NO_TLS)


def picture(shop: Live, **query: str) -> Image.Image:
    answer = get(shop, "/i/umbrella", weather="rain:9", at="2026-11-30T10:00", **query)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content))


@settings(max_examples=cases(20, by_night=200))
@given(asked=WIDTHS)
def test_whatever_is_asked_for_it_is_one_of_a_few_widths_and_the_same_image(shop: Live, asked: str) -> None:
    whole, found = picture(shop), picture(shop, w=asked)
    wanted = int(asked) if re.fullmatch("[0-9]{1,5}", asked) else whole.width
    assert found.width == next((step for step in STEPS if wanted <= step < whole.width), whole.width)
    assert found.height == round(whole.height * found.width / whole.width)
    small = whole.convert("RGB").resize(found.size, Image.Resampling.LANCZOS)
    difference = ImageStat.Stat(ImageChops.difference(small, found.convert("RGB")))
    assert max(difference.mean) < 6  # lines break where they do in the whole image


def test_what_moves_stays_whole(shop: Live) -> None:
    found = get(shop, "/i/countdown", until="2026-12-24T18:00+01:00", at="2026-12-24T10:00+01:00", w="160")
    film = Image.open(io.BytesIO(found.content))
    assert (film.format, film.width > 160, getattr(film, "n_frames", 1) > 1) == ("GIF", True, True)


def test_the_widths_of_a_block_are_those_that_come(shop: Live) -> None:
    block = get(shop, "/b/umbrella.json", weather="rain:9").json()
    offered = [entry.rsplit(" ", 1) for entry in block["srcset"].split(", ")]
    assert [int(width[:-1]) for _, width in offered] == [*(step for step in STEPS if step < 1200), 1200]
    for address, width in offered:
        found = get(shop, httpx.URL(address).raw_path.decode())
        assert Image.open(io.BytesIO(found.content)).width == int(width[:-1])

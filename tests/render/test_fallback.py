import asyncio
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.creative.version_files import Blank
from livecontent.facts import Fact, Moment, Reason
from livecontent.links import Format
from livecontent.render.compile import CompiledCreative
from livecontent.render.fallback import FallbackChain, FallbackLevel, level_of
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.static_store import StaticStore
from livecontent.runtime.pool import RenderPool
from opened_pictures import compiled_of, picture_of

TEXT = """title: T
size: 60x30
format: png
variants:
  - {name: a, when: recipient.n > 1, alt: x, layers: [{fill: '#00ff00'}]}
  - {name: b, alt: x, layers: [{fill: '#ff0000'}]}
"""


def picked(
    compiled: CompiledCreative, variant: str | None, format_: Format, spent: float = 0.0
) -> tuple[bytes, FallbackLevel]:
    return asyncio.run(FallbackChain(RenderPool(deadline=30)).pick(compiled, variant, format_, spent))


@pytest.mark.parametrize(("one", "other"), list(product(Reason, Reason)))
def test_a_picture_is_as_far_down_as_its_worst_fact(one: Reason, other: Reason) -> None:
    moment = Moment({"weather": Fact(None, one), "place": Fact(None, other), "store": Fact(None, Reason.BROKEN)})
    step = level_of(moment, ["weather", "place"], [])
    unknown = {Reason.MISSING, Reason.LATE, Reason.BROKEN} & {one, other}
    assert step == (
        FallbackLevel.DEFAULTS
        if unknown
        else FallbackLevel.STALE
        if Reason.STALE in (one, other)
        else FallbackLevel.LIVE
    )


def test_a_fact_that_nobody_tells_is_not_known() -> None:
    assert level_of(Moment({}), ["weather"], []) is FallbackLevel.DEFAULTS
    assert level_of(Moment({}), [], []) is FallbackLevel.LIVE


def test_a_layer_left_out_is_a_default() -> None:
    assert level_of(Moment({}), [], ["text: place is not known"]) is FallbackLevel.DEFAULTS


@pytest.mark.parametrize("format_", get_args(Format))
def test_what_stands_in_is_an_image_in_each_format(
    tmp_path: Path, available: AvailableAssets, painter: Painter, format_: Format
) -> None:
    compiled = compiled_of(tmp_path / "a", TEXT, available, painter)
    found = {variant: picked(compiled, variant, format_) for variant in ("a", "b", None)}
    expected = FallbackLevel.VARIANT if format_ == "png" else FallbackLevel.STATIC
    assert [level for _, level in found.values()] == [expected, expected, FallbackLevel.STATIC]
    for data, _ in found.values():
        assert picture_of(data, format_).size == (120, 60)
    red, green, _ = picture_of(found["a"][0], format_).convert("RGB").getpixel((5, 5))
    assert (red < green) == (format_ == "png")


@pytest.mark.parametrize("format_", get_args(Format))
def test_what_is_made_already_needs_no_time_and_no_drawing(
    tmp_path: Path,
    available: AvailableAssets,
    fonts: Fonts,
    format_: Format,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    painter = Painter(fonts, StaticStore(tmp_path / "static"))
    compiled = compiled_of(tmp_path / "a", TEXT, available, painter)
    before = {variant: picked(compiled, variant, format_) for variant in ("a", None)}
    again = compiled_of(tmp_path / "a", TEXT, available, painter)
    monkeypatch.setattr(Painter, "draw", lambda *_: 1 // 0)
    assert {variant: picked(again, variant, format_, spent=99) for variant in ("a", None)} == before


@pytest.mark.parametrize("format_", get_args(Format))
def test_where_nothing_can_be_made_in_time_it_is_plain_and_has_the_right_size(
    tmp_path: Path, available: AvailableAssets, painter: Painter, format_: Format, caplog: pytest.LogCaptureFixture
) -> None:
    text = TEXT.replace("format: png", "format: png\nbackground: '#0000ff'")
    data, level = picked(compiled_of(tmp_path / "a", text, available, painter), "a", format_, spent=99)
    picture = picture_of(data, format_).convert("RGB")
    red, green, blue = picture.getpixel((60, 30))
    assert (level, picture.size) == (FallbackLevel.NEUTRAL, (120, 60))
    assert (red < 5, green < 5, blue > 250) == (True, True, True)
    assert "not drawn within" in caplog.text


@pytest.mark.parametrize("format_", get_args(Format))
def test_without_a_creative_there_is_an_empty_image_of_the_size_of_what_there_was(format_: Format) -> None:
    fallbacks = FallbackChain(left=lambda: {"gone": Blank(1200, 520, "png", (0, 0, 255))})
    for name, size, colour in (("nothing", (600, 200), (255, 255, 255)), ("gone", (1200, 520), (0, 0, 255))):
        data, given = fallbacks.unknown(name, format_)
        picture = picture_of(data, format_)
        assert (picture.size, given) == (size, format_)
        if format_ == "jpg":
            assert picture.getpixel((9, 9)) in (colour, (0, 0, 254))
        else:
            assert picture.convert("RGBA").getchannel("A").getextrema() == (0, 0)
    assert fallbacks.unknown("gone", None)[1] == "png"

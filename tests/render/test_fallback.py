from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.facts import Fact, Moment, Reason
from livecontent.links import Format
from livecontent.render.fallback import FallbackChain, FallbackLevel, level_of
from livecontent.render.paint.painter import Painter
from opened_pictures import compiled_of, picture_of

TEXT = """title: T
size: 60x30
format: png
variants:
  - {name: a, when: recipient.n > 1, alt: x, layers: [{fill: '#00ff00'}]}
  - {name: b, alt: x, layers: [{fill: '#ff0000'}]}
"""


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
def test_the_lower_steps_are_a_picture_in_each_format(
    tmp_path: Path, available: AvailableAssets, painter: Painter, format_: Format
) -> None:
    fallbacks, compiled = FallbackChain(), compiled_of(tmp_path / "a", TEXT, available, painter)
    found = {variant: fallbacks.pick(compiled, variant, format_) for variant in ("a", "b", None)}
    expected = FallbackLevel.VARIANT if format_ == "png" else FallbackLevel.STATIC
    assert [step for _, step in found.values()] == [expected, expected, FallbackLevel.STATIC]
    for data, _ in found.values():
        assert picture_of(data, format_).size == (120, 60)
    red, green, _ = picture_of(found["a"][0], format_).convert("RGB").getpixel((5, 5))
    assert (red < green) == (format_ == "png")


@pytest.mark.parametrize("format_", get_args(Format))
def test_without_a_creative_there_is_one_white_pixel(format_: Format) -> None:
    data, step = FallbackChain().pick(None, None, format_)
    picture = picture_of(data, format_).convert("RGB")
    assert (step, picture.size, picture.getpixel((0, 0))) == (FallbackLevel.NEUTRAL, (1, 1), (255, 255, 255))

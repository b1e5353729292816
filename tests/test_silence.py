"""A variant with nothing to say: one pixel that nobody sees, counted as silent."""

import asyncio
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from livecontent.pipeline import answer
from livecontent.render.fallback import FallbackLevel
from livecontent.render.paint.painter import Painter
from made_creatives import loaded_of
from opened_pictures import compiled_of, kit_of, opening_of, telling

CREATIVE = """title: T
size: 300x120
format: png
alt: Points
layers: [{text: always}]
variants:
  - {name: some, when: recipient.points > 0, layers: [{fill: "#101418"}]}
  - {name: nothing, collapse: true}
"""


@pytest.mark.parametrize("format_", ["png", "gif", "webp", "jpg"])
def test_it_is_one_pixel_and_see_through_where_it_can_be(
    tmp_path: Path, available: AvailableAssets, painter: Painter, format_: str
) -> None:
    compiled = compiled_of(tmp_path / "a", CREATIVE, available, painter)
    kit = kit_of(painter, telling("recipient", {"points": 0}), a=compiled)
    found = asyncio.run(answer(opening_of("a", format=format_), kit))
    assert (found.level, found.variant, found.alt, found.left_out) == (FallbackLevel.SILENT, "nothing", "", ())
    with Image.open(BytesIO(found.data)) as opened:
        assert opened.size == (1, 1)
        assert opened.convert("RGBA").getpixel((0, 0))[3] == (255 if found.format == "jpg" else 0)


def test_who_has_points_gets_the_image(tmp_path: Path, available: AvailableAssets, painter: Painter) -> None:
    compiled = compiled_of(tmp_path / "a", CREATIVE, available, painter)
    kit = kit_of(painter, telling("recipient", {"points": 3}), a=compiled)
    found = asyncio.run(answer(opening_of("a"), kit))
    assert (found.variant, found.level) == ("some", FallbackLevel.LIVE)
    with Image.open(BytesIO(found.data)) as opened:
        assert opened.size == (600, 240)


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ("{name: a}", "a variant has `layers`, or `collapse: true`"),
        ("{name: a, layers: []}", "a variant has `layers`, or `collapse: true`"),
        ("{name: a, collapse: true, layers: [{fill: white}]}", "leave out its layers and size"),
        ("{name: a, collapse: true, size: 30x30}", "leave out its layers and size"),
        ("{name: a, size: 30, layers: [{fill: white}]}", "a size is written width x height"),
        ("{name: a, size: 2000x1700, layers: [{fill: white}]}", "device pixels, at most"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, available: AvailableAssets, variant: str, said: str) -> None:
    with pytest.raises(CreativeError, match=said):
        loaded_of(tmp_path / "a", f"title: T\nsize: 60x30\nvariants: [{variant}]", available)


def test_layers_may_be_an_empty_list_where_it_collapses(tmp_path: Path, available: AvailableAssets) -> None:
    text = "title: T\nsize: 60x30\nvariants: [{name: a, collapse: true, layers: []}]"
    assert loaded_of(tmp_path / "a", text, available).warnings == ()


def test_boxes_lie_in_the_size_of_their_variant(tmp_path: Path, available: AvailableAssets) -> None:
    text = "title: T\nsize: 60x30\nvariants: [{name: a, size: 60x90, layers: [{text: a, box: [0, 40, 60, 40]}]}]"
    assert loaded_of(tmp_path / "a", text, available).warnings == ()

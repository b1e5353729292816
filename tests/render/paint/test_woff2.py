"""Packed fonts are unpacked once, and draw the same."""

import logging
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from livecontent.config import shipped
from livecontent.creative.model import AvailableAssets
from livecontent.render.paint import woff2
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Face
from made_creatives import loaded_of

FRAUNCES = shipped("fonts") / "Fraunces/Fraunces.ttf"


def packed(file: Path) -> bytes:
    out = BytesIO()
    with TTFont(file) as font:
        font.flavor = "woff2"
        font.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of fonts with a family that is packed, and what is no font."""
    folder = tmp_path_factory.mktemp("fonts")
    (folder / "Brand").mkdir()
    (folder / "Brand/brand.woff2").write_bytes(packed(FRAUNCES))
    (folder / "Plain").mkdir()
    (folder / "Plain/plain.ttf").write_bytes(FRAUNCES.read_bytes())
    return folder


def test_a_packed_font_is_a_family_that_measures_and_draws_as_the_plain_one(brand: Path, tmp_path: Path) -> None:
    fonts = Fonts([brand], [], store=tmp_path)
    assert fonts.families == {"Brand", "Plain"}
    (one,), (other,) = (fonts.split("Hello", family, 600, False) for family in ("Brand", "Plain"))
    assert (one[1].file, other[1].file) == ("Brand/brand.woff2", "Plain/plain.ttf")
    assert fonts.advance("Hello", one[1], 40) == fonts.advance("Hello", other[1], 40)
    assert isinstance(one[1], Face)


def test_it_is_unpacked_once_and_named_by_its_content(brand: Path, tmp_path: Path) -> None:
    Fonts([brand], [], store=tmp_path)
    (file,) = tmp_path.iterdir()
    before = file.stat().st_mtime_ns
    Fonts([brand], [], store=tmp_path)
    assert [one.stat().st_mtime_ns for one in tmp_path.iterdir()] == [before]
    assert Fonts([brand], []).families == {"Plain"}  # where there is no place to unpack it


@pytest.mark.parametrize("data", [b"", b"wOF2", b"<html>", b"wOF2" + b"\xff" * 60, b"wOF2" + b"\0" * 60])
def test_what_is_no_font_is_left_out_and_told(data: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "Brand").mkdir()
    (tmp_path / "Brand/brand.woff2").write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert Fonts([tmp_path], [], store=tmp_path / "store").families == frozenset()
    assert "brand.woff2: not a font that can be used" in caplog.text
    assert not list((tmp_path / "store").glob("*"))


def test_a_font_that_would_be_huge_is_not_unpacked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "huge.woff2"
    data = bytearray(packed(FRAUNCES))
    data[16:20] = (woff2.MAX_BYTES + 1).to_bytes(4, "big")
    file.write_bytes(data)
    assert woff2.unpacked(file, tmp_path / "store") is None
    assert "are the most" in caplog.text


@pytest.mark.parametrize(
    ("layer", "line"),
    [
        ("{text: a, font: {family: Brand, italic: true}}", True),
        ("{text: 'a <i>b</i>', font: {family: Brand}}", True),
        ("{text: a, font: {family: Brand}}", False),
        ("{text: a, font: {family: Fraunces, italic: true}}", False),
    ],
)
def test_a_family_without_italics_says_so(layer: str, line: bool, tmp_path: Path, brand: Path) -> None:
    fonts = Fonts([brand, shipped("fonts")], [], store=tmp_path / "store")
    assert {"Brand", "Plain"} <= fonts.upright
    assert "Fraunces" not in fonts.upright
    available = AvailableAssets(fonts.families, frozenset(), upright=fonts.upright)
    text = f"title: T\nsize: 60x30\nvariants: [{{name: a, layers: [{layer}]}}]"
    told = [one.message for one in loaded_of(tmp_path / "a", text, available).warnings]
    assert told == ["the family 'Brand' has no italics: these words stand upright"] * line

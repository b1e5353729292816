"""The index says what the fonts say, and is not believed where a file is another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from livecontent.render.paint.coverage import Coverage
from livecontent.render.paint.font_index import read_index, write_index
from livecontent.render.paint.fontfile import read_font, shipped_fonts, system_fonts
from livecontent.render.paint.fonts import Fonts

SHIPPED = Path(__file__).resolve().parents[3] / "fonts"


def test_the_index_that_ships_says_of_each_font_what_the_font_says() -> None:
    index = read_index(SHIPPED)
    files = {path.relative_to(SHIPPED).as_posix(): path for path in SHIPPED.glob("*/*.[to]tf")}
    assert index.keys() == files.keys()
    for key, path in files.items():
        read = read_font(path, key, path.parent.name)
        assert read is not None
        assert dict(index[key].covers.pages) == dict(read.covers.pages), key
        assert [getattr(index[key], name) for name in ("weight", "italic", "axes", "ascent", "descent", "icons")] == [
            getattr(read, name) for name in ("weight", "italic", "axes", "ascent", "descent", "icons")
        ]
        assert (index[key].languages, index[key].emoji) == (read.languages, read.emoji)
        assert index[key].flags == read.flags


def test_every_bold_has_the_characters_of_its_regular() -> None:
    """So that no letter of a heading is of another weight than the others."""
    fonts = {font.key: font for font in read_index(SHIPPED).values()}
    for key, font in fonts.items():
        regular = fonts.get(key.replace("-Bold", "-Regular"))
        if regular and regular is not font:
            assert set(regular.covers) == set(font.covers), key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two fonts, with its index."""
    (tmp_path / "Brand").mkdir()
    for name in ("Hebrew", "Thai"):
        shutil.copy(SHIPPED / "Noto Sans" / f"NotoSans{name}-Regular.ttf", tmp_path / "Brand" / f"{name}.ttf")
    write_index(tmp_path, shipped_fonts(tmp_path, {}))
    return tmp_path


def test_a_file_that_was_replaced_is_read(folder: Path) -> None:
    shutil.copy(folder / "Brand" / "Thai.ttf", folder / "Brand" / "Hebrew.ttf")
    assert Fonts([folder], system=()).split("שלום", "Brand", 400, False) == []


def test_a_file_that_was_added_is_read_and_one_that_is_gone_is_forgotten(folder: Path) -> None:
    shutil.copy(SHIPPED / "Noto Sans" / "NotoSansLao-Regular.ttf", folder / "Brand")
    (folder / "Brand" / "Thai.ttf").unlink()
    keys = [font.key for font in shipped_fonts(folder, read_index(folder))]
    assert keys == ["Brand/Hebrew.ttf", "Brand/NotoSansLao-Regular.ttf"]


def test_a_font_of_the_system_that_adds_nothing_is_not_kept(folder: Path) -> None:
    shipped = list(shipped_fonts(folder, {}))
    assert list(system_fonts([SHIPPED / "Noto Sans"], shipped))
    assert not list(system_fonts([folder], shipped))


@pytest.mark.parametrize("text", ["", "a", "aé", "Ω𝓐"])
def test_a_coverage_has_the_characters_that_it_was_made_of(text: str) -> None:
    covers = Coverage.of(map(ord, text))
    assert covers.has(text)
    assert set(map(chr, covers)) == set(text)
    assert len(covers) == len(set(text))
    assert not covers.has(text + "\u0100")

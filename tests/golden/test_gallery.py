"""The gallery: whole for everybody, short, and as it was when somebody looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from comparing import compare, keep
from PIL import Image
from tools.gallery.__main__ import DOCS, PICTURES, page, picture_of, seen
from tools.gallery.shop import PEOPLE, Shop, creatives
from tools.gallery.sights import CHAPTERS, MAIL, SIGHTS, Sight

from livecontent.render.fallback import FallbackLevel
from livecontent.render.paint.painter import Painter

NAMES = [folder.name for folder in creatives()]
LINES = {"cards": 25, "tracking": 25, "ring": 12}  # at most, with every language
MOST = 65


@pytest.fixture(scope="module")
def shop(painter: Painter) -> Iterator[Shop]:
    with Shop(painter) as shop:
        yield shop


@pytest.mark.parametrize("name", NAMES)
def test_a_creative_of_the_gallery_is_checked_without_a_warning(name: str, shop: Shop) -> None:
    assert [str(problem) for problem in shop.compiled(name).loaded.warnings] == []


@pytest.mark.parametrize("name", NAMES)
def test_everybody_sees_all_of_it_early_or_live(name: str, shop: Shop) -> None:
    for person in (*PEOPLE, ""):
        for client in ("browser", MAIL):
            found = shop.opened(name, person, client)
            who = f"{name} for {person or 'nobody'} with {client}"
            assert not found.left_out, who
            assert not found.undrawn, who
            assert found.alt or found.level == FallbackLevel.SILENT, who
            assert found.link, who
            assert found.link.startswith("https://averse.example/"), who


@pytest.mark.parametrize("name", NAMES)
def test_a_creative_of_the_gallery_is_short(name: str) -> None:
    text = next(folder for folder in creatives() if folder.name == name) / "creative.yaml"
    assert sum(bool(line.strip()) for line in text.read_text("utf-8").splitlines()) <= LINES.get(name, MOST)


@pytest.mark.parametrize("sight", [pytest.param(sight, id=sight.name) for sight in SIGHTS])
def test_a_creative_of_the_gallery_looks_as_its_picture(sight: Sight, shop: Shop) -> None:
    picture = picture_of(seen(sight, shop))
    with Image.open(PICTURES / f"{sight.name}.webp") as opened:
        expected = opened.convert("RGB")
    assert picture.size == expected.size
    found = compare(picture, expected)
    shown = keep(sight.name, actual=picture, expected=expected, diff=found.picture) if found.seen else ""
    assert not shown, f"look at {shown}; `python -m tools.gallery` draws new ones"


def test_the_page_shows_every_creative_as_it_is_and_no_other_picture(shop: Shop) -> None:
    assert sorted(CHAPTERS) == NAMES
    assert (DOCS / "gallery.md").read_text("utf-8") == page(shop)
    kept = [path.name for path in Path(PICTURES).iterdir()]
    assert sorted(kept) == sorted(f"{sight.name}.webp" for sight in SIGHTS)
    assert sum((PICTURES / name).stat().st_size for name in kept) < 1_500_000

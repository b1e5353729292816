"""Pictures that have been looked at and found right: `pytest tests/golden --update-golden` takes new ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from comparing import MOST, compare, halved, keep
from PIL import Image

from livecontent.creative.model import AvailableAssets
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY
from made_creatives import load_shipped

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"

Golden = Callable[[str, Image.Image], None]
Compile = Callable[..., CompiledCreative]


@pytest.fixture(scope="session")
def compiled(available: AvailableAssets, painter: Painter) -> Compile:
    """Compiles a creative, once at a scale."""
    ready: dict[tuple[Path, int], CompiledCreative] = {}

    def compile_(folder: Path, scale: int = 2) -> CompiledCreative:
        if (folder, scale) not in ready:
            loaded = load_shipped(folder, available)
            scaled = replace(loaded, creative=loaded.creative.model_copy(update={"scale": scale}))
            ready[folder, scale] = CompiledCreative(scaled, Workshop.of(painter, VOCABULARY))
        return ready[folder, scale]

    return compile_


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a picture with the one that was found right."""
    update = request.config.getoption("--update-golden", default=False)

    def check(name: str, picture: Image.Image) -> None:
        reference = PICTURES / f"{name}.webp"
        small = halved(picture)
        if update:
            small.save(reference, lossless=True, method=6)
            return
        if not reference.exists():
            shown = keep(name, actual=picture)
            pytest.fail(
                f"there is no {reference.name} yet: look at {shown}; `pytest tests/golden --update-golden` keeps it"
            )
        with Image.open(reference) as opened:
            expected = opened.convert("RGB")
        assert small.size == expected.size, f"{name} is {small.size}, it was {expected.size}"
        found = compare(small, expected)
        if found.seen:
            shown = keep(name, actual=small, expected=expected, diff=found.picture)
            pytest.fail(
                f"{name} differs by {found.levels:.1f} levels near {found.x * 2}, {found.y * 2}"
                f" ({MOST:.0f} are the most): look at {shown}; if it is right now,"
                " `pytest tests/golden --update-golden` keeps it"
            )

    return check

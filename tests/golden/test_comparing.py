"""The comparison itself: what an eye would see fails, what rounding does passes."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from comparing import BLOCK, compare, halved
from moments import CAMILLE, moment
from PIL import Image, ImageChops

from livecontent.render.compile import CompiledCreative
from livecontent.render.paint.painter import Painter
from livecontent.scene import Group, Node, Run, Scene, Text
from opened_pictures import file_of, told_apart

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def scenes(compiled: Callable[[Path], CompiledCreative], templates: Path) -> list[Scene]:
    """A photo with large and small letters on it, and letters on a plain ground."""
    found = []
    for folder, name in ((templates / "umbrella", "clear"), (HERE / "scripts", "latin")):
        creative = compiled(folder)
        variant = next(one for one in creative.loaded.creative.variants if one.name == name)
        ready = creative.variants[variant.name]
        scene = ready.scene(ready.content(moment(CAMILLE, city="Saint-Étienne", sky="clear", degrees=19)))
        found.append(scene._replace(nodes=tuple(one_by_one(scene.nodes)), seconds=1))
    return found


def one_by_one(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes, also those that were composed together."""
    for node in nodes:
        yield from one_by_one(node.nodes) if isinstance(node, Group) else (node,)


def changed(scene: Scene, change: Callable[[Text], Node | None]) -> list[Scene]:
    """The scene with each of its texts changed in turn; None: there is nothing to change in it."""
    found = []
    for index, node in enumerate(scene.nodes):
        other = change(node) if isinstance(node, Text) else None
        if other is not None:
            found.append(scene._replace(nodes=(*scene.nodes[:index], other, *scene.nodes[index + 1 :])))
    assert found
    return found


def seen(painter: Painter, scene: Scene, change: Callable[[Text], Node | None]) -> bool:
    """Whether the comparison sees each of the changes."""
    before = halved(painter.draw(scene))
    return all(compare(halved(painter.draw(other)), before).seen for other in changed(scene, change))


def moved(pixels: int) -> Callable[[Text], Text]:
    def change(text: Text) -> Text:
        return text._replace(runs=tuple(run._replace(x=run.x + pixels) for run in text.runs))

    return change


def without_an_accent(text: Text) -> Text | None:
    """The text without the first of its accents."""
    for index, run in enumerate(text.runs):
        bare = bare_of(run)
        if bare != run:
            return text._replace(runs=(*text.runs[:index], bare, *text.runs[index + 1 :]))
    return None


def bare_of(run: Run) -> Run:
    letters = list(run.text)
    for place, letter in enumerate(letters):
        base = unicodedata.normalize("NFD", letter)[0]
        if base != letter:
            letters[place] = base
            break
    return run._replace(text="".join(letters))


def greener(text: Text) -> Text:
    green = text.colour.green + (28 if text.colour.green < 128 else -28)
    return text._replace(colour=text.colour._replace(green=green))


def without_a_word(text: Text) -> Text:
    return text._replace(runs=text.runs[:-1])


@pytest.mark.parametrize("change", [moved(3), moved(-3), without_an_accent, greener, without_a_word])
def test_what_an_eye_would_see_is_seen(
    painter: Painter, scenes: list[Scene], change: Callable[[Text], Node | None]
) -> None:
    assert all(seen(painter, scene, change) for scene in scenes)


@pytest.mark.parametrize("levels", [1, 2])
def test_rounding_is_not_seen(painter: Painter, scenes: list[Scene], levels: int) -> None:
    rng = random.Random(3)
    for scene in scenes:
        picture = painter.draw(scene)
        noise = bytes(rng.randint(0, 2 * levels) for _ in range(picture.width * picture.height * 3))
        added = ImageChops.add(picture, Image.frombytes("RGB", picture.size, noise))
        other = ImageChops.subtract(added, Image.new("RGB", picture.size, (levels,) * 3))
        assert not compare(halved(other), halved(picture)).seen


def test_equal_pictures_do_not_differ_at_all(painter: Painter, scenes: list[Scene]) -> None:
    picture = halved(painter.draw(scenes[0]))
    assert compare(picture, picture.copy()).levels == 0


@pytest.mark.parametrize("place", [(0, 0), (29, 0), (0, 18), (29, 18)])
def test_the_place_of_the_worst_block_is_told_up_to_the_last_corner(place: tuple[int, int]) -> None:
    black = Image.new("RGB", (30, 19))
    spot = black.copy()
    spot.paste((0, 0, 255), (*place, place[0] + 2, place[1] + 2))
    spot.putpixel(place, (0, 255, 255))
    found = compare(spot, black)
    assert (found.x // BLOCK, found.y // BLOCK) == (place[0] // BLOCK, place[1] // BLOCK)
    assert found.levels > 3


def test_files_are_told_apart_by_their_bytes_and_pixels() -> None:
    red, blue = file_of("red", "PNG"), file_of("blue", "PNG")
    assert told_apart(red, blue).endswith("on, frame 0: Box(x=0, y=0, width=40, height=20)")
    told = told_apart(red, red + b"\0")
    assert told.endswith(f"other bytes from {len(red)} on, the same pixels")
    assert told.startswith(f"PNG 40x20 of 1 frames in {len(red)} bytes and PNG 40x20 of 1 frames in {len(red) + 1}")
    assert told_apart(red, file_of("red", "GIF", (10, 20))).endswith(" bytes")

"""Creatives that change while they are opened."""

from __future__ import annotations

import gc
import shutil
import threading
import weakref
from pathlib import Path

import pytest

from livecontent.pipeline import Engine
from livecontent.publish import Publisher
from livecontent.render.fallback import FallbackChain, FallbackLevel
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.sources.gather import Gatherer
from opened_pictures import file_of, opened, opening_of, picture_of

TEXT = "title: T\nsize: 60x30\nformat: png\nvariants: [{name: a, layers: [fill: '%s', {text: '{{ client.name }}'}]}]\n"
FONTS = Path(__file__).resolve().parents[1] / "fonts"


def write(folder: Path, name: str, text: str, **files: bytes) -> None:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "creative.yaml").write_text(text)
    for file, data in files.items():
        (folder / name / file).write_bytes(data)


@pytest.fixture
def publisher(tmp_path: Path, painter: Painter) -> Publisher:
    write(tmp_path, "one", TEXT % "#ff0000")
    write(tmp_path, "two", TEXT % "#00ff00")
    return Publisher(tmp_path, lambda: Painter(Fonts([FONTS], system=())), Painter(painter.fonts))


def colour(publisher: Publisher, name: str) -> object:
    """Of the last pixel of an opening."""
    kit = Engine(publisher.library, Gatherer((), 0.1), Renderer(publisher._painter), FallbackChain())
    found = opened(kit, opening_of(name))
    assert found.level is not FallbackLevel.VARIANT, found.left_out
    return picture_of(found.data, found.format).convert("RGB").getpixel((-1, -1))


def test_a_file_that_changes_is_published_and_the_others_stay_as_they_are(publisher: Publisher, tmp_path: Path) -> None:
    two = publisher.library["two"]
    assert publisher.refresh() == []
    write(tmp_path, "one", TEXT % "#0000ff")
    assert publisher.refresh() == []
    assert colour(publisher, "one") == (0, 0, 255)
    assert publisher.library["two"] is two


def test_a_version_that_is_broken_leaves_the_one_before_in_use(publisher: Publisher, tmp_path: Path) -> None:
    for text, files in (("title: T\n", {}), (TEXT.replace("fill: '%s'", "image: x.png"), {"x.png": b"no picture"})):
        write(tmp_path, "one", text, **files)
        assert publisher.refresh()
        assert colour(publisher, "one") == (255, 0, 0)
    write(tmp_path, "one", TEXT.replace("fill: '%s'", "image: x.png"), **{"x.png": file_of("#123456")})
    assert publisher.refresh() == []
    assert colour(publisher, "one") == (0x12, 0x34, 0x56)


def test_nothing_is_left_of_the_fonts_of_a_version(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[weakref.ref[Fonts]] = []

    def make() -> Painter:
        painter = Painter(Fonts([FONTS], system=()))
        seen.append(weakref.ref(painter.fonts))
        return painter

    monkeypatch.setattr(publisher, "_make_painter", make)
    gc.disable()
    try:
        for text in (TEXT % "#0000ff", "title: T\n"):
            write(tmp_path, "one", text)
            publisher.refresh()
        assert [fonts() for fonts in seen] == [None, None]
    finally:
        gc.enable()


def test_creatives_come_and_go(publisher: Publisher, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "one")
    write(tmp_path, "three", TEXT % "#ffffff")
    assert publisher.refresh() == []
    assert sorted(publisher.library) == ["three", "two"]
    assert colour(publisher, "three") == (255, 255, 255)


def test_pictures_go_with_the_last_version_that_may_be_drawn(publisher: Publisher, tmp_path: Path) -> None:
    colours = [f"#0000{number:02x}" for number in range(5)]
    first = None  # an opening that takes very long
    for painted in colours:
        write(tmp_path, "one", TEXT.replace("fill: '%s'", "image: x.png"), **{"x.png": file_of(painted)})
        before = publisher.library["one"]
        assert publisher.refresh() == []
        first = first or publisher.library["one"]
        publisher._painter.images.forget()
        for compiled in (before, first, publisher.library["one"]):
            for digest in compiled.materials.pictures.values():
                assert publisher._painter.images.fitted(digest, 1, 1, "cover")
    assert len(publisher._painter.images._files) == 3


def test_openings_go_on_while_versions_change(publisher: Publisher, tmp_path: Path) -> None:
    done = threading.Event()

    def change() -> None:
        for number in range(6):
            write(tmp_path, "one", TEXT % f"#0000{number * 40:02x}")
            publisher.refresh()
        done.set()

    thread = threading.Thread(target=change)
    thread.start()
    seen = set()
    while not done.is_set():
        seen.add(colour(publisher, "one"))
        assert colour(publisher, "two") == (0, 255, 0)
    thread.join()
    assert seen <= {(255, 0, 0), *((0, 0, number * 40) for number in range(6))}
    assert colour(publisher, "one") == (0, 0, 200)

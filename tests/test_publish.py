"""Creatives that change while they are opened."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from livecontent.creative.load import LoadedCreative, load_creative
from livecontent.errors import ConfigError
from livecontent.pipeline import Engine
from livecontent.publish import Publisher
from livecontent.render.compile import Workshop
from livecontent.render.fallback import FallbackChain, FallbackLevel
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.render.static_store import StaticStore
from livecontent.sources.gather import Gatherer
from livecontent.sources.registry import VOCABULARY
from opened_pictures import file_of, opened, opening_of, picture_of

TEXT = "title: T\nsize: 60x30\nformat: png\nvariants: [{name: a, layers: [fill: '%s', {text: '{{ client.name }}'}]}]\n"


def write(folder: Path, name: str, text: str, **files: bytes) -> None:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "creative.yaml").write_text(text)
    for file, data in files.items():
        (folder / name / file).write_bytes(data)


@pytest.fixture(scope="module")
def workshop(painter: Painter) -> Workshop:
    return Workshop.of(Painter(painter.fonts), VOCABULARY)  # of its own: a publisher lets go of others' images


@pytest.fixture
def publisher(tmp_path: Path, workshop: Workshop) -> Publisher:
    write(tmp_path, "one", TEXT % "#ff0000")
    write(tmp_path, "two", TEXT % "#00ff00")
    return Publisher(tmp_path, workshop)


def colour(publisher: Publisher, name: str) -> object:
    """Of the last pixel of an opening."""
    kit = Engine(publisher.library, Gatherer((), 0.1), Renderer(publisher._workshop.painter), FallbackChain())
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


def test_a_library_is_what_can_be_used_and_the_problems_of_the_rest(tmp_path: Path, workshop: Workshop) -> None:
    for name, text in {"b": TEXT % "#000000", "a": TEXT % "#000000", "broken": "title: T\n", "empty": ""}.items():
        write(tmp_path, name, text)
    (tmp_path / "no-creative").mkdir()
    (tmp_path / "a-file").touch()
    publisher = Publisher(tmp_path, workshop)
    assert list(publisher.library) == ["a", "b"]
    assert {Path(problem.file).parent.name for problem in publisher.problems} == {"broken", "empty"}
    assert list(Publisher(tmp_path, workshop, "b").library) == ["b"]
    with pytest.raises(ConfigError, match="there is no folder"):
        Publisher(tmp_path / "nowhere", workshop)


def test_the_creatives_that_ship_have_no_errors(templates: Path, workshop: Workshop) -> None:
    publisher = Publisher(templates, workshop)
    assert publisher.problems == []
    assert {*publisher.library} >= {"umbrella", "countdown", "loyalty", "nearest-store"}


def test_a_problem_is_told_once_and_known_until_it_is_solved(publisher: Publisher, tmp_path: Path) -> None:
    write(tmp_path, "one", "title: T\n")
    told = publisher.refresh()
    assert told
    write(tmp_path, "two", TEXT % "#000000")
    assert publisher.refresh() == []
    assert publisher.problems == told
    write(tmp_path, "one", TEXT % "#ff0000")
    assert publisher.refresh() == []
    assert publisher.problems == []


def test_only_folders_that_changed_are_read(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def load(folder: Path, *rest: Any) -> LoadedCreative:
        read.append(folder.name)
        return load_creative(folder, *rest)

    monkeypatch.setattr("livecontent.publish.load_creative", load)
    assert publisher.refresh() == []
    assert read == []
    (tmp_path / "one" / "notes").mkdir()
    (tmp_path / "one" / "notes" / "a.txt").write_text("a")
    publisher.refresh()
    (tmp_path / "one" / "notes" / "a.txt").write_text("in place")
    publisher.refresh()
    (tmp_path / "one" / "notes" / "a.txt").unlink()
    publisher.refresh()
    assert read == ["one"] * 3


def test_what_was_published_stays_while_the_folder_can_not_be_read(publisher: Publisher, tmp_path: Path) -> None:
    away = tmp_path.with_name("away")
    tmp_path.rename(away)
    (problem,) = publisher.refresh()
    assert problem.file == str(tmp_path)
    assert publisher.refresh() == []
    assert colour(publisher, "one") == (255, 0, 0)
    away.rename(tmp_path)
    assert publisher.refresh() == []
    assert publisher.problems == []


def test_an_error_that_nobody_foresaw_is_a_problem_of_one_creative(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(folder: Path, *rest: Any) -> LoadedCreative:
        if folder.name == "one":
            raise RuntimeError("nobody's fault")
        return load_creative(folder, *rest)

    with monkeypatch.context() as broken:
        broken.setattr("livecontent.publish.load_creative", load)
        for name in ("one", "three", "two"):
            write(tmp_path, name, TEXT % "#0000ff")
        assert [problem.message for problem in publisher.refresh()] == ["can't be published: nobody's fault"]
    assert [colour(publisher, name) for name in ("one", "two", "three")] == [(255, 0, 0), (0, 0, 255), (0, 0, 255)]


def test_the_watch_publishes_what_changes(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("livecontent.publish.PAUSE", 0.02)

    async def watched() -> None:
        watching = asyncio.create_task(publisher.watch())
        for name, text in (("one", TEXT % "#0000ff"), ("two", "title: T\n"), ("three", TEXT % "#000000")):
            write(tmp_path, name, text)
            await asyncio.sleep(0.05)
        for _ in range(200):
            await asyncio.sleep(0 if "three" in publisher.library else 0.05)
        watching.cancel()

    asyncio.run(watched())
    assert colour(publisher, "one") == (0, 0, 255)
    assert colour(publisher, "three") == (0, 0, 0)
    assert len(re.findall("two/creative.yaml.*'size' is missing", caplog.text)) == 1


def test_the_watch_goes_on_after_an_error_and_publishes_what_it_missed(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("livecontent.publish.PAUSE", 0.01)
    tries = 0
    tidy = publisher._tidy

    def fails_at_first(*versions: Any) -> None:
        nonlocal tries
        tries += 1
        if tries <= 3:
            raise OSError("no space left")
        tidy(*versions)

    async def watched() -> None:
        watching = asyncio.create_task(publisher.watch())
        write(tmp_path, "one", TEXT % "#0000ff")
        for _ in range(200):
            await asyncio.sleep(0 if publisher.library["one"] is not before else 0.05)
        assert not watching.done()
        watching.cancel()

    monkeypatch.setattr(publisher, "_tidy", fails_at_first)
    before = publisher.library["one"]
    asyncio.run(watched())
    assert colour(publisher, "one") == (0, 0, 255)
    assert tries == 4
    assert len(re.findall("what has changed can't be published yet", caplog.text)) == 1


def test_creatives_come_and_go(publisher: Publisher, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "one")
    write(tmp_path, "three", TEXT % "#ffffff")
    assert publisher.refresh() == []
    assert sorted(publisher.library) == ["three", "two"]
    assert colour(publisher, "three") == (255, 255, 255)


def test_pictures_of_a_version_stay_as_long_as_an_open_may_draw_them(publisher: Publisher, tmp_path: Path) -> None:
    for number in range(5):
        painted = file_of(f"#0000{number:02x}")
        write(tmp_path, "one", TEXT.replace("fill: '%s'", "image: x.png"), **{"x.png": painted})
        before = publisher.library["one"]
        assert publisher.refresh() == []
        for compiled in (before, publisher.library["one"]):
            for digest in compiled.resources.images.values():
                assert publisher._workshop.painter.images.fitted(digest, number + 1, 1, "cover")  # at a new size
    assert len(publisher._workshop.painter.images._files) == 2


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


def no_drawing(*_: object) -> None:
    raise AssertionError("drawn")


def sharing(folder: Path, painter: Painter) -> Publisher:
    """As another worker has one."""
    return Publisher(folder, Workshop.of(Painter(painter.fonts, StaticStore(folder.parent / "static")), VOCABULARY))


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    write(folder, "one", TEXT % "#ff0000")
    write(folder, "two", TEXT.replace("fill: '%s'", "image: x.png"), **{"x.png": file_of("#00ff00")})
    return folder


def test_nothing_is_drawn_for_a_creative_that_nobody_opens(
    shared: Path, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Painter, "draw", no_drawing)
        publisher = sharing(shared, painter)
        write(shared, "one", TEXT % "#0000ff")
        assert publisher.refresh() == publisher.problems == []
    assert not any(compiled.was_opened for compiled in publisher.library.values())
    assert colour(publisher, "two") == (0, 255, 0)
    assert [compiled.was_opened for compiled in publisher.library.values()] == [False, True]


def test_what_one_worker_has_drawn_another_reads(
    shared: Path, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sharing(shared, painter), sharing(shared, painter)
    assert colour(first, "one") == (255, 0, 0)
    monkeypatch.setattr(Painter, "draw", no_drawing)
    assert colour(second, "one") == (255, 0, 0)
    assert colour(sharing(shared, painter), "one") == (255, 0, 0)


def test_what_one_worker_has_checked_another_does_not_check_again(
    shared: Path, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shared, "one", "title: T\nsize: 60x30\nvariants: [{name: a, layers: [image: none.png]}]\n")
    for _ in range(2):
        publisher = sharing(shared, painter)
        assert any("none.png" in problem.message for problem in publisher.problems)
    monkeypatch.setattr("livecontent.publish.check_loaded", no_drawing)
    assert list(sharing(shared, painter).library) == ["two"]


def test_who_opens_a_creative_does_not_wait_for_its_next_version(
    shared: Path, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = sharing(shared, painter)
    assert colour(publisher, "one") == (255, 0, 0)
    write(shared, "one", TEXT % "#0000ff")
    assert publisher.refresh() == []
    monkeypatch.setattr(Painter, "draw", no_drawing)
    assert colour(publisher, "one") == (0, 0, 255)


def test_files_of_versions_that_are_gone_go_and_damaged_ones_are_made_again(shared: Path, painter: Painter) -> None:
    publisher = sharing(shared, painter)
    static = shared.parent / "static"
    for name in ("one", "two"):
        colour(publisher, name)
    of_two = {static / f"{key}.static" for key in publisher.library["two"].keys}
    before = {*static.glob("*.static")}
    for file in before:
        os.utime(file, (0, 0))
    write(shared, "one", TEXT % "#0000ff")
    publisher.refresh()
    after = {*static.glob("*.static")}
    assert after & before == of_two & before
    for file in after:
        file.write_bytes(file.read_bytes()[:-1])
    other = sharing(shared, painter)
    assert [colour(other, name) for name in ("one", "two")] == [(0, 0, 255), (0, 255, 0)]


def test_without_a_disk_all_goes_on(shared: Path, painter: Painter, caplog: pytest.LogCaptureFixture) -> None:
    (shared.parent / "static").write_text("in the way")
    publisher = sharing(shared, painter)
    assert [colour(publisher, name) for name in ("one", "two")] == [(255, 0, 0), (0, 255, 0)]
    write(shared, "two", TEXT.replace("fill: '%s'", "image: x.png"), **{"x.png": file_of("#123456")})
    assert publisher.refresh() == []
    assert colour(publisher, "two") == (0x12, 0x34, 0x56)
    assert caplog.text.count("can't be written") == 1

"""What was published outlives its folder."""

from __future__ import annotations

import json
import logging
import os
import shutil
import stat
from collections.abc import Callable
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.creative.load import load_creative
from livecontent.creative.version_files import MOST
from livecontent.creative.versions import FOLDER, PublishedVersions
from livecontent.links import Format
from livecontent.pipeline import Engine
from livecontent.publish import Publisher
from livecontent.render.compile import Workshop
from livecontent.render.fallback import FallbackChain, FallbackLevel
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.runtime.pool import RenderPool
from livecontent.sources.gather import Gatherer
from livecontent.sources.registry import VOCABULARY
from nightly import cases
from opened_pictures import file_of, opened, opening_of, picture_of

SIZES = {"1": (60, 30), "2": (40, 50)}  # of the variants, by the parameter that chooses them
TEXT = """
title: T
size: 60x30
scale: 1
format: png
params: {n: {type: integer, min: 1, max: 2, default: 1}}
variants:
  - {name: tall, size: 40x50, when: param.n == 2, layers: [image: x.png]}
  - name: a
    layers: [image: x.png, {fill: brand.wash}, {text: "{{ client.name }}", box: [0, 0, 20, 10], font: {size: 4}}]
"""
BRAND = "colors: {wash: '#00000000'}\n"


class Shop:
    """A folder of creatives with one, and a data folder; what is published of it, by one process after another."""

    def __init__(self, folder: Path, fonts: Fonts) -> None:
        self.templates, self.data, self._away = folder / "templates", folder / "data", folder / "away"
        self._fonts = fonts
        self._writes = 0
        (self.templates / "one").mkdir(parents=True)
        (self.templates / "brand.yaml").write_text(BRAND)
        self.edit("#ff0000")
        self.restart()

    def edit(self, colour: str, text: str = TEXT) -> None:
        self.folder.mkdir(exist_ok=True)
        self.write("creative.yaml", text.encode())
        self.write("x.png", file_of(colour))

    def write(self, name: str, data: bytes) -> None:
        self._writes += 1
        (self.folder / name).write_bytes(data)
        os.utime(self.folder / name, (self._writes, self._writes))  # whatever the clock of the file system does

    @property
    def folder(self) -> Path:
        return (self.templates if self.templates.exists() else self._away) / "one"

    def take_away(self) -> None:
        if self.templates.exists():
            self.templates.rename(self._away)

    def bring_back(self) -> None:
        if self._away.exists():
            self._away.rename(self.templates)

    def versions(self) -> PublishedVersions:
        return PublishedVersions(self.data)

    def restart(self) -> None:
        workshop = Workshop.of(Painter(self._fonts), VOCABULARY)
        self.publisher = Publisher(self.templates, workshop, versions=self.versions())
        pool = RenderPool(deadline=60)
        left = FallbackChain(pool, lambda: self.publisher.blanks)
        self._kit = Engine(self.publisher.library, Gatherer((), 0.1), Renderer(workshop.painter, pool), left)

    def shown(self, n: str = "1", format_: Format | None = None) -> tuple[FallbackLevel, tuple[int, int], str]:
        """Level, size and colour in the middle of what is served."""
        found = opened(self._kit, opening_of("one", params={"n": n}, format=format_))
        picture = picture_of(found.data, found.format).convert("RGBA")
        middle = picture.getpixel((picture.width // 2, picture.height // 2))
        assert isinstance(middle, tuple)
        return found.level, picture.size, "#{:02x}{:02x}{:02x}".format(*middle) if middle[3] else ""


@pytest.fixture
def shop(tmp_path: Path, fonts: Fonts) -> Shop:
    return Shop(tmp_path, fonts)


LIVE = FallbackLevel.LIVE
COLOURS = ("#ff0000", "#00ff00", "#0000ff")
steps = st.one_of(
    st.sampled_from(COLOURS),
    st.sampled_from(("yaml", "picture", "delete", "away", "back", "restart", "remove", "first")),
)


@settings(max_examples=cases(40, by_night=1000))
@given(st.lists(steps, max_size=12))
def test_what_was_published_is_served_whatever_becomes_of_its_folder(  # noqa: C901  a case for each step
    fonts: Fonts, taken: list[str]
) -> None:
    with TemporaryDirectory() as name:
        shop = Shop(Path(name), fonts)
        ids = {"#ff0000": shop.publisher.library["one"].loaded.version}
        in_folder: str | None = "#ff0000"  # a colour, "" where it is broken, None where there is none
        good, served, held = "#ff0000", "#ff0000", ""  # held: the colour in whose place a command chose another
        for step in taken:
            match step:
                case "yaml" | "picture" | "delete" if in_folder is None:
                    continue
                case "yaml":
                    shop.write("creative.yaml", b"title: [")
                    in_folder = ""
                case "picture":
                    shop.write("x.png", file_of("#ffffff")[:60])
                    in_folder = ""
                case "delete":
                    shutil.rmtree(shop.folder)
                    in_folder = None
                case "away":
                    shop.take_away()
                case "back":
                    shop.bring_back()
                case "remove":
                    shop.versions().choose("one", ids.get(served) or ids[good], removed=True)
                    served, held = "", good
                case "first":
                    shop.versions().choose("one", ids["#ff0000"])
                    served, held = "#ff0000", "" if good == "#ff0000" else good
                case "restart":
                    shop.restart()
                case colour:
                    shop.edit(colour)
                    in_folder = colour
            shop.publisher.refresh()
            there = shop.templates.exists()
            if there and in_folder and in_folder != held:
                good, served, held = in_folder, in_folder, ""
                ids.setdefault(good, shop.publisher.library["one"].loaded.version)
            for n, size in SIZES.items():
                expected = (LIVE, size, served) if served else (FallbackLevel.NEUTRAL, SIZES["1"], "")
                assert shop.shown(n) == expected
            assert (shop.publisher.degraded != {}) == bool(served and not (there and in_folder))


def test_a_creative_that_is_broken_at_the_start_is_served_as_it_was(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(shop.folder)
    shop.edit("#00ff00", "title: [")
    with caplog.at_level(logging.WARNING):
        shop.restart()
        assert shop.shown() == (LIVE, (60, 30), "#ff0000")
        assert shop.publisher.degraded == {"one": "its folder has errors"}
        assert [problem.warning for problem in shop.publisher.problems] == [False, True]
        shop.edit("#00ff00")
        shop.publisher.look()
        assert shop.shown() == (LIVE, (60, 30), "#00ff00")
        shutil.rmtree(shop.folder)
        for _ in range(3):
            shop.publisher.look()
        assert shop.publisher.degraded == {"one": "its folder is gone"}
        shop.edit("#00ff00")
        shop.publisher.look()
    assert shop.shown() == (LIVE, (60, 30), "#00ff00")
    assert shop.publisher.degraded == {}
    assert [record.message for record in caplog.records] == [
        "one: is well again, or was taken out",
        "one: its folder is gone; what was published before is served",
        "one: is well again, or was taken out",
    ]


def test_what_a_creative_shares_with_others_is_kept_with_it(shop: Shop) -> None:
    (shop.templates / "brand.yaml").write_text(BRAND.replace("#00000000", "#0000ff"))
    shop.publisher.refresh()
    assert shop.shown() == (LIVE, (60, 30), "#0000ff")
    shutil.rmtree(shop.templates)
    shop.restart()
    assert shop.shown() == (LIVE, (60, 30), "#0000ff")


def test_where_nothing_was_published_a_folder_that_is_gone_is_told(shop: Shop) -> None:
    shutil.rmtree(shop.templates)
    shutil.rmtree(shop.data)
    with pytest.raises(Exception, match="there is no folder"):
        shop.restart()


def test_a_version_that_is_damaged_gives_way_to_the_one_before(shop: Shop) -> None:
    for colour in COLOURS:
        shop.edit(colour)
        shop.publisher.refresh()
    shutil.rmtree(shop.folder)
    folder = shop.data / FOLDER / "versions" / "one"
    for version, expected in zip(shop.versions().of("one"), ("#00ff00", "#ff0000", ""), strict=True):
        (folder / version.files["x.png"]).write_bytes(b"")
        shop.restart()
        assert shop.shown() == (LIVE if expected else FallbackLevel.NEUTRAL, (60, 30), expected)
        assert shop.publisher.degraded == {"one": "its folder is gone"}


def test_publishing_again_writes_nothing(shop: Shop) -> None:
    def everything() -> dict[str, int]:
        return {str(file): file.stat().st_mtime_ns for file in (shop.data / FOLDER).rglob("*")}

    before = everything()
    shop.restart()
    shop.publisher.refresh()
    shop.write("x.png", file_of("#ff0000"))  # the same, at another time
    shop.publisher.refresh()
    assert everything() == before


def test_files_are_for_their_owner_only_and_kept_once(shop: Shop) -> None:
    shop.edit("#00ff00", TEXT.replace("title: T", "title: U"))
    shop.publisher.refresh()
    shop.edit("#00ff00", TEXT.replace("title: T", "title: V"))
    shop.publisher.refresh()
    files = [file for file in (shop.data / FOLDER / "versions" / "one").iterdir() if file.suffix != ".json"]
    assert len(files) == 3 + 2 + 1  # creative.yaml, x.png and brand.yaml
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_old_versions_go(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shop.data / FOLDER / "versions" / "one"
    for number in range(MOST + 3):
        shop.edit(f"#0000{number:02x}")
        shop.publisher.refresh()
    assert len(shop.versions().of("one")) == MOST
    assert len([*folder.iterdir()]) == MOST + (MOST + 2)  # each has a picture
    monkeypatch.setattr("livecontent.creative.version_files.MOST_BYTES", 1)
    shop.edit("#ffffff")
    shop.publisher.refresh()
    (left,) = shop.versions().of("one")
    assert left.id == shop.publisher.library["one"].loaded.version
    assert len([*folder.iterdir()]) == 4


def test_what_one_process_publishes_or_takes_back_another_serves(shop: Shop) -> None:
    other = copy(shop)
    other.restart()
    shop.edit("#00ff00")
    shop.publisher.refresh()
    other.publisher.refresh()
    assert shop.shown() == other.shown() == (LIVE, (60, 30), "#00ff00")
    newest, first = shop.versions().of("one")
    shop.versions().choose("one", first.id)
    for one in (shop, other):
        one.publisher.refresh()
        assert one.shown() == (LIVE, (60, 30), "#ff0000")
        assert one.publisher.degraded == {}
    shop.versions().choose("one", newest.id)
    other.publisher.refresh()
    assert other.shown() == (LIVE, (60, 30), "#00ff00")


def test_what_is_published_while_somebody_takes_one_back_does_not_undo_that(shop: Shop) -> None:
    shop.edit("#00ff00")
    shop.publisher.refresh()
    _, first = shop.versions().of("one")
    command = shop.versions()
    shop.edit("#0000ff")
    shop.publisher.refresh()
    command.choose("one", first.id)
    shop.publisher.refresh()
    shop.restart()
    assert shop.shown() == (LIVE, (60, 30), "#ff0000")


def test_many_may_publish_the_same_at_once(shop: Shop) -> None:
    shutil.rmtree(shop.data)
    others = [shop.versions() for _ in range(8)]
    loaded = load_creative(shop.folder, VOCABULARY)
    threads = [Thread(target=one.keep, args=(loaded,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (version,) = shop.versions().of("one")
    assert version.id == loaded.version
    assert {one.current["one"] for one in others} == {shop.versions().current["one"]}  # nobody has to look again
    assert shop.versions().files("one", version) == loaded.files


@pytest.mark.parametrize("damage", [lambda file: file.write_text("{"), lambda file: file.write_text('{"a": 1}')])
def test_a_damaged_note_of_what_is_in_force_is_written_again(shop: Shop, damage: Callable[[Path], object]) -> None:
    damage(shop.data / FOLDER / "current" / "one")
    shop.restart()
    assert shop.shown() == (LIVE, (60, 30), "#ff0000")
    assert json.loads((shop.data / FOLDER / "current" / "one").read_text())["version"]


def test_without_room_on_the_disk_all_goes_on(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shutil.rmtree(shop.data)
    shop.data.write_text("in the way")
    shop.restart()
    assert shop.shown() == (LIVE, (60, 30), "#ff0000")
    shop.edit("#00ff00")
    shop.publisher.refresh()
    shutil.rmtree(shop.folder)
    shop.publisher.refresh()
    assert shop.shown() == (LIVE, (60, 30), "#00ff00")
    assert caplog.text.count("what is published can't be kept") == 1

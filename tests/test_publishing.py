"""Publishing from a draft: whole or not at all, whoever is stopped in the middle; recalls, which hold until undone."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from livecontent.creative.load import LoadedCreative, load_kept
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import StorageError
from livecontent.publish import Publisher
from livecontent.render.compile import Workshop
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY
from nightly import cases
from opened_pictures import file_of

TEXT = """# as it was written
title: T
size: 60x30
format: png
variants: [{name: a, layers: [%s]}]
"""


def files_of(*colours: str) -> dict[str, bytes]:
    """A creative with a picture of each colour, each named by it."""
    names = [f"{colour}.png" for colour in colours]
    text = TEXT % ", ".join(f"image: {name}" for name in names)
    return {"creative.yaml": text.encode(), **{name: file_of(f"#{name[:6]}") for name in names}}


OLD, NEW, OTHER = files_of("ff0000", "00ff00"), files_of("00ff00", "0000ff"), files_of("ffff00")


class Shop:
    """A folder with one creative, a data folder, and a server."""

    def __init__(self, folder: Path, fonts: Fonts) -> None:
        self.templates, self.data, self._fonts = folder / "templates", folder / "data", fonts
        self.folder = self.templates / "one"
        self.folder.mkdir(parents=True)
        self.edit(OLD)
        (self.folder / "README.md").write_text("kept")
        self.restart()

    def restart(self) -> None:
        workshop = Workshop.of(Painter(self._fonts), VOCABULARY)
        self.publisher = Publisher(self.templates, workshop, versions=self.versions())

    def versions(self) -> PublishedVersions:
        return PublishedVersions(self.data)

    def loaded(self, files: dict[str, bytes]) -> LoadedCreative:
        return load_kept(self.folder, files, VOCABULARY)

    def edit(self, files: dict[str, bytes]) -> None:
        """As git would."""
        for file in self.folder.glob("*.*"):
            file.unlink()
        for name, data in files.items():
            (self.folder / name).write_bytes(data)

    def publish(self, files: dict[str, bytes]) -> bool:
        return self.versions().publish(self.loaded(files), self.folder, "Ada", "a new season")

    @property
    def served(self) -> str:
        self.publisher.look()
        return self.publisher.library["one"].loaded.version

    def id_of(self, files: dict[str, bytes]) -> str:
        return self.loaded(files).version

    @property
    def written(self) -> dict[str, bytes]:
        """What is in the folder, without what is not the creative's."""
        return {file.name: file.read_bytes() for file in self.folder.iterdir() if file.name != "README.md"}


@pytest.fixture
def shop(tmp_path: Path, fonts: Fonts) -> Shop:
    return Shop(tmp_path, fonts)


def test_what_is_published_is_served_and_stands_in_the_folder(shop: Shop) -> None:
    untouched = (shop.folder / "00ff00.png").stat().st_mtime_ns
    assert shop.publish(NEW)
    shop.publisher.follow()  # looks at no file of the folder
    assert shop.publisher.library["one"].loaded.version == shop.served == shop.id_of(NEW)
    assert shop.written == NEW
    assert (shop.folder / "00ff00.png").stat().st_mtime_ns == untouched
    assert (shop.folder / "README.md").read_text() == "kept"
    change, first = shop.versions().history("one")
    assert (change.what, change.version, change.by, change.why) == (
        "published",
        shop.id_of(NEW),
        "Ada",
        "a new season",
    )
    assert (first.what, first.version, first.by) == ("published", shop.id_of(OLD), "")
    shop.edit(OTHER)  # the folder stays the truth
    assert shop.served == shop.id_of(OTHER)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_no_reason_not_to_publish(shop: Shop) -> None:
    shop.folder.chmod(0o500)
    try:
        assert not shop.publish(NEW)
    finally:
        shop.folder.chmod(0o700)
    assert (shop.served, shop.written) == (shop.id_of(NEW), OLD)
    shop.restart()
    assert shop.served == shop.id_of(NEW)
    shop.edit(OTHER)
    assert shop.served == shop.id_of(OTHER)


def test_a_folder_that_takes_no_file_stays_as_it_is(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: Path, *_: object) -> Path:
        raise OSError(28, "No space left on device", str(file))

    monkeypatch.setattr("livecontent.creative.folder._draft", full)
    assert not shop.publish(NEW)
    assert (shop.served, shop.written) == (shop.id_of(NEW), OLD)


def _stopped_at(call: int, publish: Callable[[], object]) -> bool:
    """Publishes in a process that is killed before it changes a file for the nth time; whether it was."""
    child = os.fork()
    if not child:
        calls = count()

        def counted(change: Callable[..., object]) -> Callable[..., object]:
            def changed(*args: object, **more: object) -> object:
                if next(calls) == call:
                    os.kill(os.getpid(), signal.SIGKILL)
                return change(*args, **more)

            return changed

        for name in ("replace", "unlink", "mkdir", "chmod"):
            setattr(Path, name, counted(getattr(Path, name)))
        for name in ("fsync", "open"):
            setattr(os, name, counted(getattr(os, name)))
        publish()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def test_whoever_is_killed_while_publishing_leaves_the_old_or_the_new(fonts: Fonts) -> None:
    found = []
    for call in count():
        with TemporaryDirectory() as folder:
            shop = Shop(Path(folder), fonts)
            killed = _stopped_at(call, lambda shop=shop: shop.publish(NEW))  # type: ignore[misc]
            served = shop.served
            assert served in (shop.id_of(OLD), shop.id_of(NEW))
            assert shop.written == (OLD if served == shop.id_of(OLD) else NEW)
            shop.restart()
            assert shop.served == served
            found.append(served == shop.id_of(NEW))
        if not killed:
            break
    assert found == sorted(found)  # once it is there, it stays
    assert len(found) > 15
    assert found.index(True) > 5
    assert sum(found) > 5  # it was stopped before and after that moment


def test_nobody_serves_a_folder_that_is_half_written(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process looks between any two files, and one that has read the folder before then keeps nothing of it."""
    seen = set[str]()
    replace = Path.replace
    other = Publisher(shop.templates, Workshop.of(Painter(shop._fonts), VOCABULARY), versions=shop.versions())
    reader, half = shop.versions(), shop.loaded(files_of("ff0000", "0000ff"))

    def looking(file: Path, to: Path) -> Path:
        done = replace(file, to)
        if to.parent.resolve() == shop.folder.resolve():
            monkeypatch.setattr(PublishedVersions, "finish", lambda *_: None)  # which would wait for this
            other.look()
            monkeypatch.undo()
            monkeypatch.setattr(Path, "replace", looking)
            seen.add(other.library["one"].loaded.version)
        return done

    monkeypatch.setattr(Path, "replace", looking)
    assert shop.publish(NEW)
    assert seen == {shop.id_of(NEW)}
    assert not reader.keep(half)  # read in the middle
    assert shop.versions().current["one"].version == shop.id_of(NEW)


STEPS = st.sampled_from(("publish", "edit", "recall", "freeze", "undo", "back", "remove", "restart"))
SETS = st.sampled_from((OLD, NEW, OTHER))


@settings(max_examples=cases(40, by_night=1000))
@example([("publish", NEW), ("back", OLD), ("recall", OTHER), ("undo", OTHER), ("restart", OTHER)])
@example([("publish", NEW), ("publish", OTHER), ("back", NEW), ("back", OLD), ("restart", OTHER)])
@given(st.lists(st.tuples(STEPS, SETS), max_size=10))
def test_a_recall_holds_until_it_is_undone_or_something_new_is_published(  # noqa: C901  a case for each step
    fonts: Fonts, taken: list[tuple[str, dict[str, bytes]]]
) -> None:
    with TemporaryDirectory() as folder:
        shop = Shop(Path(folder), fonts)
        written, served, held, instead_of = OLD, OLD, False, None
        before: tuple[dict[str, bytes], object] = (OLD, None)
        kept = [shop.id_of(OLD)]
        removed = False
        for step, files in taken:
            match step:
                case "publish":
                    shop.publish(files)
                    written, served, held, instead_of, removed = files, files, False, None, False
                case "edit":
                    shop.edit(files)
                    written = files
                case "recall" | "freeze" if not removed:
                    stand_in = files if step == "recall" else served
                    shop.versions().recall("one", shop.loaded(stand_in))
                    if not held:
                        before = served, instead_of if instead_of is not None else served
                    served, held = stand_in, True
                case "undo" if held:
                    shop.versions().undo_recall("one")
                    served, in_folder = before
                    held, instead_of = False, in_folder if in_folder is not served else None
                case "undo":
                    with pytest.raises(StorageError, match="not"):
                        shop.versions().undo_recall("one")
                case "back" if not held and not removed and shop.id_of(files) in kept:
                    in_folder = instead_of if instead_of is not None else served
                    shop.versions().choose("one", shop.id_of(files))
                    served, instead_of = files, in_folder if in_folder is not files else None
                case "restart":
                    shop.restart()
            shop.publisher.look()
            in_folder = instead_of if instead_of is not None else served
            if not held and written is not in_folder:
                served, instead_of = written, None
            kept.append(shop.id_of(served))
            assert shop.publisher.library["one"].loaded.version == shop.id_of(served)
            assert set(shop.publisher.recalled) == ({"one"} if held else set())


def test_what_stands_in_for_a_recall_that_is_damaged_is_never_the_one_that_was_recalled(shop: Shop) -> None:
    shop.versions().recall("one", shop.loaded(OTHER))
    (version,) = [one for one in shop.versions().of("one") if one.id == shop.id_of(OTHER)]
    (shop.data / "published" / "versions" / "one" / version.files["creative.yaml"]).write_bytes(b"")
    shop.restart()
    assert "one" not in shop.publisher.library
    assert "one" in shop.publisher.blanks


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    return lambda: [record.message for record in caplog.records if record.levelname == "WARNING"]


def test_the_log_tells_of_a_recall_once(shop: Shop, lines: Callable[[], list[str]]) -> None:
    shop.versions().recall("one", shop.loaded(OTHER))
    shop.publisher.follow()
    shop.publisher.look()
    (told,) = lines()
    assert told.startswith("one: is recalled: another image stands in")
    shop.versions().undo_recall("one")
    shop.publisher.look()
    assert lines()[1:] == ["one: is recalled no more"]


def test_others_are_followed_twice_a_second_and_files_looked_at_by_what_that_takes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, seen = 0.0, Counter[str]()

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        if now > 100:
            raise asyncio.CancelledError

    monkeypatch.setattr("livecontent.publish.asyncio.sleep", sleep)
    monkeypatch.setattr("livecontent.publish.time.monotonic", lambda: now)
    monkeypatch.setattr(shop.publisher, "look", lambda: seen.update(["look"]))
    monkeypatch.setattr(shop.publisher, "follow", lambda: seen.update(["follow"]))
    for looking, looks in ((0.001, 50), (0.01, 10)):  # seconds: a thousandth of a core at most
        now = 0.0
        seen.clear()
        monkeypatch.setattr(shop.publisher, "_looking", looking)
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(shop.publisher.watch())
        assert seen == {"look": looks, "follow": 200 - looks}


def test_to_follow_others_is_one_look_at_one_folder(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(shop.data / "published" / "current", (1, 1))
    shop.publisher.follow()
    looks: list[Path] = []
    stat = Path.stat
    monkeypatch.setattr(Path, "stat", lambda path, **more: looks.append(path) or stat(path, **more))
    for _ in range(10):
        shop.publisher.follow()
    assert looks == [shop.data / "published" / "current"] * 10

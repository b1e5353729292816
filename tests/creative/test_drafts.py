"""Drafts: nothing is lost, nothing is overwritten unseen, and nothing is written where it does not belong."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.creative import drafts as module
from livecontent.creative.drafts import (
    FOLDER,
    MOST_FILES,
    MOST_STEPS,
    DraftChangedError,
    DraftError,
    Drafts,
    is_picture,
    version_of,
)
from livecontent.creative.load import FILE, MAX_ASSET, load_creative, load_draft
from livecontent.creative.source import MAX_BYTES
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import LivecontentError, StorageError
from livecontent.sources.registry import VOCABULARY

TEXT = b"title: A\r\n# kept as it is \xc3\xa9\n"


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return shop(tmp_path)


def shop(folder: Path) -> Drafts:
    """A folder of creatives with one, and no draft."""
    one = folder / "templates" / "one"
    (one / "pictures").mkdir(parents=True)
    (one / FILE).write_bytes(TEXT)
    (one / "pictures" / "é 1.png").write_bytes(b"png")
    (one / "notes.txt").write_bytes(b"not a part of it")
    return Drafts(folder / "data", folder / "templates")


def titled(title: str) -> Mapping[str, bytes]:
    return {FILE: f"title: {title}\n".encode()}


def test_a_draft_begins_as_a_copy_of_the_folder(drafts: Drafts, tmp_path: Path) -> None:
    draft = drafts.open("one")
    assert draft.files == {FILE: TEXT, "pictures/é 1.png": b"png"}
    assert draft.text == TEXT.decode()
    assert (draft.is_changed, draft.back, draft.forth, drafts.names) == (False, 0, 0, [])
    changed = drafts.write("one", titled("B"), draft.version)
    assert (changed.is_changed, drafts.names) == (True, ["one"])
    assert drafts.open("one") == changed
    assert (tmp_path / "templates" / "one" / FILE).read_bytes() == TEXT


def test_what_two_write_at_once_is_refused_to_the_second(drafts: Drafts) -> None:
    seen = drafts.open("one").version
    first = drafts.write("one", titled("first"), seen)
    for act in (
        lambda: drafts.write("one", titled("second"), seen),
        lambda: drafts.undo("one", seen),
        lambda: drafts.redo("one", seen),
    ):
        with pytest.raises(DraftChangedError) as refused:
            act()
        assert refused.value.draft == first
    assert drafts.open("one").text == "title: first\n"


def write_twenty(folder: Path, who: str, told: multiprocessing.Queue[int]) -> None:
    """Appends twenty lines, each after looking again where another was faster."""
    drafts, refused = Drafts(folder / "data", folder / "templates"), 0
    for number in range(20):
        while True:
            draft = drafts.open("one")
            try:
                drafts.write("one", {FILE: draft.files[FILE] + f"# {who} {number}\n".encode()}, draft.version)
                break
            except DraftChangedError:
                refused += 1
    told.put(refused)


def test_of_what_two_processes_write_nothing_is_lost(drafts: Drafts, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    told: multiprocessing.Queue[int] = context.Queue()
    writers = [context.Process(target=write_twenty, args=(tmp_path, who, told)) for who in ("ann", "bob")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    lines = drafts.open("one").text.splitlines()
    for who in ("ann", "bob"):
        assert [line for line in lines if who in line] == [f"# {who} {number}" for number in range(20)]


class _StoppedError(BaseException):
    """The process ends here, as far as the files can tell."""


@pytest.mark.parametrize("stop", range(12))
def test_whatever_stops_in_the_middle_leaves_the_draft_before_or_after(
    drafts: Drafts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    before = drafts.write("one", titled("before"), drafts.open("one").version)
    calls = 0

    def stopping(name: str) -> None:
        real = getattr(os, name)

        def called(*args: object, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls == stop + 1:
                raise _StoppedError
            return real(*args, **options)

        monkeypatch.setattr(os, name, called)

    for name in ("open", "fsync", "replace", "unlink", "rename"):
        stopping(name)
    after = {**titled("after"), "new.png": b"new"}
    with suppress(_StoppedError):
        drafts.write("one", after, before.version)
    monkeypatch.undo()
    found = Drafts(tmp_path / "data", tmp_path / "templates").open("one")
    assert found.files in (before.files, after)
    drafts.write("one", titled("next"), found.version)
    leftover = [file.name for file in (tmp_path / "data" / FOLDER / "one").iterdir() if file.name.startswith(".")]
    assert leftover == []


STEPS = st.lists(st.sampled_from(["undo", "redo"]) | st.sampled_from("abc"), max_size=20)


@given(STEPS)
def test_undo_and_redo_give_back_the_same_bytes(steps: list[str]) -> None:
    with TemporaryDirectory() as folder:
        drafts = shop(Path(folder))
        past, now, future = [], drafts.open("one").files, []
        for step in steps:
            version = drafts.open("one").version
            if step in ("undo", "redo"):
                come, go = (past, future) if step == "undo" else (future, past)
                if come:
                    go.append(now)
                    now = come.pop()
                    getattr(drafts, step)("one", version)
                else:
                    with pytest.raises(DraftError, match="there is no step"):
                        getattr(drafts, step)("one", version)
            elif {**titled(step)} != now:
                past, now, future = [*past, now], titled(step), []
                drafts.write("one", now, version)
            draft = drafts.open("one")
            assert (draft.files, draft.back, draft.forth) == (now, len(past), len(future))
        kept = {file.name for file in (Path(folder) / "data" / FOLDER / "one").glob("*")}
        assert len(kept) <= 2 + len({version_of(files) for files in (*past, now, *future)})


def test_steps_are_bounded_by_number_and_bytes(drafts: Drafts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    version = drafts.open("one").version
    for number in range(MOST_STEPS + 5):
        version = drafts.write("one", titled(str(number)), version).version
    assert drafts.open("one").back == MOST_STEPS
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    version = drafts.write("one", titled("x" * 60), version).version
    draft = drafts.write("one", {FILE: b"title: " + b"y" * 93}, version)
    assert (draft.back, len(draft.files[FILE])) == (0, 100)
    assert len(list((tmp_path / "data" / FOLDER / "one").iterdir())) == 2


def test_a_draft_tells_that_its_folder_has_changed(drafts: Drafts, tmp_path: Path) -> None:
    draft = drafts.write("one", titled("mine"), drafts.open("one").version)
    assert not draft.overtaken
    (tmp_path / "templates" / "one" / FILE).write_bytes(b"title: theirs\n")
    assert drafts.open("one").overtaken
    drafts.discard("one")
    assert (drafts.open("one").text, drafts.open("one").overtaken, drafts.names) == ("title: theirs\n", False, [])


def test_a_new_creative_begins_with_no_version(drafts: Drafts) -> None:
    with pytest.raises(DraftError, match="there is no creative new"):
        drafts.open("new")
    made = drafts.write("new", titled("New"), "")
    assert (made.is_changed, made.back) == (True, 0)
    with pytest.raises(DraftError, match="no step to undo"):
        drafts.undo("new", made.version)
    with pytest.raises(DraftChangedError):
        drafts.write("new", titled("Other"), "")


@pytest.mark.parametrize("name", ["", ".", "..", "../one", "one/..", "One", "a b", "x" * 65, "one\0", "/etc", ".lock"])
def test_a_name_that_is_none_is_refused(drafts: Drafts, name: str) -> None:
    for act in (drafts.open, drafts.discard):
        with pytest.raises(DraftError, match="is not a valid name"):
            act(name)
    with pytest.raises(DraftError, match="is not a valid name"):
        drafts.write(name, titled("x"), "")


@given(st.text(alphabet="a.é/\\ \0\n~:", max_size=12).map(lambda path: path + ".png") | st.text(max_size=8))
def test_a_path_that_is_taken_stays_in_its_folder_and_is_seen(path: str) -> None:
    if is_picture(path):
        assert os.path.normpath(f"/a/{path}") == f"/a/{path}"
        assert not any(part.startswith(".") for part in path.split("/"))
        assert "\\" not in path
        assert path.isprintable()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "has a file creative.yaml"),
        ({FILE: b"x" * (MAX_BYTES + 1)}, "262,144 are the most"),
        ({FILE: b"", "a.png": b"x" * (MAX_ASSET + 1)}, "5,242,880 are the most"),
        ({FILE: b"", "../a.png": b""}, "can't be the name of a picture"),
        ({FILE: b"", "/a.png": b""}, "can't be the name of a picture"),
        ({FILE: b"", "a.svg": b""}, "can't be the name of a picture"),
        ({FILE: b"", **{f"{number}.png": b"" for number in range(MOST_FILES)}}, "200 are the most"),
        ({FILE: b"", **{f"{number}.png": b"x" * MAX_ASSET for number in range(13)}}, "all files together"),
    ],
)
def test_what_can_be_no_creative_is_refused(drafts: Drafts, files: Mapping[str, bytes], words: str) -> None:
    with pytest.raises(DraftError, match=words):
        drafts.write("one", files, drafts.open("one").version)
    assert drafts.names == []


def test_a_draft_that_is_damaged_is_told_and_not_overwritten(drafts: Drafts, tmp_path: Path) -> None:
    draft = drafts.write("one", titled("mine"), drafts.open("one").version)
    file = tmp_path / "data" / FOLDER / "one" / "draft.json"
    for damaged in ("{", json.dumps({"other": 1})):
        file.write_text(damaged)
        for act in (lambda: drafts.open("one"), lambda: drafts.write("one", titled("x"), draft.version)):
            with pytest.raises(StorageError, match=r"draft\.json can't be read"):
                act()
        assert file.read_text() == damaged


def test_what_the_disk_refuses_is_told_with_its_file(drafts: Drafts, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    with pytest.raises(LivecontentError, match="data"):
        drafts.open("one")


def test_a_draft_is_loaded_in_place_of_its_folder_with_what_creatives_share(drafts: Drafts, tmp_path: Path) -> None:
    (tmp_path / "templates" / "brand.yaml").write_text("colors: {wash: '#112233'}\n")
    text = b"title: T\nsize: 60x30\nvariants: [{name: a, layers: [fill: brand.wash, image: new.png]}]\n"
    draft = drafts.write("one", {FILE: text, "new.png": b"new"}, drafts.open("one").version)
    folder = tmp_path / "templates" / "one"
    loaded = load_draft(folder, draft.files, VOCABULARY)
    assert (loaded.name, loaded.creative.title, loaded.assets) == ("one", "T", {"new.png": b"new"})
    assert "../brand.yaml" in loaded.files
    (folder / FILE).write_bytes(text)
    (folder / "new.png").write_bytes(b"new")
    (folder / "pictures" / "é 1.png").unlink()
    assert load_creative(folder, VOCABULARY).version == loaded.version
    versions = PublishedVersions(tmp_path / "data")
    assert versions.keep(loaded)
    (folder / FILE).unlink()
    drafts.discard("one")
    kept = Drafts(tmp_path / "data", tmp_path / "templates", versions).open("one")
    assert kept.files == draft.files

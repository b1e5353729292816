"""Files that all processes of a machine share: made once, read in place, made again where they are damaged."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.render.static_store import OLD, SUFFIX, StaticFile, StaticStore

MADE = StaticFile({"width": 3, "words": ["é", None]}, {"pixels": memoryview(b"\1\2\3" * 1000), "none": memoryview(b"")})
BUILDER = """
import sys, time
from pathlib import Path
from livecontent.render.static_store import StaticFile, StaticStore
folder, pause = Path(sys.argv[1]), float(sys.argv[2])
def build():
    with (folder / "built").open("a") as built:
        built.write("x")
    time.sleep(pause)
    return StaticFile({}, {"a": memoryview(b"made")})
print(bytes(StaticStore(folder / "static").get("key", build).blobs["a"]).decode(), flush=True)
"""


def never() -> StaticFile:
    """For what is there already."""
    raise AssertionError("built again")


def content(found: StaticFile | None) -> tuple[object, dict[str, bytes]] | None:
    """To compare."""
    return (dict(found.facts), {name: bytes(blob) for name, blob in found.blobs.items()}) if found else None


def builder(folder: Path, pause: float) -> subprocess.Popen[str]:
    """Another process that wants the same."""
    command = [sys.executable, "-c", BUILDER, str(folder), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@given(
    facts=st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.booleans())),
    blobs=st.dictionaries(st.text(), st.binary(max_size=200)),
)
def test_what_is_kept_is_what_was_made(
    facts: dict[str, object], blobs: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = StaticStore(tmp_path_factory.mktemp("static"))
    made = StaticFile(facts, {name: memoryview(blob) for name, blob in blobs.items()})
    assert content(store.get("key", lambda: made)) == content(made)
    assert content(store.get("key", never)) == content(made)


def test_blobs_are_read_only_and_stay_when_the_file_goes(tmp_path: Path) -> None:
    found = StaticStore(tmp_path).get("key", lambda: MADE)
    assert found.blobs["pixels"].readonly
    (tmp_path / ("key" + SUFFIX)).unlink()
    assert content(found) == content(MADE)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:10],
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:200] + bytes((data[200] ^ 1,)) + data[201:],
        lambda data: bytes(len(data)),
        lambda data: b"LCS0" + data[4:],
    ],
)
def test_a_file_that_is_damaged_is_made_again(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    store, file = StaticStore(tmp_path), tmp_path / ("key" + SUFFIX)
    store.get("key", lambda: MADE)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert store.find("key") is None
    assert content(store.get("key", lambda: MADE)) == content(MADE)
    assert file.read_bytes() == whole


def test_one_of_many_processes_builds(tmp_path: Path) -> None:
    others = [builder(tmp_path, 0.5) for _ in range(4)]
    assert {process.communicate(timeout=60)[0] for process in others} == {"made\n"}
    assert (tmp_path / "built").read_text() == "x"


def test_a_process_that_dies_while_it_builds_holds_nobody_up(tmp_path: Path) -> None:
    first = builder(tmp_path, 60)
    while not (tmp_path / "built").exists():
        time.sleep(0.02)
    second = builder(tmp_path, 0)
    time.sleep(0.2)
    first.send_signal(signal.SIGKILL)
    assert second.communicate(timeout=60)[0] == "made\n"
    first.communicate()


def test_nobody_waits_for_ever_for_a_process_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = builder(tmp_path, 60)
    while not (tmp_path / "built").exists():
        time.sleep(0.02)
    monkeypatch.setattr("livecontent.render.static_store.PATIENCE", 0.1)
    assert content(StaticStore(tmp_path / "static").get("key", lambda: MADE)) == content(MADE)
    first.kill()
    first.communicate()


def test_one_of_many_threads_builds(tmp_path: Path) -> None:
    store, built = StaticStore(tmp_path), []

    def build() -> StaticFile:
        built.append(1)
        time.sleep(0.05)
        return MADE

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: store.get("key", build), range(8)))
    assert len(built) == 1
    assert all(content(one) == content(MADE) for one in found)


def test_what_can_not_be_built_is_tried_again(tmp_path: Path) -> None:
    store = StaticStore(tmp_path)
    with pytest.raises(AssertionError):
        store.get("key", never)
    assert content(store.get("key", lambda: MADE)) == content(MADE)


def test_where_there_is_no_place_for_files_all_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    store = StaticStore(tmp_path / "file" / "static")
    with caplog.at_level(logging.WARNING):
        assert content(store.get("key", lambda: MADE)) == content(MADE)
    assert "can't be written" in caplog.text
    store.retain(())
    assert content(StaticStore(None).get("key", lambda: MADE)) == content(MADE)


def test_old_files_of_others_are_removed(tmp_path: Path) -> None:
    store = StaticStore(tmp_path)
    for key in ("kept", "young", "old"):
        store.get(key, lambda: MADE)
    left_by_a_crash, of_somebody = tmp_path / (".x" + SUFFIX), tmp_path / "notes.txt"
    for file in (left_by_a_crash, of_somebody):
        file.write_bytes(b"half")
    past = time.time() - OLD - 1
    for file in (tmp_path / ("kept" + SUFFIX), tmp_path / ("old" + SUFFIX), left_by_a_crash, of_somebody):
        os.utime(file, (past, past))
    store.retain({"kept"})
    left = {file.name for file in tmp_path.iterdir() if not file.name.startswith("lock-")}
    assert left == {"kept" + SUFFIX, "young" + SUFFIX, "notes.txt"}


def test_files_may_be_found_while_others_are_removed(tmp_path: Path) -> None:
    store = StaticStore(tmp_path)
    for number in range(100):
        StaticStore(tmp_path).get(f"key {number}", lambda: MADE)
    store.find("key 0")

    class Slow(list[str]):
        """Keys, among which one is looked for so long that another thread finds a file."""

        def __contains__(self, key: object) -> bool:
            assert pool.submit(store.find, f"key {next(numbers)}").result()
            return super().__contains__(key)

    numbers = iter(range(1, 100))
    with ThreadPoolExecutor(1) as pool:
        store.retain(Slow(["key 0"]))
    assert next(numbers) > 1
    assert content(store.find("key 0")) == content(MADE)

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import apsw
import pytest
from event_store_contract import SHOWN, EventStoreContract, everybody, shown

from blocking import Blocking
from livecontent.errors import StorageError
from livecontent.storage.sqlite.events import SqliteEvents


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.fixture
def store(file: Path) -> Iterator[Blocking]:
    store = Blocking(SqliteEvents(file, everybody))
    yield store
    store.close()


@pytest.fixture
def again(file: Path) -> Iterator[Blocking]:
    again = Blocking(SqliteEvents(file, everybody))
    yield again
    again.close()


@pytest.fixture
def new_store(tmp_path: Path) -> Callable[[], Blocking]:
    numbers = count()
    return lambda: Blocking(SqliteEvents(tmp_path / f"{next(numbers)}.db", everybody))


def rows(file: Path, what: str = "*") -> list[tuple[object, ...]]:
    with apsw.Connection(str(file)) as connection:
        return list(connection.execute(f"SELECT {what} FROM events ORDER BY seq"))  # noqa: S608


class TestSqliteEvents(EventStoreContract):
    pass


def test_every_field_of_an_event_is_kept(store: Blocking, file: Path) -> None:
    event = shown(flaw="merge-tag", reasons={"weather": "cached"}, micros={"gather": 120})
    store.append([event])
    (row,) = rows(file)
    assert row[1:13] == (
        *(
            "shown",
            1000.0,
            "umbrella",
            "ref-a",
            "v1",
            "rain",
            "live",
            "jpg",
            "gmail",
            "https://a.example/",
            "merge-tag",
        ),
        '{"weather": "cached"}',
    )
    assert json.loads(str(row[13])) == {"gather": 120}


def test_what_was_kept_is_there_after_a_restart(file: Path) -> None:
    for at in (1.0, 2.0):
        store = Blocking(SqliteEvents(file, everybody))
        store.append([shown(at=at)])
        store.close()
    assert rows(file, "at") == [(1.0,), (2.0,)]


FOLDERS = [str(folder) for folder in Path(__file__).parents[:2]]
WRITE = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from blocking import Blocking
from event_store_contract import everybody, shown
from livecontent.storage.sqlite.events import SqliteEvents
store = Blocking(SqliteEvents(Path(sys.argv[1]), everybody))
for batch in range(20):
    store.append([shown(f"{sys.argv[2]}-{batch}-{index}", at=batch) for index in range(20)])
store.close()
"""


def test_several_processes_append_at_once(file: Path) -> None:
    command = [sys.executable, "-c", WRITE, str(file)]
    writers = [subprocess.Popen([*command, str(number), *FOLDERS]) for number in range(3)]
    assert [writer.wait(timeout=30) for writer in writers] == [0, 0, 0]
    refs = [ref for (ref,) in rows(file, "ref")]
    assert len(refs) == len(set(refs)) == 3 * 20 * 20
    store = Blocking(SqliteEvents(file, everybody))
    assert all(store.last_shown("umbrella", f"{number}-19-19") for number in range(3))
    store.close()


def test_where_a_file_can_not_be_made_the_error_says_so(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database at all, but long enough to be read as one" * 50)
    for file in (tmp_path / "nowhere" / "events.db", tmp_path / "text.db"):
        with pytest.raises(StorageError, match=str(file)):
            Blocking(SqliteEvents(file, everybody))


def test_a_store_that_is_locked_or_full_says_so(file: Path) -> None:
    store = Blocking(SqliteEvents(file, everybody))
    store.store._database.writer.set_busy_timeout(10)
    other = apsw.Connection(str(file))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        store.append([SHOWN])
    other.close()
    store.append([SHOWN])
    store.store._database.writer.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StorageError, match="full"):
        store.append([shown(client="x" * 100_000)])
    store.store._database.writer.execute("PRAGMA max_page_count = 100000")
    store.append([shown("ref-b")])
    assert rows(file, "ref") == [("ref-a",), ("ref-b",)]
    store.close()


def test_where_the_file_can_not_be_read_nothing_was_shown(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Blocking(SqliteEvents(file, everybody))
    store.append([SHOWN])
    with apsw.Connection(str(file)) as other:
        other.execute("DROP TABLE events")
    assert store.last_shown("umbrella", "ref-a") is None
    assert "can't be read" in caplog.text
    store.close()


def test_what_was_shown_last_is_found_at_once_among_many(file: Path) -> None:
    store = Blocking(SqliteEvents(file, everybody))
    store.append([shown(at=0.5, variant="first", send="a"), shown(at=0.7)])
    store.append([SHOWN._replace(kind="clicked", at=float(at)) for at in range(3000)])
    steps: list[int] = []
    store.store._database.reader.set_progress_handler(lambda: bool(steps.append(1)), 1)
    for send, variant in (("", "rain"), ("a", "first"), ("b", "rain")):
        steps.clear()
        found = store.last_shown("umbrella", "ref-a", send)
        assert found
        assert (found.variant, len(steps) < 200) == (variant, True)
    store.close()


def test_erasing_lets_go_of_no_lock(file: Path) -> None:
    store = Blocking(SqliteEvents(file, everybody))
    store.append([shown(ref=f"{number:026d}") for number in range(20)])
    before = locks_on(file)
    store.forget([f"{3:026d}"])
    assert locks_on(file) == before > 0
    store.close()
    store.close()


def locks_on(file: Path) -> int:
    """How many locks this process has on a file: https://man7.org/linux/man-pages/man5/proc_locks.5.html"""
    held = [line.split() for line in Path("/proc/locks").read_text(encoding="utf-8").splitlines()]
    mine = [fields for fields in held if fields[4] == str(os.getpid())]
    return sum(fields[5].rpartition(":")[2] == str(file.stat().st_ino) for fields in mine)


def test_a_file_behind_a_link_that_leads_nowhere_yet_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    link, target = tmp_path / "events.db", tmp_path / "volume.db"
    link.symlink_to(target)
    Blocking(SqliteEvents(link, everybody)).close()
    assert target.stat().st_mode & 0o777 == 0o600

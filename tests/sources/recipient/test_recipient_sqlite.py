from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest
from recipient_store_contract import RecipientStoreContract, put, recipient

from livecontent.errors import SourceError
from livecontent.storage.sqlite import recipients as sqlite
from livecontent.storage.sqlite.recipients import MAX_ATTRIBUTES, SqliteRecipients


class TestSqliteRecipients(RecipientStoreContract):
    pass


def test_what_is_stored_outlives_the_store(tmp_path: Path) -> None:
    first = SqliteRecipients(tmp_path / "recipients.db")
    put(first, [recipient("ann", points=1)])
    first.close()
    second = SqliteRecipients(tmp_path / "recipients.db")
    assert second.find("ann") == recipient("ann", points=1)
    second.close()


def test_two_have_the_file_open_and_see_the_same(store: SqliteRecipients, tmp_path: Path) -> None:
    other = SqliteRecipients(tmp_path / "recipients.db")
    for points in range(3):
        put(store if points % 2 else other, [recipient("ann", points=points)])
        assert store.get(recipient("ann").ref) == other.get(recipient("ann").ref) == {"id": "ann", "points": points}
    other.close()


def test_a_look_up_holds_no_writer_up_also_after_one_that_failed(store: SqliteRecipients, tmp_path: Path) -> None:
    put(store, [recipient("ann", points=1)])
    with apsw.Connection(str(tmp_path / "recipients.db")) as connection:
        connection.execute("INSERT INTO recipients VALUES ('odd', 'odd', '', CAST(x'c3' AS TEXT))")
    for bad in ("\ud800", "odd"):  # one fails before it is asked, the other in the middle of a row
        with pytest.raises(SourceError):
            store.get(bad)
        with apsw.Connection(str(tmp_path / "recipients.db")) as connection:
            assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "busy"
    assert store.get(recipient("ann").ref) == {"id": "ann", "points": 1}
    with apsw.Connection(str(tmp_path / "recipients.db")) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "busy"
    assert store.get(recipient("bob").ref) is None


def test_a_process_killed_in_the_middle_of_a_batch_leaves_no_trace(store: SqliteRecipients, tmp_path: Path) -> None:
    put(store, [recipient("ann", points=1)])
    script = """if True:
        import os, signal, sys
        from pathlib import Path
        from livecontent.storage.sqlite.recipients import SqliteRecipients
        from livecontent.storage.recipients import Recipient
        with SqliteRecipients(Path(sys.argv[1])).batch() as batch:
            for number in range(5000):
                batch.put(Recipient(f"{number:026d}", {"id": str(number), "note": "x" * 500}))
            os.kill(os.getpid(), signal.SIGKILL)
    """
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path / "recipients.db")], check=False)
    assert killed.returncode == -9
    assert store.count() == 1
    assert store.get(recipient("ann").ref) == {"id": "ann", "points": 1}
    assert put(store, [recipient("bob")]) == ["added"]


@pytest.mark.usefixtures("store")
def test_the_file_is_a_write_ahead_log_in_strict_tables(tmp_path: Path) -> None:
    connection = apsw.Connection(str(tmp_path / "recipients.db"))
    assert connection.pragma("journal_mode") == "wal"
    with pytest.raises(apsw.ConstraintError):
        connection.execute("INSERT INTO recipients VALUES ('r', 'i', 'n', x'00')")
    connection.close()


def test_names_of_attributes_are_bounded(store: SqliteRecipients) -> None:
    put(store, [recipient(str(number), **{f"n{number}_{i}": 1 for i in range(100)}) for number in range(20)])
    assert len(store.attributes()) == MAX_ATTRIBUTES


_READINGS: list[Callable[[SqliteRecipients], object]] = [
    lambda store: store.get(recipient("c1").ref),
    lambda store: store.find("c1"),
    lambda store: store.count(),
    lambda store: store.sample(2),
    lambda store: store.search("c", 2),
    lambda store: list(store.iterate()),
    lambda store: store.attributes(),
]
_DOINGS = [*_READINGS, lambda store: put(store, [recipient("new")])]


@pytest.mark.parametrize("do", _DOINGS)
def test_a_damaged_file_is_our_error(tmp_path: Path, do: Callable[[SqliteRecipients], object]) -> None:
    file = tmp_path / "recipients.db"
    before = SqliteRecipients(file)
    put(before, [recipient(f"c{number}", note="x" * 300) for number in range(200)])
    before.close()
    store = SqliteRecipients(file)
    with file.open("r+b") as stream:
        stream.seek(4096)  # the page of the tables' names stays, so that each statement finds its table
        stream.write(b"\xff" * (file.stat().st_size - 4096))
    with pytest.raises(SourceError, match=r"recipients\.db"):
        do(store)
    store.close()


def test_a_damaged_profile_is_our_error(store: SqliteRecipients, tmp_path: Path) -> None:
    connection = apsw.Connection(str(tmp_path / "recipients.db"))
    connection.execute("INSERT INTO recipients VALUES ('r', 'i', '', '{\"id\":'), ('s', 'j', '', CAST(x'ff' AS TEXT))")
    connection.close()
    for ref, recipient_id in (("r", "i"), ("s", "j")):
        with pytest.raises(SourceError):
            store.get(ref)
        with pytest.raises(SourceError):
            store.find(recipient_id)


@pytest.mark.parametrize("content", [b"id,name\n" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_of_something_else_is_our_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "recipients.db").write_bytes(content)
    with pytest.raises(SourceError, match=r"recipients\.db"):
        SqliteRecipients(tmp_path / "recipients.db")
    assert (tmp_path / "recipients.db").read_bytes() == content


def test_a_folder_that_is_not_there_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        SqliteRecipients(tmp_path / "nowhere" / "recipients.db")


def test_a_closed_store_is_our_error(tmp_path: Path) -> None:
    store = SqliteRecipients(tmp_path / "recipients.db")
    store.close()
    with pytest.raises(SourceError):
        store.get("r")


@pytest.fixture
def locked(store: SqliteRecipients, tmp_path: Path) -> Iterator[SqliteRecipients]:
    """A store whose file somebody else keeps to himself."""
    connection = apsw.Connection(str(tmp_path / "recipients.db"))
    connection.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").fetchall()
    yield store
    connection.close()


def test_a_locked_file_holds_an_opening_up_for_a_moment_only(locked: SqliteRecipients) -> None:
    started = time.monotonic()
    with pytest.raises(SourceError, match="locked"):
        locked.get("r")
    assert time.monotonic() - started < sqlite.WAIT / 1000 / 2


@pytest.mark.parametrize("do", _DOINGS[1:])
def test_a_locked_file_is_our_error(
    locked: SqliteRecipients, do: Callable[[SqliteRecipients], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAIT", 5)
    with pytest.raises(SourceError, match="is locked"):
        do(locked)


def test_two_batches_at_once_are_refused_and_do_not_mix(
    store: SqliteRecipients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAIT", 5)
    with store.batch() as batch:
        batch.put(recipient("ann"))
        with pytest.raises(SourceError, match="another import"), store.batch():
            pytest.fail("the second one starts")
        assert store.get(recipient("ann").ref) is None
    assert [recipient_id for _, recipient_id in store.iterate()] == ["ann"]


def test_threads_wait_for_one_another(store: SqliteRecipients) -> None:
    ann = recipient("ann")
    put(store, [ann])
    store._reader.create_scalar_function("slow", lambda text: time.sleep(0.1) or text)
    store._reader.execute(
        "CREATE TEMP VIEW recipients AS SELECT ref, slow(profile) AS profile FROM main.recipients"
    ).fetchall()
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(store.get, [ann.ref] * 6)) == [ann.profile] * 6

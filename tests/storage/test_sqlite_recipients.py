from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest
from recipient_store_contract import RecipientStoreContract, put, recipient

from blocking import Blocking
from livecontent.errors import StorageError
from livecontent.storage.sqlite import connection as sqlite
from livecontent.storage.sqlite.recipients import MAX_ATTRIBUTES, SqliteRecipients


@pytest.fixture
def store(tmp_path: Path) -> Blocking:
    """An empty store in a file of its own."""
    return Blocking(SqliteRecipients(tmp_path / "recipients.db"))


class TestSqliteRecipients(RecipientStoreContract):
    pass


def test_what_is_stored_outlives_the_store(tmp_path: Path) -> None:
    first = Blocking(SqliteRecipients(tmp_path / "recipients.db"))
    put(first, [recipient("ann", points=1)])
    second = Blocking(SqliteRecipients(tmp_path / "recipients.db"))
    assert second.find("ann") == recipient("ann", points=1)


def test_two_have_the_file_open_and_see_the_same(store: Blocking, tmp_path: Path) -> None:
    other = Blocking(SqliteRecipients(tmp_path / "recipients.db"))
    for points in range(3):
        put(store if points % 2 else other, [recipient("ann", points=points)])
        assert store.get(recipient("ann").ref) == other.get(recipient("ann").ref) == {"id": "ann", "points": points}


def test_a_process_killed_in_the_middle_of_a_batch_leaves_no_trace(store: Blocking, tmp_path: Path) -> None:
    put(store, [recipient("ann", points=1)])
    script = """if True:
        import os, signal, sys
        from pathlib import Path
        from livecontent.storage.sqlite.recipients import SqliteRecipients
        from livecontent.storage.base import Recipient
        sys.path.insert(0, sys.argv[2])
        from blocking import Blocking
        with Blocking(SqliteRecipients(Path(sys.argv[1]))).batch() as batch:
            for number in range(5000):
                batch.put(Recipient(f"{number:026d}", {"id": str(number), "note": "x" * 500}))
            os.kill(os.getpid(), signal.SIGKILL)
    """
    killed = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "recipients.db"), str(Path(__file__).parents[1])], check=False
    )
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


def test_names_of_attributes_are_bounded(store: Blocking) -> None:
    put(store, [recipient(str(number), **{f"n{number}_{i}": 1 for i in range(100)}) for number in range(20)])
    assert len(store.attributes()) == MAX_ATTRIBUTES


_READINGS: list[Callable[[Blocking], object]] = [
    lambda store: store.get(recipient("c1").ref),
    lambda store: store.find("c1"),
    lambda store: store.count(),
    lambda store: store.sample(2),
    lambda store: store.search("c", 2),
    lambda store: store.page(2),
    lambda store: store.profiles(),
    lambda store: list(store.iterate()),
    lambda store: store.attributes(),
]
_DOINGS = [*_READINGS, lambda store: put(store, [recipient("new")])]


@pytest.mark.parametrize("do", _DOINGS)
def test_a_damaged_file_is_our_error(tmp_path: Path, do: Callable[[Blocking], object]) -> None:
    file = tmp_path / "recipients.db"
    before = Blocking(SqliteRecipients(file))
    put(before, [recipient(f"c{number}", note="x" * 300) for number in range(200)])
    store = Blocking(SqliteRecipients(file))
    with file.open("r+b") as stream:
        stream.seek(4096)  # the page of the tables' names stays, so that each statement finds its table
        stream.write(b"\xff" * (file.stat().st_size - 4096))
    with pytest.raises(StorageError, match=r"recipients\.db"):
        do(store)


def test_a_damaged_profile_is_our_error(store: Blocking, tmp_path: Path) -> None:
    connection = apsw.Connection(str(tmp_path / "recipients.db"))
    connection.execute("INSERT INTO recipients VALUES ('r', 'i', '', '{\"id\":'), ('s', 'j', '', CAST(x'ff' AS TEXT))")
    connection.close()
    for ref, recipient_id in (("r", "i"), ("s", "j")):
        with pytest.raises(StorageError):
            store.get(ref)
        with pytest.raises(StorageError):
            store.find(recipient_id)


@pytest.mark.parametrize("content", [b"id,name\n" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_of_something_else_is_our_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "recipients.db").write_bytes(content)
    with pytest.raises(StorageError, match=r"recipients\.db"):
        SqliteRecipients(tmp_path / "recipients.db")
    assert (tmp_path / "recipients.db").read_bytes() == content


def test_a_folder_that_is_not_there_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nowhere"):
        SqliteRecipients(tmp_path / "nowhere" / "recipients.db")


@pytest.fixture
def locked(store: Blocking, tmp_path: Path) -> Iterator[Blocking]:
    """A store whose file somebody else keeps to himself."""
    connection = apsw.Connection(str(tmp_path / "recipients.db"))
    connection.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").fetchall()
    yield store
    connection.close()


@pytest.mark.parametrize("do", _DOINGS)
def test_a_locked_file_is_our_error(
    locked: Blocking, do: Callable[[Blocking], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAIT", 5)
    with pytest.raises(StorageError, match="is locked"):
        do(locked)


def test_two_batches_at_once_are_refused_and_do_not_mix(store: Blocking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "WAIT", 5)
    with store.batch() as batch:
        batch.put(recipient("ann"))
        with pytest.raises(StorageError, match="another import"), store.batch():
            pytest.fail("the second one starts")
        assert store.get(recipient("ann").ref) is None
    assert [recipient_id for _, recipient_id in store.iterate()] == ["ann"]


def test_nothing_of_a_deleted_recipient_is_left_in_any_file(store: Blocking, tmp_path: Path) -> None:
    people = [recipient(f"c{number}", first_name=f"Zebulon{number:05}", note="x" * 300) for number in range(3000)]
    put(store, people)
    put(store, [recipient(one.id, first_name=one.profile["first_name"], note="y" * 400) for one in people])
    gone = people[::7]
    reader = apsw.Connection(str(tmp_path / "recipients.db"))  # as of a server
    reader.execute("SELECT count(*) FROM recipients").fetchall()
    with store.batch() as batch:
        batch.delete([one.ref for one in gone])
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert people[1].ref.encode() in content
    left = {one.id for one in gone if one.ref.encode() in content or str(one.profile["first_name"]).encode() in content}
    assert left == set()
    reader.close()


def test_a_reader_that_does_not_end_is_told_and_the_deleted_are_gone(
    store: Blocking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.0)
    monkeypatch.setattr(sqlite, "WAIT", 5)
    put(store, [recipient("ann"), recipient("bob")])
    reader = apsw.Connection(str(tmp_path / "recipients.db"))
    reading = reader.execute("SELECT * FROM recipients")
    next(reading)
    with pytest.raises(StorageError, match="another process is reading"), store.batch() as batch:
        batch.delete([recipient("ann").ref])
    assert [one.id for one in store.page(9)] == ["bob"]
    reader.close()

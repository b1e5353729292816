"""What is erased is gone from the bytes of the file, whoever writes meanwhile; and nobody waits long for it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livecontent.errors import StorageError
from livecontent.storage.sqlite import wiping
from livecontent.storage.sqlite.connection import Database, connect, making

SCHEMA = """
CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY, who TEXT NOT NULL, words TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS told_by_words ON told (words);
CREATE TABLE IF NOT EXISTS known (who TEXT PRIMARY KEY, words TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
WORD = b"zqsecret"
ERASED = (("DELETE FROM told WHERE who = ?"), ("DELETE FROM known WHERE who = ?"))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "a.db", making(SCHEMA))
    yield made
    made.close()


def lived(database: Database, seed: int, rows: int = 400) -> dict[int, str]:
    """Rows of many sizes that come in any order and grow, so that pages are split; the words of those who stay."""
    chance = random.Random(seed)
    left = {}
    for numbers in (chance.sample(range(rows), rows), chance.sample(range(rows), rows // 2)):
        for some in range(0, len(numbers), 25):
            with database.write() as writer:
                for number in numbers[some : some + 25]:
                    who = "zq" if chance.random() < 0.3 else f"p{number}"
                    words = ("zqsecret " if who == "zq" else "open ") * chance.choice([1, 12, 30, 60, 90, 700])
                    writer.execute("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", (number, who, words))
                    writer.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", (who, words))
                    left[number] = words
    return {number: words for number, words in left.items() if WORD.decode() not in words}


def erase(database: Database) -> None:
    for statement in ERASED[:-1]:
        with database.write() as writer:
            writer.execute(statement, ("zq",))
    database.erase(ERASED[-1], [("zq",)])


def told(database: Database) -> dict[int, str]:
    return dict(database.read_all("SELECT id, words FROM told"))


def bytes_of(database: Database) -> bytes:
    return b"".join(file.read_bytes() for file in database.file.parent.glob(f"{database.file.name}*"))


def sound(database: Database) -> bool:
    return [*database.read_all("PRAGMA integrity_check")] == [("ok",)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 32), slice_=st.sampled_from([7, 4096]))
def test_no_word_of_what_is_erased_is_left(tmp_path_factory: pytest.TempPathFactory, seed: int, slice_: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiping, "SLICE", slice_)
        database = Database(tmp_path_factory.mktemp("wiped") / "a.db", making(SCHEMA))
        left = lived(database, seed)
        erase(database)
        assert WORD not in bytes_of(database)
        assert told(database) == left
        assert sound(database)
        database.close()


def test_without_wiping_words_would_be_left(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would hold nothing."""
    monkeypatch.setattr(wiping, "_gaps", lambda *_: ())
    found = []
    for seed in range(5):
        lived(database, seed)
        erase(database)
        found.append(bytes_of(database).count(WORD))
    assert sum(found) > 10


@pytest.mark.parametrize("seed", range(4))
def test_what_others_have_at_hand_does_not_bring_words_back(
    database: Database, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """They read all pages just before these are wiped, and write to each of them just after."""
    left = lived(database, seed)
    with database.write() as writer:
        writer.execute(ERASED[0], ("zq",))
        writer.execute(ERASED[1], ("zq",))
    other = connect(database.file)
    other.execute("PRAGMA cache_size = -100000").fetchall()
    gaps = wiping._gaps

    def read_first(*given: Any) -> list[Any]:
        for table in ("told NOT INDEXED", "told INDEXED BY told_by_words", "known"):
            assert other.execute(f"SELECT sum(length(words)) FROM {table} WHERE words > ''").get  # noqa: S608
        return [*gaps(*given)]

    def write_then(_: float) -> None:
        with other:
            other.execute("UPDATE told SET who = 'q' || substr(who, 2)").fetchall()
            other.execute("UPDATE known SET words = upper(words)").fetchall()

    monkeypatch.setattr(wiping, "_gaps", read_first)
    monkeypatch.setattr(wiping, "time", SimpleNamespace(monotonic=time.monotonic, sleep=write_then))
    database.wipe(gaps=True)
    assert WORD not in bytes_of(database)
    assert told(database) == left
    assert sound(database)
    other.close()


def test_others_write_meanwhile_and_nothing_of_theirs_is_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiping, "SLICE", 16)
    left = lived(database, 3, 800)
    stop, wrote, between = threading.Event(), [0, 0], []
    turn = wiping._wipe_slice

    def counted(*given: object) -> None:
        between.append(sum(wrote))
        turn(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(wiping, "_wipe_slice", counted)

    def write(number: int) -> None:
        own = Database(database.file, making(SCHEMA))
        while not stop.is_set():
            with own.write() as writer:
                key = 1_000_000 * (number + 1) + wrote[number]
                writer.execute("INSERT INTO told VALUES (?, 'q', ?)", (key, "later " * (1 + wrote[number] % 300)))
            wrote[number] += 1
            stop.wait(0.002)
        own.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        erase(database)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    database.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert WORD not in bytes_of(database)
    found = told(database)
    assert {number: found[number] for number in left} == left
    assert len(found) == len(left) + sum(wrote)
    assert sound(database)
    assert len(between) > 20
    assert len(set(between)) > len(between) // 4, "they had their turn between slices"


def test_a_page_that_can_not_be_is_told(database: Database) -> None:
    lived(database, 4, 50)
    database.wipe(gaps=False)
    with database.file.open("r+b") as file:
        file.seek(4096 + 3)
        file.write(b"\xff\xff")
    with pytest.raises(StorageError, match="page 2; livecontent restore"):
        wiping.wipe_gaps(database.file, connect)


def test_in_a_file_whose_pages_can_not_be_told_apart_all_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "moved.db"
    first = apsw.Connection(str(file))
    first.execute("PRAGMA auto_vacuum = INCREMENTAL; CREATE TABLE a (b)").fetchall()
    first.close()
    database = Database(file, making(SCHEMA))
    left = lived(database, 5)
    erase(database)
    assert WORD not in bytes_of(database)
    assert (told(database), sound(database)) == (left, True)
    database.close()

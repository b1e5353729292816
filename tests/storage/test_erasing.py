"""What is erased is gone from the bytes of the file, also where the one who erased was stopped before the end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.history.messages import MessageReader, visitor_key
from livecontent.storage.base import Recipient
from livecontent.storage.sqlite import connection as sqlite
from livecontent.storage.sqlite.connection import Database, making
from livecontent.storage.sqlite.history import SqliteHistory
from livecontent.storage.sqlite.recipients import SqliteRecipients

SCHEMA = """
CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY, who TEXT NOT NULL, words TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS told_by_words ON told (words);
"""
WORD = b"zqsecret"
ERASE = "DELETE FROM told WHERE who = ?"


class StoppedError(Exception):
    """Somebody pulled the plug."""


def lived(database: Database, seed: int, rows: int = 400) -> dict[int, str]:
    """Rows of many sizes that come in any order and grow, so that pages are split; the words of those who stay."""
    chance = random.Random(seed)
    left = {}
    for numbers in (chance.sample(range(rows), rows), chance.sample(range(rows), rows // 2)):
        with database.write() as writer:
            for number in numbers:
                who = "zq" if chance.random() < 0.3 else f"p{number}"
                words = ("zqsecret " if who == "zq" else "open ") * chance.choice([1, 12, 30, 60, 90, 700])
                writer.execute("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", (number, who, words))
                left[number] = words
    return {number: words for number, words in left.items() if WORD.decode() not in words}


def bytes_of(file: Path) -> bytes:
    return b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Whoever erases is stopped once the rows are gone, until that is undone."""

    def stop(_: apsw.Connection) -> None:
        raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "rewrite_file", stop)
        yield patch


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1 << 32))
def test_no_word_of_what_is_erased_is_left(seed: int) -> None:
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "a.db", making(SCHEMA))
        left = lived(database, seed)
        database.erase(ERASE, [("zq",)])
        assert WORD not in bytes_of(database.file)
        assert dict(database.read_all("SELECT id, words FROM told")) == left
        database.close()


def test_who_was_stopped_erases_again_and_no_word_is_left(tmp_path: Path, stopped: pytest.MonkeyPatch) -> None:
    database = Database(tmp_path / "a.db", making(SCHEMA))
    for seed in range(5):
        lived(database, seed)
        with pytest.raises(StoppedError):
            database.erase(ERASE, [("zq",)])
    database.close()
    assert WORD in bytes_of(database.file), "else this holds nothing"
    stopped.undo()
    again = Database(database.file, making(SCHEMA))
    again.erase(ERASE, [("zq",)])
    assert WORD not in bytes_of(database.file)
    again.close()


def rewritten(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are rewritten from now on."""
    found, rewrite = [], sqlite.rewrite_file

    def note(connection: apsw.Connection) -> None:
        found.append(Path(connection.filename).name)
        rewrite(connection)

    monkeypatch.setattr(sqlite, "rewrite_file", note)
    return found


def test_a_history_is_rewritten_by_the_next_who_erases(tmp_path: Path, stopped: pytest.MonkeyPatch) -> None:
    store: Any = Blocking(SqliteHistory(tmp_path / "history.db", lambda _: "full"))
    event = {"event": "Store Visited", "anonymousId": "v1", "messageId": "m1"}
    store.put([MessageReader().read(event, 1e9, {})])
    with pytest.raises(StoppedError):
        store.forget([visitor_key("v1")])
    stopped.undo()
    found = rewritten(stopped)
    store.forget([visitor_key("v1")])
    store.forget([visitor_key("v1")])
    assert found == ["history.db"]


def delete(store: Any) -> None:
    with store.batch() as batch:
        batch.delete(["ann"])


def test_recipients_are_rewritten_by_the_next_who_erases(tmp_path: Path, stopped: pytest.MonkeyPatch) -> None:
    store: Any = Blocking(SqliteRecipients(tmp_path / "recipients.db"))
    for id_ in ("ann", "bob"):
        with store.batch() as batch:
            batch.put(Recipient(id_, {"id": id_}))
    with pytest.raises(StoppedError):
        delete(store)
    stopped.undo()
    found = rewritten(stopped)
    delete(store)
    delete(store)
    assert found == ["recipients.db"]

"""Files of events of earlier versions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest
from event_store_contract import everybody, gist, shown

from blocking import Blocking
from livecontent.errors import StorageError
from livecontent.storage.sqlite import copies
from livecontent.storage.sqlite.events import VERSION, SqliteEvents
from livecontent.storage.sqlite.recipients import SqliteRecipients

BEFORE_CONSENT = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, at REAL NOT NULL, creative TEXT NOT NULL, ref TEXT NOT NULL,
    version TEXT NOT NULL, variant TEXT NOT NULL, step TEXT NOT NULL, format TEXT NOT NULL, client TEXT NOT NULL,
    link TEXT, flaw TEXT NOT NULL, reasons TEXT NOT NULL, micros TEXT NOT NULL
) STRICT;
CREATE TABLE last_shown (
    creative TEXT NOT NULL, ref TEXT NOT NULL, at REAL NOT NULL, version TEXT NOT NULL, variant TEXT NOT NULL,
    link TEXT, PRIMARY KEY (creative, ref)
) STRICT, WITHOUT ROWID;
INSERT INTO events VALUES (NULL, 'shown', 5.0, 'umbrella', 'ref-a', 'v1', 'rain', 'live', 'jpg', 'gmail',
    'https://a.example/', '', '{}', '{}');
INSERT INTO last_shown VALUES ('umbrella', 'ref-a', 5.0, 'v1', 'rain', 'https://a.example/');
"""
WITH_A_TABLE_OF_WHAT_WAS_SHOWN = f"""
{BEFORE_CONSENT}
ALTER TABLE events ADD COLUMN who TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE events ADD COLUMN time TEXT NOT NULL DEFAULT 'unsure';
ALTER TABLE events ADD COLUMN send TEXT NOT NULL DEFAULT '';
CREATE INDEX events_by_ref ON events (ref) WHERE ref <> '';
CREATE TABLE counts (
    day TEXT NOT NULL, creative TEXT NOT NULL, version TEXT NOT NULL, variant TEXT NOT NULL, kind TEXT NOT NULL,
    who TEXT NOT NULL, send TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (day, creative, version, variant, kind, who, send)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
"""


@pytest.mark.parametrize("before", [BEFORE_CONSENT, WITH_A_TABLE_OF_WHAT_WAS_SHOWN])
def test_events_of_versions_before_are_brought_up_to_date(tmp_path: Path, before: str) -> None:
    file = tmp_path / "events.db"
    with apsw.Connection(str(file)) as old:
        old.execute(before)
    for _ in range(2):  # and then left as they are
        store = Blocking(SqliteEvents(file, everybody))
        found = store.last_shown("umbrella", "ref-a", "s")
        assert gist(found) == gist(shown(at=5.0))
        store.close()
    store = Blocking(SqliteEvents(file, everybody))
    store.append([shown(at=6.0, send="s", who="human", time="live")])
    store.close()
    with apsw.Connection(str(file)) as now:
        assert list(now.execute("SELECT at, who, time, send FROM events")) == [
            (5.0, "unknown", "unsure", ""),
            (6.0, "human", "live", "s"),
        ]
    fresh = Blocking(SqliteEvents(tmp_path / "fresh.db", everybody))
    fresh.close()
    tables = "SELECT name FROM sqlite_schema ORDER BY name"
    with apsw.Connection(str(file)) as migrated, apsw.Connection(str(tmp_path / "fresh.db")) as made:
        assert list(migrated.execute(tables)) == list(made.execute(tables))


@pytest.mark.parametrize(("before", "version"), [(BEFORE_CONSENT, 0), (WITH_A_TABLE_OF_WHAT_WAS_SHOWN, 1)])
def test_a_file_is_copied_before_it_is_brought_up_to_date(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, before: str, version: int
) -> None:
    file = tmp_path / "events.db"
    with apsw.Connection(str(file)) as old:
        old.execute(before)
        rows = list(old.execute("SELECT * FROM events"))
    (tmp_path / "events.db.v0-2020-01-01.before-upgrade").write_text("of the change before")
    for _ in range(2):
        Blocking(SqliteEvents(file, everybody)).close()
    [copy] = tmp_path.glob("*.before-upgrade")
    assert copy.name == f"events.db.v{version}-{datetime.now(UTC):%Y-%m-%d}.before-upgrade"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [record.message for record in caplog.records] == [
        f"{file}: brought from version {version} to {VERSION}; {copy.name} is a copy of the one before"
    ]
    with apsw.Connection(str(copy)) as kept:
        assert kept.execute("PRAGMA user_version").get == version
        assert list(kept.execute("SELECT * FROM events")) == rows
        assert kept.execute("SELECT count(*) FROM last_shown").get == 1
    store = Blocking(SqliteEvents(file, everybody))
    store.forget(["ref-a"])  # whoever is forgotten is in no copy, either
    store.close()
    assert list(tmp_path.glob("*.before-upgrade")) == []


def test_what_a_copy_has_no_room_for_is_not_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "events.db"
    with apsw.Connection(str(file)) as old:
        old.execute(WITH_A_TABLE_OF_WHAT_WAS_SHOWN)

    def full(*_: object) -> None:
        raise StorageError("disk full")

    monkeypatch.setattr(copies, "copy_database", full)
    with pytest.raises(StorageError, match="disk full"):
        Blocking(SqliteEvents(file, everybody))
    with apsw.Connection(str(file)) as old:
        assert old.execute("PRAGMA user_version").get == 1
        assert old.execute("SELECT count(*) FROM last_shown").get == 1


def test_events_of_a_version_to_come_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "events.db"
    with apsw.Connection(str(file)) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="newer livecontent"):
        Blocking(SqliteEvents(file, everybody))


def test_a_server_starts_while_another_process_writes(tmp_path: Path) -> None:
    file = tmp_path / "events.db"
    Blocking(SqliteEvents(file, everybody)).close()
    other = apsw.Connection(str(file))
    other.execute("BEGIN IMMEDIATE")
    Blocking(SqliteEvents(file, everybody)).close()  # without waiting for a lock, which it would not get
    other.close()


def test_only_its_owner_may_read_a_file(tmp_path: Path) -> None:
    SqliteEvents(tmp_path / "events.db", everybody).close()
    SqliteRecipients(tmp_path / "people.db")
    for file in (tmp_path / "events.db", tmp_path / "people.db"):
        assert file.stat().st_mode & 0o777 == 0o600

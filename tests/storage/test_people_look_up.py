"""What an opening needs to know of its recipient, in one look."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apsw
import pytest
from recipient_store_contract import put
from storage_contract import ANN, StorageContract, decide

from blocking import Blocking
from livecontent.facts import Consent
from livecontent.storage.sqlite.people import PAUSE, SqlitePeople
from livecontent.storage.sqlite.showings import SqliteShowings
from livecontent.storage.sqlite.storage import SqliteStorage

FILES = ("recipients.db", "consent.db", "showings.db")


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Any]:
    storage = Blocking(SqliteStorage(tmp_path, "no-record"))
    yield storage
    storage.close()


@pytest.fixture
def again(tmp_path: Path) -> Iterator[Any]:
    storage = Blocking(SqliteStorage(tmp_path, "no-record"))
    yield storage
    storage.close()


class TestSqliteStorage(StorageContract):
    pass


def test_a_damaged_profile_costs_nothing_else(storage: Any, tmp_path: Path) -> None:
    put(storage.recipients, [ANN])
    with apsw.Connection(str(tmp_path / "recipients.db")) as other:
        other.execute("INSERT INTO recipients VALUES ('r', 'i', '', '{\"id\":'), ('s', 'j', '', CAST(x'c3' AS TEXT))")
    for ref in "rs":
        found = storage.people.look_up(ref)
        assert (found.ref, found.consent, found.profile, found.known) == (ref, "no-record", None, True)
        assert found.problem
        with apsw.Connection(str(tmp_path / "recipients.db")) as other:
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "it holds a writer up"
    assert storage.people.look_up(ANN.ref).profile == ANN.profile


@pytest.mark.parametrize("default", ["full", "no-record", "none"])
def test_where_consent_can_not_be_read_there_is_none(
    tmp_path: Path, default: Consent, caplog: pytest.LogCaptureFixture
) -> None:
    storage = Blocking(SqliteStorage(tmp_path, default))
    put(storage.recipients, [ANN])
    decide(storage, ANN.ref, "full")
    assert storage.people.look_up(ANN.ref).profile == ANN.profile
    with apsw.Connection(str(tmp_path / "consent.db")) as other:
        other.execute("DROP TABLE consents")
    found = storage.people.look_up(ANN.ref)
    assert (found.ref, found.consent, found.profile) == ("", "none", None)
    assert ANN.ref not in caplog.text
    storage.close()


def test_where_recipients_can_not_be_read_consent_still_is(storage: Any, tmp_path: Path) -> None:
    put(storage.recipients, [ANN])
    decide(storage, ANN.ref, "full")
    assert storage.people.look_up(ANN.ref).profile
    with apsw.Connection(str(tmp_path / "recipients.db")) as other:
        other.execute("DROP TABLE recipients")
    found = storage.people.look_up(ANN.ref)
    assert (found.ref, found.consent, found.profile) == (ANN.ref, "full", None)
    assert "recipients" in found.problem


def test_a_file_that_fails_slowly_is_left_alone_for_a_second(storage: Any, tmp_path: Path) -> None:
    put(storage.recipients, [ANN])
    decide(storage, ANN.ref, "full")
    now = [100.0]

    def clock() -> float:
        now[0] += 0.05  # as if each look took so long
        return now[0]

    SqliteShowings(tmp_path / "showings.db").close()
    people = Blocking(SqlitePeople(*(tmp_path / name for name in FILES), "no-record", clock))
    other = apsw.Connection(str(tmp_path / "recipients.db"))
    other.execute("ALTER TABLE recipients RENAME TO elsewhere")
    found = people.look_up(ANN.ref)
    assert (found.consent, found.profile) == ("full", None)
    assert "no such table" in found.problem
    other.execute("ALTER TABLE elsewhere RENAME TO recipients")
    other.close()
    found = people.look_up(ANN.ref)
    assert (found.consent, found.profile) == ("full", None)
    assert "asked again" in found.problem
    now[0] += PAUSE
    assert people.look_up(ANN.ref).profile == ANN.profile
    people.close()


def test_threads_wait_for_one_another(storage: Any) -> None:
    put(storage.recipients, [ANN])
    look_up = storage.people.look_up
    with ThreadPoolExecutor(6) as threads:
        assert {json.dumps(person.profile) for person in threads.map(look_up, [ANN.ref] * 600)} == {
            json.dumps(look_up(ANN.ref).profile)
        }

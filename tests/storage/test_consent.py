"""Consent: what was decided counts from the next look on, and what it does not allow is gone."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw
import pytest
from event_store_contract import SHOWN, shown
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocking import Blocking, wait_for
from livecontent.errors import StorageError
from livecontent.facts import Consent, Place
from livecontent.storage.base import decide_consent
from livecontent.storage.events import LastKnownPlace
from livecontent.storage.people import ConsentDecision
from livecontent.storage.sqlite.consents import SqliteConsents
from livecontent.storage.sqlite.events import SqliteEvents
from livecontent.storage.sqlite.storage import SqliteStorage

LILLE = Place("Lille", "Hauts-de-France", "FR", 50.6, 3.1, "Europe/Paris")
DAY = 86_400.0
states: st.SearchStrategy[Consent] = st.sampled_from(["full", "no-record", "none"])


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Any]:
    storage = Blocking(SqliteStorage(tmp_path, "no-record"))
    yield storage
    storage.close()


@pytest.fixture
def consents(storage: Any) -> Any:
    return storage.consents


@pytest.fixture
def events(storage: Any) -> Any:
    return storage.events


def decided(storage: Any, decisions: Sequence[ConsentDecision]) -> None:
    wait_for(decide_consent(decisions, storage.store))


def state_of(storage: Any, ref: str) -> Consent:
    return storage.people.look_up(ref).consent


def place_of(storage: Any, ref: str) -> tuple[Place | None, str]:
    person = storage.people.look_up(ref)
    return person.last_place, person.last_seen


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with apsw.Connection(str(folder / "events.db")) as connection:
        return list(connection.execute(query))


def kept(folder: Path, name: str) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob(f"{name}*"))


@pytest.mark.parametrize("default", ["full", "no-record", "none"])
def test_who_has_not_decided_has_the_default(tmp_path: Path, default: Consent) -> None:
    storage = Blocking(SqliteStorage(tmp_path, default))
    assert state_of(storage, "a") == default
    assert storage.consents.find("a") is None
    storage.consents.put([ConsentDecision("a", "none", 1.0)])
    assert (state_of(storage, "a"), state_of(storage, "b")) == ("none", default)
    assert storage.consents.find("a") == ConsentDecision("a", "none", 1.0)
    storage.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.lists(st.tuples(st.sampled_from("ab"), states, st.integers(0, 5)), max_size=4), max_size=4))
def test_the_newest_decision_wins_in_whatever_order_they_come(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, Consent, int]]]
) -> None:
    storage = Blocking(SqliteStorage(tmp_path_factory.mktemp("consents"), "no-record"))
    for batch in batches:
        storage.consents.put([ConsentDecision(*decision) for decision in batch])
    for ref in "ab":
        of_ref = [decision for batch in batches for decision in batch if decision[0] == ref]
        newest = max(of_ref[::-1], key=lambda decision: decision[2], default=(ref, "no-record", 0))
        assert state_of(storage, ref) == newest[1]
    storage.close()


def test_a_decision_of_another_process_counts_at_the_next_look(tmp_path: Path, storage: Any) -> None:
    program = (
        "import sys, asyncio; from pathlib import Path; from livecontent.storage.sqlite.consents import *;"
        "asyncio.run(SqliteConsents(Path(sys.argv[1]), 'full').put([ConsentDecision('a', 'none', 1.0)]))"
    )
    assert state_of(storage, "a") == "no-record"
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "consent.db")], check=True, timeout=60)
    assert state_of(storage, "a") == "none"


@pytest.mark.parametrize("default", ["full", "no-record", "none"])
def test_where_consents_can_not_be_read_nobody_is_recorded(
    tmp_path: Path, default: Consent, caplog: pytest.LogCaptureFixture
) -> None:
    storage = Blocking(SqliteStorage(tmp_path, default))
    storage.consents.put([ConsentDecision("somebody", "full", 1.0)])
    with apsw.Connection(str(tmp_path / "consent.db")) as other:
        other.execute("DROP TABLE consents")
    storage.events.append([shown("somebody")])
    assert rows(tmp_path, "SELECT ref FROM events") == []
    assert rows(tmp_path, "SELECT count FROM counts") == [(1,)]
    with pytest.raises(StorageError):
        storage.consents.put([ConsentDecision("somebody", "full", 1.0)])
    assert "somebody" not in caplog.text
    storage.close()


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "consent.db").write_text("no database at all, but long enough to be read as one" * 50)
    with pytest.raises(StorageError, match=r"consent\.db"):
        SqliteConsents(tmp_path / "consent.db", "full")


def test_the_last_place_is_kept_of_who_consents_and_nobody_else(tmp_path: Path, storage: Any) -> None:
    storage.consents.put([ConsentDecision("a", "full", 1.0), ConsentDecision("b", "none", 1.0)])
    storage.consents.remember([LastKnownPlace(ref, LILLE, "1970-01-09") for ref in "abc"])
    assert place_of(storage, "a") == (LILLE, "1970-01-09")
    assert place_of(storage, "b")[0] is place_of(storage, "c")[0] is None
    with apsw.Connection(str(tmp_path / "consent.db")) as look:
        assert list(look.execute("SELECT ref FROM places")) == [("a",)]
    storage.consents.remember([LastKnownPlace("a", Place("Nice"), "1970-01-11")])
    assert place_of(storage, "a") == (Place("Nice"), "1970-01-11")


def test_a_place_that_is_known_is_not_written_again(tmp_path: Path, storage: Any) -> None:
    storage.consents.put([ConsentDecision(ref, "full", 1.0) for ref in "ab"])
    log = tmp_path / "consent.db-wal"
    for visit in (
        LastKnownPlace("a", LILLE, "1970-01-09"),
        LastKnownPlace("b", Place("Nice"), "1970-01-09"),
        LastKnownPlace("a", LILLE, "1970-01-10"),
        LastKnownPlace("a", Place("Lille"), "1970-01-10"),
        LastKnownPlace("a", LILLE, "1970-01-10"),
    ):
        before = log.read_bytes()
        storage.consents.remember([visit])
        kept = log.read_bytes()
        assert kept != before
        assert place_of(storage, visit.ref) == (visit.place, visit.day)
        storage.consents.remember([visit, visit])
        assert log.read_bytes() == kept


def test_a_withdrawal_erases_what_was_taught_and_shown_and_who_it_was(
    tmp_path: Path, storage: Any, consents: Any, events: Any
) -> None:
    decided(storage, [ConsentDecision(ref, "full", 1.0) for ref in ("anna", "bert")])
    consents.remember(
        [LastKnownPlace("anna", LILLE, "1970-01-09"), LastKnownPlace("bert", Place("Nice"), "1970-01-09")]
    )
    for ref in ("anna", "bert"):
        events.append([shown(ref, at=5 * DAY + 123.4, link=f"https://shop.example/{ref}", send="s")])
    decided(storage, [ConsentDecision("anna", "no-record", 2.0)])
    assert place_of(storage, "anna")[0] is None
    assert events.last_shown("umbrella", "anna") is None
    assert place_of(storage, "bert")[0]
    assert events.last_shown("umbrella", "bert")
    query = "SELECT ref, at, link, reasons, variant, client, send FROM events ORDER BY seq"
    gone, stays = rows(tmp_path, query)
    assert gone == ("", 5 * DAY, None, "{}", "rain", "gmail", "s")
    assert stays[:3] == ("bert", 5 * DAY + 123.4, "https://shop.example/bert")
    assert b"anna" not in kept(tmp_path, "events.db")
    assert b"Lille" not in kept(tmp_path, "consent.db")
    decided(storage, [ConsentDecision("anna", "full", 1.5)])  # an older word does not count
    assert state_of(storage, "anna") == "no-record"


def test_an_event_that_waited_while_consent_was_withdrawn_is_counted_only(
    tmp_path: Path, storage: Any, events: Any
) -> None:
    decided(storage, [ConsentDecision("anna", "full", 1.0)])
    waiting = [shown("anna", at=5 * DAY + 1), shown("anna", at=5 * DAY + 2), shown("", link=None)]
    decided(storage, [ConsentDecision("anna", "none", 2.0)])
    events.append(waiting)
    assert rows(tmp_path, "SELECT ref FROM events") == [("",)]
    assert rows(tmp_path, "SELECT * FROM counts") == [
        ("1970-01-06", "umbrella", "v1", "rain", "shown", "unknown", "", 2)
    ]
    assert b"anna" not in kept(tmp_path, "events.db")
    assert events.last_shown("umbrella", "anna") is None


def test_whoever_writes_events_reads_consent_when_nobody_can_erase(tmp_path: Path) -> None:
    """Else a withdrawal between the look and the write would find nothing to erase, and leave the ref behind."""
    locked = []

    def look(_ref: str) -> Consent:
        other = apsw.Connection(str(tmp_path / "events.db"))
        try:
            other.execute("BEGIN IMMEDIATE")
        except apsw.BusyError:
            locked.append(True)
        finally:
            other.close()
        return "full"

    events = Blocking(SqliteEvents(tmp_path / "events.db", look))
    events.append([SHOWN])
    events.close()
    assert locked == [True]


@pytest.mark.parametrize("few", [True, False])
def test_nothing_is_left_in_pages_that_were_split(tmp_path: Path, storage: Any, events: Any, *, few: bool) -> None:
    """SQLite leaves copies of rows that moved to another page: these come in an order that makes it do so."""
    chance = random.Random(0)
    refs = [f"{number:04}{'x' * 22}" for number in range(3000)]
    decided(storage, [ConsentDecision(ref, "full", 1.0) for ref in refs])
    for start in range(0, 9000, 100):
        events.append(
            [shown(chance.choice(refs), at=float(start + k), link="y" * chance.randrange(200)) for k in range(100)]
        )
    left = [ref for ref in refs if ref[:4] in ("2165", "1112", "0610", "0741", "1876")]
    group = left if few else chance.sample(refs[:-1], 1000)
    decided(storage, [ConsentDecision(ref, "none", 2.0) for ref in group])
    file = kept(tmp_path, "events.db")
    assert not [ref for ref in group if ref.encode() in file]
    assert refs[-1].encode() in file


def test_nothing_is_left_of_places_in_pages_that_were_split(tmp_path: Path, consents: Any) -> None:
    refs = [f"{number * 7919 % 4001:04}{'x' * 22}" for number in range(4000)]
    consents.put([ConsentDecision(ref, "full", 1.0) for ref in refs])
    for start in range(0, 4000, 50):
        places = [Place(f"at {ref}", region="y" * (start % 70)) for ref in refs[start : start + 50]]
        consents.remember([LastKnownPlace(place.city[3:], place, "1970-01-09") for place in places if place.city])
    consents.put([ConsentDecision(ref, "none", 2.0) for ref in refs[3:500]])
    file = kept(tmp_path, "consent.db")
    assert not [ref for ref in refs[3:500] if f"at {ref}".encode() in file]
    assert f"at {refs[0]}".encode() in file


def test_a_reader_that_holds_the_log_is_told_of(tmp_path: Path, storage: Any, events: Any) -> None:
    decided(storage, [ConsentDecision("anna", "full", 1.0)])
    events.append([shown("anna")])
    events.store._database.writer.set_busy_timeout(10)
    reader = apsw.Connection(str(tmp_path / "events.db"))
    reader.execute("BEGIN; SELECT * FROM events").fetchone()
    with pytest.raises(StorageError, match="run this again"):
        decided(storage, [ConsentDecision("anna", "none", 2.0)])
    assert state_of(storage, "anna") == "none"
    reader.close()
    decided(storage, [ConsentDecision("anna", "none", 3.0)])
    assert b"anna" not in kept(tmp_path, "events.db")

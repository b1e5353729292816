"""What an opening needs to know of its recipient, in one look."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recipient_store_contract import put, recipient

from blocking import Blocking
from livecontent.facts import Consent, Person, Place
from livecontent.storage.events import LastKnownPlace
from livecontent.storage.people import ConsentDecision
from livecontent.storage.sqlite.people import PAUSE, SqlitePeople
from livecontent.storage.sqlite.storage import SqliteStorage

LILLE = Place("Lille", "Hauts-de-France", "FR", 50.6, 3.1, "Europe/Paris")
ANN = recipient("ann", first_name="Ann", points=3)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Any]:
    storage = Blocking(SqliteStorage(tmp_path, "no-record"))
    yield storage
    storage.close()


def decide(storage: Any, ref: str, state: Consent, at: float = 1.0) -> None:
    storage.consents.put([ConsentDecision(ref, state, at)])


def test_profile_consent_and_place_come_together(storage: Any) -> None:
    put(storage.recipients, [ANN])
    assert storage.people.look_up(ANN.ref) == Person(ANN.ref, "no-record", ANN.profile)
    decide(storage, ANN.ref, "full")
    storage.consents.remember([LastKnownPlace(ANN.ref, LILLE, "2026-11-21")])
    found = storage.people.look_up(ANN.ref)
    assert found == Person(ANN.ref, "full", ANN.profile, decided=True, last_place=LILLE, last_seen="2026-11-21")
    assert found.known


def test_of_who_consents_to_nothing_there_is_nothing(storage: Any) -> None:
    put(storage.recipients, [ANN])
    decide(storage, ANN.ref, "none")
    assert storage.people.look_up(ANN.ref) == Person("", "none", decided=True)


def test_a_ref_of_nobody_is_not_known(storage: Any) -> None:
    found = storage.people.look_up("a" * 26)
    assert found == Person("a" * 26, "no-record")
    assert not found.known
    decide(storage, "a" * 26, "full")
    assert storage.people.look_up("a" * 26).known, "somebody who has decided"


def test_what_nobody_knows_of_a_recipient_is_left_out(storage: Any) -> None:
    put(storage.recipients, [recipient("ann", first_name=None, points=0, note="")])
    assert storage.people.look_up(ANN.ref).profile == {"id": "ann", "points": 0, "note": ""}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ref=st.text(max_size=30))
def test_any_ref_is_looked_up(storage: Any, ref: str) -> None:
    assert storage.people.look_up(ref).profile is None


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

    people = Blocking(SqlitePeople(tmp_path / "recipients.db", tmp_path / "consent.db", "no-record", clock))
    other = apsw.Connection(str(tmp_path / "recipients.db"))
    other.execute("ALTER TABLE recipients RENAME TO elsewhere")
    found = people.look_up(ANN.ref)
    assert (found.consent, found.profile) == ("full", None)
    assert "no such table" in found.problem
    other.execute("ALTER TABLE elsewhere RENAME TO recipients")
    other.close()
    found = people.look_up(ANN.ref)
    assert (found.consent, found.profile) == ("full", None)
    assert "left alone" in found.problem
    now[0] += PAUSE
    assert people.look_up(ANN.ref).profile == ANN.profile
    people.close()


def test_two_processes_see_the_same(storage: Any, tmp_path: Path) -> None:
    other = Blocking(SqliteStorage(tmp_path, "no-record"))
    for points in range(3):
        put((storage if points % 2 else other).recipients, [recipient("ann", points=points)])
        decide(storage if points % 2 else other, ANN.ref, "full" if points % 2 else "no-record", float(points))
        assert storage.people.look_up(ANN.ref) == other.people.look_up(ANN.ref)
        assert (storage.people.look_up(ANN.ref).profile or {})["points"] == points
    other.close()


def test_threads_wait_for_one_another(storage: Any) -> None:
    put(storage.recipients, [ANN])
    look_up = storage.people.look_up
    with ThreadPoolExecutor(6) as threads:
        assert {json.dumps(person.profile) for person in threads.map(look_up, [ANN.ref] * 600)} == {
            json.dumps(look_up(ANN.ref).profile)
        }

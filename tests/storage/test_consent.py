"""Consent: what was decided counts from the next look on, and what it does not allow is gone."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from event_store_contract import SHOWN, shown
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livecontent.errors import DataError
from livecontent.facts import Consent, Place
from livecontent.storage.events import LastKnownPlace
from livecontent.storage.sqlite.consents import ConsentDecision, SqliteConsents, decide_consent
from livecontent.storage.sqlite.events import SqliteEvents

LILLE = Place("Lille", "Hauts-de-France", "FR", 50.6, 3.1, "Europe/Paris")
DAY = 86_400.0
states: st.SearchStrategy[Consent] = st.sampled_from(["full", "no-record", "none"])


@pytest.fixture
def consents(tmp_path: Path) -> Iterator[SqliteConsents]:
    consents = SqliteConsents(tmp_path / "consent.db", "no-record", lambda: 10 * DAY + 60)
    yield consents
    consents.close()


@pytest.fixture
def events(tmp_path: Path, consents: SqliteConsents) -> Iterator[SqliteEvents]:
    events = SqliteEvents(tmp_path / "events.db", consents.of)
    yield events
    events.close()


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with apsw.Connection(str(folder / "events.db")) as connection:
        return list(connection.execute(query))


def kept(folder: Path, name: str) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob(f"{name}*"))


@pytest.mark.parametrize("default", ["full", "no-record", "none"])
def test_who_has_not_decided_has_the_default(tmp_path: Path, default: Consent) -> None:
    consents = SqliteConsents(tmp_path / "consent.db", default)
    assert consents.of("a") == default
    assert consents.find("a") is None
    consents.put([ConsentDecision("a", "none", 1.0)])
    assert (consents.of("a"), consents.of("b")) == ("none", default)
    consents.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.lists(st.tuples(st.sampled_from("ab"), states, st.integers(0, 5)), max_size=4), max_size=4))
def test_the_newest_decision_wins_in_whatever_order_they_come(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, Consent, int]]]
) -> None:
    consents = SqliteConsents(tmp_path_factory.mktemp("consents") / "consent.db", "no-record")
    for batch in batches:
        consents.put([ConsentDecision(*decision) for decision in batch])
    for ref in "ab":
        of_ref = [decision for batch in batches for decision in batch if decision[0] == ref]
        newest = max(of_ref[::-1], key=lambda decision: decision[2], default=(ref, "no-record", 0))
        assert consents.of(ref) == newest[1]
    consents.close()


def test_a_decision_of_another_process_counts_at_the_next_look(tmp_path: Path, consents: SqliteConsents) -> None:
    program = (
        "import sys; from pathlib import Path; from livecontent.storage.sqlite.consents import *;"
        "SqliteConsents(Path(sys.argv[1]), 'full').put([ConsentDecision('a', 'none', 1.0)])"
    )
    assert consents.of("a") == "no-record"
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "consent.db")], check=True, timeout=60)
    assert consents.of("a") == "none"


@pytest.mark.parametrize(("default", "then"), [("full", "none"), ("no-record", "none"), ("none", "none")])
def test_where_consents_can_not_be_read_nobody_is_recorded(
    tmp_path: Path, default: Consent, then: Consent, caplog: pytest.LogCaptureFixture
) -> None:
    consents = SqliteConsents(tmp_path / "consent.db", default)
    consents.put([ConsentDecision("somebody", "full", 1.0)])
    with apsw.Connection(str(tmp_path / "consent.db")) as other:
        other.execute("DROP TABLE consents")
    assert consents.of("somebody") == then
    assert consents.taught("somebody") is None
    with pytest.raises(DataError):
        consents.put([ConsentDecision("somebody", "full", 1.0)])
    assert "somebody" not in caplog.text
    consents.close()


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "consent.db").write_text("no database at all, but long enough to be read as one" * 50)
    with pytest.raises(DataError, match=r"consent\.db"):
        SqliteConsents(tmp_path / "consent.db", "full")


def test_a_visit_teaches_who_consents_and_nobody_else(tmp_path: Path, consents: SqliteConsents) -> None:
    consents.put([ConsentDecision("a", "full", 1.0), ConsentDecision("b", "none", 1.0)])
    consents.teach([LastKnownPlace(ref, LILLE, "1970-01-09") for ref in "abc"])
    assert consents.taught("a") == (LILLE, 2 * DAY + 60)
    assert consents.taught("b") is consents.taught("c") is None
    with apsw.Connection(str(tmp_path / "consent.db")) as look:
        assert list(look.execute("SELECT ref FROM places")) == [("a",)]
    consents.teach([LastKnownPlace("a", Place("Nice"), "1970-01-11")])
    assert consents.taught("a") == (Place("Nice"), 60)


def test_what_is_taught_already_is_not_written_again(tmp_path: Path, consents: SqliteConsents) -> None:
    consents.put([ConsentDecision(ref, "full", 1.0) for ref in "ab"])
    log = tmp_path / "consent.db-wal"
    for visit in (
        LastKnownPlace("a", LILLE, "1970-01-09"),
        LastKnownPlace("b", Place("Nice"), "1970-01-09"),
        LastKnownPlace("a", LILLE, "1970-01-10"),
        LastKnownPlace("a", Place("Lille"), "1970-01-10"),
        LastKnownPlace("a", LILLE, "1970-01-10"),
    ):
        before = log.read_bytes()
        consents.teach([visit])
        kept = log.read_bytes()
        assert kept != before
        assert consents.taught(visit.ref) == (visit.place, (19 - int(visit.day[-2:]) - 8) * DAY + 60)
        consents.teach([visit, visit])
        assert log.read_bytes() == kept


def test_a_withdrawal_erases_what_was_taught_and_shown_and_who_it_was(
    tmp_path: Path, consents: SqliteConsents, events: SqliteEvents
) -> None:
    decide_consent([ConsentDecision(ref, "full", 1.0) for ref in ("anna", "bert")], consents, events)
    consents.teach([LastKnownPlace("anna", LILLE, "1970-01-09"), LastKnownPlace("bert", Place("Nice"), "1970-01-09")])
    for ref in ("anna", "bert"):
        events.append([shown(ref, at=5 * DAY + 123.4, link=f"https://shop.example/{ref}", send="s")])
    decide_consent([ConsentDecision("anna", "no-record", 2.0)], consents, events)
    assert consents.taught("anna") is None
    assert events.last_shown("umbrella", "anna") is None
    assert consents.taught("bert")
    assert events.last_shown("umbrella", "bert")
    query = "SELECT ref, at, link, reasons, variant, client, send FROM events ORDER BY seq"
    gone, stays = rows(tmp_path, query)
    assert gone == ("", 5 * DAY, None, "{}", "rain", "gmail", "s")
    assert stays[:3] == ("bert", 5 * DAY + 123.4, "https://shop.example/bert")
    assert b"anna" not in kept(tmp_path, "events.db")
    assert b"Lille" not in kept(tmp_path, "consent.db")
    decide_consent([ConsentDecision("anna", "full", 1.5)], consents, events)  # an older word does not count
    assert consents.of("anna") == "no-record"


def test_an_event_that_waited_while_consent_was_withdrawn_is_counted_only(
    tmp_path: Path, consents: SqliteConsents, events: SqliteEvents
) -> None:
    decide_consent([ConsentDecision("anna", "full", 1.0)], consents, events)
    waiting = [shown("anna", at=5 * DAY + 1), shown("anna", at=5 * DAY + 2), shown("", link=None)]
    decide_consent([ConsentDecision("anna", "none", 2.0)], consents, events)
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

    events = SqliteEvents(tmp_path / "events.db", look)
    events.append([SHOWN])
    events.close()
    assert locked == [True]


@pytest.mark.parametrize("few", [True, False])
def test_nothing_is_left_in_pages_that_were_split(
    tmp_path: Path, consents: SqliteConsents, events: SqliteEvents, *, few: bool
) -> None:
    """SQLite leaves copies of rows that moved to another page: these come in an order that makes it do so."""
    chance = random.Random(0)
    refs = [f"{number:04}{'x' * 22}" for number in range(3000)]
    decide_consent([ConsentDecision(ref, "full", 1.0) for ref in refs], consents, events)
    for start in range(0, 9000, 100):
        events.append(
            [shown(chance.choice(refs), at=float(start + k), link="y" * chance.randrange(200)) for k in range(100)]
        )
    left = [ref for ref in refs if ref[:4] in ("2165", "1112", "0610", "0741", "1876")]
    group = left if few else chance.sample(refs[:-1], 1000)
    decide_consent([ConsentDecision(ref, "none", 2.0) for ref in group], consents, events)
    file = kept(tmp_path, "events.db")
    assert not [ref for ref in group if ref.encode() in file]
    assert refs[-1].encode() in file


def test_nothing_is_left_of_places_in_pages_that_were_split(tmp_path: Path, consents: SqliteConsents) -> None:
    refs = [f"{number * 7919 % 4001:04}{'x' * 22}" for number in range(4000)]
    consents.put([ConsentDecision(ref, "full", 1.0) for ref in refs])
    for start in range(0, 4000, 50):
        places = [Place(f"at {ref}", region="y" * (start % 70)) for ref in refs[start : start + 50]]
        consents.teach([LastKnownPlace(place.city[3:], place, "1970-01-09") for place in places if place.city])
    consents.put([ConsentDecision(ref, "none", 2.0) for ref in refs[3:500]])
    file = kept(tmp_path, "consent.db")
    assert not [ref for ref in refs[3:500] if f"at {ref}".encode() in file]
    assert f"at {refs[0]}".encode() in file


def test_a_reader_that_holds_the_log_is_told_of(tmp_path: Path, consents: SqliteConsents, events: SqliteEvents) -> None:
    decide_consent([ConsentDecision("anna", "full", 1.0)], consents, events)
    events.append([shown("anna")])
    events._writer.set_busy_timeout(10)
    reader = apsw.Connection(str(tmp_path / "events.db"))
    reader.execute("BEGIN; SELECT * FROM events").fetchone()
    with pytest.raises(DataError, match="run this again"):
        decide_consent([ConsentDecision("anna", "none", 2.0)], consents, events)
    assert consents.of("anna") == "none"
    reader.close()
    decide_consent([ConsentDecision("anna", "none", 3.0)], consents, events)
    assert b"anna" not in kept(tmp_path, "events.db")

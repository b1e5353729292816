"""What counts as an opening, of events as they come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.clients.classify import known_clients
from livecontent.clients.user_agents import load_agents
from livecontent.facts import Client, Consent
from livecontent.storage.events import Event, EventKind, SendReport, Who, who_of
from livecontent.storage.sqlite.events import SqliteEvents
from livecontent.storage.sqlite.report import REPEAT

DAY = 86_400.0
KNOWN = known_clients(load_agents())
Report = Callable[..., list[SendReport]]


def everybody_but_mute(ref: str) -> Consent:
    return "no-record" if ref == "mute" else "full"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Blocking]:
    store = Blocking(SqliteEvents(tmp_path / "events.db", everybody_but_mute))
    yield store
    store.close()


@pytest.fixture
def report(store: Blocking) -> Report:
    return lambda *which: store.report(*(which or (0.0,)))


def event(
    at: float, client: str, kind: EventKind = "shown", ref: str = "anna", send: str = "", flaw: str = ""
) -> Event:
    found = KNOWN.get(client, Client(client))
    who: Who = who_of(found)
    return Event(kind, at, "umbrella", ref, "v1", "rain", client=client, flaw=flaw, who=who, time=found.time, send=send)


def test_four_fetches_of_one_proxy_in_ten_seconds_are_one_opening(store: Blocking, report: Report) -> None:
    store.append([event(at, "yahoo-aol") for at in (100.0, 103.0, 106.0, 109.9)])
    (found,) = report()
    assert (found.fetches, found.openings, found.persons_opened) == ({"human": 4}, 1, 1)


def test_fetches_with_nothing_to_say_are_counted_as_silent(store: Blocking, report: Report) -> None:
    quiet = [event(100.0, "yahoo-aol"), event(200.0, "gmail-prefetch"), event(300.0, "yahoo-aol")]
    store.append([one._replace(step="silent") for one in quiet] + [event(400.0, "yahoo-aol")])
    (found,) = report()
    assert found.silent == {"human": 2, "machine": 1}
    assert found.fetches == {"human": 3, "machine": 1}


def test_a_prefetch_and_the_fetch_after_it_are_one_opening_at_the_fetch(store: Blocking, report: Report) -> None:
    store.append([event(100.0, "gmail-prefetch"), event(105.0, "gmail")])
    (found,) = report()
    assert (found.fetches, found.openings, found.persons_opened) == ({"machine": 1, "human": 1}, 1, 1)
    assert found.first_opening == found.last_opening == datetime.fromtimestamp(105, UTC)


def test_what_apple_fetches_ahead_is_no_opening_until_there_is_a_click(store: Blocking, report: Report) -> None:
    store.append([event(100.0, "apple-mpp")])
    (found,) = report()
    assert (found.fetches, found.openings, found.persons_opened_or_clicked) == ({"machine": 1}, 0, 0)
    store.append([event(7300.0, "browser", "clicked")])
    (found,) = report()
    assert (found.clicks, found.openings, found.persons_opened, found.persons_opened_or_clicked) == (
        {"human": 1},
        0,
        0,
        1,
    )


def test_scanners_open_nothing_and_click_as_machines(store: Blocking, report: Report) -> None:
    store.append([event(100.0, "bot"), event(101.0, "scanner-barracuda", "clicked"), event(102.0, "pine")])
    (found,) = report()
    assert (found.fetches, found.clicks) == ({"machine": 1, "unknown": 1}, {"machine": 1})
    assert (found.openings, found.persons_opened_or_clicked) == (0, 0)


def test_another_person_email_client_or_hour_is_another_opening(store: Blocking, report: Report) -> None:
    store.append([event(100.0, "gmail"), event(101.0, "gmail", ref="bert"), event(102.0, "outlook-mac")])
    store.append([event(100.0, "gmail", send="friday"), event(3700.0, "gmail")])
    whole, friday = report()
    assert (whole.send, whole.creative, whole.openings, whole.persons_opened) == ("", "umbrella", 4, 2)
    assert (friday.send, friday.creative, friday.openings, friday.persons_opened) == ("friday", "", 1, 1)


def test_who_is_not_recorded_is_counted_beside(store: Blocking, report: Report) -> None:
    store.append([event(5 * DAY, "gmail", ref="mute"), event(5 * DAY + 1, "gmail", ref="mute")])
    store.append([event(5 * DAY, "browser", "clicked", ref="mute"), event(5 * DAY, "gmail", ref="", flaw="merge-tag")])
    (found,) = report()
    assert (found.fetches, found.openings, found.persons_opened) == ({"human": 1}, 0, 0)
    assert (found.unrecorded_fetches, found.unrecorded_clicks) == ({"human": 2}, {"human": 1})
    assert found.flaws == {"merge-tag": 1}


def test_a_report_is_of_one_send_one_creative_or_some_days(store: Blocking, report: Report) -> None:
    store.append(
        [event(100.0, "gmail", send="a"), event(5 * DAY, "gmail", send="b"), event(5 * DAY, "bot", ref="mute")]
    )
    assert [found.send for found in report()] == ["", "a", "b"]
    assert [found.send for found in report(0.0, "b")] == ["b"]
    assert [(found.send, found.creative) for found in report(0.0, "b", "umbrella")] == [("b", "umbrella")]
    assert report(0.0, "", "nothing") == []
    assert [found.send for found in report(4 * DAY)] == ["", "b"]


times = st.lists(st.tuples(st.sampled_from(["anna", "bert"]), st.integers(0, 60)), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(times)
def test_openings_are_the_fetches_after_a_pause(
    tmp_path_factory: pytest.TempPathFactory, fetches: list[tuple[str, int]]
) -> None:
    file = tmp_path_factory.mktemp("events") / "events.db"
    store = Blocking(SqliteEvents(file, everybody_but_mute))
    store.append([event(float(at), "yahoo-aol", ref=ref) for ref, at in fetches])
    expected = 0
    for ref in ("anna", "bert"):
        last = -1000
        for at in sorted(at for one, at in fetches if one == ref):
            expected += at - last > REPEAT
            last = at
    assert sum(found.openings for found in store.report(0.0)) == expected
    store.close()


@pytest.mark.parametrize(
    ("client", "who"),
    [
        (Client("gmail", time="live"), "human"),
        (Client("browser", time="unsure"), "unknown"),
        (Client("browser", time="early"), "machine"),
        (Client("bot", time="unsure"), "machine"),
        (Client("scanner-proofpoint", time="live"), "human"),  # isolation
        (Client("scanner-proofpoint", time="early"), "machine"),
        (Client("gmail-prefetch?"), "machine"),
        (Client("apple-mpp", time="early"), "machine"),
        (Client(), "unknown"),
    ],
)
def test_a_person_was_there_when_it_is_read_and_nobody_where_software_asks(client: Client, who: Who) -> None:
    assert who_of(client) == who

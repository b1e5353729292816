"""What happened with somebody, as one list: nothing is left out or told twice, however its pages are cut."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocking import wait_for
from livecontent.history.messages import Message, MessageReader, visitor_key
from livecontent.showings import Decided, Worth
from livecontent.storage.base import ConsentDecision, Send, decide_consent
from livecontent.storage.events import Event
from livecontent.storage.person import forget_people
from livecontent.storage.sqlite.storage import SqliteStorage
from livecontent.storage.timeline import FILTERS, Mark, TimelineEntry, read_mark, read_timeline

ANN, BOB = "a" * 26, "b" * 26
NOW = 1_795_000_000.0


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    opened = SqliteStorage(tmp_path, "full")
    yield opened
    wait_for(opened.close())


def event(kind: str, at: float, ref: str = ANN, **more: object) -> Event:
    given = {"creative": "today", "variant": "boots", "step": "live", "who": "human", "version": "v1", **more}
    return Event(kind, at, ref=ref, **given)  # type: ignore[arg-type]


def message(number: int, at: float, **raw: object) -> Message:
    told = {"messageId": f"m{number}", "event": "Product Viewed", "userId": "ann", **raw}
    read = MessageReader().read(told, at, {"ann": ANN, "bob": BOB})
    return read._replace(at=at)


def every(storage: SqliteStorage, size: int, only: str = "") -> list[TimelineEntry]:
    """All pages."""
    found: list[TimelineEntry] = []
    mark: Mark | None = None
    while True:
        page = wait_for(read_timeline(ANN, storage, only=only, since=mark, limit=size))
        assert len(page.entries) <= size
        found += page.entries
        mark = page.next and read_mark(str(page.next))
        if mark is None:
            return found


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 9999), size=st.integers(1, 9))
def test_pages_are_the_whole_list_cut_anywhere(tmp_path_factory: pytest.TempPathFactory, seed: int, size: int) -> None:
    chance = random.Random(seed)
    storage = SqliteStorage(tmp_path_factory.mktemp("s"), "full")
    times = [NOW + chance.randrange(4) for _ in range(20)]  # many at once
    kinds = [chance.choice(["shown", "silent", "clicked", "message", "bob", "visitor"]) for _ in times]
    steps = {"silent": "silent"}
    events = [
        event(
            "clicked" if kind == "clicked" else "shown", at, BOB if kind == "bob" else ANN, step=steps.get(kind, "live")
        )
        for kind, at in zip(kinds, times, strict=True)
        if kind not in ("message", "visitor")
    ]
    wait_for(storage.events.append(events))
    visits = {"userId": None, "anonymousId": "v"}
    told = [
        message(number, at, **({} if kind == "message" else visits))
        for number, (kind, at) in enumerate(zip(kinds, times, strict=True))
        if kind in ("message", "visitor")
    ]
    link = MessageReader().read(
        {"type": "identify", "userId": "ann", "anonymousId": "v", "messageId": "l"}, NOW, {"ann": ANN}
    )
    wait_for(storage.history.put([*told, link]))
    found = every(storage, size)
    assert [one.mark for one in found] == sorted({one.mark for one in found}, reverse=True)
    assert len(found) == sum(kind != "bob" for kind in kinds) + 1
    counts = {only: len(every(storage, size, only)) for only in FILTERS}
    assert counts["silent"] == kinds.count("silent")
    assert counts["clicked"] == kinds.count("clicked")
    assert counts["told"] == 1
    assert sum(counts.values()) == len(found)
    wait_for(storage.close())


def test_an_open_tells_what_was_decided_then(storage: SqliteStorage) -> None:
    choice = Decided("n-1", worth=Worth(1, 0.2, 0.5), silence="threshold", learned=7)
    silent = event("shown", NOW, step="silent", variant="nothing", send="n-1")._replace(choice=choice)
    wait_for(storage.events.append([silent, event("shown", NOW - 9, who="machine", send="n-1")]))
    found, early = (one.what for one in every(storage, 9))
    assert isinstance(found, Event)
    assert isinstance(early, Event)
    assert found.choice == choice._replace(counts=False)
    assert early.choice is None


def test_emails_are_those_of_which_something_was_fetched_and_consent_is_told_once(storage: SqliteStorage) -> None:
    for name in ("n-1", "n-2"):
        wait_for(storage.sends.put(Send(name, NOW - 9, ("today",), "", name.upper())))
    wait_for(decide_consent([ConsentDecision(ANN, "full", NOW - 99)], storage))
    wait_for(storage.events.append([event("shown", NOW, send="n-2")]))
    assert [type(one.what).__name__ for one in every(storage, 2)] == ["Event", "Send", "ConsentDecision"]
    assert [one.what.name for one in every(storage, 2, "sent") if isinstance(one.what, Send)] == ["N-2"]


@pytest.mark.parametrize(
    "text", ["", "x", "1,e", "1,e,x", "nan,e,1", "1e999,~,99999999999999999999999", "inf,e,-5", "1,,2"]
)
def test_a_mark_that_somebody_made_up_breaks_nothing(storage: SqliteStorage, text: str) -> None:
    wait_for(storage.events.append([event("shown", NOW)]))
    assert len(wait_for(read_timeline(ANN, storage, since=read_mark(text))).entries) <= 1


def test_since_when_identities_are_linked_is_told(storage: SqliteStorage) -> None:
    wait_for(storage.history.put([message(1, NOW, type="identify", event=None, anonymousId="v")]))
    links = {one.key: one.since for one in wait_for(storage.history.links(ANN))}
    assert links == {ANN: NOW, visitor_key("v"): NOW}
    assert [one.key for one in wait_for(storage.history.links(BOB))] == [BOB]
    assert wait_for(storage.history.count_of(ANN)) == 1


def test_who_was_looked_up_is_told_once_an_hour_and_forgotten_with_the_person(
    storage: SqliteStorage, tmp_path: Path
) -> None:
    for ref in (ANN, ANN, BOB, ""):
        wait_for(storage.team.record_look("Anna", ref, 3600.0))
    wait_for(storage.team.record_look("Bert", ANN, 3600.0))
    assert [(one.who, one.ref) for one in wait_for(storage.team.entries(9))] == [
        ("Bert", ANN),
        ("Anna", ""),
        ("Anna", BOB),
        ("Anna", ANN),
    ]
    wait_for(storage.rename({BOB: "c" * 26}))
    assert wait_for(storage.team.entries(2))[1].ref == ""
    assert wait_for(storage.team.entries(3))[2].ref == "c" * 26
    wait_for(forget_people([ANN], storage))
    wait_for(decide_consent([ConsentDecision("c" * 26, "no-record", NOW)], storage))
    assert {one.ref for one in wait_for(storage.team.entries(9))} == {""}
    assert wait_for(storage.team.broken_at()) == 0
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("team.db*"))
    assert ANN.encode() not in kept
    assert b"c" * 26 not in kept

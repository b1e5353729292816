"""How many people saw a wrong image, and what became of a creative: compared with a plain count of the same events."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.clients.classify import known_clients
from livecontent.clients.user_agents import load_agents
from livecontent.facts import Client, Consent
from livecontent.storage.events import Event, EventKind, who_of
from livecontent.storage.results import ENOUGH, HeadCount, WrongImages
from livecontent.storage.sqlite.events import SqliteEvents

KNOWN = known_clients(load_agents())
RECALLED = 60.0


def consent_of(ref: str) -> Consent:
    return "no-record" if ref == "mute" else "full"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Blocking]:
    store = Blocking(SqliteEvents(tmp_path / "events.db", consent_of))
    yield store
    store.close()


def event(
    at: float,
    ref: str,
    client: str,
    version: str = "bad",
    variant: str = "a",
    kind: EventKind = "shown",
    creative: str = "one",
) -> Event:
    found = KNOWN.get(client, Client(client))
    return Event(
        kind, at, creative, ref, version, variant, "live", client=client, who=who_of(found), time=found.time, send="s"
    )


def heads(store: Blocking, **asked: object) -> HeadCount:
    found: HeadCount = store.head_count(WrongImages("one", ("bad",), **asked))  # type: ignore[arg-type]
    return found


def test_who_saw_it_who_keeps_it_and_who_sees_the_right_one(store: Blocking) -> None:
    store.append(
        [
            event(1, "anna", "thunderbird"),
            event(2, "anna", "thunderbird"),
            event(3, "ben", "apple-mpp"),
            event(4, "cleo", "gmail-prefetch"),
            event(5, "dan", "gmail-prefetch"),
            event(6, "dan", "gmail"),  # has opened it: Gmail asks again at each open
            event(7, "eve", "thunderbird", "good"),
            event(8, "mute", "thunderbird"),
            event(9, "fay", "thunderbird", variant="b"),
            event(9, "gus", "thunderbird", creative="two"),
            event(10, "hal", "scanner"),
        ]
    )
    before = heads(store)
    assert (before.saw, dict(before.kept), before.right, before.unrecorded) == (3, {"apple": 1, "gmail": 1}, 0, 1)
    assert before.reached == 7
    store.append([event(100, "anna", "thunderbird", "good"), event(101, "ben", "apple-mpp", "good")])
    after = heads(store, recalled_at=RECALLED)
    assert (after.saw, dict(after.kept), after.right) == (3, {"gmail": 1}, 1)
    assert heads(store, variant="b").saw == 1
    assert heads(store, since=5).saw == 2
    store.forget(["anna"])
    assert (heads(store).saw, heads(store).unrecorded) == (2, 3)  # two fetches of nobody any more


EVENTS = st.lists(
    st.builds(
        event,
        st.floats(0, 120),
        st.sampled_from(("anna", "ben", "cleo", "mute")),
        st.sampled_from(("thunderbird", "apple-mpp", "apple-mpp?", "gmail", "gmail-prefetch", "scanner", "odd")),
        st.sampled_from(("bad", "good")),
        st.sampled_from(("a", "b")),
        st.sampled_from(("shown", "clicked")),
        st.sampled_from(("one", "one", "two")),
    ),
    max_size=40,
)


def _kept(shown: Sequence[Event]) -> dict[str, int]:
    last: dict[tuple[str, str], Event] = {}
    for one in sorted(shown, key=lambda one: one.at):
        if one.ref != "mute" and one.client.startswith(("apple-mpp", "gmail")):
            last["apple" if one.client.startswith("apple") else "gmail", one.ref] = one
    holds = [who for (who, _), one in last.items() if one.version == "bad" and one.client != "gmail"]
    return dict(Counter(holds))


@given(EVENTS)
def test_head_counts_equal_a_plain_count(events: list[Event]) -> None:
    with TemporaryDirectory() as folder:
        store = Blocking(SqliteEvents(Path(folder) / "events.db", consent_of))
        store.append(events)
        shown = [one for one in events if one.kind == "shown" and one.creative == "one"]
        known = [one for one in shown if one.ref != "mute"]
        bad = [one for one in known if one.version == "bad"]
        saw = {one.ref for one in bad if one.who == "human"}
        found = heads(store, recalled_at=RECALLED)
        assert found.saw == len(saw)
        assert found.perhaps == len({one.ref for one in bad if one.who == "unknown"} - saw)
        assert dict(found.kept) == _kept(shown)
        right = [one for one in known if one.version == "good" and one.who == "human" and one.at >= RECALLED]
        assert found.right == len({one.ref for one in right})
        assert found.reached == len({one.ref for one in known})
        assert found.unrecorded == sum(one.version == "bad" for one in shown if one.ref == "mute")
        _compare_results(store, events)
        store.close()


def _compare_results(store: Blocking, events: list[Event]) -> None:
    mine = [one for one in events if one.creative == "one" and one.ref != "mute"]
    found = store.results("one", 0.0)
    shown, clicked, fetches = defaultdict(set), defaultdict(set), defaultdict(Counter)  # type: ignore[var-annotated]
    for one in mine:
        if one.kind == "shown":
            fetches[one.variant][one.who] += 1
        if one.who == "human":
            (shown if one.kind == "shown" else clicked)[one.variant].add(one.ref)
    assert {one.variant: (one.people, one.clicked, dict(one.fetches)) for one in found.variants} == {
        name: (len(shown[name]), len(clicked[name]), dict(fetches[name])) for name in {*fetches, *clicked}
    }
    assert found.fetches == sum(one.kind == "shown" for one in mine)
    assert not any(one.tells for one in found.variants if one.people < ENOUGH)


def test_an_empty_store_has_nothing_to_tell(store: Blocking) -> None:
    assert heads(store) == HeadCount()
    assert store.results("one", 0.0).variants == ()

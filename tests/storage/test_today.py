"""What became of each creative lately, beside the same counted one by one."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.storage.events import CreativeDay, Event
from livecontent.storage.sqlite.events import SqliteEvents
from livecontent.storage.sqlite.report import REPEAT

EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from(["shown", "clicked"]),
        st.integers(0, 400).map(float),
        st.sampled_from(["umbrella", "loyalty"]),
        st.sampled_from(["", "x", "y"]),
        step=st.sampled_from(["live", "silent", "defaults"]),
        client=st.sampled_from(["", "gmail"]),
        who=st.sampled_from(["human", "machine"]),
        send=st.sampled_from(["", "friday"]),
    ),
    max_size=40,
)


def naive(events: list[Event], since: float) -> dict[str, CreativeDay]:
    opens, steps, last = Counter[str](), dict[str, Counter[str]](), dict[tuple[str, ...], float]()
    for event in sorted(events, key=lambda one: one.at):
        if event.kind == "shown" and event.at >= since:
            steps.setdefault(event.creative, Counter())[event.step] += 1
            if event.who == "human":
                fetched = (event.creative, event.send, event.ref, event.client)
                before = last.get(fetched)
                opens[event.creative] += event.ref == "" or before is None or event.at - before > REPEAT
                last[fetched] = event.at
    return {name: CreativeDay(opens[name], dict(steps[name])) for name in sorted(steps)}


@settings(max_examples=40)
@given(events=EVENTS, since=st.integers(0, 400).map(float))
def test_creatives_are_counted_since_a_time(events: list[Event], since: float) -> None:
    stored = sorted(events, key=lambda event: event.at // REPEAT)  # in about their order, as they come
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteEvents(Path(folder) / "events.db", lambda _: "full")
        asyncio.run(store.append(stored))
        assert asyncio.run(store.creatives(since)) == naive(events, since)
        for name in ("umbrella", "loyalty", "never"):
            fetched = any(event.kind == "shown" and event.creative == name for event in events)
            assert asyncio.run(store.was_opened(name)) is fetched
        store.close()

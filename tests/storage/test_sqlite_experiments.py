"""The sums of a store are those of all its choices, read into memory and counted by plain Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from benchmarks.choices import sums_of
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking import wait_for
from livecontent.history.messages import MessageReader, user_ids
from livecontent.showings import ArmSums, ChoiceSums, Chosen, Decided
from livecontent.storage.events import Event
from livecontent.storage.showings import drawn_under
from livecontent.storage.sqlite.storage import SqliteStorage

NOW, DAY = 1_795_000_000.0, 86_400.0
PEOPLE = [f"p{number}" for number in range(12)]


def fill(storage: SqliteStorage, seed: int) -> None:
    """Opens and clicks of a few people, some of whom are one, and what they buy."""
    chance = random.Random(seed)
    events = []
    for _ in range(chance.randrange(60)):
        arm, other = chance.choice(["red", "blue", "gone", ""]), chance.choice(["red", "blue"])
        choice = Decided(
            f"n-{chance.randrange(4)}",
            silence=chance.choice(["", "", "", "threshold", "holdout", "old"]),
            arm=arm,
            share=chance.choice([0.0, 0.2, 0.5, 0.9]),
            context=chance.choice(["", "recipient.loyal = true", "recipient.loyal = false"]),
        )
        given_ = {"variant": arm or other if chance.random() < 0.8 else other, "who": "human", "send": choice.slot}
        at, who = NOW - chance.random() * 90 * DAY, chance.choice(PEOPLE)
        name = chance.choice(["today"] * 9 + ["other"])
        events.append(Event("shown", at, name, who, choice=choice, **given_))  # type: ignore[arg-type]
        if chance.random() < 0.4:
            events.append(Event("clicked", at + 9, name, who, who="human", send=chance.choice([choice.slot, ""])))
    storage.showings.count(events)
    told: list[dict[str, Any]] = [
        {"event": "Order Completed", "userId": chance.choice(PEOPLE), "properties": {"total": 9}}
        for _ in range(chance.randrange(9))
    ]
    told += [
        {"type": "alias", "userId": chance.choice(PEOPLE), "previousId": chance.choice(PEOPLE)}
        for _ in range(chance.randrange(5))
    ]
    for number, raw in enumerate(told):
        at = NOW - chance.random() * 90 * DAY
        raw["messageId"] = f"m{number}"
        wait_for(storage.history.put([MessageReader().read(raw, at, {one: one for one in user_ids(raw)})]))


def by_hand(storage: SqliteStorage, since: float, newest: int, *, by_open: bool) -> ChoiceSums:
    def person_of(ref: str) -> str:
        identities = storage.history.identities(ref)
        return drawn_under(ref, storage.showings.first_shown(identities)) if len(identities) > 1 else ref

    def bought(person: str, after: float) -> bool:
        kept = storage.history.history(person)
        return any(order[0] > after for order in kept["orders"]) if kept else False

    chosen: Sequence[Chosen] = wait_for(storage.showings.chosen("today", since))
    people = [one._replace(person=person_of(one.person)) for one in chosen]
    return sums_of(people, newest, bought, by_open=by_open)


def comparable(sums: ChoiceSums) -> Any:
    arms = [one._replace(weighed=pytest.approx(one.weighed), squared=pytest.approx(one.squared)) for one in sums.arms]
    return sums._replace(
        arms=sorted(arms, key=lambda one: one[:2]), shown=dict(sums.shown), people_in=dict(sums.people_in)
    )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99_999), days=st.sampled_from([10, 45, 90]), newest=st.sampled_from([3, 10_000]))
def test_sums_are_those_of_all_choices(seed: int, days: int, newest: int) -> None:
    with TemporaryDirectory() as folder:
        storage = SqliteStorage(Path(folder), "full")
        storage.open()
        fill(storage, seed)
        for by_open in (True, False):
            found = wait_for(storage.experiments.sums("today", NOW - days * DAY, newest, by_open=by_open))
            wanted = by_hand(storage, NOW - days * DAY, newest, by_open=by_open)
            if not by_open:
                wanted = wanted._replace(arms=[ArmSums("", *one[1:5]) for one in wanted.arms])
            assert comparable(found) == comparable(wanted)
        wait_for(storage.close())
        assert not [file for file in Path(folder).iterdir() if file.name.startswith("etilqs")]


def test_who_has_a_damaged_history_bought_nothing_and_holds_up_nobody(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path, "full")
    storage.open()
    for who in ("p1", "p2"):
        shown = Event("shown", NOW, "today", who, variant="red", who="human", choice=Decided("n-1", arm="red", share=1))
        storage.showings.count([shown])
        raw = {"event": "Order Completed", "userId": who, "messageId": who, "properties": {"total": 9}}
        wait_for(storage.history.put([MessageReader().read(raw, NOW + DAY, {who: who})]))
    with storage.history._database.write() as writer:
        writer.execute("UPDATE states SET history = '{' WHERE person = 1")
    assert wait_for(storage.experiments.sums("today", 0.0, 10, by_open=True)).rest == (2, 1)
    wait_for(storage.close())

"""What people have seen, in SQLite: counted once, read by person, learned from, and erased."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from blocking import Blocking
from livecontent.errors import StorageError
from livecontent.showings import Chosen, Decided, Learned, SeenVariant, Worth
from livecontent.storage.events import Event
from livecontent.storage.sqlite import showings
from livecontent.storage.sqlite.showings import SqliteShowings

ANN, BOB = "a" * 26, "b" * 26
NOW = 4_000_000_000.0  # later than any clock of a machine: what is old is not told


@pytest.fixture
def store(tmp_path: Path) -> Blocking:
    return Blocking(SqliteShowings(tmp_path / "showings.db"))


def shown(ref: str = ANN, send: str = "n-1", at: float = NOW, variant: str = "boots", **choice: Any) -> Event:
    decided = Decided(send, "sales", worth=Worth(1, 0.5, 0.25), **choice)
    return Event("shown", at, "today", ref, variant=variant, who="human", send=send, choice=decided)


def clicked(ref: str = ANN, send: str = "n-1", at: float = NOW + 9) -> Event:
    return Event("clicked", at, "today", ref, variant="boots", who="human", send=send)


EVENTS = [
    shown(),
    shown(send="n-2", at=NOW + 1),
    shown(send="n-3", at=NOW + 2, silence="threshold"),
    shown(BOB, arm="boots", share=0.25, learned=7),
    clicked(),
    clicked(BOB, send="", at=NOW + 3),
]
SEEN = [SeenVariant("today", "boots", "sales", "n-1", NOW), SeenVariant("today", "boots", "sales", "n-2", NOW + 1)]
BOOTS = Worth(1, 0.5, 0.25)


def test_what_was_seen_and_clicked_is_told(store: Any) -> None:
    store.count(EVENTS)
    assert store.of_person(ANN) == store.seen_by([ANN]) == SEEN
    assert store.chosen("today") == [
        Chosen(ANN, "n-3", NOW + 2, "", "threshold", BOOTS, "", 0.0, clicked=False),
        Chosen(ANN, "n-2", NOW + 1, "boots", "", BOOTS, "", 0.0, clicked=False),
        Chosen(BOB, "n-1", NOW, "boots", "", BOOTS, "boots", 0.25, clicked=True),
        Chosen(ANN, "n-1", NOW, "boots", "", BOOTS, "", 0.0, clicked=True),
    ]
    assert [one.slot for one in store.chosen("today", newest=2)] == ["n-3", "n-2"]
    assert store.chosen("today", since=NOW + 2)[0].slot == "n-3"
    assert store.chosen("other") == []


def test_to_count_again_changes_nothing(store: Any) -> None:
    store.count(EVENTS)
    before = store.chosen("today"), store.of_person(ANN), store.of_person(BOB)
    for seed in range(5):
        again = [*EVENTS, *EVENTS[:3]]
        random.Random(seed).shuffle(again)
        store.count(again)
        assert (store.chosen("today"), store.of_person(ANN), store.of_person(BOB)) == before


def test_a_click_is_of_the_offer_that_was_shown_last(store: Any) -> None:
    store.count([shown(pool="all"), shown(variant="parasol", at=NOW + 5, pool="all"), clicked()])
    store.count([shown(variant="hat", at=NOW + 20, pool="all"), clicked()])
    assert store.offers_seen(NOW) == {"boots": (1, 0), "parasol": (1, 1), "hat": (1, 0)}
    assert store.chosen("today")[0].clicked, "the send was clicked"


def test_a_click_of_a_machine_and_silence_count_for_nothing(store: Any) -> None:
    store.count([shown(silence="holdout"), clicked()._replace(who="machine")])
    assert store.of_person(ANN) == store.seen_by([ANN]) == []
    assert not store.chosen("today")[0].clicked


def test_of_the_forgotten_nothing_is_left_and_others_stay(store: Any, tmp_path: Path) -> None:
    store.count(EVENTS)
    store.forget([ANN])
    assert store.of_person(ANN) == []
    assert len(store.chosen("today")) == 1
    assert not any(ANN.encode() in file.read_bytes() for file in tmp_path.iterdir())


def test_what_is_old_goes_but_the_first_of_each_person(store: Any) -> None:
    """Under which they draw."""
    store.count(EVENTS)
    store.tidy(NOW + 1.5)
    assert [(one.person, one.slot) for one in store.chosen("today")] == [(ANN, "n-3")]
    assert store.of_person(BOB) == store.tallies("today") == []
    assert store.first_shown([BOB, ANN, "c" * 26]) == {ANN: NOW, BOB: NOW}


def some(count: int) -> list[Event]:
    """Two of each three are of one person, each third shares its context with nobody."""
    return [
        shown(f"p{number // 3:05}", f"n-{number % 2}", NOW + number % 5, f"v{number % 3}", context=f"c = {number % 3}")
        for number in range(count)
    ]


CHANGES = [("drop_contexts", ("today", ["c = 0", "c = 1"])), ("tidy", (NOW + 3.5,))]
ALL = "SELECT * FROM showings ORDER BY person, creative, slot, variant"


@pytest.mark.parametrize(("change", "values"), CHANGES)
def test_others_write_while_many_rows_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, values: tuple[Any, ...]
) -> None:
    """At each pause somebody else gets their turn, and no more than a span has changed since the last."""
    file, left = tmp_path / "showings.db", []
    store, other = Blocking(SqliteShowings(file)), Blocking(SqliteShowings(file))
    store.count(some(9000))
    other._database.writer.set_busy_timeout(0)
    before = set(store._database.read_all(ALL))

    def another(_seconds: float) -> None:
        other.learn({"today": Learned(len(left))}, NOW)
        left.append(len(before.intersection(other._database.read_all(ALL))))

    monkeypatch.setattr(time, "sleep", another)
    getattr(store, change)(*values)
    steps = [one - two for one, two in zip([len(before), *left], left, strict=False)]
    assert sum(steps) > 5000
    assert max(steps) <= 2002, "the last person may have two more"


def test_where_it_fails_midway_nothing_is_left_of_what_was_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showings, "SPAN", 20)
    real = SqliteShowings(tmp_path / "showings.db")
    store = Blocking(real)
    store.count(
        [one._replace(ref="p", choice=one.choice._replace(context="ann@shop")) for one in some(2) if one.choice]
    )
    store.count([one._replace(ref=f"q{one.ref}") for one in some(100)])
    deleting, calls = real._database.deleting, Counter[str]()

    def fails() -> Any:
        calls["asked"] += 1
        if calls["asked"] == 3:
            raise StorageError("the disk is full")
        return deleting()

    monkeypatch.setattr(real._database, "deleting", fails)
    with pytest.raises(StorageError, match="full"):
        store.drop_contexts("today", ["ann@shop"])
    assert b"ann@shop" not in b"".join(file.read_bytes() for file in tmp_path.glob("showings.db*"))


@pytest.mark.parametrize(("change", "values"), CHANGES)
def test_what_changes_in_many_spans_is_what_changes_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, values: tuple[Any, ...]
) -> None:
    found = []
    for span in (1, 2, 7, 5000):
        monkeypatch.setattr(showings, "SPAN", span)
        store = Blocking(SqliteShowings(tmp_path / f"{span}.db"))
        store.count(some(100))
        store.count([clicked(f"p{number:05}", "n-0") for number in range(0, 33, 2)])
        getattr(store, change)(*values)
        found.append((store._database.read_all(ALL), store.tallies("today")))
    assert found[0] == found[1] == found[2] == found[3]
    assert len(found[0][1]) > 1


def test_what_was_learned_is_told_to_all(store: Any, tmp_path: Path) -> None:
    assert store.learned() == {}
    learned = Learned(3, Worth(1, float("-inf"), 0.5), {"boots": 0.7, "news": 0.3}, chances={"news": 0.02})
    store.learn({"today": Learned(2)}, NOW)
    store.learn({"today": learned, "other": Learned(1)}, NOW)
    other = Blocking(SqliteShowings(tmp_path / "showings.db"))
    assert other.learned() == {"today": learned, "other": Learned(1)}

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import pytest
from recipient_store_contract import put, recipient

from livecontent.errors import SourceError
from livecontent.facts import Fact, Opening, Reason
from livecontent.sources.base import Source
from livecontent.sources.recipient import PAUSE, RecipientSource
from livecontent.storage.sqlite.recipients import SqliteRecipients


def ask(source: RecipientSource, ref: str) -> Fact[Any]:
    return source.ask(Opening("umbrella", ref, datetime(2026, 11, 21, tzinfo=UTC)), {})


class FailingStore:
    """Fails after so many seconds on the test's clock: a failure that takes its time can't be had from a real file."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.now = 100.0
        self.asked = 0

    def get(self, ref: str) -> None:
        self.asked += 1
        self.now += self.seconds
        raise SourceError("the database is locked")


def test_it_is_a_source_that_needs_nothing(store: SqliteRecipients) -> None:
    source: Source = RecipientSource(store)
    assert source.fact.root == "recipient"
    assert source.needs == frozenset()


def test_a_known_recipient_is_fresh(store: SqliteRecipients) -> None:
    ann = recipient("ann", first_name="Ann", points=3)
    put(store, [ann])
    assert ask(RecipientSource(store), ann.ref) == Fact(ann.profile, Reason.FRESH, "recipients")


def test_what_nobody_knows_of_a_recipient_is_left_out(store: SqliteRecipients) -> None:
    ann = recipient("ann", first_name=None, points=0, note="")
    put(store, [ann])
    assert ask(RecipientSource(store), ann.ref).value == {"id": "ann", "points": 0, "note": ""}


@pytest.mark.parametrize(
    ("ref", "note"), [("a" * 26, "unknown recipient"), ("", "the image address has no ref")], ids=["stranger", "no ref"]
)
def test_nobody_is_missing(store: SqliteRecipients, ref: str, note: str) -> None:
    fact = ask(RecipientSource(store), ref)
    assert (fact.value, fact.reason, fact.note) == (None, Reason.MISSING, note)


def test_a_damaged_store_is_broken_and_only_where_it_is_damaged(store: SqliteRecipients, tmp_path: Path) -> None:
    put(store, [recipient("ann")])
    connection = apsw.Connection(str(tmp_path / "recipients.db"))
    connection.execute("INSERT INTO recipients VALUES ('r', 'i', '', '{')")
    connection.close()
    source = RecipientSource(store)
    fact = ask(source, "r")
    assert (fact.value, fact.reason) == (None, Reason.BROKEN)
    assert "damaged" in fact.note
    assert ask(source, recipient("ann").ref).reason == Reason.FRESH


def test_a_store_that_fails_slowly_is_left_alone_for_a_second() -> None:
    store = FailingStore(0.05)
    source = RecipientSource(store, lambda: store.now)  # type: ignore[arg-type]  all that a source asks of a store
    assert ask(source, "r").reason == ask(source, "r").reason == Reason.BROKEN
    assert store.asked == 1
    store.now += PAUSE
    assert ask(source, "r").note == "the database is locked"
    assert store.asked == 2


def test_a_store_that_fails_at_once_is_asked_again() -> None:
    store = FailingStore(0.001)
    source = RecipientSource(store, lambda: store.now)  # type: ignore[arg-type]
    assert [ask(source, "r").note for _ in range(3)] == ["the database is locked"] * 3
    assert store.asked == 3

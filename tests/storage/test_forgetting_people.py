"""Somebody with two names is forgotten and handed over as one, also where a file can't be written at first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest
from recipient_store_contract import put, recipient

from blocking import Blocking, wait_for
from livecontent.errors import StorageError
from livecontent.history.messages import MessageReader, visitor_key
from livecontent.persons import plain_record
from livecontent.storage.base import ConsentDecision
from livecontent.storage.events import Event
from livecontent.storage.person import collect_person, forget_people
from livecontent.storage.sqlite import connection as sqlite
from livecontent.storage.sqlite.storage import SqliteStorage
from livecontent.storage.votes import Vote

ANN, BOB, ZOE = recipient("ann", first_name="Ann"), recipient("bob", first_name="Bob"), recipient("zoe")
VISITOR = visitor_key("v1")


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteStorage]:
    """Ann is Bob, and a visitor; Zoe is somebody else."""
    monkeypatch.setattr(sqlite, "WAIT", 5)
    opened = SqliteStorage(tmp_path, "full")
    known: Any = Blocking(opened)
    put(known.recipients, [ANN, BOB, ZOE])
    known.codes.add("summer", ["A1", "A2", "A3"])
    for one in (ANN, BOB, ZOE):
        known.consents.put([ConsentDecision(one.ref, "full", 1.0)])
        known.events.append([Event("shown", 90_000.0, "hello", one.ref, "v", "known")])
        known.votes.cast(Vote("colour", one.ref, "red", 1.0))
        wait_for(opened.codes.give("summer", one.ref, 1.0))
    reader, refs = MessageReader(), {"ann": ANN.ref, "bob": BOB.ref, "zoe": ZOE.ref}
    told = [
        *({"event": "Product Viewed", "userId": who, "properties": {"sku": who}} for who in refs),
        {"type": "alias", "userId": "ann", "previousId": "bob"},
        {"type": "identify", "userId": "bob", "anonymousId": "v1"},
    ]
    known.history.put([reader.read(one, time.time(), refs) for one in told])
    yield opened
    wait_for(opened.close())


@contextmanager
def locked(file: Path) -> Iterator[None]:
    holder = apsw.Connection(str(file))
    holder.execute("BEGIN IMMEDIATE")
    yield
    holder.execute("ROLLBACK")
    holder.close()


def left(storage: Any) -> list[str]:
    """Whose anything is kept, by the decision that they have and no other."""
    records = {ref: wait_for(collect_person(ref, storage)) for ref in (ANN.ref, BOB.ref, VISITOR, ZOE.ref)}
    return [ref for ref, record in records.items() if not record._replace(decision=None).empty]


FILES = ["consent", "events", "showings", "codes", "votes", "picks", "recipients", "history"]


@pytest.mark.parametrize("file", FILES)
def test_who_could_not_be_forgotten_at_once_is_forgotten_by_the_next_try(
    file: str, storage: SqliteStorage, tmp_path: Path
) -> None:
    with locked(tmp_path / f"{file}.db"), pytest.raises(StorageError):
        wait_for(forget_people([ANN.ref], storage))
    assert left(storage) != [ZOE.ref]
    wait_for(forget_people([ANN.ref], storage))
    assert left(storage) == [ZOE.ref]
    for ref in (ANN.ref, BOB.ref, VISITOR):
        assert Blocking(storage).consents.find(ref).state == "none"


def test_whoever_has_two_names_is_handed_over_under_both(storage: SqliteStorage) -> None:
    for one, other in ((ANN, BOB), (BOB, ANN)):
        told = plain_record(wait_for(collect_person(one.ref, storage)))
        assert (told["ref"], told["profile"]) == (one.ref, one.profile)
        (also,) = told["also"]
        assert (also["ref"], also["profile"], len(also["events"]), len(also["codes"])) == (
            other.ref,
            other.profile,
            1,
            1,
        )
        assert len(told["messages"]) == 4
    record = wait_for(collect_person(BOB.ref, storage))
    assert {"Ann", "Bob", ANN.ref, BOB.ref} <= record.words
    assert wait_for(collect_person(ZOE.ref, storage)).also == []

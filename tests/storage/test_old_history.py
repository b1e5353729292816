"""A store of events that an earlier version has written is opened as it is, and nothing in it counts twice."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from blocking import Blocking
from livecontent.history.messages import Message, MessageReader, user_ids, visitor_key
from livecontent.links import ref_of
from livecontent.storage.sqlite.history import SqliteHistory
from told_events import told_by_file

NOW = 1_795_000_000.0
KEY = b"k" * 32
OLD = Path(__file__).with_name("old_history.sql")
READER = MessageReader("Europe/Paris")
TOLD: tuple[dict[str, Any], ...] = (
    {
        "messageId": "m1",
        "event": "Product Viewed",
        "anonymousId": "v1",
        "timestamp": "2026-11-10T08:00:00Z",
        "properties": {"sku": "u-1", "price": 9},
    },
    {
        "messageId": "m2",
        "type": "identify",
        "userId": "ann",
        "anonymousId": "v1",
        "timestamp": "2026-11-10T08:05:00Z",
        "traits": {"size": 38},
    },
    {
        "type": "track",
        "event": "Order Completed",
        "userId": "ann",
        "timestamp": "2026-11-11T09:00:00Z",
        "properties": {"order_id": "o1", "total": 20, "products": [{"sku": "u-1", "price": 20}]},
    },
    {"messageId": "m4", "type": "alias", "userId": "bob", "previousId": "zoe", "timestamp": "2026-11-12T09:00:00Z"},
    {
        "messageId": "m5",
        "event": "Product Added",
        "userId": "zoe",
        "timestamp": "2026-11-12T10:00:00Z",
        "properties": {"sku": "u-2"},
    },
    {"messageId": "m6", "type": "part", "userId": "bob", "previousId": "zoe", "timestamp": "2026-11-13T10:00:00Z"},
)
IDS = (
    "7431160d65c1010c5e92d398569d1266",
    "dcf4213271bc7324b6fa5a818c9b3de9",
    "6bb1c58183441065829797552503af16",
    "14f659381844ba682cf7bf2b067304b0",
    "20771183b4d288e2680f0ad9c18f84d1",
    "2cbf252aeeab16b821d3969c1d4f1b5f",
)


def ref(user: str) -> str:
    return ref_of(user, KEY)


def read(raw: dict[str, Any]) -> Message:
    return READER.read(raw, NOW, {user: ref(user) for user in user_ids(raw)})


def opened(file: Path) -> Any:
    return Blocking(SqliteHistory(file, lambda _: "full"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "old.db"
    with closing(apsw.Connection(str(file))) as made:
        made.execute(OLD.read_text(encoding="utf-8")).fetchall()
    return file


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """The same messages, kept by what there is now."""
    file = tmp_path / "new.db"
    with closing(opened(file)) as store:
        assert store.put(list(map(read, TOLD))).taken == len(TOLD)
    return file


def told(file: Path) -> dict[str, Any]:
    """All that is told, without what is only summed up by now."""
    found = told_by_file(file)
    for sums, *_ in found["states"].values():
        for name in ("own", "heard"):
            sums.pop(name, None)
    return found


def test_ids_of_messages_never_change() -> None:
    assert tuple(read(raw).mid.hex() for raw in TOLD) == IDS


def test_a_message_that_is_sent_again_with_another_name_of_its_sender_counts_once(tmp_path: Path) -> None:
    again = {**TOLD[0], "userId": "ann"}
    with closing(opened(tmp_path / "history.db")) as store:
        assert store.put([read(TOLD[0])]).taken == 1
        assert store.put([read(again)]).repeated == 1
        assert store.history(visitor_key("v1"))["seen"] == [["u-1", read(again).at, 1]]


def test_an_old_store_is_opened_as_if_it_were_written_now(old: Path, new: Path) -> None:
    with closing(opened(old)) as store, closing(opened(new)) as same:
        assert told(old) == told(new)
        assert store.put(list(map(read, TOLD))).repeated == len(TOLD)
        assert told(old) == told(new)
        for key in (*map(ref, ("ann", "bob", "zoe")), visitor_key("v1")):
            assert store.links(key) == same.links(key)
            assert store.of_person(key) == same.of_person(key)
        bought = {**TOLD[2], "messageId": "m7", "timestamp": "2026-11-14T10:00:00Z", "userId": "zoe"}
        for one in (store, same):
            assert one.put([read(bought)]).taken == 1
        zoe = ref("zoe")
        assert told_by_file(old)["states"][zoe] == told_by_file(new)["states"][zoe]
        for one in (store, same):
            one.forget([ref("ann"), ref("bob")])
    assert told_by_file(old) == told_by_file(new)
    assert not [row for row in told_by_file(old)["messages"] if row[1] != zoe]

"""What follows of what people do is the same in whatever order it comes, and whoever they are known as."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.history import summary
from livecontent.history.gathering import gather, in_parts, pack_people, record_of, unpack_people
from livecontent.history.messages import Message, MessageReader, user_ids, visitor_key
from livecontent.history.sums import add_message
from livecontent.links import ref_of
from livecontent.storage.history import PutOutcome
from livecontent.storage.sqlite import history as history_store
from livecontent.storage.sqlite import summing as sqlite
from livecontent.storage.sqlite.history import SqliteHistory
from livecontent.storage.sqlite.renaming import rename_people
from told_events import told_by_file

NOW = 1_795_000_000.0
KEY = b"k" * 32
USERS, VISITORS = ("ann", "bob", "zoe"), ("v1", "v2", "v3")
READER = MessageReader("Europe/Paris")


def ref(user: str) -> str:
    return ref_of(user, KEY)


def message(number: int, **told: Any) -> Message:
    at = datetime.fromtimestamp(NOW - told.pop("ago", 0.0), UTC).isoformat()
    raw = {"messageId": f"m{number}", "timestamp": at, **told}
    return READER.read(raw, NOW, {user: ref(user) for user in user_ids(raw)})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Any]:
    opened = SqliteHistory(tmp_path / "history.db", lambda _: "full")
    yield Blocking(opened)
    opened.close()


def known(store: Any) -> dict[str, Any]:
    """All that is told of everybody."""
    keys = [*map(ref, USERS), *map(visitor_key, VISITORS)]
    return {key: (store.history(key), store.habits(key), sorted(store.identities(key))) for key in keys}


PRODUCTS = st.fixed_dictionaries(
    {"sku": st.sampled_from(["u-1", "u-2", "u-3"])},
    optional={
        "color": st.sampled_from(["red", "Blue"]),
        "price": st.sampled_from([9, "39.95", None, -1, True, "x"]),
        "quantity": st.sampled_from([1, 2, "3"]),
    },
)
TRACKED = st.one_of(
    st.tuples(st.sampled_from(["Product Viewed", "Product Added", "Product Removed", "product_viewed"]), PRODUCTS),
    st.tuples(
        st.sampled_from(["Order Completed", "Order Updated", "Order Refunded", "Order Cancelled"]),
        st.fixed_dictionaries(
            {"order_id": st.sampled_from(["o1", "o2", 3]), "total": st.sampled_from([0, 20, "35.5"])},
            optional={"products": st.lists(PRODUCTS, max_size=2), "channel": st.sampled_from(["phone", "web"])},
        ),
    ),
    st.tuples(st.just("Store Visited"), st.fixed_dictionaries({"store_id": st.sampled_from(["lille", "lyon", 7])})),
    st.tuples(
        st.sampled_from(["Ticket Opened", "Ticket Answered"]),
        st.fixed_dictionaries({"ticket_id": st.sampled_from(["t1", "t2"])}),
    ),
    st.tuples(st.just("Message Replied"), st.fixed_dictionaries({"channel": st.sampled_from(["email", "chat"])})),
    st.tuples(st.just("Kettle Boiled"), st.just({"litres": 2})),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Message]:
    """What a few people do on a few devices, some of which they share."""
    messages = []
    for number in range(draw(st.integers(1, 14))):
        told: dict[str, Any] = {"ago": draw(st.integers(0, 400)) * 86_400.0 / 10}
        kind = draw(st.sampled_from(["track"] * 6 + ["identify", "alias", "part"]))
        user, visitor = draw(st.sampled_from(USERS)), draw(st.sampled_from(VISITORS))
        if kind == "track":
            told["event"], told["properties"] = draw(TRACKED)
            told |= draw(st.sampled_from([{"userId": user}, {"anonymousId": visitor}]))
        elif kind == "identify":
            told |= {"userId": user, "anonymousId": visitor, "traits": {"size": draw(st.integers(36, 40))}}
        else:
            told |= {"userId": user, "previousId": draw(st.sampled_from([*USERS, *VISITORS]))}
        messages.append(message(number, type=kind, **told))
    return messages


def put_all(messages: list[Message], sizes: list[int], folder: Path, name: str, late: int = 200) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "LATE", late)
        return put_some(messages, sizes, folder, name)


def put_some(messages: list[Message], sizes: list[int], folder: Path, name: str) -> dict[str, Any]:
    opened = SqliteHistory(folder / name, lambda _: "full")
    store: Any = Blocking(opened)
    rest = list(messages)
    for size in sizes:
        store.put(rest[:size])
        rest = rest[size:]
    store.put(rest)
    found = known(store)
    opened.close()
    return found


@settings(max_examples=60 if settings().max_examples < 1000 else 2000)
@given(messages=histories(), data=st.data())
def test_late_early_doubled_and_shuffled_messages_give_the_same(messages: list[Message], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(messages))
    doubled = [*shuffled, *data.draw(st.lists(st.sampled_from(messages), max_size=5))]
    sizes = data.draw(st.lists(st.integers(0, 4), max_size=6))
    with TemporaryDirectory() as folder:
        once = put_all(messages, [], Path(folder), "once.db")
        assert put_all(doubled, sizes, Path(folder), "again.db", late=1) == once
        assert put_all(doubled, [1] * len(doubled), Path(folder), "one.db", late=2) == once


@settings(max_examples=60 if settings().max_examples < 1000 else 2000)
@given(messages=histories(), data=st.data())
def test_messages_gathered_by_person_are_as_those_put_one_by_one(messages: list[Message], data: st.DataObject) -> None:
    """With doubles, in parts of any size, by keys in any order, and with some that were sent before or come after."""
    doubled = data.draw(st.permutations([*messages, *data.draw(st.lists(st.sampled_from(messages), max_size=5))]))
    before, after = sorted(data.draw(st.tuples(*[st.integers(0, len(doubled))] * 2)))
    late, size, chance = data.draw(st.sampled_from([1, 2, 200])), data.draw(st.integers(1, 20)), data.draw(st.randoms())
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "LATE", late)
        folder = Path(name)
        once = SqliteHistory(folder / "once.db", lambda _: "full")
        for message in messages:
            Blocking(once).put([message])
        once.close()
        mixed: Any = SqliteHistory(folder / "mixed.db", lambda _: "full")
        store: Any = Blocking(mixed)
        outcomes = [store.put(doubled[:before])]
        people = list(gather(map(record_of, doubled[before:after]), late))
        chance.shuffle(people)
        parts = (list(unpack_people(pack_people(part))) for part in in_parts(people, size))
        outcomes += map(store.put_gathered, parts)
        outcomes.append(store.put(doubled[after:]))
        assert store.put_gathered(list(gather(map(record_of, doubled)))).taken == 0, "the same again"
        mixed.close()
        assert told_by_file(folder / "mixed.db") == told_by_file(folder / "once.db")
        taken, repeated, _ = map(sum, zip(*outcomes, strict=True))
        assert (taken, taken + repeated) == (len(messages), len(doubled))


def test_whoever_sends_beside_an_import_waits_until_it_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in parts, as the machine may have other things to do: here it gives way after each."""
    monkeypatch.setattr(history_store, "TURN", 0.0)
    viewed = {"type": "track", "event": "Product Viewed", "properties": {"sku": "u-1"}}
    many = [message(n, userId="ann", ago=n, **viewed)._replace(who=f"{n // 3:026}") for n in range(300)]
    parts = list(in_parts(gather(map(record_of, many)), 20))
    done, waited, end = 0, list[int](), threading.Event()

    def load() -> None:
        nonlocal done
        store: Any = Blocking(SqliteHistory(tmp_path / "history.db", lambda _: "full"))
        for part in parts:
            store.put_gathered(part)
            done += 1
        end.set()

    live = SqliteHistory(tmp_path / "history.db", lambda _: "full")
    thread = threading.Thread(target=load)
    thread.start()
    number = 10_000
    while not end.is_set():
        before, number = done, number + 1
        assert Blocking(live).put([message(number, userId="bob", **viewed)]).taken == 1
        assert Blocking(live).history(ref("bob"))["seen"], "and who opens does not wait"
        waited.append(done - before)
    thread.join()
    live.close()
    assert max(waited) <= 3 < len(parts), waited


@settings(max_examples=60 if settings().max_examples < 1000 else 1000)
@given(messages=histories(), user=st.sampled_from(USERS), other=st.sampled_from([*USERS, *VISITORS]))
def test_what_was_merged_can_be_parted_again(messages: list[Message], user: str, other: str) -> None:
    """An alias and its taking back leave all as if nobody had said either; and neither moves a message."""
    alias = message(900, type="alias", userId=user, previousId=other)
    part = message(901, type="part", userId=user, previousId=other, ago=-1)
    two = {ref(user)}, {ref(other), visitor_key(other)}
    before = [one for one in messages if not (one.also and all({one.who, *one.also} & keys for keys in two))]
    with TemporaryDirectory() as folder:
        alone = put_all(before, [], Path(folder), "alone.db")
        assert put_all([*before, alias, part], [3, len(before)], Path(folder), "parted.db") == alone
        assert put_all([part, alias, *before], [1, 1], Path(folder), "other_way.db") == alone


def test_a_visitor_becomes_a_recipient_and_all_is_theirs(store: Any) -> None:
    viewed = message(1, type="track", event="Product Viewed", anonymousId="v1", properties={"sku": "u-1"}, ago=50)
    assert store.put([viewed]) == PutOutcome(1, 0, 0)
    assert store.history(ref("ann")) is None
    assert store.history(visitor_key("v1"))["seen"] == [["u-1", NOW - 50, 1]]
    store.put([message(2, type="identify", userId="ann", anonymousId="v1", ago=40)])
    for key in (ref("ann"), visitor_key("v1")):
        assert store.history(key)["seen"] == [["u-1", NOW - 50, 1]]
        assert sorted(store.identities(key)) == sorted([ref("ann"), visitor_key("v1")])
    assert [one.who for one in store.of_person(ref("ann"))] == [visitor_key("v1"), ref("ann")], "none was moved"


def test_of_two_people_at_one_device_nobody_is_taken_for_the_other(store: Any) -> None:
    tells = [
        message(1, type="identify", userId="bob", anonymousId="v1", ago=20),
        message(2, type="identify", userId="ann", anonymousId="v1", ago=30),
        message(3, type="track", event="Product Viewed", userId="bob", properties={"sku": "u-2"}),
        message(4, type="track", event="Product Viewed", anonymousId="v1", properties={"sku": "u-1"}),
    ]
    store.put(tells)
    assert store.identities(ref("bob")) == [ref("bob")]
    assert visitor_key("v1") in store.identities(ref("ann")), "who was there first"
    store.put([message(5, type="part", userId="ann", previousId="v1")])
    assert visitor_key("v1") in store.identities(ref("bob"))


def test_who_was_there_first_is_known_also_where_that_is_heard_of_last(store: Any) -> None:
    for number, user, ago in ((1, "ann", 10), (2, "bob", 20), (3, "ann", 30)):
        store.put([message(number, type="identify", userId=user, anonymousId="v1", ago=ago)])
    assert visitor_key("v1") in store.identities(ref("ann"))


def test_of_who_became_part_of_another_no_sums_are_left(store: Any, tmp_path: Path) -> None:
    store.put([message(1, type="track", event="Zqevent", anonymousId="v1"), message(2, type="identify", userId="ann")])
    store.put([message(3, type="identify", userId="ann", anonymousId="v1")])
    file = apsw.Connection(str(tmp_path / "history.db"))
    assert file.execute("SELECT count(*) FROM states").fetchall() == [(1,)]
    store.forget([ref("ann")])
    assert file.execute("SELECT count(*) FROM states").fetchall() == [(0,)]
    file.close()


def test_a_visitor_who_says_no_takes_back_what_was_theirs_and_no_more(store: Any) -> None:
    viewed = {"type": "track", "event": "Product Viewed"}
    store.put([message(1, **viewed, userId="ann", properties={"sku": "u-1"}, ago=9)])
    store.put([message(2, **viewed, anonymousId="v1", properties={"sku": "u-2"}, ago=8)])
    store.put([message(3, type="identify", userId="ann", anonymousId="v1", ago=10)])
    store.forget([visitor_key("v1")])
    assert [sku for sku, _, _ in store.history(ref("ann"))["seen"]] == ["u-1"]
    assert store.identities(ref("ann")) == [ref("ann")]
    assert store.history(visitor_key("v1")) is None


def test_a_message_that_is_a_little_late_is_put_among_the_last(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, as clocks are not the same everywhere: what is added, of somebody with 3,000 messages."""
    viewed = {"type": "track", "event": "Product Viewed", "userId": "ann", "properties": {"sku": "u-1"}}
    store.put([message(number, **viewed, ago=100.0 + 10 * (3000 - number)) for number in range(3000)])
    added = 0

    def count(sums: Any, one: Message) -> None:
        nonlocal added
        added += 1
        add_message(sums, one)

    monkeypatch.setattr(summary, "add_message", count)
    for number in range(50):
        store.put([message(3000 + number, **viewed, ago=115.0 - number / 100)])
    assert added <= 50 * 2 * sqlite.LATE
    added = 0
    for number in range(600):
        store.put([message(4000 + number, **viewed, ago=90.0 - number / 100)])
    assert added <= 600 * 4, "also those that are not late"
    assert store.history(ref("ann"))["seen"][0][2] == 3650
    store.forget([ref("ann")])
    file = apsw.Connection(str(tmp_path / "history.db"))
    assert file.execute("SELECT (SELECT count(*) FROM states) + (SELECT count(*) FROM earlier)").get == 0
    file.close()


def test_whoever_is_two_under_a_new_ref_is_one_with_all_of_both(store: Any, tmp_path: Path) -> None:
    viewed = {"type": "track", "event": "Product Viewed"}
    store.put([message(1, **viewed, userId="ann", properties={"sku": "u-1"}, ago=9)])
    store.put([message(2, type="identify", userId="bob", anonymousId="v1", traits={"size": 40}, ago=8)])
    store.put([message(3, **viewed, anonymousId="v1", properties={"sku": "u-2"}, ago=7)])
    for _ in range(2):
        rename_people(tmp_path, {ref("bob"): ref("ann")})
        for key in (ref("ann"), visitor_key("v1")):
            assert [sku for sku, _, _ in store.history(key)["seen"]] == ["u-1", "u-2"]
            assert store.traits(key, {}) == {"size": 40}
    store.put([message(4, **viewed, userId="ann", properties={"sku": "u-3"})])
    assert [sku for sku, _, _ in store.history(visitor_key("v1"))["seen"]] == ["u-1", "u-2", "u-3"]
    file = apsw.Connection(str(tmp_path / "history.db"))
    assert file.execute("SELECT count(*) FROM states").get == 1
    file.close()


def test_whoever_gets_another_ref_keeps_what_they_did(store: Any, tmp_path: Path) -> None:
    viewed = {"type": "track", "event": "Product Viewed"}
    store.put(
        [message(1, **viewed, userId="ann"), message(2, **viewed, userId="bob"), message(3, **viewed, userId="zoe")]
    )
    for _ in range(2):
        rename_people(tmp_path, {ref("ann"): "n" * 26, ref("bob"): ref("zoe")})
    assert len(store.of_person("n" * 26)) == 1
    assert store.of_person(ref("ann")) == []
    assert len(store.of_person(ref("zoe"))) == 2
    store.forget([ref("zoe")])
    assert [store.of_person(key) for key in (ref("zoe"), ref("bob"))] == [[], []]


def test_a_message_that_comes_again_changes_nothing(store: Any) -> None:
    order = message(1, type="track", event="Order Completed", userId="ann", properties={"order_id": 1, "total": 5})
    assert store.put([order, order]) == PutOutcome(1, 1, 0)
    before = known(store)
    assert store.put([order]) == PutOutcome(0, 1, 0)
    assert known(store) == before


def test_only_of_who_consents_something_is_kept(tmp_path: Path) -> None:
    states = Counter({ref("ann"): 1, visitor_key("v3"): 1})
    said_no = {ref("zoe"), visitor_key("v2")}
    opened = SqliteHistory(
        tmp_path / "h.db", lambda key: "full" if states[key] else "none" if key in said_no else "no-record"
    )
    store: Any = Blocking(opened)
    viewed = {"type": "track", "event": "Product Viewed", "properties": {"sku": "u-1"}}
    assert store.put([message(1, userId="bob", **viewed)]) == PutOutcome(0, 0, 1)
    assert store.put([message(2, anonymousId="v1", **viewed)]) == PutOutcome(0, 0, 1)
    assert store.put([message(3, type="identify", userId="ann", anonymousId="v1")]) == PutOutcome(1, 0, 0)
    assert store.put([message(4, anonymousId="v1", **viewed)]) == PutOutcome(1, 0, 0), "known to be Ann"
    assert store.put([message(5, type="identify", userId="ann", anonymousId="v2")]) == PutOutcome(0, 0, 1), "v2 said no"
    assert store.put([message(6, anonymousId="v3", **viewed)]) == PutOutcome(1, 0, 0)
    assert store.put([message(7, type="identify", userId="zoe", anonymousId="v3")]) == PutOutcome(0, 0, 1)
    opened.close()


def test_of_who_is_forgotten_nothing_is_left_in_the_file(store: Any, tmp_path: Path) -> None:
    tells = [
        message(n, type="track", event="Zqevent", anonymousId="v1", properties={"zqname": "zqvalue"})
        for n in range(200)
    ]
    store.put([*tells, message(300, type="identify", userId="ann", anonymousId="v1", traits={"email": "zq@x.example"})])
    store.put([message(301, type="identify", userId="bob", traits={"email": "bob@x.example"})])
    assert b"zqvalue" in _bytes(tmp_path)
    store.forget([ref("ann")])
    held = _bytes(tmp_path)
    assert [word for word in (b"zq", b"Zqevent", ref("ann").encode(), visitor_key("v1").encode()) if word in held] == []
    assert b"bob@x.example" in held


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_a_plain_count_of_the_messages_says_the_same(tmp_path: Path) -> None:
    """The oracle is SQL over the messages, person by person."""

    chance = random.Random(7)
    opened = SqliteHistory(tmp_path / "h.db", lambda _: "full")
    store: Any = Blocking(opened)
    tells = []
    for number in range(1500):
        who = f"r{chance.randrange(40)}"
        event = chance.choice(["Product Viewed", "Store Visited", "Order Completed"])
        told = {"sku": f"u-{chance.randrange(9)}", "store_id": f"s{chance.randrange(3)}", "order_id": f"o{number // 2}"}
        ids = chance.choice([{"userId": who}, {"anonymousId": f"v-{who}"}])
        tells.append(message(number, type="track", event=event, properties=told, ago=chance.randrange(10**7), **ids))
    tells += [message(9000 + n, type="identify", userId=f"r{n}", anonymousId=f"v-r{n}", ago=10**8) for n in range(40)]
    chance.shuffle(tells)
    for start in range(0, len(tells), 100):
        store.put(tells[start : start + 100])
    opened.close()
    file = apsw.Connection(str(tmp_path / "h.db"))
    for number in range(40):
        keys = ref(f"r{number}"), visitor_key(f"v-r{number}")
        rows = file.execute(
            "SELECT m.name, m.at, m.body FROM messages AS m JOIN identities AS i ON i.id = m.identity "
            "WHERE i.key IN (?, ?) ORDER BY m.at, m.mid",
            keys,
        ).fetchall()
        text = file.execute(
            "SELECT history FROM states JOIN identities USING (person) WHERE key = ?", (keys[0],)
        ).fetchall()[0][0]
        found = json.loads(text)
        seen = {json.loads(body)["sku"]: at for name, at, body in rows if name == "Product Viewed"}
        assert [[sku, at] for sku, at, _ in found["seen"]] == sorted(map(list, seen.items()), key=lambda one: one[1])[
            -20:
        ]
        orders: dict[str, float] = {}
        for name, at, body in rows:
            if name == "Order Completed":
                orders.setdefault(json.loads(body)["order_id"], at)
        assert [at for at, _ in found["orders"]] == list(orders.values())
        visits = [(json.loads(body)["store_id"], at) for name, at, body in rows if name == "Store Visited"]
        assert found["visit"] == list(visits[-1])

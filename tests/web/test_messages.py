"""What people do, as senders write it, posted to a real server."""

from __future__ import annotations

import asyncio
import json
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_server import Live, demo_settings, serving

from livecontent.errors import DataError
from livecontent.history.catalogue import with_known
from livecontent.history.messages import MessageReader, user_ids, visitor_key
from livecontent.history.plain_json import decode_json
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.shared_counts import SharedCounts
from livecontent.storage.refs import Refs
from livecontent.storage.sqlite.storage import SqliteStorage
from livecontent.web.messages import MessageTaker
from nightly import cases
from told import NO_TLS

TOKEN = "a-token-of-a-shop-7"  # noqa: S105  of nobody
PATIENCE = 60.0  # seconds
SENDERS = json.loads((Path(__file__).parent / "senders.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(demo_settings(tmp_path_factory.mktemp("shop") / "data", api_token=TOKEN, consent="full")) as server:
        yield server


def post(shop: Live, path: str, body: object, token: str | None = f"Bearer {TOKEN}") -> httpx.Response:
    headers = {"authorization": token} if token is not None else {}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = f"{shop.url}/v1/{path}"
    return httpx.post(url, content=content, headers=headers, trust_env=False, verify=NO_TLS, timeout=PATIENCE)


def viewed(number: int, **more: Any) -> dict[str, Any]:
    told = {"type": "track", "event": "Product Viewed", "anonymousId": "v", "messageId": f"m{number}"}
    return {**told, "properties": {"product_id": "u-1"}, **more}


@pytest.mark.parametrize("token", [None, "", TOKEN, "Bearer", "Bearer wrong", "Basic !!!", "Basic d3Jvbmc6"])
@pytest.mark.parametrize("path", ["events", "batch", "track", "identify", "alias", "page", "group", "part"])
def test_without_the_token_nobody_writes(token: str | None, path: str, shop: Live) -> None:
    answer = post(shop, path, {"batch": [viewed(1)]}, token)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_the_token_may_be_the_user_of_basic_as_write_keys_are(shop: Live) -> None:
    basic = b64encode(f"{TOKEN}:".encode()).decode()
    assert post(shop, "events", viewed(2), f"Basic {basic}").json()["success"]


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: f"{sender['of']}-{sender['path']}")
def test_what_senders_write_is_taken_as_it_is(sender: dict[str, Any], shop: Live) -> None:
    answer = post(shop, sender["path"], sender["body"])
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["success"], told["refused"]) == (True, [])
    assert told["taken"] == len(sender["body"].get("batch", [0]))
    assert post(shop, sender["path"], sender["body"]).json()["taken"] == 0, "by the message id, or what it says"


def test_a_message_is_kept_once_and_known_at_once(shop: Live) -> None:
    for taken, repeated in ((1, 0), (0, 1)):
        told = post(shop, "events", viewed(10, anonymousId="once")).json()
        assert (told["taken"], told["repeated"]) == (taken, repeated)
    assert shop.storage.history.history(visitor_key("once"))["seen"][0][0] == "u-1"


def test_an_event_of_the_shop_fits_its_schema(shop: Live) -> None:
    """The demo declares what a connected mixer tells."""
    cooked = {"type": "track", "event": "Recipe Cooked", "userId": "mixer", "properties": {"recipe": "soup"}}
    wrong = {**cooked, "properties": {"recipe": 7}}
    answer = post(shop, "track", wrong)
    assert (answer.status_code, "properties.recipe: 7 is not of type 'string'" in answer.text) == (422, True)
    told = post(shop, "batch", {"batch": [wrong, cooked]}).json()
    assert (told["taken"], [one["index"] for one in told["refused"]]) == (1, [0])


@pytest.mark.parametrize(("levels", "status"), [(50, 200), (51, 422), (300, 422)])
def test_what_is_too_deep_is_refused(levels: int, status: int, shop: Live) -> None:
    deep: object = "deep"
    for _ in range(levels - 1):  # the traits are the first level
        deep = [deep]
    answer = post(shop, "identify", {"userId": "r-0009", "messageId": f"deep-{levels}", "traits": {"inner": deep}})
    assert answer.status_code == status
    assert status == 200 or "more than 50 levels" in answer.text


@pytest.mark.parametrize("name", ["type", "userId", "anonymousId", "timestamp", "event", "context", "properties"])
@pytest.mark.parametrize("shape", ["[]", '{"a":}'])
def test_what_is_as_deep_as_json_can_be_is_refused_by_name(name: str, shape: str) -> None:
    """Whatever depth the reader just takes, what is said of it can be written."""
    outcomes = set()
    for levels in (*range(150, 260), *range(800, 1010)):
        deep = shape[:-1] * levels + "1" * (shape[0] == "{") + shape[-1] * levels
        try:
            raw = {"type": "track", "event": "x", "userId": "ann", name: decode_json(deep)}
        except (ValueError, RecursionError):
            continue
        try:
            MessageReader().read(raw, 1e9, dict.fromkeys(("ann", *user_ids(raw)), "a" * 26))
        except DataError as error:
            outcomes.add(len(str(error)) < 120)
    assert outcomes <= {True}


def test_a_sender_without_clock_and_ids_loses_nothing(shop: Live) -> None:
    visit = {"event": "Store Visited", "anonymousId": "till", "properties": {"store_id": "lille"}}
    for path, body in (("events", visit), ("events", visit), ("batch", {"batch": [visit, visit]})):
        assert post(shop, path, body).json()["repeated"] == 0
    added, removed = (
        {**visit, "event": f"Product {what}", "properties": {"sku": "u-1"}} for what in ("Added", "Removed")
    )
    post(shop, "batch", {"batch": [added, removed, added, removed, added, removed]})
    assert shop.storage.history.history(visitor_key("till"))["basket"] == [], "in the order of the batch"
    assert shop.storage.history.habits(visitor_key("till"))["found"]["week"][2] == 4


def test_of_a_batch_the_good_are_kept_and_the_bad_are_named(shop: Live) -> None:
    bad = [{"type": "track", "anonymousId": "v"}, viewed(20, anonymousId=None), 7, viewed(21, timestamp="yesterday")]
    told = post(shop, "batch", {"batch": [viewed(22), *bad], "sentAt": "2026-11-30T10:00:00Z"}).json()
    assert (told["taken"], told["success"]) == (1, False)
    assert [one["index"] for one in told["refused"]] == [1, 2, 3, 4]
    said = " ".join(one["error"] for one in told["refused"])
    for words in ("event: write what was done", "userId or anonymousId", "a message is a JSON object", "timestamp:"):
        assert words in said


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 422, "not JSON"),
        (b"[" * 100_000, 422, "not JSON"),
        ({"batch": []}, 422, "one message or more"),
        ({"batch": [viewed(n) for n in range(1001)]}, 422, "1,001 messages: a batch has at most 1,000"),
        (b" " * (4 * 1024 * 1024 + 1), 413, "larger than 4,194,304 bytes"),
        ({"type": "kettle"}, 422, "none of track, identify"),
        ({"event": "x", "userId": "a", "properties": []}, 422, "properties: [] is not an object"),
        ({"event": "x" * 201, "userId": "a"}, 422, "at most 200 characters"),
        ({"event": "x", "userId": {"a": 1}}, 422, "userId:"),
        ({"event": "x", "userId": "a", "timestamp": "1999-01-01T00:00:00Z"}, 422, "between 2000 and tomorrow"),
        ({"event": "x", "userId": "a", "timestamp": "2099-01-01T00:00:00Z"}, 422, "between 2000 and tomorrow"),
        ({"event": "x", "userId": "a", "properties": {"a": "x" * 40_000}}, 422, "at most 32,768"),
        ({"type": "alias", "userId": "a"}, 422, "previousId"),
        (b'{"event": "\\ud800", "userId": "a"}', 422, "half a character"),
        (b'{"event": "x", "userId": "a", "properties": {"a": NaN}}', 422, "not plain JSON"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said(body: object, status: int, words: str, shop: Live) -> None:
    answer = post(shop, "events", body)
    assert (answer.status_code, words in answer.json()["error"]) == (status, True), answer.text


NAMES = ["type", "event", "userId", "anonymousId", "timestamp", "properties", "traits", "context", "messageId", "batch"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["track", "part"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)


@settings(
    max_examples=cases(30, by_night=300), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(body=VALUES)
def test_whatever_comes_is_answered(body: object, shop: Live) -> None:
    for path in ("events", "batch", "identify", "alias"):
        assert post(shop, path, json.dumps(body).encode()).status_code in (200, 422)


BOUGHT = 150  # products of a message, of which 100 are looked up


def orders(event: str = "Order Completed") -> list[dict[str, Any]]:
    return [
        {
            **viewed(1000 + number, event=event),
            "properties": {"order_id": number, "products": [{"sku": f"s-{number}-{one}"} for one in range(BOUGHT)]},
        }
        for number in range(60)
    ]


@pytest.mark.parametrize("event", ["Order Completed", "order_completed"])
def test_opens_go_on_while_a_batch_with_many_products_is_taken(event: str, tmp_path: Path) -> None:
    """Counted: what the loop calls between two turns, as clocks are not the same everywhere."""
    asyncio.run(taken_beside_turns(event, tmp_path))


async def taken_beside_turns(event: str, folder: Path) -> None:
    storage = SqliteStorage(folder, "full")
    async with storage.products.batch() as batch:
        for one in (BOUGHT - 1, 99, 0):
            await batch.put(f"s-7-{one}", {"sku": f"s-7-{one}", "category": "umbrellas"})
    taker = MessageTaker(storage, Refs(SecretKeys(folder / "key", folder), storage), SharedCounts(), "UTC")
    taking = asyncio.create_task(taker.take(orders(event)))
    calls, longest = 0, 0

    def count(_frame: object, what: str, _argument: object) -> None:
        nonlocal calls
        calls += what == "call"

    sys.setprofile(count)
    try:
        while not taking.done():
            calls = 0
            await asyncio.sleep(0)
            longest = max(longest, calls)
    finally:
        sys.setprofile(None)
    assert (await taking)[0].taken == 60
    assert longest < 1500
    kept = await storage.history.of_person(visitor_key("v"))
    assert {sku for message in kept for sku in message.values.get("_known", {})} == {"s-7-0", "s-7-99"}
    await storage.close()


def test_an_order_that_is_too_large_with_what_is_known_is_kept_without() -> None:
    large = {"order_id": 1, "products": [{"sku": "s", "name": "x" * 32_000}]}
    message = MessageReader().read({**viewed(1, event="Order Completed"), "properties": large}, 1e9, {})
    assert with_known([message], {"s": {"category": "y" * 1000}}) == [message]


def test_metrics_count_messages(shop: Live) -> None:
    post(shop, "batch", {"batch": [viewed(30), viewed(30), {}]})
    told = shop.told()
    for outcome in ("taken", "repeated", "refused"):
        assert told["livecontent_messages_total", outcome] >= 1

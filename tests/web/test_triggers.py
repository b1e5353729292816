"""What somebody does is told to a receiver on loopback: signed, once, and in words."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from live_server import Live, demo_settings, serving
from receiving import SECRET, Receiver, receiving, templates, webhooks

TOKEN = "a-token-of-a-shop-7"  # noqa: S105  of nobody


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("shop")
    settings = {"templates": templates(folder), "webhooks": webhooks(receiver.url)}
    with serving(demo_settings(folder / "data", api_token=TOKEN, **settings)) as server:
        yield server


def post(shop: Live, *messages: dict[str, Any]) -> dict[str, Any]:
    url, headers = f"{shop.url}/v1/batch", {"authorization": f"Bearer {TOKEN}"}
    answer = httpx.post(url, content=json.dumps({"batch": messages}), headers=headers, trust_env=False, timeout=60)
    return dict(answer.json())


def visit(number: int, **more: Any) -> dict[str, Any]:
    told = {"event": "Store Visited", "userId": "r-0001", "messageId": f"visit-{number}"}
    return {**told, "properties": {"store_id": "s-04"}, **more}


def test_who_enters_is_told_signed_and_once(shop: Live, receiver: Receiver) -> None:
    for _ in range(2):
        assert post(shop, visit(1))["success"]
    post(shop, visit(2))
    (call,) = receiver.wait()
    told = call.told
    assert told["text"].startswith("Camille has just entered Averse")
    assert (told["trigger"], told["type"], told["person"]) == (
        *("entered", "trigger.fired"),
        {"ref": shop.ref, "id": "r-0001"},
    )
    assert (told["event"]["name"], told["event"]["properties"]) == ("Store Visited", {"store_id": "s-04"})
    assert told["id"] == call.headers["webhook-id"]
    signed = f"{told['id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    key = b64decode(SECRET.removeprefix("whsec_"))
    assert call.headers["webhook-signature"] == f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"

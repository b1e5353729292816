"""What somebody does is told to a receiver on loopback: signed, once, and in words."""

from __future__ import annotations

import hmac
import json
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from live_server import Live, demo_settings, serving
from receiving import SECRET, Call, Receiver, receiving, templates, webhooks

from blocking import wait_for
from livecontent.history.messages import visitor_key
from livecontent.storage.alerts import Alert
from livecontent.storage.base import ConsentDecision, decide_consent
from livecontent.triggers import webhook
from told import NO_TLS, until

TOKEN = "a-token-of-a-shop-7"  # noqa: S105  of nobody


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Live]:
    """A shop with triggers that lead to where nobody, or somebody slow, or somebody odd answers."""
    folder = tmp_path_factory.mktemp("shop")
    host = receiver.url.split("/")[2]
    others = (OTHER.format(name=name, host=host) for name in ("busy", "slow", "gone", "broken", "moved"))
    settings = {
        "templates": templates(
            folder, "".join((SHIPPED.read_text(encoding="utf-8"), QUIET.format(host=host), *others))
        ),
        "webhooks": {**webhooks(receiver.url), "hosts": [host]},
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhook, "PAUSES", (0.01, 0.01, 0.01))
        with serving(demo_settings(folder / "data", api_token=TOKEN, **settings)) as server:
            yield server


SHIPPED = Path(__file__).resolve().parents[2] / "templates" / "triggers.yaml"
OTHER = """
{name}:
  when: event.name == "{name}" && event.properties.total > 100
  say: "{{{{ recipient.shoe_size }}}} of who has told none"
  url: http://{host}/{name}
  rest: 1 minute
"""
QUIET = """
quiet:
  when: event.name == "quiet" && event.properties.total > 100 && event.properties.address.city == "Lille"
  url: http://{host}/quiet
  send: [note, what_nobody_has]
"""


def post(shop: Live, *messages: dict[str, Any]) -> dict[str, Any]:
    url, headers = f"{shop.url}/v1/batch", {"authorization": f"Bearer {TOKEN}"}
    answer = httpx.post(
        url, content=json.dumps({"batch": messages}), headers=headers, trust_env=False, verify=NO_TLS, timeout=60
    )
    return dict(answer.json())


def visit(number: int, **more: Any) -> dict[str, Any]:
    told = {"event": "Store Visited", "userId": "r-0001", "messageId": f"visit-{number}"}
    return {**told, "properties": {"store_id": "s-04"}, **more}


def viewed(who: str) -> dict[str, Any]:
    return {"event": "Product Viewed", "userId": who, "messageId": f"viewed-{who}", "properties": {"sku": "u-7"}}


def test_who_enters_is_told_signed_and_once(shop: Live, receiver: Receiver) -> None:
    for _ in range(2):
        assert post(shop, viewed("r-0001"), visit(1))["success"]
    post(shop, visit(2))
    (call,) = receiver.wait("/alerts")
    told = call.told
    assert told["text"] == (
        "Camille vient d’entrer dans la boutique Averse Lille. Produit regardé 1 fois ces derniers jours : u-7."
    )
    assert (told["trigger"], told["type"], told["person"]) == (
        *("entered", "trigger.fired"),
        {"ref": shop.ref, "id": "r-0001"},
    )
    assert (told["event"]["name"], told["event"]["properties"]) == ("Store Visited", {"store_id": "s-04"})
    assert told["id"] == call.headers["webhook-id"]
    assert_signed(call)


def assert_signed(call: Call) -> None:
    told = call.told
    signed = f"{told['id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    key = b64decode(SECRET.removeprefix("whsec_"))
    assert call.headers["webhook-signature"] == f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def test_the_lines_of_the_page_tell_ours_from_others(shop: Live, receiver: Receiver) -> None:
    page = (SHIPPED.parents[1] / "docs" / "triggers.md").read_text(encoding="utf-8")
    lines: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], lines)  # noqa: S102  ours
    post(shop, viewed("r-0007"), visit(31, userId="r-0007"))
    until(lambda: "r-0007" in [one.told["person"]["id"] for one in receiver.of("/alerts")])
    call = receiver.of("/alerts")[-1]
    assert lines["is_ours"](SECRET, call.headers, call.body)
    assert not lines["is_ours"](SECRET, call.headers, call.body + b" ")
    assert not lines["is_ours"](SECRET, {**call.headers, "webhook-timestamp": "1"}, call.body)


def does(name: str, number: int, **more: Any) -> dict[str, Any]:
    told = {"event": name, "anonymousId": f"v{number}", "messageId": f"{name}-{number}", "properties": {"total": 120}}
    return {**told, **more}


def alerts(shop: Live, trigger: str) -> list[Alert]:
    return [alert for alert in shop.storage.history.alerts.alerts() if alert.trigger == trigger]


def test_it_is_tried_again_until_it_is_taken(shop: Live, receiver: Receiver) -> None:
    answers = iter([500, (429, {"retry-after": "0"}), 204])
    receiver.answers["/busy"] = lambda _: next(answers)
    post(shop, does("busy", 1), does("busy", 2, properties={"total": 99}))
    calls = receiver.wait("/busy", 3)
    for call in calls:
        assert_signed(call)
    assert len({call.told["id"] for call in calls}) == 1
    assert calls[0].told["text"] is None, "what its words name is not known"
    assert calls[0].told["person"] == {"ref": visitor_key("v1"), "id": None}
    until(lambda: not alerts(shop, "busy"))


def test_who_is_slow_holds_up_nobody_and_is_called_four_times_at_once(shop: Live, receiver: Receiver) -> None:
    go = threading.Event()
    receiver.answers["/slow"] = lambda _: 200 if go.wait(60) else 500
    post(shop, *(does("slow", number) for number in range(8)))
    receiver.wait("/slow", 4)
    before = len(receiver.of("/alerts"))
    post(shop, viewed("r-0002"), visit(11, userId="r-0002"))
    told = receiver.wait("/alerts", before + 1)[before].told
    assert told["text"] == "Oliver has just entered Averse Lille and looked at the u-7 once lately."
    assert len(receiver.of("/slow")) == 4
    go.set()
    receiver.wait("/slow", 8)


def test_what_nobody_wants_is_dead_at_once_and_can_be_tried_again(shop: Live, receiver: Receiver) -> None:
    receiver.answers["/gone"] = lambda _: 410
    post(shop, does("gone", 1))
    until(lambda: [alert.state for alert in alerts(shop, "gone")] == ["dead"])
    (alert,) = alerts(shop, "gone")
    assert (alert.problem, len(receiver.of("/gone"))) == ("status 410", 1)
    receiver.answers["/gone"] = lambda _: 200
    shop.storage.history.alerts.retry([alert], 0.0)
    assert receiver.wait("/gone", 2)[1].told["id"] == alert.id
    until(lambda: not alerts(shop, "gone"))


def test_after_the_last_try_it_is_dead(shop: Live, receiver: Receiver) -> None:
    receiver.answers["/broken"] = lambda _: 503
    post(shop, does("broken", 1))
    until(lambda: [alert.state for alert in alerts(shop, "broken")] == ["dead"])
    assert len(receiver.of("/broken")) == 4
    until(lambda: shop.told().get(("livecontent_triggers_total", "dead", "broken")) == 1)
    assert shop.told()["livecontent_triggers_total", "retried", "broken"] == 3


def test_of_an_event_comes_what_the_trigger_names_and_no_more(shop: Live, receiver: Receiver) -> None:
    secret = {"total": 120, "email": "camille@example.com", "basket": "x" * 20_000}
    post(
        shop,
        does("quiet", 1, properties={**secret, "address": {"city": "Lille", "street": "Rue 1"}, "note": "y" * 9000}),
    )
    (call,) = receiver.wait("/quiet")
    told = call.told["event"]
    assert told["properties"] == {"total": 120, "address": {"city": "Lille"}}
    assert told["left_out"] == ["note"], "it is too long, and whoever takes the alert knows"
    assert "store" not in told
    assert b"camille" not in call.body
    assert len(call.body) < 2000


def test_redirects_are_not_followed(shop: Live, receiver: Receiver) -> None:
    receiver.answers["/moved"] = lambda _: (307, {"location": f"{receiver.url}/elsewhere"})
    post(shop, does("moved", 1))
    until(lambda: [alert.problem for alert in alerts(shop, "moved") if alert.state == "dead"] == ["status 307"])
    assert receiver.of("/alerts/elsewhere") == []


def test_who_withdraws_is_not_told_of_any_more(shop: Live, receiver: Receiver) -> None:
    receiver.answers["/busy"] = lambda _: (503, {"retry-after": "1000"})
    post(shop, does("busy", 7))
    until(lambda: [alert.tries for alert in alerts(shop, "busy")] == [1])
    key = visitor_key("v7")
    wait_for(decide_consent([ConsentDecision(key, "no-record", time.time())], shop.parts.storage))
    assert alerts(shop, "busy") == []
    post(shop, does("busy", 8, anonymousId="v7"))
    assert alerts(shop, "busy") == []


def test_what_comes_late_is_no_news(shop: Live, receiver: Receiver) -> None:
    before = len(receiver.calls)
    past = datetime.fromtimestamp(time.time() - 3700, UTC).isoformat()
    assert post(shop, visit(21, userId="r-0003", timestamp=past))["taken"] == 1
    assert shop.storage.history.alerts.watched(9) == []
    until(lambda: shop.told().get(("livecontent_triggers_total", "late", "entered")) == 1)
    assert len(receiver.calls) == before

"""The adviser's screen of the demo: alerts come signed, each once."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from livecontent.services import Services
from livecontent.setting_sections import SECRET
from livecontent.studio.demo.adviser import WEBHOOK, AlertInbox
from livecontent.triggers.webhook import signature

NOW = 1_796_061_731
KEY = b"k" * 32
OURS = SECRET + b64encode(KEY).decode()
HOSTILE = "<script>alert(1)</script>"


def alert(number: int, ref: str = "~nobody", text: str = "Camille has just entered") -> bytes:
    told = {"id": f"msg_{number}", "at": f"2026-11-30T17:{number % 60:02}:00+00:00", "text": text}
    event = {"name": "Store Visited", "type": "track"}
    return json.dumps(told | {"person": {"ref": ref, "id": None}, "event": event}).encode()


def inbox(secret: str = OURS) -> AlertInbox:
    return AlertInbox(secret, lambda: NOW)


@given(st.lists(st.integers(0, 59), max_size=70))
def test_an_alert_is_kept_once_however_often_it_comes(numbers: list[int]) -> None:
    kept = inbox()
    assert all(kept.take(signature(KEY, f"msg_{one}", NOW, alert(one)), alert(one)) for one in numbers)
    found = [one.id for one in kept.newest()]
    assert len(found) == len(set(found)) <= 50
    assert len(set(numbers)) > 50 or found == [f"msg_{one}" for one in sorted(set(numbers), reverse=True)]


@given(st.binary(min_size=24, max_size=64).filter(lambda key: key != KEY), st.integers(301, 10**11), st.booleans())
def test_what_others_sign_or_was_signed_long_ago_is_not_taken(key: bytes, away: int, ahead: bool) -> None:
    kept, body, at = inbox(), alert(1), NOW + away if ahead else NOW - away
    assert not kept.take(signature(key, "msg_1", NOW, body), body)
    assert not kept.take(signature(KEY, "msg_1", at, body), body)
    assert not kept.take(signature(KEY, "msg_1", NOW, body), body + b" ")
    assert not kept.take({}, body)
    assert not inbox(secret="").take(signature(b"", "msg_1", NOW, body), body)
    assert not kept.newest()


@given(st.binary(max_size=40) | st.sampled_from([b"[]", b"{}", b'{"id": 1, "at": "x"}', b"[" * 5000]))
def test_what_is_signed_and_no_alert_is_refused(body: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, RecursionError)):
        inbox().take(signature(KEY, "a", NOW, body), body)


def test_the_screen_shows_what_came_and_forgets_who_withdrew(client: TestClient, demo: Services) -> None:
    key, ref = b64decode(demo.settings.webhooks.secret.removeprefix(SECRET)), "~a-visitor-who-has-not-agreed"
    person = next(one for one in client.get("/shop/?as=r-0001").text.split('"') if len(one) == 26)
    for number, whose in ((1, ref), (2, person)):
        body = alert(number, whose, f"{HOSTILE} {number}")
        headers = signature(key, f"msg_{number}", int(time.time()), body)
        assert client.post(WEBHOOK, content=body, headers=headers).status_code == 204
    page = client.get("/shop/adviser").text
    assert "alert(1)&lt;/script&gt; 2" in page
    assert HOSTILE not in page
    assert "script&gt; 1" not in page
    assert client.post(WEBHOOK, content=body, headers={**headers, "webhook-id": "other"}).status_code == 401
    assert client.post(WEBHOOK, content=b"x" * 100_000).status_code == 413
    assert client.post(WEBHOOK, content=b"{}", headers=signature(key, "a", int(time.time()), b"{}")).status_code == 422

"""A server of several workers is killed at any moment: each message that was acknowledged is told, as one alert."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import httpx2 as httpx
from benchmarks.processes import Server, serve
from hypothesis import settings
from receiving import ENTERED, SECRET, Call, receiving, templates

from livecontent.storage.sqlite.storage import SqliteStorage
from told import NO_TLS, until

KILLS = 30 if settings().max_examples >= 1000 else 3  # `make nightly` asks for more
TOKEN = "a-token-of-a-shop-7"  # noqa: S105  of nobody
COMMAND = [sys.executable, "-m", "livecontent", "serve", "--port", "{port}", "--workers", "2"]
SETTINGS = """
consent = "full"
api_token = "{token}"
[webhooks]
secret = "{secret}"
urls = {{ adviser = "{url}" }}
"""


def send(server: Server, first: int, people: int) -> list[str]:
    """The messages that were acknowledged, until the server is gone."""
    taken: list[str] = []
    with suppress(httpx.HTTPError), httpx.Client(trust_env=False, verify=NO_TLS, timeout=30) as client:
        for number in range(first, first + people):
            told = {"event": "Store Visited", "anonymousId": f"v{number}", "messageId": f"m{number}"}
            body = json.dumps({**told, "properties": {"number": number}})
            headers = {"authorization": f"Bearer {TOKEN}"}
            url = f"http://127.0.0.1:{server.port}/v1/events"
            assert client.post(url, content=body, headers=headers).json()["taken"] == 1
            taken.append(f"m{number}")
    return taken


def test_none_is_lost_whatever_is_killed(tmp_path: Path) -> None:
    chance, taken = random.Random(7), 0
    with receiving() as receiver:
        (tmp_path / "livecontent.toml").write_text(SETTINGS.format(token=TOKEN, secret=SECRET, url=receiver.url))
        (templates(tmp_path, f"{ENTERED.rstrip()}\n  send: [number]\n") / "hello").mkdir()
        hello = "title: Hello\nsize: 60x20\nvariants: [{name: a, layers: [{fill: white}]}]\n"
        (tmp_path / "templates" / "hello" / "creative.yaml").write_text(hello)
        receiver.answers["/alerts"] = lambda _: time.sleep(0.02) or 200
        environment = {**os.environ, "LIVECONTENT_CONFIG": str(tmp_path / "livecontent.toml")}
        environment |= {
            "LIVECONTENT_DATA": str(tmp_path / "data"),
            "LIVECONTENT_TEMPLATES": str(tmp_path / "templates"),
        }
        sent = []
        for _ in range(KILLS):
            with (tmp_path / "log").open("ab") as log, serve(COMMAND, environment, {0, 1}, log=log) as server:
                sent += send(server, len(sent), chance.randrange(5, 25))
                os.killpg(server.pid, signal.SIGKILL)
        taken = len(sent)
        with (tmp_path / "log").open("ab") as log, serve(COMMAND, environment, {0, 1}, log=log):
            until(lambda: len(by_message(receiver.calls)) == taken)
        found = by_message(receiver.calls)
        assert all(len(ids) == 1 for ids in found.values()), "one alert of each, whichever worker took it"
        storage = SqliteStorage(tmp_path / "data", "full")
        assert storage.history.alerts.watched(9) == []
        assert len(receiver.calls) < 2 * taken


def by_message(calls: list[Call]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for call in list(calls):
        found[call.told["event"]["properties"]["number"]].add(call.told["id"])
    return found

"""A server that takes events is killed at any moment, with all its processes: none acknowledged is lost, none doubled.

Senders know what was acknowledged, and send again what was not, as they would after a power cut. A server takes longer
to start than to kill: in the nightly run several start at once, each with a data folder of its own.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import apsw
from benchmarks.processes import family
from hypothesis import settings

from livecontent.history.messages import MessageReader, visitor_key
from livecontent.storage.sqlite.history import SqliteHistory

NIGHTLY = settings().max_examples >= 1000
SERVERS, KILLS = (4, 50) if NIGHTLY else (1, 3)  # that live at once, and how often each is killed
SENDERS, BATCH, PEOPLE = 6, 20, 200
LIFE = 0.2  # seconds at most from the moment that all senders have been answered
START = datetime(2025, 1, 1, tzinfo=UTC)
PATIENCE = 60.0  # seconds
TOKEN = "a-token-of-nobody"  # noqa: S105


class Sender:
    """Sends batches one after the other, each until it is acknowledged."""

    def __init__(self, number: int, port: int) -> None:
        self.number, self.port = number, port
        self.acknowledged = 0  # batches
        self.answered = Counter[int]()  # by status
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            if not self._send(self.acknowledged):
                time.sleep(0.02)  # nobody is there just now

    def _send(self, batch: int) -> bool:
        body = json.dumps({"batch": [event_of(self.number, batch * BATCH + one) for one in range(BATCH)]})
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", "/v1/batch", body, {"authorization": f"Bearer {TOKEN}"})
            answer = connection.getresponse()
            told = json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            return False  # killed before it answered, or in the midst of it
        finally:
            connection.close()
        self.answered[answer.status] += 1
        if answer.status != 200:
            return False
        assert told["taken"] + told["repeated"] == BATCH, told
        self.acknowledged += 1
        return True


def event_of(sender: int, number: int) -> dict[str, Any]:
    """An event of one of the people, who are the same for all senders; every seventh is late."""
    return {
        "event": "Store Visited",
        "anonymousId": f"v{number % PEOPLE}",
        "messageId": f"m-{sender}-{number}",
        "timestamp": (START + timedelta(minutes=number, hours=-6 * (number % 7 == 0))).isoformat(),
        "properties": {"store_id": f"s{number % 3}"},
    }


def free_port(chance: random.Random) -> int:
    """One that no connection of a sender can start from: to a port without a listener, it could meet itself."""
    while True:
        port = chance.randrange(20_000, 32_000)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server as a person starts it, killed at the end."""
    command = [sys.executable, "-m", "livecontent", "serve", "--port", str(port), "--workers", "2"]
    place = os.environ | {"LIVECONTENT_CONFIG": str(folder / "livecontent.toml")}
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(command, cwd=folder, env=place, stdout=log, stderr=log, start_new_session=True)
    try:
        yield server
    finally:
        kill_all(server)


def test_none_acknowledged_is_lost_and_none_is_doubled_however_often_the_server_is_killed(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(SERVERS)]
    with ThreadPoolExecutor(SERVERS) as pool:
        for _ in pool.map(live_and_be_killed, folders, range(SERVERS)):
            pass


def live_and_be_killed(folder: Path, seed: int) -> None:
    """One data folder, and all that its servers go through."""
    (folder / "templates").mkdir(parents=True)
    (folder / "livecontent.toml").write_text(f'consent = "full"\napi_token = "{TOKEN}"\nmetrics = "off"\n')
    chance = random.Random(seed)
    port = free_port(random.Random())
    senders = [Sender(number, port) for number in range(SENDERS)]
    threads = [threading.Thread(target=sender.run, daemon=True) for sender in senders]
    for thread in threads:
        thread.start()
    try:
        for number in range(KILLS + 1):
            with running(folder, port) as server:
                wait_for_more(server, senders, folder / "log")
                if number == KILLS:
                    for sender in senders:
                        sender.stopped.set()
                    for thread in threads:
                        thread.join()
                time.sleep(chance.uniform(0, LIFE) if number < KILLS else 0)
    finally:
        for sender in senders:
            sender.stopped.set()
    assert sum(sender.answered.total() - sender.answered[200] for sender in senders) == 0, "no 503"
    check_all(folder / ".livecontent" / "history.db", [sender.acknowledged for sender in senders])


def kill_all(server: subprocess.Popen[bytes]) -> None:
    """With all its processes; until none is there any more."""
    with suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGSTOP)  # it starts none that would not be found
    pids = family(server.pid)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.wait()
    end = time.monotonic() + PATIENCE
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.005)


def wait_for_more(server: subprocess.Popen[bytes], senders: list[Sender], log: Path) -> None:
    """Until each sender has been answered once more."""
    end, before = time.monotonic() + PATIENCE, [sender.acknowledged for sender in senders]
    while not all(sender.acknowledged > one for sender, one in zip(senders, before, strict=True)):
        assert server.poll() is None, log.read_text()[-2000:]
        assert time.monotonic() < end
        time.sleep(0.01)


def check_all(file: Path, acknowledged: list[int]) -> None:
    """All acknowledged messages are there once, with at most one batch more of each sender; sums are right."""
    with closing(apsw.Connection(str(file))) as opened:
        assert opened.execute("PRAGMA integrity_check").get == "ok"
        rows = opened.execute("SELECT count(*), count(DISTINCT mid) FROM messages").fetchall()[0]
        counted = dict(
            opened.execute("SELECT key, count(*) FROM messages JOIN identities ON id = identity GROUP BY key")
        )
        summed = dict(opened.execute("SELECT key, sums ->> '$.n' FROM states JOIN identities USING (person)"))
        visits = dict(
            opened.execute("SELECT key, sums ->> '$.counts.stores' FROM states JOIN identities USING (person)")
        )
    sent = sum(acknowledged) * BATCH
    assert rows[0] == rows[1]
    assert sent <= rows[0] <= sent + len(acknowledged) * BATCH
    assert counted == summed == visits
    with closing(SqliteHistory(file, lambda _: "full")) as store:
        known = Counter(m.mid for number in range(PEOPLE) for m in store._of_person(visitor_key(f"v{number}")))
    reader = MessageReader()
    expected = {
        reader.read(event_of(s, n), 2e9, {}).mid
        for s, batches in enumerate(acknowledged)
        for n in range(batches * BATCH)
    }
    assert expected <= known.keys()
    assert max(known.values()) == 1

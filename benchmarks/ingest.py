"""Events sent to a server that has one core, in batches: how many a second, each on disk before its answer.

The sender has the other core. The second figure of each, events in a second of the server's processor time, does not
depend on what else the machine does.
"""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import percentiles, rounds
from benchmarks.happenings import lines_of
from benchmarks.options import Options
from benchmarks.processes import LOAD_CORE, SERVER_CORE, Server, livecontent, pinned, serve, settle
from benchmarks.shop import environment_of

BATCHES = {100: 300, 1000: 40}  # events of a batch, and how many batches are sent in a round
SENDERS = 4  # each with a connection, on which it waits for the answer
PEOPLE = 20_000

_TOKEN = "a-token-of-a-benchmark"  # noqa: S105  of nobody
_TOML = f'consent = "full"\napi_token = "{_TOKEN}"\ndata = "data"\n'
_CREATIVE = "title: A\nsize: 60x20\nvariants: [{name: a, layers: [{fill: black}]}]\n"


def measure(options: Options) -> dict[str, object]:
    """Batches of both sizes in turns; all events are new, of people who are known from the second round on."""
    with TemporaryDirectory(prefix="livecontent-ingest-") as place, pinned(LOAD_CORE):
        folder = Path(place)
        (folder / "livecontent.toml").write_text(_TOML, encoding="utf-8")
        (folder / "templates" / "a").mkdir(parents=True)
        (folder / "templates" / "a" / "creative.yaml").write_text(_CREATIVE, encoding="utf-8")
        lines = lines_of(options.rounds * sum(size * count for size, count in BATCHES.items()), PEOPLE)
        sent: dict[int, list[_Sent]] = {size: [] for size in BATCHES}
        os.chdir(folder)
        with serve(livecontent(), environment_of(folder), {SERVER_CORE}) as server:
            for _ in range(options.rounds):
                for size, count in BATCHES.items():
                    bodies = [_body(list(islice(lines, size))) for _ in range(count)]
                    settle(server)
                    sent[size].append(_Sent(server, size, bodies))
        load = round(os.getloadavg()[0], 2)
        return {
            "senders": SENDERS,
            "load_at_the_end": load,
            "batches_of": {str(size): _told(found) for size, found in sent.items()},
        }


def _body(lines: list[str]) -> bytes:
    return f'{{"batch":[{",".join(lines)}]}}'.encode()


class _Sent:
    """What came of batches that were sent."""

    def __init__(self, server: Server, size: int, bodies: list[bytes]) -> None:
        cpu, begun = server.cpu_seconds(), time.monotonic()
        with ThreadPoolExecutor(SENDERS) as pool:
            parts = [bodies[first::SENDERS] for first in range(SENDERS)]
            self.waits = [
                wait for waits in pool.map(lambda part: _send(server.port, size, part), parts) for wait in waits
            ]
        events, self.seconds = size * len(bodies), time.monotonic() - begun
        self.cpu_seconds = server.cpu_seconds() - cpu
        self.rate, self.rate_of_cpu = events / self.seconds, events / self.cpu_seconds


def _send(port: int, size: int, bodies: list[bytes]) -> list[float]:
    """How many milliseconds each batch waited for its answer."""
    waits = []
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for body in bodies:
        begun = time.monotonic()
        connection.request("POST", "/v1/batch", body, {"authorization": f"Bearer {_TOKEN}"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        assert answer.status == 200, told
        assert told["taken"] == size, told
        waits.append((time.monotonic() - begun) * 1000)
    connection.close()
    return waits


def _told(found: list[_Sent]) -> dict[str, object]:
    return {
        "events_per_second": rounds([one.rate for one in found], 0),
        "events_per_cpu_second": rounds([one.rate_of_cpu for one in found], 0),
        "server_busy": rounds([one.cpu_seconds / one.seconds for one in found], 2),
        "milliseconds_until_a_batch_is_answered": percentiles([wait for one in found for wait in one.waits], 1),
    }

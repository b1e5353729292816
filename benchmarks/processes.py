"""Processes to measure: a command in, a server on a core of its own out, and what it takes of time and memory."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from livecontent.web.gauges import PAUSE

TICK = os.sysconf("SC_CLK_TCK")
START = 60.0  # seconds a server has to start
LOAD_CORE, SERVER_CORE = 0, 1


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    pid: int
    port: int
    metrics: int = 0  # the port at which livecontent tells them

    def told(self, name: str) -> float:
        """The value of a metric without labels, at most as old as this call; waits until it is told."""
        time.sleep(2 * PAUSE)
        end = time.monotonic() + START
        while time.monotonic() < end:
            with suppress(OSError, HTTPException):
                text = self.get("/metrics", port=self.metrics)[1].decode()
                lines = (line.rsplit(" ", 1) for line in text.splitlines())
                found = {line[0]: float(line[-1]) for line in lines if line[0] == name}
                if found:
                    return found[name]
            time.sleep(0.1)
        raise RuntimeError(f"the server does not tell {name}")

    def get(self, path: str, headers: Mapping[str, str] | None = None, port: int | None = None) -> tuple[int, bytes]:
        """One request: status and body."""
        connection = HTTPConnection("127.0.0.1", port or self.port, timeout=30)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def cpu_seconds(self) -> float:
        """Processor time of the process and all below it, since they started."""
        return sum(_cpu_seconds(pid) for pid in family(self.pid))

    def memory(self) -> dict[str, float]:
        """Resident and proportional set size in MiB, of the process and all below it."""
        return _memory(family(self.pid))


@contextmanager
def serve(
    command: Sequence[str],
    environment: Mapping[str, str],
    cores: set[int],
    ready: str = "/healthz",
    patience: float = START,
    log: IO[bytes] | None = None,
) -> Iterator[Server]:
    """A server, on these cores, until it is no longer needed. The command gets a port for `{port}`.

    What it says goes to the log, else to where this process speaks.
    """
    port, metrics = free_port(), free_port()
    process = subprocess.Popen(
        [*on_cores(cores), *(part.format(port=port) for part in command)],
        env={**environment, "LIVECONTENT_METRICS": f"127.0.0.1:{metrics}"},
        stderr=log,
        start_new_session=True,
    )
    server = Server(process.pid, port, metrics)
    try:
        _wait(server, process, ready, patience)
        yield server
    finally:
        _stop(process)


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """This process on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core if core in before else min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def on_cores(cores: Iterable[int]) -> list[str]:
    """What to put before a command so that it runs on these cores only."""
    return ["taskset", "-c", ",".join(map(str, sorted(cores)))]


def livecontent() -> list[str]:
    """The command that serves, as people start it."""
    return [sys.executable, "-m", "livecontent", "serve", "--port", "{port}"]


def settle(server: Server, seconds: float = 1.0) -> None:
    """Waits until the process has next to nothing to do."""
    used = seconds
    while used > seconds / 20:
        before = server.cpu_seconds()
        time.sleep(seconds)
        used = server.cpu_seconds() - before


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:  # it has ended
            continue
    return found


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def _memory(pids: Sequence[int]) -> dict[str, float]:
    """https://docs.kernel.org/filesystems/proc.html, `smaps_rollup`."""
    totals = {"Rss": 0, "Pss": 0}
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, rest = line.partition(":")
            if name in totals:
                totals[name] += int(rest.split()[0])
    return {f"{name.lower()}_mib": round(kib / 1024, 1) for name, kib in totals.items()}


def _wait(server: Server, process: subprocess.Popen[bytes], ready: str, patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            if server.get(ready)[0] == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} did not answer within {patience:g} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Asks the process to end, then whatever it started (they are one session)."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

"""Servers in processes of their own, as a person starts them."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import httpx2 as httpx
import pytest

from told import NO_TLS, Told, scrape, until, values

PATIENCE = 180  # seconds, on a machine that has other things to do
HELLO = "title: Hello\nsize: 60x20\nvariants:\n  - name: a\n    layers: [{image: hello.png}]\n"

linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")


@dataclass(frozen=True)
class Served:
    """A server in a process of its own, and its folder."""

    process: subprocess.Popen[bytes]
    url: str
    metrics: str
    folder: Path

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return httpx.get(self.url + path, headers=headers, trust_env=False, verify=NO_TLS, timeout=PATIENCE)

    def told(self) -> Told:
        return values(scrape(self.metrics))

    def workers(self) -> list[int]:
        """The processes that answer, where they are several."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
                command = (stat.parent / "cmdline").read_bytes()
            except OSError:  # it has just ended
                continue
            if parent == self.process.pid and b"livecontent.cli.worker" in command:
                found.append(int(stat.parent.name))
        return sorted(found)

    @property
    def log(self) -> str:
        """What it has said."""
        return (self.folder / "log").read_text()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def events(self) -> list[str]:
        """The refs of what was shown."""
        file = str(self.folder / ".livecontent" / "events.db")
        return [str(ref) for (ref,) in apsw.Connection(file).execute("SELECT ref FROM events ORDER BY ref")]


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[Served]:
    with socket.socket() as one, socket.socket() as two:
        ports = []
        for probe in (one, two):
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    port, metrics = ports
    command = [sys.executable, "-m", "livecontent", *words, "--port", str(port)]
    place = os.environ | {"LIVECONTENT_METRICS": f"127.0.0.1:{metrics}"}
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb"))
        process = stack.enter_context(subprocess.Popen(command, cwd=folder, env=place, stdout=log, stderr=log))
        served = Served(process, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{metrics}/metrics", folder)
        try:
            until(lambda: ready(served))
            yield served
        finally:
            process.terminate()
            process.wait(PATIENCE)


def ready(served: Served) -> bool:
    assert served.process.poll() is None, served.log
    return "Ready on" in served.log


def alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


@contextmanager
def asleep(process: int) -> Iterator[None]:
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)

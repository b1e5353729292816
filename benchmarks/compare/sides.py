"""The two sides: the working tree, and a commit whose files are laid out in a folder of their own."""

import base64
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.compare.cases import Request
from benchmarks.processes import SERVER_CORE, on_cores
from benchmarks.shop import ROOT, environment_of

_DRIVER = Path(__file__).with_name("driver.py")


@dataclass(frozen=True, slots=True)
class Side:
    """A commit: its name, its files, and the folders in which its shop and its demo are."""

    name: str
    commit: str
    tree: Path
    homes: Path

    def home(self, name: str) -> Path:
        """The folder of the shop or the demo."""
        return self.homes / name


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side did in its turn: microseconds of each answer, in the thread that answers and in all threads."""

    thread: Sequence[float]
    process: Sequence[float]
    last: bytes  # the last answer


@dataclass(frozen=True, slots=True)
class Driver:
    """The process of a side."""

    side: Side
    process: subprocess.Popen[str]

    def answer(self, requests: Sequence[Request]) -> Turn:
        """Answers to all requests. Raises `RuntimeError` where one is no image of the right size."""
        self.send(requests)
        said = self.receive()
        for request, size in zip(requests, said["sizes"], strict=True):
            if size != request.size:
                raise RuntimeError(f"{self.side.name}: {request.path} is {size} instead of {request.size}")
        thread, process = ([nanos / 1000 for nanos in said[name]] for name in ("thread_ns", "process_ns"))
        return Turn(thread, process, base64.b64decode(said["last"]))

    def metrics(self) -> str:
        """What the application tells at `/metrics`."""
        self.send([])
        return str(self.receive()["metrics"])

    def send(self, requests: Sequence[Request]) -> None:
        """Tells the process what to do."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(requests) + "\n")
        self.process.stdin.flush()

    def receive(self) -> Any:
        """What the process has to say. Raises `RuntimeError` where it has ended."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.side.name}: the process ended with {self.process.wait()}")
        return json.loads(line)


@contextmanager
def drive(side: Side, home: str) -> Iterator[Driver]:
    """A process of a side that has started, on the core of servers."""
    process = subprocess.Popen(
        [*on_cores({SERVER_CORE}), sys.executable, "-P", str(_DRIVER)],
        cwd=side.home(home),
        env=environment_of(side.home(home), side.tree),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    driver = Driver(side, process)
    try:
        folder = driver.receive()["folder"]
        if Path(folder) != side.tree:
            raise RuntimeError(f"{side.name}: livecontent of {folder} was imported instead of that of {side.tree}")
        yield driver
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)
    finally:
        process.kill()
        process.wait()


def commit_of(name: str) -> str:
    """The id of a commit. Raises `RuntimeError` where there is none of that name."""
    return _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()


def lay_out(commit: str, folder: Path) -> None:
    """Writes the files of a commit into a folder."""
    with tarfile.open(fileobj=BytesIO(_git("archive", commit))) as files:
        files.extractall(folder, filter="data")


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr.decode().strip() or 'no such commit'}")
    return done.stdout

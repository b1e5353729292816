"""What tests of pages in a browser share."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Page
from typer.testing import CliRunner

from livecontent.cli.main import program

COMMAND = (sys.executable, "-c", "from livecontent.cli import main; main()")
Visit = Callable[..., Page]
T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def in_a_thread(work: Callable[[], T]) -> T:
    """What it answers, where no loop runs: in the thread of the tests Playwright's may."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(work).result()


def command(*words: str, environment: Mapping[str, str] | None = None) -> str:
    """What a command writes: in this process."""
    done = in_a_thread(lambda: CliRunner().invoke(program, list(words), env=environment, catch_exceptions=False))
    return done.stdout.strip()


@contextmanager
def started(folder: Path, page: str, *words: str, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """A command that serves, until its page answers."""
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([*COMMAND, *words], cwd=folder, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            _wait_for(page, server, folder / "log")
            yield
        finally:
            server.terminate()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  our own
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the demo does not start: {log.read_text()}")

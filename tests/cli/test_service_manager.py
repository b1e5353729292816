"""What systemd is told, over a real socket of datagrams; and the socket that it may hand over."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx2 as httpx
import pytest
from served import PATIENCE, linux, serving

from livecontent.cli.notify import ServiceManager
from nightly import NIGHT
from told import NO_TLS, until

pytestmark = linux
SOCKETS = ("a file", "a name in no folder")


@pytest.fixture(params=SOCKETS)
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The end of whoever starts a server."""
    name = str(tmp_path / "notify") if request.param == "a file" else f"@livecontent-{os.getpid()}-{tmp_path.name}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as heard:
        heard.bind(name.replace("@", "\0", 1))
        heard.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        monkeypatch.setenv("WATCHDOG_USEC", "30000000")
        yield heard


def until_told(manager: socket.socket, word: str) -> list[str]:
    """All that is told until a word comes, but signs of life."""
    told: list[str] = []
    end = time.monotonic() + PATIENCE
    while not told or word not in told[-1].splitlines():
        assert time.monotonic() < end, told
        message = manager.recv(4096).decode()
        if message != "WATCHDOG=1":
            told.append(message)
    return told


@pytest.mark.parametrize("manager", SOCKETS if NIGHT else SOCKETS[:1], indirect=True)
def test_it_is_told_of_the_start_of_a_restart_and_of_the_stop(shop: Path, manager: socket.socket) -> None:
    with serving(shop, "serve", "--workers", "2") as served:
        assert until_told(manager, "READY=1") == ["READY=1\nSTATUS=2 of 2 workers answer"]
        served.signal(signal.SIGHUP)
        restarted = until_told(manager, "READY=1")
        assert restarted[0].startswith("RELOADING=1\nMONOTONIC_USEC=")
        assert len(restarted) == 2
        assert served.log.count("restart: done") == 1
        assert manager.recv(4096) == b"WATCHDOG=1"
        served.signal(signal.SIGTERM)
        assert until_told(manager, "STOPPING=1") == ["STOPPING=1"]
        assert served.process.wait(PATIENCE) == 0


def test_what_counts_waits_for_a_manager_that_has_much_to_read(manager: socket.socket) -> None:
    telling = ServiceManager()
    manager.setblocking(False)
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as busy, suppress(BlockingIOError):
        busy.setblocking(False)
        while True:
            busy.sendto(b"WATCHDOG=1", manager.getsockname())
    reading = threading.Timer(0.1, manager.recv, (4096,))
    reading.start()
    telling.tell("READY=1")
    reading.join()
    with suppress(BlockingIOError):
        while (told := manager.recv(4096)) == b"WATCHDOG=1":
            pass
    assert told == b"READY=1"


def test_a_server_runs_where_nobody_listens(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    with serving(shop, "serve", "--workers", "1") as served:
        assert served.get("/healthz").status_code == 200
        assert served.log.count("the service manager can't be told") == 1


def test_a_socket_that_systemd_has_made_is_served(shop: Path) -> None:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        made.listen()
        port = made.getsockname()[1]
        activate = (
            f"import os, sys; os.dup2({made.fileno()}, 3); os.environ['LISTEN_PID'] = str(os.getpid()); "
            "os.environ['LISTEN_FDS'] = '1'; os.execv(sys.executable, [sys.executable, '-m', 'livecontent', 'serve'])"
        )
        with (
            (shop / "log").open("wb") as log,
            subprocess.Popen(
                [sys.executable, "-c", activate], cwd=shop, stdout=log, stderr=log, pass_fds=[made.fileno()]
            ) as process,
        ):
            try:
                until(lambda: "Ready on" in (shop / "log").read_text() or process.poll() is not None)
                assert f"Ready on http://127.0.0.1:{port}" in (shop / "log").read_text()
                assert httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, verify=NO_TLS).status_code == 200
            finally:
                process.terminate()
                assert process.wait(PATIENCE) == 0

"""Workers are replaced, by whatever, and nobody who asks for an image notices."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread

import pytest
from served import PATIENCE, Served, alive, linux, serving

from nightly import NIGHT
from told import until

RESTARTS = 20 if NIGHT else 1
CLIENTS = 4
DONE = "restart: done"

pytestmark = linux


class Clients:
    """Connections that ask for one image after the other, and are kept as long as the server keeps them."""

    def __init__(self, served: Served) -> None:
        self.answered = self.connections = 0
        self.failed: list[str] = []
        self._address = served.url.removeprefix("http://")
        self._enough = Event()
        self._threads = [Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]

    def _ask(self, number: int) -> None:
        connection = HTTPConnection(self._address, timeout=PATIENCE)
        while not self._enough.is_set():
            new = connection.sock is None
            try:
                connection.request("GET", f"/i/hello/{'a' * 26}.jpg")
                answer = connection.getresponse()
                if answer.status != 200 or not answer.read().startswith(b"\xff\xd8"):
                    self.failed.append(f"{answer.status}")
            except (OSError, HTTPException) as error:
                self.failed.append(f"{'new' if new else 'kept'}: {error!r}")
                connection.close()
            self.answered += 1
            self.connections += new
            time.sleep(0.004 + number * 0.01)  # more would only slow down what they wait for
        connection.close()

    @contextmanager
    def asking(self) -> Iterator["Clients"]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._enough.set()
            for thread in self._threads:
                thread.join()


@contextmanager
def busy_cores() -> Iterator[None]:
    """Each core has a process that never rests."""
    with ExitStack() as stack:
        for _ in os.sched_getaffinity(0):
            process = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(process.kill)
        yield


def restart(served: Served) -> None:
    """Asks for it, and waits until it is done."""
    before = served.log.count(DONE)
    served.signal(signal.SIGHUP)
    until(lambda: served.log.count(DONE) > before)


@pytest.mark.parametrize("around", [ExitStack, busy_cores] if NIGHT else [ExitStack])
def test_nobody_is_left_without_an_answer_while_workers_are_replaced(
    shop: Path, around: Callable[[], ExitStack]
) -> None:
    with serving(shop, "serve", "--workers", "2") as served, around(), Clients(served).asking() as clients:
        for _ in range(RESTARTS):
            before = served.workers()
            restart(served)
            until(lambda gone=before: not any(map(alive, gone)))  # type: ignore[misc]
            assert len(served.workers()) == 2
        until(lambda answered=clients.answered: clients.answered > answered + 20)  # type: ignore[misc]
    assert clients.failed == []
    assert clients.connections < clients.answered / 2  # they were kept


def test_a_single_worker_is_replaced_without_an_outage_too(shop: Path) -> None:
    with serving(shop, "serve", "--workers", "1") as served, Clients(served).asking() as clients:
        until(lambda: clients.answered > 20)
        restart(served)
        until(lambda answered=clients.answered: clients.answered > answered + 20)  # type: ignore[misc]
    assert clients.failed == []


def test_new_settings_are_in_force_and_broken_ones_replace_nothing(shop: Path) -> None:
    (shop / "livecontent.toml").write_text('templates = "templates"\nlanding = "https://one.example"')
    with serving(shop, "serve", "--workers", "2") as served:
        (shop / "livecontent.toml").write_text('templates = "templates"\nlanding = "https://two.example"')
        restart(served)
        assert served.get("/c/hello/x").headers["location"] == "https://two.example"
        pair = served.workers()
        (shop / "livecontent.toml").write_text('landign = "https://three.example"')
        served.signal(signal.SIGHUP)
        until(lambda: "nothing was replaced" in served.log)
        assert "landign; did you mean landing?" in served.log
        assert served.workers() == pair
        os.kill(pair[0], signal.SIGKILL)  # its successor can't start, either: the other goes on
        until(lambda: served.log.count("landign") > 2)
        assert served.get("/c/hello/x").headers["location"] == "https://two.example"
        (shop / "livecontent.toml").write_text('templates = "templates"\nlanding = "https://four.example"')
        restart(served)
        assert served.get("/c/hello/x").headers["location"] == "https://four.example"
        assert len(served.workers()) == 2


@pytest.fixture
def breakable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Code that cannot draw any more once this file is there."""
    (tmp_path / "code").mkdir()
    broken = tmp_path / "code" / "broken"
    (tmp_path / "code" / "sitecustomize.py").write_text(
        f"import os\nif os.path.exists({str(broken)!r}):\n"
        "    from livecontent.render.renderer import Renderer\n    del Renderer.render\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "code"), prepend=os.pathsep)
    return broken


def test_code_that_cannot_draw_replaces_nothing(shop: Path, breakable: Path) -> None:
    with serving(shop, "serve", "--workers", "1") as served:
        before = served.workers()
        assert served.get("/i/hello/x.jpg").content
        breakable.touch()
        with Clients(served).asking() as clients:
            served.signal(signal.SIGHUP)
            until(lambda: "nothing was replaced" in served.log)
        assert "could be drawn: AttributeError" in served.log
        assert (clients.failed, served.workers()) == ([], before)
        breakable.unlink()
        restart(served)
        assert not set(before) & set(served.workers())


def test_workers_that_die_or_hang_are_replaced_and_end_when_their_parent_was_killed(shop: Path) -> None:
    with serving(shop, "serve", "--workers", "2") as served:
        dead, other = served.workers()
        os.kill(dead, signal.SIGKILL)
        until(lambda: len(served.workers()) == 2 and dead not in served.workers())
        assert f"is lost (process {dead}: killed by SIGKILL), and replaced now" in served.log
        assert alive(other)
        os.kill(other, signal.SIGSTOP)
        until(lambda: not alive(other))
        assert f"process {other}: no sign of life for 10 s" in served.log
        until(lambda: len(served.workers()) == 2)
        pair = served.workers()
        served.process.kill()
        until(lambda: not any(map(alive, pair)))


def test_a_port_in_use_is_told_in_one_line(shop: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "livecontent", "serve", "--port", str(port)]
        done = subprocess.run(command, cwd=shop, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 3
    assert f"port {port}: Address already in use" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_idle_connection_has_one_more_answer_when_the_server_stops(shop: Path) -> None:
    with serving(shop, "serve", "--workers", "1") as served:
        connection = HTTPConnection(served.url.removeprefix("http://"), timeout=PATIENCE)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
        assert connection.sock is not None
        served.signal(signal.SIGTERM)
        until(lambda: refused(served))
        connection.request("GET", f"/i/hello/{'a' * 26}.jpg")
        answer = connection.getresponse()
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert answer.read().startswith(b"\xff\xd8")
        connection.close()
        assert served.process.wait(PATIENCE) == 0


def refused(served: Served) -> bool:
    """Whether nobody listens any more."""
    try:
        socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False

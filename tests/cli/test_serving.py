"""The server, started as a person starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import httpx2 as httpx
import pytest
from PIL import Image

from blocking import Blocking
from livecontent.cli.storage import SHIPPED
from livecontent.config import DATA
from livecontent.storage.base import ConsentDecision
from livecontent.storage.sqlite.people import SqliteConsents
from told import Told, scrape, until, values

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
        return httpx.get(self.url + path, headers=headers, trust_env=False, timeout=PATIENCE)

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

    def events(self) -> list[str]:
        """The refs of what was shown."""
        file = str(self.folder / ".livecontent" / "events.db")
        return [str(ref) for (ref,) in apsw.Connection(file).execute("SELECT ref FROM events ORDER BY ref")]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder to serve, with one creative that is quickly made."""
    folder = tmp_path / "templates" / "hello"
    folder.mkdir(parents=True)
    (folder / "creative.yaml").write_text(HELLO)
    Image.new("RGB", (60, 20), "red").save(folder / "hello.png")
    (tmp_path / "livecontent.toml").write_text('templates = "templates"\nconsent = "full"')
    return tmp_path


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
    said = (served.folder / "log").read_text()
    assert served.process.poll() is None, said
    return "Ready on" in said


def alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


@contextmanager
def asleep(process: int) -> Iterator[None]:
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@linux
def test_two_workers_answer_record_in_one_place_and_end_together(shop: Path) -> None:
    refs = ["a" * 26, "b" * 26]
    with serving(shop, "serve", "--workers", "2") as served:
        with closing(Blocking(SqliteConsents(shop / DATA / "consent.db", "no-record"))) as consents:
            consents.put(
                [ConsentDecision(ref, "full", time.time()) for ref in refs]
            )  # a ref of nobody would only be counted
        pair = served.workers()
        for worker, other, ref in zip(pair, reversed(pair), refs, strict=True):
            with asleep(other):  # so that it is the worker who answers
                assert served.get(f"/i/hello/{ref}.jpg").headers["content-type"] == "image/jpeg"
            assert alive(worker)
        until(lambda: served.events() == refs)
        assert served.workers() == pair  # nobody was replaced
        served.process.terminate()
        assert served.process.wait(PATIENCE) == 0
        assert not any(map(alive, pair))
    log = (shop / "log").read_text()
    assert log.count("Serving 1 creative of templates to 0 recipients, in 2 processes.") == 1
    assert "Traceback" not in log


@linux
def test_ctrl_c_ends_all_workers_without_a_word(shop: Path) -> None:
    with ExitStack() as stack:
        served = stack.enter_context(serving(shop, "serve", "--workers", "2"))
        pair = served.workers()
        assert len(pair) == 2
        for process in (*pair, served.process.pid):  # as a terminal does
            os.kill(process, signal.SIGINT)
        assert served.process.wait(PATIENCE) == 0
        assert not any(map(alive, pair))
    assert "Traceback" not in (shop / "log").read_text()


@linux
def test_a_broken_creative_is_told_once_by_however_many_workers(shop: Path) -> None:
    broken = shop / "templates" / "broken"
    broken.mkdir()
    (broken / "creative.yaml").write_text(HELLO)
    (broken / "hello.png").write_bytes(b"no picture")
    with serving(shop, "serve", "--workers", "2") as served:
        for worker in served.workers():
            with asleep(worker):  # so that the other answers
                assert served.get("/readyz").json() == {"status": "degraded"}
    assert (shop / "log").read_text().count("broken/hello.png") == 1


def test_what_can_not_be_opened_is_told_in_one_line_before_any_worker_starts(tmp_path: Path) -> None:
    (tmp_path / "livecontent.toml").write_text('stores = "nowhere.csv"')
    command = [sys.executable, "-m", "livecontent", "serve", "--workers", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "nowhere.csv" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("trusted", "reason"), [("[]", "missing"), ('["127.0.0.1"]', "fresh")])
@pytest.mark.usefixtures("demo_creatives")
def test_an_address_is_believed_from_trusted_proxies_only(tmp_path: Path, trusted: str, reason: str) -> None:
    settings = f'geoip = "{SHIPPED}/places.mmdb"\ntrusted_proxies = {trusted}\n'
    (tmp_path / "livecontent.toml").write_text(settings)
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    with serving(tmp_path, "serve", "--workers", "1") as served:
        served.get("/i/umbrella/x.jpg", {"x-forwarded-for": "192.0.2.1", "user-agent": agent})
        told = served.told()
    assert told["livecontent_facts_total", "place", reason] == 1, told

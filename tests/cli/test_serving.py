"""The server, started as a person starts it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from served import HELLO, PATIENCE, alive, asleep, linux, serving

from blocking import Blocking
from livecontent.cli.storage import SHIPPED
from livecontent.config import DATA
from livecontent.storage.base import ConsentDecision
from livecontent.storage.sqlite.people import SqliteConsents
from told import until

# A variant of readers somewhere, and one of all others.
WHERE = "- {name: here, when: place.city != '', layers: [{image: hello.png}]}\n  - name: a"


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


def test_a_server_without_a_place_for_its_metrics_serves(shop: Path) -> None:
    (shop / DATA).mkdir(mode=0o700)
    (shop / DATA / "metrics").write_text("no folder")
    with serving(shop, "serve", "--workers", "1") as served:
        assert served.get("/i/hello").headers["content-type"] == "image/jpeg"
    assert served.log.count("metrics are missing") == 1
    assert "Traceback" not in served.log


def test_what_can_not_be_opened_is_told_once_and_ends_the_server(tmp_path: Path) -> None:
    (tmp_path / "livecontent.toml").write_text('stores = "nowhere.csv"')
    command = [sys.executable, "-m", "livecontent", "serve", "--workers", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert done.stderr.count("nowhere.csv") == 1
    assert done.stderr.splitlines()[-1].startswith("nowhere.csv: the file can't be read")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("trusted", "reason"), [("[]", "missing"), ('["127.0.0.1"]', "fresh")])
def test_an_address_is_believed_from_trusted_proxies_only(shop: Path, trusted: str, reason: str) -> None:
    settings = f'templates = "templates"\ngeoip = "{SHIPPED}/places.mmdb"\ntrusted_proxies = {trusted}\n'
    (shop / "livecontent.toml").write_text(settings)
    (shop / "templates" / "hello" / "creative.yaml").write_text(HELLO.replace("- name: a", WHERE))
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    with serving(shop, "serve", "--workers", "1") as served:
        served.get("/i/hello/x.jpg", {"x-forwarded-for": "192.0.2.1", "user-agent": agent})
        told = served.told()
    assert told["livecontent_facts_total", "place", reason] == 1, told


def test_the_parent_of_the_workers_imports_nothing_of_what_they_do() -> None:
    heavy = {"PIL", "pydantic", "babel", "starlette", "uvicorn", "apsw", "livecontent.services", "livecontent.config"}
    code = "import sys, livecontent.cli.main, livecontent.cli.serving; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert heavy & set(done.stdout.split()) == set()

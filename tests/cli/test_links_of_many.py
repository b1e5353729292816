"""`links` of so many that several processes work on it, and what is left when somebody stops it."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import apsw
import pytest
from running import Run, said

from livecontent.cli import links
from processes import PATIENCE, started

pytestmark = pytest.mark.usefixtures("demo_creatives")
MANY = 60_000
READS = """
title: Reads
size: 600x100
alt: "You read at {{ habit.best_hour | default: 'any hour' }}"
variants: [{name: plain, layers: [{fill: white}]}]
"""


@pytest.fixture
def many(run: Run, tmp_path: Path) -> Path:
    """A folder with so many recipients that their links take a while, and an older file of links."""
    (tmp_path / "people.csv").write_text("id,first_name\nanna,Anna\n")
    assert run("import", "recipients", "people.csv").exit_code == 0
    with apsw.Connection(str(tmp_path / ".livecontent" / "recipients.db")) as write:
        names = (
            (f"{number:026}", f"c{number}", f'{{"id":"c{number}","first_name":"A{number}"}}') for number in range(MANY)
        )
        write.executemany("INSERT INTO recipients VALUES (?, ?, '', ?)", names)
    out = tmp_path / "out"
    out.mkdir()
    (out / "links.csv").write_text("what was there")
    return out


def of_session(leader: int) -> list[str]:
    """The processes that a command has started and that are still there."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(words[3]) == leader and words[0] != "Z" and int(folder.name) != leader:
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except (OSError, IndexError):
            continue
    return found


def workers_of(leader: int) -> list[str]:
    return [words for words in of_session(leader) if "spawn_main" in words]


def wait_for_lines(out: Path, process: subprocess.Popen[str]) -> None:
    """Until the first lines are written."""
    while not any(file.stat().st_size > 1000 for file in out.glob(".links.csv.*")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def wait_until_gone(leader: int) -> None:
    end = time.monotonic() + PATIENCE
    while of_session(leader):
        assert time.monotonic() < end, of_session(leader)
        time.sleep(0.05)


@pytest.mark.parametrize("words", [(), ("--recipients", "people.csv")])
def test_several_processes_write_what_one_writes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    people = "".join(f"c{number},Anna{number},{'fr' if number % 3 else 'en'}\n" for number in range(95))
    (tmp_path / "people.csv").write_text(f"id,first_name,language\n{people},Nobody,fr\n")
    run("import", "recipients", "people.csv")
    run("consent", "set", "c7", "none")
    command = ("links", "umbrella", *words, "--at", "2026-11-27T08:00")
    one = run(*command)
    assert one.exit_code == 0, said(one)
    monkeypatch.setattr(links, "_BATCH", 10)
    monkeypatch.setattr(links, "_FEW", 2)
    monkeypatch.setattr(links, "cores", lambda: 2)
    several = run(*command)
    assert several.exit_code == 0, said(several)
    assert several.stdout == one.stdout
    rows = list(csv.DictReader(one.stdout.splitlines()))
    assert len(rows) == 95
    assert [row["id"] for row in rows if row["id"].removeprefix("c") not in row["alt"]] == ["c7"]


def test_links_without_alt_texts_have_the_same_addresses(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id\nanna\nbert\n")
    run("import", "recipients", "people.csv")
    run("sends", "add", "friday", "--at", "2026-11-27T08:00")
    words = ("links", "umbrella", "--send", "friday")
    whole = list(csv.reader(run(*words).stdout.splitlines()))
    assert list(csv.reader(run(*words, "--no-alt").stdout.splitlines())) == [row[:-3] for row in whole]
    assert "unknown creative 'nothing'" in said(run("links", "nothing", "--no-alt"))


def test_the_hour_at_which_somebody_reads_is_told_of_who_consents(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id\nanna\nbert\ncleo\n")
    run("import", "recipients", "people.csv")
    for one in ("anna", "bert", "cleo"):
        run("consent", "set", one, "full")
    days = {"anna": range(10, 17), "bert": range(10, 13), "cleo": range(10, 17)}  # bert: too few to say
    told = [(one, f"2026-11-{day}T07:20:00+01:00") for one, read in days.items() for day in read]
    lines = (json.dumps({"userId": one, "event": "Message Opened", "timestamp": at}) for one, at in told)
    (tmp_path / "read.jsonl").write_text("\n".join(lines))
    assert run("import", "events", "read.jsonl").exit_code == 0
    run("consent", "set", "cleo", "no-record")
    rows = csv.DictReader(run("links", "umbrella", "--at", "2026-11-27T08:00").stdout.splitlines())
    hours = {row["id"]: (row["best_hour"], row["best_hour_of"]) for row in rows}
    assert hours == {"anna": ("7", "7"), "bert": ("", ""), "cleo": ("", "")}
    (tmp_path / "templates" / "reads").mkdir()
    (tmp_path / "templates" / "reads" / "creative.yaml").write_text(READS)
    explained = run("explain", "reads", "--recipient", "anna", "--language", "fr").stdout
    assert "Lit ses messages à 7 h : 100 % de 7 messages lus" in " ".join(explained.split())


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_stops_it_leaves_no_file_and_no_process(many: Path, stop: signal.Signals, code: int) -> None:
    with started("links", "umbrella", "-o", "out/links.csv", folder=many.parent) as process:
        wait_for_lines(many, process)
        assert len(workers_of(process.pid)) == len(os.sched_getaffinity(0))
        (os.killpg if stop == signal.SIGINT else os.kill)(process.pid, stop)  # as a terminal does
        assert process.wait() == code
        wait_until_gone(process.pid)
        assert process.stderr
        assert process.stderr.read().strip() == ""
    assert [(file.name, file.read_text()) for file in many.iterdir()] == [("links.csv", "what was there")]


def test_processes_end_when_the_command_is_killed(many: Path) -> None:
    with started("links", "umbrella", "-o", "out/links.csv", folder=many.parent) as process:
        wait_for_lines(many, process)
        process.kill()
        process.wait()
        wait_until_gone(process.pid)


def test_a_process_that_dies_is_told_and_leaves_no_file(many: Path) -> None:
    with started("links", "umbrella", "-o", "out/links.csv", folder=many.parent) as process:
        wait_for_lines(many, process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        (worker, *_) = [one for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]
        os.kill(int(worker), signal.SIGKILL)
        assert process.wait() == 1
        assert process.stderr
        assert "a process that works out alt texts has died" in process.stderr.read()
        wait_until_gone(process.pid)
    assert [(file.name, file.read_text()) for file in many.iterdir()] == [("links.csv", "what was there")]

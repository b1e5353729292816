"""A backup is made while the server runs; restored, it answers as before, and nobody comes back who was forgotten."""

import json
import os
import stat
import tarfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from running import Run, said
from served import Served, linux, serving

from livecontent.cli.backup import MANIFEST
from livecontent.config import DATA
from livecontent.runtime.keys import SecretKeys
from livecontent.storage.sqlite.copies import count_rows
from livecontent.stores import RESTORE
from told import until

CREATIVE = """
title: Hello
size: 200x30
variants:
  - name: a
    layers:
      - {text: "{{ recipient.first_name | default: 'you' }}", box: [0, 0, 200, 30], font: {family: Inter, size: 20}}
"""
PEOPLE = "id,first_name\n1,Anna\n2,Bo\n3,Cleo\n4,Dora\n"

Refs = dict[str, str]


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """A shop with four people, some of whom have decided."""
    (tmp_path / "templates" / "hello").mkdir(parents=True)
    (tmp_path / "templates" / "hello" / "creative.yaml").write_text(CREATIVE)
    (tmp_path / "livecontent.toml").write_text('templates = "templates"\nconsent = "full"')
    (tmp_path / "people.csv").write_text(PEOPLE)
    assert run("import", "recipients", "people.csv").exit_code == 0
    assert run("consent", "set", "4", "no-record").exit_code == 0
    return tmp_path


def refs(run: Run) -> Refs:
    rows = run("links", "hello", "--no-alt").stdout.splitlines()[1:]
    return {row.split(",")[0]: row.split(",")[1] for row in rows}


def rows_of(data: Path) -> dict[str, dict[str, int]]:
    return {file.name: count_rows(file) for file in sorted(data.glob("*.db"))}


def image(served: Served, ref: str) -> bytes:
    return served.get(f"/i/hello/{ref}.png").content


@linux
def test_a_restored_backup_answers_with_the_same_bytes_and_has_the_same_rows(
    folder: Path, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    targets = [tmp_path_factory.mktemp("elsewhere") / name for name in ("kept", "kept.tar.gz")]
    people = refs(run)
    with serving(folder, "serve", "--workers", "2") as served:
        before = {ref: image(served, ref) for ref in people.values()}
        until(lambda: len(served.events()) == 3 and rows_of(folder / DATA)["events.db"]["counts"] == 1)
        for target in targets:
            assert "4 recipients, 1 decision, 3 events" in said(run("backup", str(target)))
            refused = run("restore", str(target), "--replace")
            assert refused.exit_code == 1
            assert "a server runs on" in said(refused)
        rows = rows_of(folder / DATA)
    assert len(set(before.values())) == 4
    for target in targets:
        (folder / DATA).rename(folder / f"lost before {target.name}")
        told = said(run("restore", str(target)))
        assert "4 recipients, 1 decision, 3 events" in told
        assert "livecontent forget" in told  # nothing is known of what was decided since
        assert rows_of(folder / DATA) == rows
        with serving(folder, "serve", "--workers", "1") as served:
            assert {ref: image(served, ref) for ref in people.values()} == before


@pytest.mark.parametrize("name", ["kept", "kept.tar"])
def test_only_the_owner_can_read_it(folder: Path, run: Run, name: str) -> None:
    assert run("backup", name).exit_code == 0
    files = [folder / name, *(folder / name).rglob("*")]
    assert {stat.S_IMODE(file.stat().st_mode) & 0o077 for file in files} == {0}
    assert not [file for file in folder.iterdir() if file.name.startswith(f".{name}")]
    (folder / DATA).rename(folder / "lost")
    os.umask(os.umask(0) | 0o022)
    assert run("restore", name).exit_code == 0
    restored = [file for file in (folder / DATA).rglob("*") if file.suffix in {".db", ""} and file.is_file()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in restored if file.name == "key" or file.suffix} == {0o600}


def test_nothing_is_overwritten_unless_told_to(folder: Path, run: Run) -> None:
    assert run("backup", "kept").exit_code == 0
    assert "is there already" in said(run("backup", "kept"))
    assert "data folder itself" in said(run("backup", str(DATA / "kept")))
    refused = run("restore", "kept")
    assert refused.exit_code == 1
    assert "is not empty" in said(refused)
    (folder / DATA / "leftover").write_text("")
    assert run("restore", "kept", "--replace").exit_code == 0
    assert not (folder / DATA / "leftover").exists()
    assert not (folder / DATA / RESTORE).exists()


def test_what_was_withdrawn_or_forgotten_since_stays_so(folder: Path, run: Run) -> None:
    people = refs(run)
    with serving(folder, "serve", "--workers", "1") as served:
        for ref in people.values():
            image(served, ref)
        until(lambda: len(served.events()) >= 3)
    assert run("backup", "kept.tgz").exit_code == 0
    assert run("forget", "1", "--yes").exit_code == 0
    assert run("consent", "set", "2", "none").exit_code == 0
    assert run("consent", "set", "4", "full").exit_code == 0
    told = said(run("restore", "kept.tgz", "--replace"))
    assert "3 applied, 1 forgotten again" in told
    assert set(refs(run)) == {"2", "3", "4"}  # 2 has withdrawn, and is a recipient still
    assert "none" in said(run("consent", "show", "2"))
    assert "full" in said(run("consent", "show", "4"))
    ref = people["1"].encode()
    holding = {file.name for file in (folder / DATA).rglob("*") if file.is_file() and ref in file.read_bytes()}
    assert holding <= {"consent.db", "consent.db-wal"}  # that they consent to nothing
    with closing(apsw.Connection(str(folder / DATA / "events.db"))) as events:
        assert {row for (row,) in events.execute("SELECT ref FROM events")} <= {"", people["3"]}


def test_keys_that_were_added_since_stay_in_use(folder: Path, run: Run) -> None:
    assert run("backup", "kept").exit_code == 0
    old = (folder / DATA / "key").read_text()
    SecretKeys(folder / DATA / "key", folder / DATA).add()
    new = (folder / DATA / "key").read_text()
    assert run("restore", "kept", "--replace").exit_code == 0
    assert (folder / DATA / "key").read_text() == new
    assert old in {file.read_text() for file in (folder / DATA / "keys").iterdir() if file.is_file()}
    (folder / DATA).rename(folder / "lost")
    assert "recipients" in said(run("doctor"))  # makes a data folder with another key
    run("consent", "set", "9", "none")
    assert (folder / DATA / "key").read_text() not in {old, new}
    assert run("restore", "kept", "--replace").exit_code == 0
    assert (folder / DATA / "key").read_text() == old


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("way", ["no", "forget"])
def test_a_no_holds_when_the_key_of_the_backup_was_retired(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, when: str, way: str
) -> None:
    monkeypatch.setattr("livecontent.cli.keys.SETTLED", 0.0)

    def say_no() -> None:
        words = ("consent", "set", "1", "none") if way == "no" else ("forget", "1", "--yes")
        assert run(*words).exit_code == 0

    old = refs(run)
    assert run("backup", "kept").exit_code == 0
    if when == "before":
        say_no()
    first = SecretKeys(folder / DATA / "key", folder / DATA).live[0]
    assert run("keys", "add").exit_code == 0
    assert run("keys", "retire", first.id, "--yes").exit_code == 0
    if when == "after":
        say_no()
    there = refs(run)
    told = said(run("restore", "kept", "--replace"))
    assert f"1 applied, {int(way == 'forget')} forgotten again" in told
    assert refs(run) == there
    assert not set(there.values()) & set(old.values())
    assert set(there) == ({"1", "2", "3", "4"} if way == "no" else {"2", "3", "4"})
    assert "none" in said(run("consent", "show", "1"))
    assert "no-record" in said(run("consent", "show", "4"))
    assert "full" in said(run("consent", "show", "2"))
    again = said(run("import", "recipients", "people.csv"))
    assert "4 unchanged" in again if way == "no" else "1 added, 0 changed, 3 unchanged" in again
    assert "none" in said(run("consent", "show", "1"))


def test_a_lost_file_of_recipients_makes_nobody_forgotten(folder: Path, run: Run) -> None:
    assert run("backup", "kept").exit_code == 0
    assert run("consent", "set", "1", "none").exit_code == 0
    for file in (folder / DATA).glob("recipients.db*"):
        file.unlink()
    told = said(run("restore", "kept", "--replace"))
    assert "1 applied, 0 forgotten again" in told
    assert "recipients.db is missing: who was forgotten after the backup is not known here" in told
    assert set(refs(run)) == {"1", "2", "3", "4"}
    assert "none" in said(run("consent", "show", "1"))


def test_a_file_of_recipients_that_a_server_made_anew_makes_nobody_forgotten(folder: Path, run: Run) -> None:
    assert run("backup", "kept").exit_code == 0
    assert run("consent", "set", "1", "none").exit_code == 0
    for file in (folder / DATA).glob("recipients.db*"):
        file.unlink()
    assert run("doctor").exit_code == 0  # makes an empty one, as a server does
    (folder / "more.csv").write_text("id,first_name\n2,Bo\n7,Gil\n")
    assert run("import", "recipients", "more.csv").exit_code == 0
    assert run("forget", "2", "--yes").exit_code == 0
    told = said(run("restore", "kept", "--replace"))
    assert "recipients.db was made anew on " in told
    assert "2 applied, 1 forgotten again" in told
    assert set(refs(run)) == {"1", "3", "4"}
    assert "none" in said(run("consent", "show", "1"))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda kept: (kept / MANIFEST).unlink(), "is no backup"),
        (lambda kept: (kept / "events.db").unlink(), "events.db has not the rows"),
        (lambda kept: (kept / "recipients.db").write_bytes(b"nonsense" * 1000), "recipients.db"),
    ],
)
def test_a_damaged_backup_changes_nothing(folder: Path, run: Run, change: Callable[[Path], object], word: str) -> None:
    assert run("backup", "kept").exit_code == 0
    change(folder / "kept")
    before = rows_of(folder / DATA)
    refused = run("restore", "kept", "--replace")
    assert refused.exit_code == 1
    assert word in said(refused)
    assert rows_of(folder / DATA) == before
    assert not (folder / DATA / RESTORE).exists()


@pytest.mark.parametrize("way", ["back", "on"])
def test_a_restore_that_was_interrupted_is_ended_by_the_next(folder: Path, run: Run, way: str) -> None:
    assert run("backup", "kept").exit_code == 0
    work = folder / DATA / RESTORE
    for part in ("new", "old" if way == "back" else "gone"):
        (work / part).mkdir(parents=True)
    (folder / DATA / "events.db").rename(work / ("old" if way == "back" else "new") / "events.db")
    assert "was interrupted" in said(run("report"))
    assert "is not empty" in said(run("restore", "kept"))
    assert (folder / DATA / "events.db").is_file()
    assert run("report").exit_code == 0


def test_what_is_fetched_or_made_again_is_left_out_and_all_else_is_there(folder: Path, run: Run) -> None:
    for name in ("static/x", "tables/x", "feeds/x", "published/current/hello", "something-new/x"):
        (folder / DATA / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / DATA / name).write_text("x")
    os.utime(folder / DATA / "something-new" / "x", (1e9, 1e9))
    assert run("backup", "kept.tar").exit_code == 0
    with tarfile.open(folder / "kept.tar") as archive:
        names = {name.removeprefix("./") for name in archive.getnames()}
        kept = archive.getmember("./something-new/x")
        about = json.load(archive.extractfile(f"./{MANIFEST}"))  # type: ignore[arg-type]
    assert {"key", "published/current/hello", "something-new/x", "recipients.db", "consent.db"} <= names
    assert not [name for name in names if name.startswith(("static", "tables", "feeds")) or name.endswith("-wal")]
    assert kept.mtime == 1e9
    assert abs(about["at"] - time.time()) < 600

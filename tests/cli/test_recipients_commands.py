"""`recipients` as a person types it, and what is left when somebody stops it."""

from __future__ import annotations

import csv
import json
import os
import signal
import stat
from pathlib import Path

import apsw
import pytest
from running import Run, said

from livecontent.links import ref_of
from livecontent.runtime.private_files import load_secret
from processes import feed, shown_on_terminal, started, wait_until_asked

PEOPLE = """id,first_name,last_name,city,country,points,tags
anna,Anna,Álvarez,Paris,FR,12.5,a|b
bert,Bert,,Lyon,FR,,
carl,Carl,Cole,London,GB,7,
"""


@pytest.fixture
def imported(run: Run, tmp_path: Path) -> Run:
    """A folder with three recipients."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    assert run("import", "recipients", "people.csv").exit_code == 0
    return run


def ids(tmp_path: Path) -> list[str]:
    with apsw.Connection(str(tmp_path / ".livecontent" / "recipients.db")) as look:
        return [recipient_id for (recipient_id,) in look.execute("SELECT id FROM recipients ORDER BY id")]


def ref(tmp_path: Path, recipient_id: str) -> str:
    return ref_of(recipient_id, load_secret(tmp_path / ".livecontent" / "key"))


def test_recipients_are_listed_page_by_page(imported: Run, tmp_path: Path) -> None:
    first = imported("recipients", "list", "--limit", "2")
    assert [line.split()[0] for line in first.stdout.splitlines()] == ["id", "anna", "bert"]
    assert ref(tmp_path, "anna") in first.stdout
    assert "Anna Álvarez" in first.stdout
    assert "2 of 3 recipients; the next: --after bert" in first.output
    last = imported("recipients", "list", "--limit", "2", "--after", "bert")
    assert [line.split()[0] for line in last.stdout.splitlines()] == ["id", "carl"]
    assert "--after" not in last.output
    assert "Carl Cole" in imported("recipients", "list", "cole").stdout


def test_one_is_shown_with_attributes_consent_and_place(imported: Run, tmp_path: Path) -> None:
    imported("consent", "set", "anna", "full")
    shown = imported("recipients", "show", ref(tmp_path, "anna")).output
    for expected in ("Álvarez", "12.5", '["a", "b"]', "full since 20", "none is known", ref(tmp_path, "anna")):
        assert expected in shown
    assert "no-record (the setting consent" in imported("recipients", "show", "bert").output
    assert "unknown recipient 'zoe'" in said(imported("recipients", "show", "zoe"))


@pytest.mark.parametrize("command", [("list",), ("export",)])
def test_without_recipients_it_is_told_how_to_get_some(run: Run, command: tuple[str, ...]) -> None:
    assert "livecontent import recipients FILE" in said(run("recipients", *command))


def test_some_are_deleted_and_what_they_decided_stays(imported: Run, tmp_path: Path) -> None:
    imported("consent", "set", "anna", "none")
    assert "say --yes" in said(imported("recipients", "delete", "anna"))
    assert "unknown recipient 'zoe'" in said(imported("recipients", "delete", "anna", "zoe", "--yes"))
    assert ids(tmp_path) == ["anna", "bert", "carl"]
    assert "2 recipients deleted" in imported("recipients", "delete", "anna", ref(tmp_path, "carl"), "-y").output
    assert ids(tmp_path) == ["bert"]
    assert imported("consent", "show", "anna").output.startswith("none since")
    imported("import", "recipients", "people.csv")
    assert imported("consent", "show", "anna").output.startswith("none since")


def test_those_of_a_file_are_deleted_or_nobody(imported: Run, tmp_path: Path) -> None:
    gone = tmp_path / "gone.csv"
    gone.write_text("id\nanna\n\n,x\ncarl\n")
    assert "gone.csv:4" in said(imported("recipients", "delete", "--recipients", "gone.csv", "--yes"))
    assert len(ids(tmp_path)) == 3
    gone.write_text("kunde\nanna\nzoe\ncarl\nanna\n")
    words = ("--recipients", "gone.csv", "--map", "id=kunde", "--yes")
    assert "2 recipients deleted" in imported("recipients", "delete", *words).output
    assert ids(tmp_path) == ["bert"]
    assert "none of them is a recipient" in said(imported("recipients", "delete", *words))
    assert "whom?" in said(imported("recipients", "delete", "--yes"))


def test_an_export_has_everything_and_is_for_its_owner(imported: Run, tmp_path: Path) -> None:
    assert imported("recipients", "export", "-o", "out.csv").exit_code == 0
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["id"] for row in rows] == ["anna", "bert", "carl"]
    assert rows[0] == {
        "id": "anna",
        "first_name": "Anna",
        "last_name": "Álvarez",
        "city": "Paris",
        "country": "FR",
        "points": "12.5",
        "tags": '["a", "b"]',
    }
    assert rows[1]["points"] == rows[1]["tags"] == ""
    lines = imported("recipients", "export", "--jsonl").stdout.splitlines()
    assert json.loads(lines[0])["tags"] == ["a", "b"]


def test_an_export_as_lines_is_imported_again_unchanged(imported: Run) -> None:
    assert imported("recipients", "export", "-o", "out.jsonl").exit_code == 0
    assert "0 added, 0 changed, 3 unchanged" in imported("import", "recipients", "out.jsonl").output


def replace_with(imported: Run, tmp_path: Path, rows: str, *more: str) -> str:
    (tmp_path / "new.csv").write_text(rows, encoding="utf-8")
    return said(imported("import", "recipients", "new.csv", "--replace", *more))


def test_a_file_replaces_all_after_a_count(imported: Run, tmp_path: Path) -> None:
    imported("consent", "set", "anna", "none")
    rows = "id,first_name,points\nanna,Anna,13\nzoe,Zoe,\n"
    refused = replace_with(imported, tmp_path, rows)
    assert "2 recipients not in new.csv: delete them?" in refused
    assert "say --yes" in refused
    would = replace_with(imported, tmp_path, rows, "--dry-run")
    assert "nothing is imported; it would be: 1 added, 1 changed, 0 unchanged, 2 deleted" in would
    assert ids(tmp_path) == ["anna", "bert", "carl"]
    assert "1 added, 1 changed, 0 unchanged, 2 deleted" in replace_with(imported, tmp_path, rows, "--yes")
    assert ids(tmp_path) == ["anna", "zoe"]
    assert "0 added, 0 changed, 2 unchanged, 0 deleted" in replace_with(imported, tmp_path, rows)  # nothing to ask
    assert imported("consent", "show", "anna").output.startswith("none since")
    assert "city" not in imported("recipients", "export").stdout


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("id,first_name\nanna,Anna\n,Bert\n", "new.csv:3: there is no id. With --replace each row must be readable"),
        ('id,first_name\nanna,Anna\nbert,"Bert\n', "a quote opens here"),
        ("id,first_name\n", "there is no row in it"),
        ("first_name\nAnna\n", "no column is called id"),
    ],
)
def test_a_file_that_can_not_be_the_whole_truth_deletes_nobody(
    imported: Run, tmp_path: Path, rows: str, message: str
) -> None:
    assert message in replace_with(imported, tmp_path, rows, "--yes")
    assert ids(tmp_path) == ["anna", "bert", "carl"]


def test_an_id_that_is_repeated_is_one_of_the_file(imported: Run, tmp_path: Path) -> None:
    said_ = replace_with(imported, tmp_path, "id\nanna\nbert\nanna\n", "--yes")
    assert "1 deleted" in said_
    assert "the id 'anna' is in a row above" in said_
    assert ids(tmp_path) == ["anna", "bert"]


STOPS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(("stop", "code"), STOPS)
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Delete 2 of 3 recipients?", ("recipients", "delete", "anna", "bert")),
        ("3 recipients not in new.csv: delete them?", ("import", "recipients", "new.csv", "--replace")),
    ],
)
def test_who_stops_it_when_asked_changes_nothing(
    tmp_path: Path, question: str, words: tuple[str, ...], stop: signal.Signals, code: int
) -> None:
    (tmp_path / "new.csv").write_text("id\nzoe\n")
    with started(*words, folder=tmp_path, terminal=True) as process:
        assert question in wait_until_asked(process)
        process.send_signal(stop)
        assert process.wait() == code
    assert ids(tmp_path) == ["anna", "bert", "carl"]


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(("stop", "code"), STOPS)
def test_who_stops_an_import_changes_nothing(tmp_path: Path, stop: signal.Signals, code: int) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with started("import", "recipients", "pipe.csv", folder=tmp_path) as process:
        writer = feed(pipe, "id,first_name\n" + "".join(f"c{number},Carl\n" for number in range(200)))
        process.send_signal(stop)
        assert process.wait() == code
        os.close(writer)
    assert ids(tmp_path) == ["anna", "bert", "carl"]


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(("stop", "code"), STOPS)
def test_who_stops_an_export_leaves_no_half_file(tmp_path: Path, stop: signal.Signals, code: int) -> None:
    with apsw.Connection(str(tmp_path / ".livecontent" / "recipients.db")) as write:
        people = ((f"{number:026}", f"c{number}", "", f'{{"id":"c{number}"}}') for number in range(200_000))
        write.executemany("INSERT INTO recipients VALUES (?, ?, ?, ?)", people)
    out = tmp_path / "out"
    out.mkdir()
    (out / "all.csv").write_text("what was there")
    with started("recipients", "export", "-o", "out/all.csv", folder=tmp_path) as process:
        while len(list(out.iterdir())) == 1:
            assert process.poll() is None
        process.send_signal(stop)
        assert process.wait() == code
    assert [(file.name, file.read_text()) for file in out.iterdir()] == [("all.csv", "what was there")]


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    "words",
    [
        ("import", "recipients", "people.csv"),
        ("recipients", "export", "-o", "out.csv"),
        ("recipients", "delete", "--recipients", "people.csv", "--yes"),
        ("links", "umbrella", "--no-alt", "-o", "links.csv"),
    ],
)
@pytest.mark.usefixtures("demo_creatives")
def test_a_terminal_shows_how_far_it_is(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert "\N{BOX DRAWINGS HEAVY HORIZONTAL}" in shown_on_terminal(*words, folder=tmp_path)

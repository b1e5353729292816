"""`export` and `forget` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import apsw
import pytest
from running import Run, said

from blocking import Blocking
from livecontent.links import ref_of
from livecontent.runtime.private_files import load_secret
from livecontent.storage.events import Event
from livecontent.storage.sqlite.events import SqliteEvents


@pytest.fixture
def known(run: Run, tmp_path: Path) -> str:
    """The ref of somebody who was imported, has consented and opened."""
    (tmp_path / "people.csv").write_text("id,first_name,tags\nanna,Anna,a|b\nbert,Bert,\n")
    run("import", "recipients", "people.csv")
    run("consent", "set", "anna", "full")
    run("sends", "add", "friday", "--at", "2026-11-27T08:00")
    run("sends", "add", "monday", "--at", "2026-11-30T08:00")
    ref = ref_of("anna", load_secret(tmp_path / ".livecontent" / "key"))
    store = Blocking(SqliteEvents(tmp_path / ".livecontent" / "events.db", lambda _ref: "full"))
    store.append([Event("shown", 90_000.5, "umbrella", ref, "v", "rain", link="https://a.example/", send="friday")])
    store.close()
    return ref


def test_all_of_a_person_is_written(run: Run, known: str, tmp_path: Path) -> None:
    assert run("export", "anna", "-o", "anna.json").exit_code == 0
    found = json.loads((tmp_path / "anna.json").read_text())
    assert found["ref"] == known
    assert found["profile"] == {"id": "anna", "first_name": "Anna", "tags": ["a", "b"]}
    assert found["consent"]["state"] == "full"
    assert found["last_place"] is None
    (event,) = found["events"]
    assert (event["kind"], event["at"], event["link"]) == (
        "shown",
        "1970-01-02T01:00:00.500000+00:00",
        "https://a.example/",
    )
    assert [send["id"] for send in found["sends"]] == ["friday"]
    assert json.loads(run("export", known).stdout) == found
    assert "nothing is kept of 'zoe'" in said(run("export", "zoe"))


def test_people_are_forgotten_after_a_question(run: Run, known: str, tmp_path: Path) -> None:
    refused = said(run("forget", "anna"))
    assert "Forget anna, with 1 event?" in refused
    assert "say --yes" in refused
    assert "nothing is kept of 'zoe'" in said(run("forget", "anna", "zoe", "--yes"))
    assert run("recipients", "show", "anna").exit_code == 0
    assert run("forget", "anna", "bert", known, "--yes").exit_code == 0
    assert "unknown recipient" in said(run("recipients", "show", "anna"))
    assert run("consent", "show", "anna").output.startswith("none since 20")
    with apsw.Connection(str(tmp_path / ".livecontent" / "events.db")) as look:
        assert list(look.execute("SELECT ref, link FROM events")) == [("", None)]
    assert run("forget", "anna", "--yes").exit_code == 0  # again does no harm


def test_whoever_has_two_names_is_named_and_forgotten_under_both(run: Run, known: str, tmp_path: Path) -> None:
    run("consent", "set", "bert", "full")
    (tmp_path / "events.jsonl").write_text('{"type": "alias", "userId": "anna", "previousId": "bert"}')
    assert run("import", "events", "events.jsonl").exit_code == 0
    assert [one["profile"]["id"] for one in json.loads(run("export", "bert").stdout)["also"]] == ["anna"]
    assert "Forget bert (also known as anna), with 1 event?" in said(run("forget", "bert"))
    assert "Forget 2 people, with 1 event?" in said(run("forget", "anna", "bert"))
    assert run("forget", "bert", "--yes").exit_code == 0
    assert "unknown recipient" in said(run("recipients", "show", known))
    with apsw.Connection(str(tmp_path / ".livecontent" / "events.db")) as look:
        assert list(look.execute("SELECT ref, link FROM events")) == [("", None)]


@pytest.mark.usefixtures("known")
def test_rows_that_an_import_refused_are_deleted_with_whoever_is_forgotten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("id,first_name\nzoe,Zoe\nzoe,Annabella\n")
    run("import", "recipients", "more.csv")
    refused = tmp_path / ".livecontent" / "refused"
    assert any("Annabella" in file.read_text() for file in refused.iterdir())
    assert run("forget", "zoe", "--yes").exit_code == 0
    assert list(refused.iterdir()) == []

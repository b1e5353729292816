"""`consent`, `sends`, `report`, and `links` of a send, as a person types them."""

import csv
import json
import re
import time
from pathlib import Path

import apsw
import pytest
from running import Run, said

from blocking import Blocking
from livecontent.links import ref_of
from livecontent.runtime.private_files import load_secret
from livecontent.storage.events import Event
from livecontent.storage.sqlite.events import SqliteEvents

PEOPLE = "id,first_name,language\nanna,Anna,en\nbert,Bert,en\n"


@pytest.fixture
def imported(run: Run, tmp_path: Path) -> Run:
    """A folder with two recipients."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "livecontent.toml").write_text('timezone = "Europe/Paris"')
    assert run("import", "recipients", "people.csv").exit_code == 0
    return run


def ref(tmp_path: Path, recipient_id: str) -> str:
    return ref_of(recipient_id, load_secret(tmp_path / ".livecontent" / "key"))


def record(tmp_path: Path, *events: Event) -> None:
    store = Blocking(SqliteEvents(tmp_path / ".livecontent" / "events.db", lambda _ref: "full"))
    store.append(events)
    store.close()


def test_consent_is_set_and_shown_by_id_and_by_ref(imported: Run, tmp_path: Path) -> None:
    assert "no-record (the setting" in imported("consent", "show", "anna").output
    assert imported("consent", "set", "anna", "full").output == "anna: full\n"
    assert imported("consent", "show", ref(tmp_path, "anna")).output.startswith("full since 20")
    assert imported("consent", "set", ref(tmp_path, "anna"), "NONE").exit_code == 0
    assert imported("consent", "show", "anna").output.startswith("none since 20")
    assert "(no recipient with this id was imported)" in imported("consent", "set", "zoe", "none").output
    assert "consent 'yes': write full, no-record or none" in said(imported("consent", "set", "anna", "yes"))


def test_a_withdrawal_erases_what_was_recorded(imported: Run, tmp_path: Path) -> None:
    anna, bert = ref(tmp_path, "anna"), ref(tmp_path, "bert")
    record(tmp_path, *(Event("shown", 90_000.0, "umbrella", one, "v", "rain") for one in (anna, bert)))
    imported("consent", "set", "anna", "no-record")
    with apsw.Connection(str(tmp_path / ".livecontent" / "events.db")) as look:
        assert list(look.execute("SELECT ref, at FROM events ORDER BY seq")) == [("", 86_400.0), (bert, 90_000.0)]


def test_a_file_of_decisions_is_taken_in_and_refused_rows_are_told(imported: Run, tmp_path: Path) -> None:
    file = tmp_path / "decisions.csv"
    rows = (
        "Identifiant;Consent;At",
        "anna;full;2024-05-01",
        "bert;none;2024-01-01T08:00+01:00",
        "anna;none;2023-05-01",
    )
    wrong = ("bert;yes;", ";full;", "bert;full;2222-01-01", "bert;full;soon", "bert;full")
    file.write_text("\n".join((*rows, *wrong)))
    record(tmp_path, Event("shown", 90_000.0, "umbrella", ref(tmp_path, "bert"), "v", "rain"))
    result = imported("consent", "import", str(file))
    assert result.exit_code == 0, said(result)
    assert "3 decisions: 1 full, 0 no-record, 2 none" in result.output
    assert imported("consent", "show", "anna").output.startswith("full since 2024-05-01 00:00:00+02:00")
    assert imported("consent", "show", "bert").output.startswith("none since 2024-01-01 08:00:00+01:00")
    kept = tmp_path / ".livecontent" / "refused" / "decisions.refused.csv"
    assert kept.read_text() == "\n".join((rows[0], *wrong, ""))
    reasons = [line.removeprefix(f"{file}:")[:15] for line in kept.with_suffix(".txt").read_text().splitlines()]
    assert reasons == ["5: consent 'yes", "6: there is no ", "7: '2222-01-01'", "8: 'soon' is no", "9: 2 fields her"]
    with apsw.Connection(str(tmp_path / ".livecontent" / "events.db")) as look:
        assert look.execute("SELECT ref FROM events").get == ""


@pytest.mark.parametrize(
    ("text", "message"), [("id,state\na,full\n", "no column is called consent"), ("", "found: none")]
)
def test_a_file_of_decisions_that_is_none_is_told(run: Run, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "decisions.csv").write_text(text)
    assert message in said(run("consent", "import", "decisions.csv"))


@pytest.mark.parametrize("other", ["date", "at;date", "consent date", ""])
def test_a_file_with_other_columns_gives_back_no_consent_that_was_withdrawn(
    imported: Run, tmp_path: Path, other: str
) -> None:
    imported("consent", "set", "anna", "none")
    columns = ";".join(("id", "consent", other))
    (tmp_path / "decisions.csv").write_text(f"{columns}\nanna;full{';2020-01-01' * columns[10:].count(';')}\n")
    message = said(imported("consent", "import", "decisions.csv"))
    assert f"only the columns id, consent, at are read; rename or leave out {other.split(';')[-1]!r}" in message
    assert imported("consent", "show", "anna").output.startswith("none since")


@pytest.mark.parametrize("nobody", ["", " ", "\u00a0\t"])
def test_nobody_decides_nothing(imported: Run, nobody: str) -> None:
    assert "no id" in said(imported("consent", "set", nobody, "none"))
    assert "no id" in said(imported("consent", "show", nobody))


@pytest.mark.parametrize(
    ("words", "rows", "code"),
    [
        (("consent", "import"), "id,consent\nanna,yes\n,full\n", 1),
        (("consent", "import"), "id,consent\nanna,yes\nanna,full\n", 0),
        (("consent", "import"), "id,consent\n", 0),
        (("import", "recipients"), "id,city\n,Paris\n,Lille\n", 1),
        (("import", "recipients"), "id,city\n,Paris\nzoe,Paris\n", 0),
        (("import", "recipients"), "id,first_name,language\n,Zoe,en\nanna,Anna,en\n", 0),
    ],
)
def test_an_import_that_takes_nothing_in_has_failed(
    imported: Run, tmp_path: Path, words: tuple[str, ...], rows: str, code: int
) -> None:
    (tmp_path / "rows.csv").write_text(rows)
    result = imported(*words, "rows.csv")
    assert result.exit_code == code, said(result)
    assert ("refused" in result.output) is (rows.count("\n") > 1)


def test_a_quote_that_does_not_close_is_told_and_nothing_is_taken_in(imported: Run, tmp_path: Path) -> None:
    (tmp_path / "decisions.csv").write_text('id,consent\nanna,full\nbert,"full\n')
    assert "decisions.csv:3: a quote opens here that does not close" in said(
        imported("consent", "import", "decisions.csv")
    )
    assert "the setting" in imported("consent", "show", "anna").output


def test_many_decisions_are_taken_in(run: Run, tmp_path: Path) -> None:
    lines = (f"r-{number},{'full' if number % 3 else 'none'},2024-01-01T00:00Z" for number in range(20_000))
    (tmp_path / "decisions.csv").write_text("\n".join(("id,consent,at", *lines)))
    result = run("consent", "import", "decisions.csv")
    assert "20,000 decisions: 13,333 full, 0 no-record, 6,667 none" in result.output
    assert run("consent", "show", "r-19999").output.startswith("full since 2024-01-01")


@pytest.mark.parametrize(
    ("name", "text"), [("p.csv", "id,consent\na,full\n"), ("p.jsonl", '{"id":1,"consent":"full"}')]
)
def test_recipients_have_no_column_of_consents(run: Run, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    result = run("import", "recipients", name)
    assert "livecontent consent import FILE" in " ".join(said(result).split())
    if name == "p.csv":
        assert run("import", "recipients", name, "--map", "opted=consent").exit_code == 0


def test_sends_are_added_listed_and_refused(run: Run) -> None:
    words = ("--at", "2026-11-27T08:00", "--creative", "umbrella", "--creative", "loyalty", "--esp", "brevo")
    assert run("sends", "add", "friday", *words, "--name", "Black Friday").exit_code == 0
    for expected in ("friday", "2026-11-27 08:00 UTC", "umbrella, loyalty", "brevo", "Black Friday"):
        assert expected in run("sends", "list").output
    assert "can't be a send's id" in said(run("sends", "add", "a b", "--at", "2026-11-27T08:00"))
    assert "'noon' is not a time such as" in said(run("sends", "add", "a", "--at", "noon"))
    assert "not the name of a creative" in said(run("sends", "add", "a", "--at", "2026-11-27", "--creative", "A B"))


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31", "2101-01-01"])
def test_times_outside_of_the_calendar_of_emails_are_refused_and_break_nothing(
    run: Run, tmp_path: Path, at: str
) -> None:
    message = f"'{at}' is not in the years 2000 to 2100"
    assert message in said(run("sends", "add", "friday", "--at", at))
    (tmp_path / "decisions.csv").write_text(f"id,consent,at\nanna,full,{at}\n")
    assert message in " ".join(run("consent", "import", "decisions.csv").output.split())
    assert run("sends", "list").exit_code == 0
    assert run("consent", "show", "anna").exit_code == 0


@pytest.mark.usefixtures("demo_creatives")
def test_links_of_a_send_carry_it_and_say_what_each_picture_says(imported: Run, tmp_path: Path) -> None:
    imported("sends", "add", "friday", "--at", "2026-11-27T08:00")
    result = imported("links", "umbrella", "--send", "friday")
    anna, bert = csv.DictReader(result.stdout.splitlines())
    assert anna["image"] == f"http://127.0.0.1:8000/i/umbrella/{ref(tmp_path, 'anna')}.jpg?s=friday"
    assert anna["click"] == f"http://127.0.0.1:8000/c/umbrella/{ref(tmp_path, 'anna')}?s=friday"
    assert "Anna" in anna["alt"]
    assert "Bert" in bert["alt"]
    imported("consent", "set", "anna", "none")
    anna, bert = csv.DictReader(imported("links", "umbrella", "--send", "friday").stdout.splitlines())
    assert "Anna" not in anna["alt"]
    assert "Bert" in bert["alt"]
    assert "unknown send" in said(imported("links", "umbrella", "--send", "monday"))


@pytest.mark.usefixtures("demo_creatives")
def test_alt_texts_of_a_file_are_of_the_profiles_in_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    rows = csv.DictReader(run("links", "umbrella", "--recipients", "people.csv").stdout.splitlines())
    assert [name in row["alt"] for name, row in zip(("Anna", "Bert"), rows, strict=True)] == [True, True]


def test_alt_texts_are_of_the_time_asked_for(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "hello"
    folder.mkdir(parents=True)
    (folder / "creative.yaml").write_text(
        "title: Hello\nsize: 60x20\nvariants:\n"
        "  - {name: a, from: 2025-01-01T00:00Z, alt: '2025 {{ client.time }}', layers: [{fill: white}]}\n"
        "  - {name: b, alt: '2024 {{ client.time }}', layers: [{fill: white}]}\n"
    )
    (tmp_path / "livecontent.toml").write_text('templates = "templates"')
    (tmp_path / "people.csv").write_text("id\n1\n")
    words = ("links", "hello", "--recipients", "people.csv")
    run("sends", "add", "old", "--at", "2024-11-27T08:00")
    for more, year in ((("--send", "old"), "2024"), (("--send", "old", "--at", "2025-01-01T08:00"), "2025")):
        (row,) = csv.DictReader(run(*words, *more).stdout.splitlines())
        assert row["alt"] == f"{year} early"


def test_a_report_tells_openings_as_a_table_and_as_json(imported: Run, tmp_path: Path) -> None:
    anna, at = ref(tmp_path, "anna"), time.time()
    fetch = Event("shown", at, "umbrella", anna, "v", "rain", client="gmail", who="human", time="live", send="friday")
    record(tmp_path, fetch, fetch, Event("shown", at - 90 * 86_400, "umbrella", anna, "v", "rain", who="human"))
    (found,) = json.loads(imported("report", "--json").stdout)
    assert (found["send"], found["fetches"], found["openings"]) == ("friday", {"human": 2}, 1)
    assert found["first_opening"].startswith("20")
    table = imported("report", "--days", "365", "--creative", "umbrella").output
    assert re.search(r"friday +umbrella +2/0/0 +0/0/0 +1 ", table)
    assert re.search(r"- +umbrella +1/0/0 +0/0/0 +1 ", table)


def test_a_report_of_a_send_that_nobody_knows_says_so(imported: Run, tmp_path: Path) -> None:
    result = imported("report", "--json", "--send", "monday")
    assert result.exit_code == 1
    assert "unknown send; add it with livecontent sends add monday --at TIME" in said(result)
    imported("sends", "add", "monday", "--at", "2026-11-27T08:00")
    assert json.loads(imported("report", "--json", "--send", "monday").stdout) == []
    record(tmp_path, Event("shown", time.time(), "umbrella", "", who="human", send="lost"))
    assert len(json.loads(imported("report", "--json", "--send", "lost").stdout)) == 1

"""Files as shops have them, imported as a person does."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from blocking import Blocking
from livecontent.cli.main import program
from livecontent.errors import LivecontentError
from livecontent.links import ref_of
from livecontent.runtime.private_files import load_secret
from livecontent.storage.sqlite.recipients import SqliteRecipients

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def take(file: str | Path, *options: str) -> Result:
    result = CliRunner().invoke(program, ["import", "recipients", str(file), *options])
    if result.exception and not isinstance(result.exception, SystemExit | LivecontentError):
        raise result.exception
    return result


def said(result: Result) -> str:
    return (result.output + str(result.exception or "")).replace("\n", " ")


def profile(recipient_id: str) -> dict[str, object] | None:
    data = Path(".livecontent")
    store = Blocking(SqliteRecipients(data / "recipients.db"))
    found: dict[str, object] | None = store.get(ref_of(recipient_id, load_secret(data / "key")))
    return found


def test_german_thousands_are_thousands() -> None:
    told = take(CASES / "05-german-thousands.csv").output
    assert profile("g1") == {"id": "g1", "first_name": "Uwe", "points": 1240, "balance": 12.5}
    assert profile("g2") == {"id": "g2", "first_name": "Ida", "points": 12500, "balance": 1234.56}
    assert profile("g3") == {"id": "g3", "first_name": "Ole", "points": 980, "balance": 3.0}
    assert "whole numbers, '.' groups thousands (12.500 = 12500), as in balance" in told
    assert "numbers, ',' before decimals, '.' groups thousands (1.234,56 = 1234.56)" in told


def test_fields_that_a_spreadsheet_leaves_out_are_empty() -> None:
    assert "4 added" in take(CASES / "07-excel-trailing-fields.csv").output
    assert profile("r2") == {"id": "r2", "first_name": "Bob", "city": "Lille"}
    assert profile("r3") == {"id": "r3", "first_name": "Cid"}
    assert profile("r4") == {"id": "r4", "first_name": "Dan", "city": "Lyon", "segments": ["a"], "notes": "b"}


def test_ids_that_a_spreadsheet_has_shortened_are_refused_with_the_cause() -> None:
    result = take(CASES / "08-excel-scientific-ids.csv")
    assert result.exit_code == 1
    assert "a spreadsheet has shortened the id to 3.36123E+11: format its column as text" in said(result)


def test_eight_digits_that_are_a_date_are_one() -> None:
    assert "dates (20261224 = 2026-12-24)" in take(CASES / "09-compact-dates.csv").output
    assert profile("d1") == {"id": "d1", "first_name": "Amy", "expires": "2026-12-24"}
    assert profile("d3") == {"id": "d3", "first_name": "Cid", "expires": "2026-12-24"}


def test_words_for_nothing_are_nothing_and_counted() -> None:
    told = take(CASES / "10-null-words.csv").output
    assert [profile(f"n{number}") for number in range(1, 6)] == [{"id": f"n{number}"} for number in range(1, 6)]
    assert "first_name: taken as empty (4 times, first on line 2): 'NULL', '\\\\N', 'N/A'" in told


def test_countries_are_understood_and_what_is_none_is_told() -> None:
    told = take(CASES / "11-countries.csv").output
    countries = {number: (profile(f"c{number}") or {}).get("country") for number in range(1, 11)}
    assert countries == {1: "FR", 2: "US", 3: "US", 4: "DE", 5: "ES", 6: "CI", 7: None, 8: None, 9: "HK", 10: "CZ"}
    assert "country: not a country, left out (2 times, first on line 8): 'EN', 'XX'" in told


def test_time_zones_are_understood_and_lose_nobody() -> None:
    told = take(CASES / "13-time-zones.csv").output
    zones = [(profile(f"t{number}") or {}).get("timezone") for number in range(1, 7)]
    assert zones == ["Europe/Kyiv", "Europe/Kiev", "Europe/Paris", "Europe/Paris", None, None]
    assert "6 added" in told
    assert "timezone: not a time zone, left out (2 times, first on line 6): 'right/Europe/Paris', 'localtime'" in told


def test_damage_is_told_and_nothing_is_guessed() -> None:
    told = take(CASES / "18-entities.csv").output
    assert profile("h1") == {"id": "h1", "first_name": "O&#39;Brien"}
    assert "first_name: looks like HTML (2 times, first on line 2)" in told
    assert "first_name: looks like UTF-8 that was read in another encoding (line 4): 'RenÃ©e'" in told


def test_refused_rows_are_kept_as_they_came_and_can_be_imported(folder: Path) -> None:
    file = folder / "clients.csv"
    rows = ["sep=;", "Nr;Prénom;Solde", ";Amy;1,5", 'r2;"Bob; junior";2,5', "r3;Cid;3,5;more"]
    file.write_bytes("\r\n".join(rows).encode("utf-8-sig"))
    told = said(take(file, "--map", "id=Nr"))
    kept = folder / ".livecontent" / "refused" / "clients.refused.csv"
    assert "2 rows refused: correct and import them from" in told
    assert kept.read_bytes() == "\r\n".join([rows[0], rows[1], rows[2], rows[4]]).encode("utf-8-sig") + b"\n"
    assert kept.with_suffix(".txt").read_text().splitlines() == [
        f"{file}:3: there is no id",
        f"{file}:5: 4 fields here, 3 in the first line",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    kept.write_bytes(kept.read_bytes().replace(b";Amy", b"r1;Amy").replace(b";more", b""))
    assert "2 added" in take(kept, "--map", "id=Nr").output
    assert profile("r1") == {"id": "r1", "first_name": "Amy", "solde": 1.5}
    assert profile("r3") == {"id": "r3", "first_name": "Cid", "solde": 3.5}


def test_refused_rows_of_the_import_before_go(folder: Path) -> None:
    file = folder / "people.jsonl"
    file.write_text('{"name": "Amy"}\n{"id": 1}\n')
    take(file)
    kept = folder / ".livecontent" / "refused" / "people.refused.jsonl"
    assert kept.read_text() == '{"name": "Amy"}\n'
    file.write_text('{"id": 1}\n')
    take(file)
    assert list(kept.parent.iterdir()) == []


def test_a_dry_run_tells_all_and_keeps_nothing(folder: Path) -> None:
    file = folder / "people.csv"
    file.write_text("id,country\n1,FR\n2,XX\n,FR\n")
    told = said(take(file, "--dry-run"))
    assert "nothing is imported; it would be: 2 added" in told
    assert "country: not a country, left out (line 3): 'XX'" in told
    assert "people.csv:4: there is no id" in told
    assert profile("1") is None
    assert not (folder / ".livecontent" / "refused").exists()
    assert "2 added" in take(file).output


def test_options_settle_what_the_file_leaves_open(folder: Path) -> None:
    file = folder / "people.csv"
    file.write_text("id;points;until;sku;secret\n1;1.240;01/02/2026;12;x\n")
    assert "left out: 1.240 can be 1.24 or 1240" in said(take(file))
    assert profile("1") == {"id": "1", "sku": "12", "secret": "x"}
    take(file, "--decimal", ",", "--date", "dmy", "--columns", "sku=number,secret=skip")
    assert profile("1") == {"id": "1", "points": 1240, "until": "2026-02-01", "sku": 12}
    take(file, "--columns", "sku")
    assert profile("1") == {"id": "1", "sku": "12"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--decimal", ";"), "write --decimal . or --decimal ,"),
        (("--date", "dd/mm"), "write dmy (day first), mdy (month first) or ymd"),
        (("--columns", "points=int"), "points can be text, number, date, boolean, skip"),
        (("--columns", "pints"), "--columns pints: there is no such column; found: 'id', 'points'"),
    ],
)
def test_an_option_that_says_nothing_is_told(folder: Path, options: tuple[str, str], complaint: str) -> None:
    (folder / "people.csv").write_text("id,points\n1,2\n")
    assert complaint in said(take("people.csv", *options))


def test_json_lines_are_read_with_their_types_and_the_same_care(folder: Path) -> None:
    rows = [{"id": 1, "country": "USA", "first_name": "NULL", "points": "1.240", "secret": 1}, {"id": 2, "country": 7}]
    (folder / "people.jsonl").write_text("\n".join(map(json.dumps, rows)))
    told = take("people.jsonl", "--columns", "secret=skip").output
    assert profile("1") == {"id": "1", "country": "US", "points": "1.240"}
    assert profile("2") == {"id": "2"}
    assert "country: not a country, left out (line 2): '7'" in told


@pytest.mark.parametrize(
    ("file", "people", "told"),
    [
        (
            "06-polish-excel-cp1250.csv",
            {"p1": ("Łukasz", "Łódź"), "p2": ("Świętosława", "Gdańsk")},
            "not UTF-8, but cp1250, as 'Łukasz' on line 2 shows; if it is wrong, say which: --encoding NAME",
        ),
        (
            "06-bulgarian-excel-cp1251.csv",
            {"b1": ("Иван", "София")},
            "not UTF-8, but cp1251, as 'Иван' on line 2 shows",
        ),
    ],
)
def test_the_encoding_of_a_spreadsheet_is_found_and_told(
    file: str, people: dict[str, tuple[str, str]], told: str
) -> None:
    assert told in said(take(CASES / file))
    for recipient_id, (name, city) in people.items():
        assert profile(recipient_id) == {"id": recipient_id, "first_name": name, "city": city}


def test_cities_that_nobody_knows_are_counted_before_anything_is_kept(folder: Path) -> None:
    (folder / "people.csv").write_text("id,city,country\n1,Hærlemmermeer,NL\n2,Lille,FR\n3,Hærlemmermeer,NL\n", "utf-8")
    told = said(take("people.csv", "--dry-run"))
    assert "2 recipients have a city that is not known, so no weather: Hærlemmermeer (2)" in told


def test_on_a_terminal_what_is_open_is_asked(folder: Path) -> None:
    (folder / "people.csv").write_bytes("id;first_name;points;until\n1;Ćwik;1.240;01/02/2026\n".encode("cp1250"))
    ours, theirs = os.openpty()
    os.write(ours, b"1\n2\n1\n")
    command = [sys.executable, "-m", "livecontent", "import", "recipients", "people.csv"]
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, check=False, timeout=120)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, done.stderr
    first = done.stderr.index("the encoding of the file: which one?")
    assert "'Ćwik'" in done.stderr[:first]
    assert "1.240 is 1240" in done.stderr
    assert profile("1") is not None
    assert (profile("1") or {})["points"] == 1240
    assert (profile("1") or {})["until"] == "2026-02-01"


def test_the_report_tells_what_headers_were_taken_for() -> None:
    Path("people.csv").write_text("id;Vorname;Nom;state\nr1;Eva;Meyer;BW\n", encoding="utf-8")
    told = take("people.csv").output
    assert "first_name  text, from 'Vorname'" in told
    assert "region      text, from 'state'" in told
    assert "text; 'Nom' can mean several things: --map last_name=Nom or --map first_name=Nom says which" in told
    assert profile("r1") == {"id": "r1", "first_name": "Eva", "nom": "Meyer", "region": "BW"}


@pytest.mark.parametrize(
    ("ages", "rule", "said"),
    [
        (
            "30 41",
            'recipient.age > "30"',
            "6:25: error: '>' does not go with a number and a text a number has no quotes: write 30",
        ),
        (
            "30 41",
            'recipient.age == "30"',
            "error: recipient.age is a number, and is compared with a text: never the same",
        ),
        ("true false", 'recipient.age == "true"', "error: recipient.age is true or false, and is compared with a text"),
        ("30 old", 'recipient.age > "30"', "warning: '30' is a text: if recipient.age is a number, this is neither"),
        ("", 'recipient.age > "30"', "warning: '30' is a text: if recipient.age is a number, this is neither"),
        ("30 41", "recipient.age > 30 && recipient.age / 2 < 90", "0 errors, 0 warnings"),
    ],
)
def test_a_comparison_with_what_was_imported_is_an_error_where_it_never_works(ages: str, rule: str, said: str) -> None:
    if ages:
        rows = "".join(f"r{number},{age}\n" for number, age in enumerate(ages.split()))
        Path("people.csv").write_text(f"id,age\n{rows}", encoding="utf-8")
        take("people.csv")
    folder = Path("templates/a")
    folder.mkdir(parents=True)
    layers = "layers: [{fill: white}]"
    lines = ["title: T", "size: 60x30", "alt: x", "variants:", "  - name: a", f"    when: {rule}", f"    {layers}"]
    lines += ["  - name: z", f"    {layers}", ""]
    (folder / "creative.yaml").write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(program, ["check"])
    assert said in " ".join(result.output.split())
    assert result.exit_code == ("error: " in said)

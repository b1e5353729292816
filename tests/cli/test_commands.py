"""The commands, as a person types them."""

import csv
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from PIL import Image
from ruamel.yaml import YAML
from running import Run, said

from livecontent.cli import links
from livecontent.cli.demo import make_demo
from livecontent.cli.main import main
from livecontent.config import shipped
from livecontent.errors import DataError
from livecontent.imports.row_files import TypedRow
from livecontent.runtime.private_files import load_secret


def test_links_writes_an_address_for_each_recipient(run_demo: Run, tmp_path: Path) -> None:
    target = tmp_path / "links.csv"
    assert run_demo("links", "umbrella", "-o", str(target)).exit_code == 0
    rows = list(csv.DictReader(target.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 1000
    assert rows[0]["id"] == "r-0001"
    assert rows[0]["image"] == f"http://127.0.0.1:8000/i/umbrella/{rows[0]['ref']}.jpg"
    assert rows[0]["click"] == f"http://127.0.0.1:8000/c/umbrella/{rows[0]['ref']}"
    assert len({row["ref"] for row in rows}) == 1000


@pytest.mark.usefixtures("demo_creatives")
def test_links_of_a_file_are_the_links_of_the_import(run: Run, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id\nr-0001\nr-0002\n")
    of_file = run("links", "umbrella", "--recipients", str(people))
    assert len(of_file.stdout.splitlines()) == 3
    run("import", "recipients", str(people))
    assert run("links", "umbrella").stdout == of_file.stdout


@pytest.mark.usefixtures("demo_creatives")
def test_rows_that_import_refuses_are_told_and_left_out_of_links(run: Run, tmp_path: Path) -> None:
    people, target = tmp_path / "people.csv", tmp_path / "links.csv"
    people.write_text("id,name\n1,Zoé\n,Nobody\n2,Léa\n1,Again\n", encoding="utf-8")
    result = run("links", "umbrella", "--recipients", str(people), "-o", str(target))
    assert result.exit_code == 0, said(result)
    assert [row["id"] for row in csv.DictReader(target.read_text().splitlines())] == ["1", "2"]
    assert f"{people}:3:" in result.output.replace("\n", "")
    assert "2 rows refused" in result.output
    assert "2 rows refused" in run("import", "recipients", str(people)).output


@pytest.mark.usefixtures("demo_creatives")
def test_a_file_of_links_is_whole_or_as_it_was(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object) -> Iterator[TypedRow]:
        yield TypedRow(2, {"id": "1"})
        raise DataError("the disk has gone")

    monkeypatch.setattr(links, "read_recipient_rows", cut_off)
    target = tmp_path / "out" / "links.csv"
    target.parent.mkdir()
    target.write_text("what was there")
    assert "the disk has gone" in said(run("links", "umbrella", "--recipients", "people.csv", "-o", str(target)))
    assert target.read_text() == "what was there"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.usefixtures("demo_creatives")
def test_links_to_what_is_no_file_are_written_where_they_belong(run: Run, tmp_path: Path) -> None:
    pipe, people = tmp_path / "pipe", tmp_path / "people.csv"
    people.write_text("id\n1\n")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("links", "umbrella", "--recipients", str(people), "-o", str(pipe)).exit_code == 0
        assert os.read(reader, 65536).startswith(b"id,ref,image,click,alt,best_hour,best_hour_of\r\n1,")
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize(("ending", "kind"), [("jpg", "JPEG"), ("png", "PNG"), ("gif", "GIF"), ("webp", "WEBP")])
def test_render_writes_the_picture_that_the_name_asks_for(
    run_demo: Run, tmp_path: Path, ending: str, kind: str
) -> None:
    target = tmp_path / f"x.{ending}"
    result = run_demo("render", "umbrella", "--recipient", "r-0001", "--weather", "rain:12", "-o", str(target))
    assert result.exit_code == 0, said(result)
    with Image.open(target) as picture:
        picture.load()
        assert (picture.format, picture.size) == (kind, (1200, 640))


def test_two_processes_draw_equal_bytes(run_demo: Run, demo: Path, tmp_path: Path) -> None:
    words = ["render", "umbrella", "--recipient", "r-0001", "--weather", "rain:12", "--at", "2026-11-21T08:00", "-o"]
    here, there = tmp_path / "here.jpg", tmp_path / "there.jpg"
    assert run_demo(*words, str(here)).exit_code == 0
    command = [sys.executable, "-m", "livecontent", *words, str(there)]
    subprocess.run(command, cwd=demo, check=True, timeout=60, capture_output=True)
    assert here.read_bytes() == there.read_bytes()


def test_weather_time_place_and_client_each_change_the_picture(run_demo: Run, tmp_path: Path) -> None:
    base = ["--recipient", "r-0001", "--weather", "clear:12", "--at", "2026-11-21T12:00"]
    wishes = [
        [],
        ["--weather", "snow:-3"],
        ["--at", "2026-11-21T23:00"],
        ["--city", "Nice"],
        ["--client", "apple-mpp"],
    ]
    pictures = set()
    for number, wish in enumerate(wishes):
        target = tmp_path / f"{number}.jpg"
        assert run_demo("render", "umbrella", *base, *wish, "-o", str(target)).exit_code == 0
        pictures.add(target.read_bytes())
    assert len(pictures) == len(wishes)


def test_an_address_tells_the_place_of_who_has_none(run_demo: Run) -> None:
    words = run_demo("explain", "umbrella", "--ip", "192.0.2.1").output
    assert "GeoIP file" in words
    words = run_demo("explain", "umbrella", "--ip", "192.0.2.1", "--client", "gmail").output
    assert "the IP address is not the reader's own" in " ".join(words.split())


def test_explain_tells_facts_rules_and_the_winner(run_demo: Run) -> None:
    words = run_demo(
        "explain", "umbrella", "--recipient", "r-0001", "--weather", "rain:12", "--at", "2026-11-21T08:00"
    ).output
    for expected in (
        "given",
        "recipients",
        "coordinates from places",
        "rain is shown, fallback level: live",
        "µs",
        "false",
        "true",
        "Lille",
    ):
        assert expected in " ".join(words.split())
    assert "unknown" in run_demo("explain", "umbrella").output


def test_explain_tells_which_parameters_need_a_signature_and_which_nothing_asks_for(run_demo: Run) -> None:
    signed, unasked = "counts only in an address that `snippet` or `links` has signed", "asks for it"
    words = run_demo("explain", "countdown", "--param", "until=2026-12-20T18:00").output
    assert f"--param    until: {signed}" in words
    assert unasked not in words
    assert "--param " not in run_demo("explain", "countdown").output
    assert signed not in run_demo("explain", "nearest-store", "--param", "theme=dark").output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("render", "umbrela"),
            "unknown creative 'umbrela'; did you mean 'umbrella'? known: also, basket, countdown, ",
        ),
        (("render", "umbrella", "--recipient", "x"), "unknown recipient 'x'; known are, for example,"),
        (("render", "umbrella", "--weather", "mud"), "weather 'mud': write a condition"),
        (("render", "umbrella", "--at", "noon"), "--at noon: not a time such as"),
        (("render", "umbrella", "--ip", "1.2.3"), "--ip 1.2.3: not an IP address"),
        (("render", "umbrella", "--city", "Nowhere"), "--city Nowhere: unknown city"),
        (("render", "umbrella", "--client", "pine"), "known: airmail, aol-app, "),
        (("render", "umbrella", "-o", "x.bmp"), "x.bmp: the name has to end in"),
        (("links", "umbrela"), "unknown creative 'umbrela'; did you mean 'umbrella'?"),
        (("check", "nowhere"), "no creative found in nowhere"),
    ],
)
def test_a_slip_gets_a_sentence_that_helps(run_demo: Run, words: tuple[str, ...], expected: str) -> None:
    result = run_demo(*words)
    assert result.exit_code != 0
    assert expected in said(result)


@pytest.mark.usefixtures("demo_creatives")
def test_without_recipients_it_says_how_to_get_some(run: Run) -> None:
    assert "livecontent import recipients FILE" in said(run("links", "umbrella"))


def test_import_reports_what_it_took_and_every_row_it_refused(run: Run, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "Identifiant;Prénom;Ville\n1;Zoé;Lille\n;Nobody;Paris\n2;Léa;Brest\n1;Again;Nice\n", encoding="utf-8"
    )
    first = run("import", "recipients", str(people))
    assert first.exit_code == 0, said(first)
    assert "2 added, 0 changed, 0 unchanged" in first.output
    assert f"{people}:3:" in first.output.replace("\n", "")
    assert f"{people}:5: the id '1' is in a row above" in first.output.replace("\n", "")
    assert "0 added, 0 changed, 2 unchanged" in run("import", "recipients", str(people)).output


def test_columns_can_be_mapped(run: Run, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("no,wie\n1,Zoé\n", encoding="utf-8")
    result = run("import", "recipients", str(people), "--map", "id=no", "--map", "first_name=wie")
    assert "1 added" in result.output, said(result)
    assert "write NAME=COLUMN" in said(run("import", "recipients", str(people), "--map", "id"))


@pytest.mark.usefixtures("demo_creatives")
def test_check_finds_nothing_wrong_with_the_demo(run: Run) -> None:
    result = run("check")
    assert result.exit_code == 0, said(result)
    count = len(list(shipped("templates").glob("*/creative.yaml")))
    assert f"{count} creatives: 0 errors" in result.output


def test_check_names_file_line_and_column(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "hello"
    folder.mkdir()
    lines = (
        "title: Hello",
        "size: 600x200",
        "variants:",
        "  - name: a",
        "    when: weather.temperatur < 5",
        "    layers: []",
    )
    (folder / "creative.yaml").write_text("\n".join(lines))
    result = run("check", str(folder))
    assert result.exit_code == 1
    assert f"{folder / 'creative.yaml'}:5:11: error: unknown name 'weather.temperatur'" in result.output


def test_check_tells_what_openings_cost(run: Run, templates: Path) -> None:
    result = run("check", str(templates / "umbrella"), "--costs")
    assert result.exit_code == 0
    assert "umbrella snow: 57% of the image is redrawn at each open" in result.output
    assert "  24%  text [36, 51, 310, 120]" in result.output


def test_the_schema_makes_the_folder_that_it_is_to_stand_in(run: Run, tmp_path: Path) -> None:
    assert run("schema", "-o", "templates/creative.schema.json").exit_code == 0
    assert (tmp_path / "templates" / "creative.schema.json").read_text() == run("schema").output


def test_the_schema_takes_the_demo_and_refuses_nonsense(run: Run, templates: Path) -> None:
    schema = json.loads(run("schema").output)
    check = jsonschema.Draft202012Validator(schema)
    for file in templates.glob("*/creative.yaml"):
        check.validate(YAML(typ="safe", pure=True).load(file))
    assert not check.is_valid({"title": "x", "size": "large", "variants": []})


@pytest.mark.parametrize(
    "words",
    [
        ("links", "umbrella", "-o", "/nonexistent/x.csv"),
        ("render", "umbrella", "-o", "/nonexistent/x.jpg"),
    ],
)
def test_a_file_that_can_not_be_written_gets_one_line(
    words: tuple[str, ...], demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo)
    assert "/nonexistent/x" in (line := ended_with(monkeypatch, *words))
    assert line.endswith("No such file or directory")


def test_a_data_folder_that_can_not_be_made_gets_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("id\n1\n")
    monkeypatch.setenv("LIVECONTENT_DATA", "file/data")
    line = ended_with(monkeypatch, "import", "recipients", "file")
    assert line == "the folder file/data can't be made: Not a directory"


def ended_with(monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """The line that a command ends with, as the program does."""
    monkeypatch.setattr(sys, "argv", ["livecontent", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    line = ended.value.code
    assert isinstance(line, str)
    assert "\n" not in line
    return line


def test_the_data_folder_is_for_its_owner_only(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id\n1\n")
    old = os.umask(0)
    try:
        assert run("import", "recipients", "people.csv").exit_code == 0
        make_demo(8000, tmp_path / "other" / "demo")
        load_secret(tmp_path / "third" / "key")
    finally:
        os.umask(old)
    for folder in (".livecontent", "other", "other/demo", "third"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700, folder

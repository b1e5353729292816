"""Names of many scripts, from the file to the image, the alt text and the count of those that can't be drawn."""

import csv
import io
import shutil
from pathlib import Path

import pytest
from running import Run, said

from livecontent.cli.audience import Audience
from livecontent.render.paint.fonts import Fonts
from livecontent.storage.base import Recipient

CASES = Path(__file__).parents[1] / "cases"
HELLO = """
title: Hello
size: 600x120
format: png
alt: "Hello {{ recipient.first_name | default: 'there' }}, welcome back!"
variants:
  - name: everyday
    layers:
      - fill: "#f6f1e7"
      - text: "Hello {{ recipient.first_name | default: 'there' }}, welcome back!"
        font: {family: Inter, size: 32}
        box: [20, 10, 560, 100]
        color: "#000000"
        fit: {lines: 2, shrink_to: 16}
      - text: "{{ recipient.first_name | default: 'you' }}"
        box: [400, 80, 160, 20]
      - repeat: recipient.basket
        limit: 2
        gap: 4
        box: [20, 90, 560, 20]
        layers: [{text: "{{ item.name }}"}]
"""
PEOPLE = """{"id": "a", "first_name": "Ann", "city": "\U0010fffd"}
{"id": "b", "first_name": "Bob \u0378", "basket": [{"name": "\ue123"}]}
{"id": "c", "first_name": "Ann \u0378", "last_name": "\ue123"}
{"id": "d", "first_name": "田中さくら", "last_name": "Ọ̀"}
"""


@pytest.fixture
def shop(run: Run, tmp_path: Path) -> Run:
    """A folder with a creative."""
    (tmp_path / "templates" / "hello").mkdir(parents=True)
    (tmp_path / "templates" / "hello" / "creative.yaml").write_text(HELLO)
    (tmp_path / "livecontent.toml").write_text('templates = "templates"')
    return run


@pytest.fixture
def signs(shop: Run, tmp_path: Path) -> Run:
    """The same with four people, of whom three have signs that no font has."""
    (tmp_path / "people.jsonl").write_text(PEOPLE, encoding="utf-8")
    assert shop("import", "recipients", "people.jsonl").exit_code == 0
    return shop


def test_names_of_many_scripts_are_said_as_they_are(shop: Run, tmp_path: Path) -> None:
    shutil.copy(CASES / "01-names-of-many-scripts.csv", tmp_path / "people.csv")
    rows = csv.DictReader((tmp_path / "people.csv").read_text(encoding="utf-8").splitlines())
    names = {row["id"]: row["first_name"] for row in rows}
    assert shop("import", "recipients", "people.csv").exit_code == 0
    alts = {row["id"]: row["alt"] for row in csv.DictReader(io.StringIO(shop("links", "hello").stdout))}
    assert alts == {one: f"Hello {name}, welcome back!" for one, name in names.items()}
    assert shop("audience").stdout == "all of 23 recipients can be drawn\n"


def test_alt_text_and_explanation_tell_what_no_font_draws(signs: Run) -> None:
    alts = {row["id"]: row["alt"] for row in csv.DictReader(io.StringIO(signs("links", "hello").stdout))}
    assert [alts[one] for one in "abc"] == [f"Hello {name}, welcome back!" for name in ("Ann", "there", "there")]
    explained = signs("explain", "hello", "--recipient", "b").stdout
    assert explained.count("undrawn   no font has \u0378 (U+0378)") == 1
    assert "item.name can't be drawn: no font has \ue123 (U+E123)" in explained
    assert "no font" not in signs("explain", "hello", "--recipient", "d").stdout


def test_recipients_who_can_not_be_drawn_are_counted_by_column_and_script(signs: Run) -> None:
    found = signs("audience")
    rows = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in found.stdout.splitlines()]
    assert ["first_name", "private or unassigned", "2", "Bob \u0378 (b): no font has \u0378 (U+0378)"] in rows
    assert ["basket[].name", "private or unassigned", "1", "\ue123 (b): no font has \ue123 (U+E123)"] in rows
    assert sorted(row[0] for row in rows) == ["basket[].name", "city", "column", "first_name", "last_name"]
    assert "3 of 4 recipients have letters that no font draws" in found.output


def test_each_script_is_named(fonts: Fonts) -> None:
    audience = Audience(fonts.drawable, None)
    for name in ("𒀀𒁀", "Ann 𒀀", "Ann \U0001fae9", "Egypt 𓀀", "王小明"):
        audience.see(Recipient("ref", {"id": name, "name": name}))
    assert {script for column, script in audience.counts if column == "name"} >= {"Cuneiform", "Egyptian Hieroglyphs"}
    assert (audience.seen, audience.lacking, audience.counts["name", "Cuneiform"]) == (5, 4, 2)


def test_only_what_a_creative_writes_is_counted(signs: Run) -> None:
    found = signs("audience", "--creative", "hello")
    assert "2 of 4 recipients" in found.output
    assert "city" not in found.stdout
    assert "last_name" not in found.stdout
    assert "basket[].name" in found.stdout


def test_without_recipients_the_remedy_is_told(shop: Run) -> None:
    assert "livecontent import recipients FILE" in said(shop("audience"))
    assert "can't be read" in said(shop("audience", "--creative", "helo"))

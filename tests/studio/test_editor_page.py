"""The page Edit as text: without script a form, with one what the editor asks for."""

from __future__ import annotations

import re
from gzip import compress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import read
from starlette.testclient import TestClient

from livecontent.creative.drafts import Drafts
from livecontent.creative.load import FILE
from livecontent.errors import Problem
from livecontent.studio.editing.told import as_before, end_column, problems_json, written_lines

MODULE = Path(__file__).resolve().parents[2] / "src" / "livecontent" / "studio" / "static" / "codemirror"
EDIT = "/studio/edit/umbrella"


def test_without_script_the_text_is_saved_by_a_form_and_only_its_lines_change(
    editing: TestClient, drafts: Drafts
) -> None:
    before = drafts.open("umbrella")
    page = read(editing.get(f"{EDIT}?as=text").text)
    (field,) = page.all("textarea")
    assert field.text == "\n" + before.text  # HTML leaves out the first
    text = before.text.replace("title: A hero", "title: The hero").replace("\n", "\r\n")  # as forms send it
    sent = editing.post(EDIT, data={"version": before.version, "text": text, "do": "save"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{EDIT}?as=text")
    after = drafts.open("umbrella")
    assert after.text == before.text.replace("title: A hero", "title: The hero")
    for step, wished in (("undo", before.text), ("redo", after.text)):
        version = drafts.open("umbrella").version
        editing.post(EDIT, data={"version": version, "do": step})
        assert drafts.open("umbrella").text == wished
    editing.post(EDIT, data={"version": after.version, "do": "discard"})
    assert drafts.names == []


def test_a_text_with_mistakes_is_saved_and_they_are_told_with_their_lines(editing: TestClient, drafts: Drafts) -> None:
    before = drafts.open("umbrella")
    text = before.text.replace('condition == "snow"', 'condition == "snwo"')
    editing.post(EDIT, data={"version": before.version, "text": text})
    page = read(editing.get(f"{EDIT}?as=text").text)
    (problem,) = [one.text for one in page.all("li", lambda one: one.get("class") == "error")]
    assert "Line 26" in problem
    assert "did you mean 'snow'?" in problem
    canvas = editing.get(EDIT).text
    assert "<textarea" in canvas  # a canvas of what can't be drawn is the text


def test_who_saves_over_another_sees_both(editing: TestClient, drafts: Drafts) -> None:
    before = drafts.open("umbrella")
    theirs = before.text.replace("title: A hero", "title: Theirs")
    drafts.write("umbrella", {**before.files, FILE: theirs.encode()}, before.version)
    mine = before.text.replace("title: A hero", "title: Mine <b>")
    answer = editing.post(EDIT, data={"version": before.version, "text": mine})
    fields = {one.attributes["id"]: one.text for one in read(answer.text).all("textarea")}
    assert (answer.status_code, fields["mine"].lstrip(), fields["text"].lstrip()) == (409, mine, theirs)
    assert drafts.open("umbrella").text == theirs
    told = editing.post(f"{EDIT}/text", json={"version": before.version, "text": mine})
    assert (told.status_code, told.json()["text"]) == (409, theirs)
    written = editing.post(f"{EDIT}/text", json={"version": told.json()["version"], "text": mine})
    assert written.json()["version"] == drafts.open("umbrella").version


def test_the_styles_of_the_editor_have_a_nonce_on_its_page_alone(editing: TestClient) -> None:
    pages = [editing.get(f"{EDIT}?as=text") for _ in range(2)]
    nonces = [re.findall("'nonce-([^']+)'", page.headers["content-security-policy"]) for page in pages]
    assert nonces[0] != nonces[1]
    for page, found in zip(pages, nonces, strict=True):
        assert re.findall('data-nonce="([^"]+)"', page.text) == found
        assert "unsafe" not in page.headers["content-security-policy"]
    assert "nonce" not in editing.get(EDIT).headers["content-security-policy"]
    assert "codemirror" not in editing.get(EDIT).text


def test_check_tells_line_column_and_end_and_writes_nothing(editing: TestClient, drafts: Drafts) -> None:
    text = drafts.open("umbrella").text
    assert editing.post("/studio/check/umbrella", json={"text": text}).json() == {"problems": []}
    wrong = text.replace("size: 600x320", "size: 600x320\ncolour: red").replace("image: rain.jpg", "image: rian.jpg")
    found = editing.post("/studio/check/umbrella", json={"text": wrong}).json()["problems"]
    assert [(one["line"], one["column"], one["end"]) for one in found] == [(4, 9, 12)]
    found = editing.post("/studio/check/umbrella", json={"text": "title: ["}).json()["problems"]
    assert [(one["line"], one["kind"]) for one in found] == [(1, "error")]
    assert drafts.names == []


def test_the_vocabulary_has_what_can_be_written(editing: TestClient) -> None:
    known = editing.get("/studio/vocabulary/umbrella").json()
    assert {"condition", "temperature"} <= set(known["facts"]["weather"]["names"])
    assert "first_name" in known["facts"]["recipient"]["names"]
    assert "snow" in known["choices"]["weather.condition"]
    assert {"title", "size", "variants"} <= known["keys"][""].keys()
    assert {"family", "size", "weight"} <= known["keys"]["font"].keys()
    assert {"name", "when", "layers"} <= known["keys"]["variants"].keys()
    assert {"text", "style", "fit", "box"} <= known["layers"]["text"].keys()
    assert known["keys"]["size" if "size" in known["keys"] else "font"]
    assert set(known["values"]["align"]) >= {"start", "center", "end"}
    assert "map-pin" in known["icons"]
    assert "Fraunces" in known["families"]
    assert known["styles"] == ["brand", "button", "headline", "lead"]
    assert "rain.jpg" in known["files"]
    assert "money" in known["filters"]


@pytest.mark.parametrize(
    ("line", "column", "end"),
    [
        ('    when: weather.condition == "raining"', 32, 41),
        ("title: [", 8, 9),
        ("image: rian.jpg  # why", 8, 16),
        ("a: 'it''s'", 4, 8),
        ('a: "open', 4, 9),
        ("", 1, 2),
        ("a", 9, 10),
        ("  - {text: Hello, style: heading}", 26, 33),
    ],
)
def test_a_mark_ends_behind_what_is_wrong(line: str, column: int, end: int) -> None:
    assert end_column(line, column) == end


def test_problems_of_other_files_have_no_place_in_this_one() -> None:
    problem = Problem("templates/brand.yaml", 3, 4, "unknown key 'x'")
    assert problems_json([problem], "title: T")[0] | {"message": ""} == {
        "line": 0,
        "column": 0,
        "end": 0,
        "kind": "error",
        "message": "",
        "help": "",
    }


@given(st.text(alphabet="ab\n"), st.text(alphabet="ab\n"))
def test_the_lines_that_were_written_are_those_that_differ(before: str, after: str) -> None:
    first, lines = written_lines(before, after)
    old, new = before.splitlines(), after.splitlines()
    assert new[first - 1 : first - 1 + len(lines)] == lines
    if len(lines) < 12:
        kept = len(new) - (first - 1) - len(lines)
        assert old[: first - 1] == new[: first - 1]
        assert kept == 0 or old[-kept:] == new[-kept:]


@given(st.text(alphabet="a\n\r\ufeff"))
def test_a_form_gives_back_the_bytes_that_it_was_made_of(text: str) -> None:
    for newline in ("\n", "\r\n"):
        whole = text.replace("\r", "").replace("\ufeff", "").replace("\n", newline)
        for mark in ("", "\ufeff"):
            sent = (mark + whole).replace("\r\n", "\n").replace("\n", "\r\n")
            assert as_before(sent, mark + whole) == mark + whole


def test_the_canvas_is_small() -> None:
    scripts = b"".join((MODULE.parent / name).read_bytes() for name in ("canvas.js", "panel.js"))
    assert len(compress(scripts, 9)) <= 10_000


def test_the_editor_is_the_module_that_its_notes_name() -> None:
    notes = (MODULE / "VERSIONS.txt").read_text("utf-8")
    data = (MODULE / "codemirror.js").read_bytes()
    assert f"sha256 {sha256(data).hexdigest()}" in notes.splitlines()
    names = re.findall(r"^(\S+) [\d.]+ \((.+)\)$", notes, re.MULTILINE)
    assert len(names) > 10
    assert {licence for _, licence in names} == {"MIT"}
    licences = (MODULE / "LICENSES.txt").read_text("utf-8")
    assert all(name in licences for name, _ in names)

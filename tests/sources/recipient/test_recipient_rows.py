import csv
import io
import json
import tracemalloc
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.errors import DataError
from livecontent.imports import csv_reader
from livecontent.imports.csv_reader import MAX_LINE, Refusal, read_lines
from livecontent.imports.recipients import read_recipient_rows
from livecontent.imports.row_files import TypedRow

Found = list[TypedRow | Refusal]


def silent(read: int, total: int) -> None:
    """Nobody listens."""


def read(content: bytes | str, ending: str = "csv", columns: Mapping[str, str] | None = None) -> Found:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"people.{ending}"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_recipient_rows(file, columns or {}, silent))


def profiles(found: Found) -> list[dict[str, object]]:
    assert all(isinstance(row, TypedRow) for row in found), found
    return [dict(row.values) for row in found if isinstance(row, TypedRow)]


def refusals(found: Found) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in found if isinstance(row, Refusal)]


def test_a_csv_is_read() -> None:
    text = "id,Pr\u00e9nom,Code postal,points,vip,segments,empty\n1,Ann,01000,12,true,a|b,\n2,,,1.5,,,\n"
    assert profiles(read(text)) == [
        {"id": "1", "first_name": "Ann", "postcode": "01000", "points": 12, "vip": True, "segments": ["a", "b"]},
        {"id": "2", "points": 1.5},
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_delimiters_and_line_ends_are_found(delimiter: str, end: str, last: bool) -> None:
    rows = [["id", "name, first", "note"], ["1", "a;b\tc", 'say "hi"'], ["2", "", "two\nlines"]]
    written = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    found = read(end.join(written) + (end if last else ""))
    assert profiles(found) == [
        {"id": "1", "name_first": "a;b c", "note": 'say "hi"'},
        {"id": "2", "note": "two lines"},
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("header", ["id,pr\u00e9nom", "id,first_name"])
def test_utf8_and_windows_1252_are_found(encoding: str, header: str) -> None:
    names = ["Ann", "Zo\u00e9", "Fran\u00e7ois", "H\u00e9l\u00e8ne", "No\u00ebl", "M\u00fcller", "10 \u20ac"]
    found = read((header + "".join(f"\n{number},{name}" for number, name in enumerate(names))).encode(encoding))
    assert [profile["first_name"] for profile in profiles(found)] == names


def test_a_value_whose_bytes_are_no_text_is_left_out() -> None:
    found = read("id,name\n1,Zo\u00e9 Th\u00e9r\u00e8se\n".encode() + b"2,Zo\xe9\n3,Ann\n")
    assert refusals(found) == []
    assert [profile.get("name") for profile in profiles(found)][1:] == [None, "Ann"]


def test_an_id_whose_bytes_are_no_text_is_refused() -> None:
    found = read("id,name\n1,Zo\u00e9 Th\u00e9r\u00e8se\n".encode() + b"2\xe9,Ann\n")
    assert refusals(found) == [(3, "the id has bytes that are not text in the encoding of the file")]


def test_lines_are_counted_as_an_editor_does() -> None:
    found = read('\n\nid,note\n1,"a\nb"\n\n,x\n2,"a\r\nb\nc",z\n3,c\n')
    assert [row.line for row in found] == [4, 7, 8, 11]
    assert refusals(found) == [(7, "there is no id"), (8, "3 fields here, 2 in the first line")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("", None),
        (",Ann,,,", "no id"),
        ("1,Ann,,,,,x", "7 fields"),
        ("x" * 201 + ",,,,", "200 characters"),
        ("1,Ann," + "x" * MAX_LINE, "longer than 128 KiB"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(row: str, reason: str | None) -> None:
    found = read(f"id,name,lat,lon,fuseau\n0,Bob,,,\n{row}\n9,Zo\u00e9,,,\n")
    assert [line for line, _ in refusals(found)] == ([3] if reason else [])
    assert not reason or reason in refusals(found)[0][1]
    assert [row.line for row in found if isinstance(row, TypedRow)] == [2, 4]


@pytest.mark.parametrize(
    "row", ["1,Ann,,", "1,Ann,,,,", "1,Ann", "1,Ann,91,0,", "1,Ann,48,,", "1,Ann,,,Mars", "1,Ann,0,0,"]
)
def test_nobody_is_lost_for_what_is_not_needed(row: str) -> None:
    assert profiles(read(f"id,name,lat,lon,fuseau\n{row}\n")) == [{"id": "1", "name": "Ann"}]


def test_rows_without_a_value_are_no_rows() -> None:
    assert [row.line for row in read("id,name\n1,Ann\n,\n , \n2,Bob\n,,,\n")] == [2, 5]


def test_a_profile_of_more_than_64_kib_is_refused() -> None:
    header = ",".join(["id", *(f"{number}_{'n' * 50}" for number in range(900))])
    found = read(header + "\n1" + ",some words here" * 900 + "\n2" + ",x" * 900 + "\n")
    assert [line for line, _ in refusals(found)] == [2]
    assert "65536" in refusals(found)[0][1]


def test_columns_are_named_by_choice() -> None:
    found = read("No;Qui\n7;Ann\n", columns={"no": "id", "Qui": "first_name"})
    assert profiles(found) == [{"id": "7", "first_name": "Ann"}]


@pytest.mark.parametrize(
    ("content", "columns", "message"),
    [
        ("", {}, "is empty"),
        ("\n \r\n\n", {}, "is empty"),
        ("name,city\nAnn,Rome\n", {}, "no column is called id.*'name', 'city'"),
        ("1,Ann,ann@shop.example\n2,Bob,\n", {}, "no column is called id.*'1', 'Ann'"),
        ("id,name,Name\n1,a,b\n", {}, "two columns mean name: 'name', 'Name'"),
        ("id,name\n1,a\n", {"Client": "id"}, "no column 'Client'; found: 'id', 'name'"),
        ("id,name\n1,a\n", {"Client": "nick"}, "no column 'Client'; found: 'id', 'name'"),
        ("id,name\n1,a\n", {"name": "Nick Name"}, "'Nick Name' can't be a name"),
        ("id,name\n1,a\n", {"name": ""}, "'' can't be a name"),
        (",".join(f"c{n}" for n in range(5000)), {}, "5000 columns.*'c0', 'c1'"),
        (",".join(f"c{n}" for n in range(10**6)), {}, ":1: the line is longer than 128 KiB"),
        ('id,name\n1,a\n2,"b\n3,c\n', {}, ":3: a quote opens"),
        ('id,name\n1,a\n2,"b\n' + "3,c\n" * 100_000, {}, ":3: a quote opens"),
        ('id,"name\n1,a\n', {}, ":1: a quote opens"),
        (b"id,name\n1,\0\0\0\n", {"x": "id"}, "no column"),
        (b"PK\x03\x04\x14\x00\x06\x00 a workbook \n", {}, "this is no workbook that can be read"),
        (b"id,na\x81me\xe9\n", {}, "the file is not UTF-8, and can be several things"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes | str, columns: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(content, columns=columns)


@pytest.mark.parametrize("name", ["nowhere.csv", "nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"the file can't be read: (No such file|Is a dir)"):
        list(read_recipient_rows(tmp_path / name, {}, silent))


def test_the_message_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name\n")
    with pytest.raises(DataError, match=r"people\.csv:1: "):
        list(read_recipient_rows(tmp_path / "people.csv", {}, silent))


def test_json_lines_are_read() -> None:
    rows = [
        {"id": 1, "Pr\u00e9nom": "Zo\u00e9", "points": "12", "last": {"total": 12.5, "items": ["a", {"n": 1}]}},
        {"id": "2", "vip": True, "segments": ["a"], "city": "", "lat": "48,5", "lng": 2},
    ]
    text = "\ufeff" + "\n\n".join(json.dumps(row, ensure_ascii=bool(row["id"] == "2")) for row in rows) + "\r\n \n"
    assert profiles(read(text, "jsonl")) == [
        {"id": "1", "first_name": "Zo\u00e9", "points": "12", "last": rows[0]["last"]},
        {"id": "2", "vip": True, "segments": ["a"], "latitude": 48.5, "longitude": 2},
    ]


def test_keys_of_json_lines_are_named_by_choice() -> None:
    found = read('{"No": 7, "Qui": "Ann"}\n{"no": 8}', "ndjson", {"no": "id", "Qui": "first_name"})
    assert profiles(found) == [{"id": "7", "first_name": "Ann"}, {"id": "8"}]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b'{"id": NaN}', "not JSON"),
        (b'{"id": "1", "x": Infinity}', "not JSON"),
        (b'{"id": "1"} x', "not JSON"),
        (b'{"x":' * 50_000, "longer than|not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": "1", "x": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"id": "1", "x": 1e400}', "too large"),
        (b'{"id": "1", "x": ' + b"9" * 400 + b"}", "64 bits"),
        (b'{"id": "1", "x": [[[[1]]]]}', "3 deep"),
        (b'"id"', "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"id": "\xe9"}', "not UTF-8"),
        (b'{"name": "Ann"}', "no id"),
        (b'{"id": "1", "a": 1, "A": 2}', "two columns mean a"),
        (b'{"id": "1", "x": "' + b"x" * MAX_LINE + b'"}', "longer than 128 KiB"),
        (b'{"id": "1", "x": [' + b'"a long text",' * 5000 + b"1]}", "65536"),
    ],
)
def test_a_line_of_json_that_cannot_be_used_is_refused_with_its_reason(line: bytes, reason: str) -> None:
    found = read(b'{"id": "0"}\n' + line + b'\n{"id": "9"}\n', "jsonl")
    assert [type(row) for row in found] == [TypedRow, Refusal, TypedRow]
    ((number, said),) = refusals(found)
    assert number == 2
    assert any(part in said for part in reason.split("|"))


def test_an_escaped_half_of_a_character_does_no_harm() -> None:
    assert profiles(read(rb'{"id": "1\ud800", "x\udfff": "\udfffA\u0000"}', "jsonl")) == [{"id": "1", "x": "A"}]


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(cells, cells)), st.sampled_from(",;\t"), st.booleans())
def test_what_the_csv_module_writes_is_one_row_each(rows: list[tuple[str, str]], delimiter: str, quote: bool) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL)
    writer.writerows([("id", "first name", "note"), *((f"x{n}", *row) for n, row in enumerate(rows))])
    assert [profile["id"] for profile in profiles(read(text.getvalue()))] == [f"x{n}" for n in range(len(rows))]


@pytest.mark.usefixtures("letter_models")
@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["id", "name", "1", "\u00e9", '"', ",", ";", "\t", "\n", "\r", " ", "\0", "\ufeff", "{", "}", ":"]
        )
    ),
    st.sampled_from(["csv", "jsonl"]),
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
    st.booleans(),
)
def test_any_text_is_read_or_refused(parts: list[str], ending: str, encoding: str, header: bool) -> None:
    text = ("id,name\n" if header else "") + "".join(parts)
    try:
        found = read(text.encode(encoding, "replace"), ending)
    except DataError:
        return
    assert [row.line for row in found] == sorted({row.line for row in found})


@pytest.mark.usefixtures("letter_models")
@settings(deadline=None)
@given(st.binary(), st.sampled_from(["csv", "jsonl"]))
def test_any_bytes_are_read_or_refused(content: bytes, ending: str) -> None:
    lines = (b"id\n" + content if ending == "csv" else content).splitlines()
    try:
        found = read(b"id\n" + content if ending == "csv" else content, ending)
    except DataError:
        assert b'"' in content or b"\0" in content or not content.isascii()
        return
    if content.isascii() and b'"' not in content:
        texts = [line.decode().replace("," if ending == "csv" else "\n", "") for line in lines[ending == "csv" :]]
        assert len(found) == sum(1 for text in texts if text.strip())


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r", b"\r\n", b"long" * 10])), st.integers(1, 50))
def test_lines_end_as_editors_end_them_and_long_ones_are_told(parts: list[bytes], limit: int) -> None:
    content = b"".join(parts)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_reader, "MAX_LINE", limit)
        file = Path(folder) / "file"
        file.write_bytes(content)
        ends = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").splitlines(keepends=True)
        expected = [line if len(line) <= limit else None for line in ends]
        assert list(read_lines(file, silent)) == list(enumerate(expected, 1))


def test_progress_is_told_in_bytes_up_to_the_last(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("id\n" + "".join(f"{number}\n" for number in range(50_000)))
    told: list[tuple[int, int]] = []
    list(read_recipient_rows(file, {}, lambda read, total: told.append((read, total))))
    size = file.stat().st_size
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1] == (size, size)
    assert {total for _, total in told} == {size}


@pytest.mark.parametrize("content", ["x", "1,", '1,"', "1," + "a" * 2000 + "\n", "[", '{"id":"'])
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_memory_is_bounded_whatever_the_size(tmp_path: Path, content: str, ending: str) -> None:
    file = tmp_path / f"people.{ending}"
    file.write_text("id,name\n" + content * (8_000_000 // len(content)))
    tracemalloc.start()
    with suppress(DataError):
        for _ in read_recipient_rows(file, {}, silent):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000

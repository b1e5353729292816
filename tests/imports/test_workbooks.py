"""Excel and LibreOffice workbooks."""

import zipfile
from pathlib import Path

import pytest
from workbooks import write_ods, write_xlsx

from livecontent.errors import DataError
from livecontent.imports import workbook
from livecontent.imports.csv_reader import Refusal, read_rows
from livecontent.imports.recipients import open_recipients
from livecontent.imports.row_files import TypedRow
from livecontent.imports.table_file import no_progress

HEADER = ["id", "first_name", "points", "ratio", "until", "vip", "zip"]


def rows(file: Path) -> tuple[list[dict[str, object]], dict[str, str], str]:
    with open_recipients(file, {}) as people:
        found = list(people.rows(no_progress))
        profiles = [dict(row.values) for row in found if isinstance(row, TypedRow)]
        return profiles, {column.name: column.told for column in people.columns}, people.told


def test_a_workbook_is_read_with_the_types_of_its_cells(tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    write_xlsx(
        file,
        {
            "Notes": [],
            "Clients": [
                [],
                HEADER,
                [7, "Zoé", 1240, 1.125, ("date", 46380), True, "01000"],
                ["b", "two\nlines", 3, 2.5, ("date", 46381.75), False, "75001"],
                [],
                ["c", None, ("error", "#N/A")],
            ],
            "Old": [["id"], ["x"]],
            "Secret": [["id"], ["y"]],
        },
        hidden=frozenset({"Secret"}),
    )
    profiles, columns, told = rows(file)
    assert profiles[0] == {
        "id": "7",
        "first_name": "Zoé",
        "points": 1240,
        "ratio": 1.125,
        "until": "2026-12-24",
        "vip": True,
        "postcode": "01000",
    }
    assert profiles[1]["first_name"] == "two lines"
    assert profiles[1]["until"] == "2026-12-25T18:00:00"
    assert profiles[2] == {"id": "c"}
    assert columns["ratio"].startswith("numbers")
    assert told == "sheet 'Clients'; not read: 'Notes', 'Old'"


def test_ids_of_too_many_digits_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    write_xlsx(file, {"A": [["id"], [100234567890123456], [9007199254740991]]})
    with open_recipients(file, {}) as people:
        first, second = people.rows(no_progress)
    assert isinstance(first, Refusal)
    assert first.line == 2
    assert "a spreadsheet has shortened the id to 1.0023456789012346e+17" in first.reason
    assert isinstance(second, TypedRow)


def test_days_that_are_numbers_without_a_format_are_told(tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    write_xlsx(file, {"A": [["id", "birthday"], ["a", 45321], ["b", 45322]]})
    profiles, columns, _ = rows(file)
    assert profiles == [{"id": "a"}, {"id": "b"}]
    assert "the number that a spreadsheet keeps for a day" in columns["birthday"]


def test_a_libreoffice_workbook_is_read(tmp_path: Path) -> None:
    write_ods(tmp_path / "leute.ods", [["id", "first_name"], ["a", "Jörg & Söhne"]])
    profiles, _, told = rows(tmp_path / "leute.ods")
    assert profiles == [{"id": "a", "first_name": "Jörg & Söhne"}]
    assert told == "sheet 'Leute'"


def test_a_small_file_that_asks_for_all_memory_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "far.xlsx"
    write_xlsx(file, {"A": [["id"]]})
    far = tmp_path / "far2.xlsx"
    _replace(file, far, b"</row>", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert far.stat().st_size < 6000
    with pytest.raises(DataError, match=r"reaches to row 1,048,576 and column 16,384: delete what stands far off"):
        rows(far)


def test_what_the_look_does_not_see_is_stopped_by_the_limit(tmp_path: Path) -> None:
    file, odd = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_xlsx(file, {"A": [["id"]]})
    _replace(file, odd, b"</row>", b"</row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")
    with pytest.raises(DataError, match=r"b\.xlsx: the workbook is too large to read"):
        rows(odd)


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "people.xlsx").write_bytes(content)
    with pytest.raises(DataError, match=r"people\.xlsx: this is no workbook that can be read: "):
        rows(tmp_path / "people.xlsx")


def test_an_empty_workbook_is_told(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "people.xlsx", {"A": []})
    with pytest.raises(DataError, match="the workbook is empty"):
        rows(tmp_path / "people.xlsx")


def test_stores_may_be_a_workbook_too(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "stores.xlsx", {"A": [["id", "name"], [1, "Lille"]]})
    assert [dict(row.cells) for row in read_rows(tmp_path / "stores.xlsx", ("id", "name"))] == [
        {"id": "1", "name": "Lille"}
    ]


def test_numbers_are_written_so_that_no_sign_groups_thousands() -> None:
    assert [workbook.cell_text(cell) for cell in (1.24, 1.125, -12.125, 7.0, 1e15, 2.0**60)] == [
        "1.24",
        "1.1250",
        "-12.1250",
        "7",
        "1000000000000000",
        "1.152921504606847e+18",
    ]


def _replace(file: Path, target: Path, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(name, source.read(name).replace(old, new, 1))

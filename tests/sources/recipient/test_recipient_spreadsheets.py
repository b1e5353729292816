"""Files as a spreadsheet in French writes them."""

from pathlib import Path

import pytest

from blocking import Blocking
from blocking import import_at_once as import_recipients
from livecontent.imports.recipients import read_recipient_rows
from livecontent.imports.row_files import TypedRow
from livecontent.links import ref_of

KEY = b"k" * 32
FRENCH = """sep=;\r
Identifiant;Prénom;Pays;Points;Ratio;Téléphone;Note\r
1;Zoé;France;1 240;12,5;06 12 34 56 78;a,5\r
2;Ann;Royaume-Uni;3\xa0500;-1 234,50;;12.5\r
3;Bob;Atlantide;7;;;\r
"""


def silent(read: int, total: int) -> None:
    """Nobody listens."""


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_a_french_spreadsheet_is_read_with_its_numbers_and_countries(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "clients.csv"
    file.write_bytes(FRENCH.encode(encoding))
    rows = [row for row in read_recipient_rows(file, {}, silent) if isinstance(row, TypedRow)]
    zoe, ann, bob = (row.values for row in rows)
    assert zoe == {
        "id": "1",
        "first_name": "Zoé",
        "country": "FR",
        "points": 1240,
        "ratio": 12.5,
        "telephone": "06 12 34 56 78",
        "note": "a,5",
    }
    assert (ann["country"], ann["points"], ann["ratio"], ann["note"]) == ("GB", 3500, -1234.5, "12.5")
    assert bob == {"id": "3", "first_name": "Bob", "points": 7}
    assert [row.line for row in rows] == [3, 4, 5]


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;", "\nsep=;"])
def test_the_line_that_tells_the_separator_is_no_row(tmp_path: Path, first: str) -> None:
    file = tmp_path / "clients.csv"
    file.write_text(f"{first}\nid;a,b,c,d\n1;x\n", encoding="utf-8")
    assert [row.values for row in read_recipient_rows(file, {}, silent) if isinstance(row, TypedRow)] == [
        {"id": "1", "a_b_c_d": "x"}
    ]


def test_a_comma_parts_decimals_where_the_column_says_so(tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    file.write_text('id,points,ratio\n1,1 240,"12,5"\n', encoding="utf-8")
    (row,) = read_recipient_rows(file, {}, silent)
    assert isinstance(row, TypedRow)
    assert row.values == {"id": "1", "points": 1240, "ratio": 12.5}


def test_what_is_left_out_is_told_and_the_recipient_is_there(store: Blocking, tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    file.write_text("id,country,language\n1,Atlantis,fr\n2,FR,martian\n3,Narnia,\n", encoding="utf-8")
    report, refused = import_recipients(file, store, KEY, {}, silent)
    assert (report.added, refused) == (3, [])
    assert [str(note) for note in report.notes] == [
        "country: not a country, left out (2 times, first on line 2): 'Atlantis', 'Narnia'",
        "language: not a language, left out (line 3): 'martian'",
    ]
    assert store.get(ref_of("1", KEY)) == {"id": "1", "language": "fr"}

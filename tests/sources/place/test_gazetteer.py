import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.errors import DataError
from livecontent.facts import Place
from livecontent.imports.csv_reader import read_rows
from livecontent.runtime.names import fold
from livecontent.sources.place.gazetteer import COLUMNS, Gazetteer, load_gazetteer

HEADER = ",".join(COLUMNS)
PLACES = """name,country,region,latitude,longitude,timezone,aliases
Orléans,FR,Centre-Val de Loire,47.9,1.91,Europe/Paris,
London,UK,England,51.51,-0.13,Europe/London,Londres|Londra
Saint-Étienne,FR,Auvergne-Rhône-Alpes,45.43,4.39,Europe/Paris,
Tromsø,NO,Troms,69.65,18.96,Europe/Oslo,
London,CA,Ontario,42.98,-81.25,America/Toronto,
Tel Aviv,il,,32.08,34.78,,תל אביב
"""


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "places.csv"
    path.write_text(PLACES, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["Orléans", "Orleans", "ORLÉANS", "orleans", " orléans ", "Orle\u0301ans"])
def test_case_and_accents_do_not_count(file, name):
    assert load_gazetteer(file).find(name) == Place("Orléans", "Centre-Val de Loire", "FR", 47.9, 1.91, "Europe/Paris")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("saint etienne", "Saint-Étienne"),
        ("SAINT‑ÉTIENNE", "Saint-Étienne"),
        ("Tromso", "Tromsø"),
        ("תל־אביב", "תל אביב"),
        ("londres", "Londres"),
        ("Lond", None),
        ("", None),
        ("-", None),
    ],
)
def test_hyphens_do_not_count_and_a_place_is_called_by_the_name_it_was_found_by(file, name, found):
    place = load_gazetteer(file).find(name)
    assert (place.city if place else None) == found


def test_the_first_of_namesakes_wins_unless_the_country_is_told(file):
    gazetteer = load_gazetteer(file)
    assert gazetteer.find("London").country == "GB"
    assert gazetteer.find("London", "GB").country == "GB"
    assert gazetteer.find("London", "ca").region == "Ontario"
    assert gazetteer.find("London", "FR") is None


def test_region_and_time_zone_may_be_left_out(file):
    assert load_gazetteer(file).find("Tel Aviv") == Place("Tel Aviv", None, "IL", 32.08, 34.78, None)


def test_the_column_of_aliases_may_be_left_out_and_order_does_not_count(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("timezone,longitude,latitude,region,country,Name\nEurope/Paris,3.06,50.63,,FR,Lille\n")
    assert load_gazetteer(path).find("lille").timezone == "Europe/Paris"


def test_no_places_is_a_gazetteer_too():
    assert Gazetteer().find("Lille") is None


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_folding_takes_no_account_of_composition_and_spaces_around(left, right):
    text = f" {left} {right} "
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(alphabet="abcdefgàâäçéèêëîïôöùûüÿñåßøłœæ -'", min_size=1))
def test_folding_leaves_plain_letters_in_lower_case(text):
    folded = fold(text)
    assert folded == fold(text.upper())
    assert folded.isascii()
    assert folded == " ".join(folded.split())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", f":1: the file is empty; its first line names the columns: {HEADER}"),
        ("\n\n", f":1: the file is empty; its first line names the columns: {HEADER}"),
        ("name;country\n", f":1: no column region; these are needed: {HEADER}"),
        ("\n" + HEADER.replace("region", "state"), f":2: no column region; these are needed: {HEADER}"),
        (f"{HEADER},Name\n", ":1: two columns are called name"),
        (f"{HEADER}\n,FR,,1,2,\n", ":2: name: is empty"),
        (
            f"{HEADER}\nLille,Atlantis,,1,2,\n",
            ":2: country: 'Atlantis' is not a country, such as FR or France",
        ),
        (f"{HEADER}\nLille\n", ":2: country: '' is not a country, such as FR or France"),
        (
            f'{HEADER}\nA,FR,,1,2,\nB,FR,,"48,9,1",2,\n',
            ":3: latitude: '48,9,1' is not a number from -90 to 90, such as 48.85",
        ),
        (f"{HEADER}\nLille,FR,,91,2,\n", ":2: latitude: '91' is not a number from -90 to 90, such as 48.85"),
        (f"{HEADER}\nLille,FR,,nan,2,\n", ":2: latitude: 'nan' is not a number from -90 to 90, such as 48.85"),
        (f"{HEADER}\nLille,FR,,1,-180.1,\n", ":2: longitude: '-180.1' is not a number from -180 to 180, such as 48.85"),
        (f"{HEADER}\nLille,FR,,1,2,Mars\n", ":2: timezone: 'Mars' is not a time zone, such as Europe/Paris"),
        (f"{HEADER}\nLille,FR,,1,2,Europe\n", ":2: timezone: 'Europe' is not a time zone, such as Europe/Paris"),
        (f"{HEADER}\nA,FR,,1,2,,B,C\n", ":2: 8 fields here, 6 in the first line; quote the commas"),
        (
            f'{HEADER}\n"two\nlines",FR,,1,2,\n\nB,FR,x,,2,\n',
            ":5: latitude: '' is not a number from -90 to 90, such as 48.85",
        ),
        (
            f'{HEADER}\nA,FR,,1,2,\n"two\nlines",FR,,x,2,\n',
            ":3: latitude: 'x' is not a number from -90 to 90, such as 48.85",
        ),
        (f'{HEADER}\nA,FR,,1,2,\nB,"FR,,1,2,\n', ":3: a quote opens here that does not close within 128 KiB"),
    ],
)
def test_an_error_names_file_line_and_column_and_what_would_be_right(tmp_path, text, complaint):
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_gazetteer(path)
    assert str(caught.value) == f"{path}{complaint}"


def test_a_file_as_a_spreadsheet_writes_it_in_french_is_read_too(tmp_path):
    path = tmp_path / "places.csv"
    text = PLACES.splitlines()[0] + "\nOrléans,France,Centre-Val de Loire,47!9,1!91,Europe/Paris,\n"
    path.write_bytes(f"sep=;\r\n{text.replace(',', ';').replace('!', ',')}".encode("cp1252"))
    assert load_gazetteer(path).find("orleans") == Place(
        "Orléans", "Centre-Val de Loire", "FR", 47.9, 1.91, "Europe/Paris"
    )


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path):
    path = tmp_path / "places.csv"
    with pytest.raises(DataError, match=r"places\.csv: the file can't be read: No such file or directory$"):
        load_gazetteer(path)
    path.write_bytes(bytes(3) + PLACES.encode())
    with pytest.raises(DataError, match=r"places\.csv:1: this is not text, or it is UTF-16"):
        load_gazetteer(path)
    path.write_bytes(PLACES.encode("utf-8-sig"))
    assert load_gazetteer(path).find("Orleans")


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8) | st.sampled_from(['"', ",", "a\nb", "é"])


@given(rows=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=5))
def test_rows_come_back_as_any_writer_of_csv_writes_them(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["a", "b", "c"], *rows])
    read = [list(row.cells.values()) for row in read_rows(path, "abc")]
    assert read == [stripped for row in rows if any(stripped := [cell.strip() for cell in row])]

"""In which encoding a file is."""

import io
from pathlib import Path

import pytest

from livecontent.errors import DataError
from livecontent.imports.encoding import EncodingDoubtError, find_encoding, named_encoding
from livecontent.imports.recipients import read_recipient_rows
from livecontent.imports.row_files import TypedRow
from livecontent.imports.table_file import no_progress

TEXTS = {
    "cp1250": "Łukasz Świętosława Gdańsk Małgorzata Wrocław",
    "iso8859-2": "Łukasz Świętosława Gdańsk Poznań Śrem Elbląg Żary",
    "cp1252": "Zoé François Müller Besançon Orléans Hélène",
    "cp1251": "Иван София Варна Пловдив Георги",
    "koi8-r": "Москва Казань Елена Сергей Наталья",
    "cp1253": "Αθήνα Γιώργος Θεσσαλονίκη Ελένη",
    "cp1254": "Ağaoğlu İstanbul Gülşah Şanlıurfa Çağrı",
    "cp1257": "Vilnius Šiauliai Žydrūnas Ąžuolas Gražvydas",
    "cp1256": "محمد القاهرة الرياض فاطمة",
    "cp932": "さくら 東京 大阪 横浜 けんじ ゆうこ 名古屋 たろう 札幌 ひろし",
    "cp949": "서울 부산 인천 김민수 대구",
}


def found(text: str, encoding: str, header: str = "id;city") -> str:
    rows = "".join(f"{number};{word}\n" for number, word in enumerate(text.split()))
    content = f"{header}\n{rows}".encode(encoding)
    return content.decode(find_encoding(io.BytesIO(content)).name).split("\n", 1)[1]


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_encoding_is_that_of_the_letters(encoding: str) -> None:
    rows = "".join(f"{number};{word}\n" for number, word in enumerate(TEXTS[encoding].split()))
    assert found(TEXTS[encoding], encoding) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_needs_no_opinion(encoding: str) -> None:
    content = "id;city\n1;Łódź\n2;東京\n".encode(encoding)
    encoding_ = find_encoding(io.BytesIO(content))
    assert content.decode(encoding_.name).endswith("id;city\n1;Łódź\n2;東京\n")
    assert encoding_.told == ""


@pytest.mark.parametrize(("word", "encoding"), [("Ćwik", "cp1250"), ("Ağaoğlu", "cp1254"), ("Zoé", "cp1252")])
def test_one_word_is_too_little_and_each_reading_is_shown(word: str, encoding: str) -> None:
    with pytest.raises(EncodingDoubtError) as caught:
        found(word, encoding)
    assert len(caught.value.answers) > 1
    assert f"{word!r} with --encoding {encoding}" in str(caught.value) or encoding == "cp1254"


@pytest.mark.parametrize(
    ("word", "encoding", "header", "place"),
    [
        ("Ćwik", "cp1250", "city;country", "PL"),
        ("Ağaoğlu", "cp1254", "city;language", "tr-TR"),
        ("Zoé", "cp1252", "city;pays", "FR"),
    ],
)
def test_the_country_of_the_row_tells(word: str, encoding: str, header: str, place: str) -> None:
    content = f"{header}\n{word};{place}\n".encode(encoding)
    assert content.decode(find_encoding(io.BytesIO(content)).name) == f"{header}\n{word};{place}\n"


@pytest.mark.parametrize(
    ("word", "encoding", "place"),
    [
        ("Öhringen", "mac_roman", "DE"),
        ("Setúbal", "cp850", "PT"),
        ("Ciriè", "cp850", "IT"),
        ("Москва", "mac_cyrillic", "RU"),
        ("القاهرة", "iso8859-6", "EG"),
    ],
)
def test_a_country_makes_no_words_of_signs(word: str, encoding: str, place: str) -> None:
    with pytest.raises(EncodingDoubtError):
        find_encoding(io.BytesIO(f"id;city;country\n1;{word};{place}\n".encode(encoding)))


def test_belgium_is_not_belarus() -> None:
    content = "id;city;country\n1;Visé;BE\n".encode("cp1252")
    assert content.decode(find_encoding(io.BytesIO(content)).name) == "id;city;country\n1;Visé;BE\n"


@pytest.mark.parametrize("encoding", ["iso2022_jp", "utf-32"])
def test_marks_in_the_bytes_tell(encoding: str) -> None:
    content = "id;city\n1;東京\n".encode(encoding)
    assert content.decode(find_encoding(io.BytesIO(content)).name) == "id;city\n1;東京\n"


def test_a_file_in_doubt_is_refused_with_what_to_type(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("id,name\n1,Ćwik\n".encode("cp1250"))
    with pytest.raises(DataError, match=r"people\.csv:2: the file is not UTF-8.*'Ćwik' with --encoding cp1250"):
        list(read_recipient_rows(file, {}, no_progress))


@pytest.mark.parametrize("name", ["martian", "hex", "rot13", "x y"])
def test_what_is_no_encoding_is_told(name: str) -> None:
    with pytest.raises(DataError, match=f"--encoding {name}: there is no such encoding"):
        named_encoding(name)


def test_a_damaged_letter_makes_no_other_encoding_of_utf8(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("id,city\n1,Łódź\n2,Kraków Śródmieście\n".encode() + b"3,Pozna\xc5\n4,\xff\n")
    rows = [row.values for row in read_recipient_rows(file, {}, no_progress) if isinstance(row, TypedRow)]
    assert rows == [{"id": "1", "city": "Łódź"}, {"id": "2", "city": "Kraków Śródmieście"}, {"id": "3"}, {"id": "4"}]

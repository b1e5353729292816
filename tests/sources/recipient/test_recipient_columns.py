import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.errors import DataError
from livecontent.imports.headers import ALIASES, DOUBTFUL, attribute_name, bare, name_columns


def one(column: str) -> str:
    return name_columns([column], {})[0]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("id", ["id", "ID", "Identifiant", "customer_id", "contact_id", "Subscriber Key"]),
        ("first_name", ["first_name", "First Name", "firstname", "pr\u00e9nom", "Prenom", "pre\u0301nom", "fname"]),
        ("last_name", ["last-name", "Nom de famille", "surname"]),
        ("email", ["Email", "e-mail", "courriel", "mail"]),
        ("language", ["langue", "lang", "locale"]),
        ("city", ["Ville", "CITY"]),
        ("country", ["pays"]),
        ("postcode", ["code postal", "code_postal", "ZIP", "Postal Code"]),
        ("latitude", ["lat", "Latitude"]),
        ("longitude", ["lon", "lng", "long"]),
        ("timezone", ["fuseau", "time zone", "time_zone", "tz"]),
    ],
)
def test_known_names_are_known_in_english_and_french(name: str, columns: list[str]) -> None:
    assert {one(column) for column in columns} == {name}


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("Loyalty Points", "loyalty_points"),
        ("Derni\u00e8re  commande (\u20ac)", "derniere_commande"),
        ("__class__", "class"),
        ("\u0431\u0430\u043b\u043b\u044b", "\u0431\u0430\u043b\u043b\u044b"),
        ("Stra\u00dfe", "strasse"),
        ("x" * 500, "x" * 64),
        ("###", "column_1"),
        ("", "column_1"),
        ("\ud800\0", "column_1"),
    ],
)
def test_other_columns_are_attributes_in_plain_letters(column: str, name: str) -> None:
    assert one(column) == name


@given(st.text(st.characters()))
def test_an_attribute_name_is_letters_digits_and_underscores(text: str) -> None:
    name = attribute_name(text)
    assert re.fullmatch(r"\w{0,64}", name)
    assert name == name.strip("_")
    assert attribute_name(text.upper()) == name or not text.isascii()


def test_the_exact_name_goes_before_an_alias() -> None:
    assert name_columns(["customer_id", "id", "mail", "Email"], {}) == ("customer_id", "id", "mail", "email")


def test_a_chosen_name_goes_before_all() -> None:
    columns = ["Client No", "customer_id", "Nom complet", "pr\u00e9nom"]
    chosen = {"client no": "id", "Nom complet": "last_name", "Prenom": "nickname"}
    assert name_columns(columns, chosen) == ("id", "customer_id", "last_name", "nickname")


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        (["id", "points", "Points"], {}),
        (["id", "id"], {}),
        (["id", "lang", "locale"], {}),
        (["customer_id", "contact_id"], {}),
        (["Client", "id"], {"Client": "id"}),
        (["id", "a", "b"], {"a": "points", "b": "points"}),
    ],
)
def test_two_columns_of_one_name_are_refused_by_name(columns: list[str], chosen: dict[str, str]) -> None:
    with pytest.raises(DataError, match="two columns mean") as caught:
        name_columns(columns, chosen)
    assert all(repr(column) in str(caught.value) for column in columns[-2:])


def test_more_than_1000_columns_are_refused() -> None:
    columns = [f"c{number}" for number in range(1001)]
    assert len(name_columns(columns[:1000], {})) == 1000
    with pytest.raises(DataError, match=r"1001 columns.*'c0'.*981 more"):
        name_columns(columns, {})


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (
            "id;Vorname;Nachname;PLZ;Ort;Land;Sprache;Geburtstag",
            "id first_name last_name postcode city country language birthday",
        ),
        ("id;Vorname;Name;Bundesland", "id first_name last_name region"),
        ("id;Prénom;Nom;Ville;Pays;Langue", "id first_name last_name city country language"),
        ("id;Nombre;Apellidos;Ciudad;País;Idioma", "id first_name last_name city country language"),
        ("id;Nome;Cognome;CAP;Città;Paese;Lingua", "id first_name last_name postcode city country language"),
        ("id;Nome;Sobrenome;Cidade;País;CEP", "id first_name last_name city country postcode"),
        ("id;Nome;Apelido", "id first_name last_name"),
        ("id;Nom;Cognoms;Ciutat", "id first_name last_name city"),
        ("id;Imię;Nazwisko;Miasto;Kraj;Język", "id first_name last_name city country language"),
        ("id;Jméno;Příjmení;Město;Kraj;Země", "id first_name last_name city region country"),
        ("id;Voornaam;Achternaam;Stad;Taal", "id first_name last_name city language"),
        ("id;Fornavn;Efternavn;Sprog", "id first_name last_name language"),
        ("id;Ad;Soyadı;Şehir;Ülke;Dil", "id first_name last_name city country language"),
        ("id;Имя;Фамилия;Город;Страна;Язык", "id first_name last_name city country language"),
        ("id;Όνομα;Επώνυμο;Πόλη", "id first_name last_name city"),
        ("id;名;姓;国;言語;都市", "id first_name last_name country language city"),
        ("id;이름;성;도시", "id first_name last_name city"),
        ("id;state;county", "id region county"),
        ("id;county;town", "id region city"),
        ("id;region;state", "id region state"),
        ("id;nome;cidade", "id nome city"),
        ("id;nom;ville", "id nom city"),
        ("id;nombre", "id nombre"),
        ("id;kraj", "id kraj"),
        ("id;first_name;name", "id first_name name"),
        ("id;cap;ad", "id cap ad"),
    ],
)
def test_the_usual_headers_of_large_languages_are_known_and_doubtful_ones_not_guessed(header: str, names: str) -> None:
    assert name_columns(header.split(";"), {}) == tuple(names.split())


def test_no_word_has_two_meanings_without_being_doubtful() -> None:
    words = [bare(word) for said in ALIASES.values() for word in said.split(",")]
    doubtful = {bare(word) for word in DOUBTFUL}
    twice = {word for word in words if words.count(word) > 1}
    assert not twice
    assert all(
        bare(column) in {*words, *doubtful}
        for by in DOUBTFUL.values()
        for said in by.values()
        for column in said.split(",")
    )

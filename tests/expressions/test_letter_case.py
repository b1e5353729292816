"""Capital and small letters follow the recipient's language, and names are written as people write theirs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.expressions.letter_case import capitalized, lower, proper_name, upper
from made_creatives import template


def fill(words: str, locale: str, value: object) -> str:
    return template(f"{{{{ v | {words} }}}}").fill({"locale": locale, "v": value})


@pytest.mark.parametrize(
    ("filter_", "locale", "text", "written"),
    [
        ("upcase", "tr", "istanbul ığdır", "İSTANBUL IĞDIR"),
        ("upcase", "az", "bakı şəhəri", "BAKI ŞƏHƏRİ"),
        ("upcase", "en", "istanbul", "ISTANBUL"),
        ("upcase", "el", "μάιος, νεράιδα ή οδός: ΐ ϋ", "ΜΑΪΟΣ, ΝΕΡΑΪΔΑ Ή ΟΔΟΣ: Ϊ Ϋ"),
        ("upcase", "el", "Ελλάδα café", "ΕΛΛΑΔΑ CAFÉ"),
        ("upcase", "en", "Αθήνα", "ΑΘΉΝΑ"),
        ("upcase", "de", "Straße", "STRASSE"),
        ("upcase", "fr", "été", "ÉTÉ"),
        ("upcase", "nl", "ijsland", "IJSLAND"),
        ("upcase", "lt", "i̇̀", "Ì"),
        ("upcase", "hy", "և", "ԵՎ"),
        ("downcase", "tr", "ISI İSTANBUL", "ısı istanbul"),
        ("downcase", "el", "ΟΔΟΣ ΟΔΥΣΣΕΥΣ", "οδος οδυσσευς"),
        ("downcase", "lt", "ÌÍĨ", "i̇̀i̇́i̇̃"),
        ("downcase", "de", "STRAẞE", "straße"),
        ("capitalize", "nl", "ijsland", "IJsland"),
        ("capitalize", "en", "ijsland", "Ijsland"),
        ("capitalize", "tr", "istanbul", "İstanbul"),
        ("capitalize", "el", "άννα", "Άννα"),
        ("capitalize", "fr", "élan VITAL", "Élan vital"),
        ("capitalize", "hr", "ǆep", "ǅep"),
        ("capitalize", "en", "", ""),
        ("upcase", "tr-TR", "i", "İ"),
        ("upcase", "en", 12, "12"),
    ],
)
def test_letters_follow_the_language(filter_: str, locale: str, text: object, written: str) -> None:
    assert fill(filter_, locale.replace("-", "_"), text) == written


NAMES = {
    "jean-pierre": "Jean-Pierre",
    "JEAN-PIERRE": "Jean-Pierre",
    "MCDONALD": "McDonald",
    "mcdonald": "McDonald",
    "o'brien": "O'Brien",
    "O’BRIEN": "O’Brien",
    "van der berg": "van der Berg",
    "vincent van gogh": "Vincent van Gogh",
    "d'artagnan": "d'Artagnan",
    "CHARLES D’ARTAGNAN": "Charles d’Artagnan",
    "van 't hoff": "van 't Hoff",
    "maria de los angeles": "Maria de los Angeles",
    "JOÃO DA SILVA": "João da Silva",
    "von und zu liechtenstein": "von und zu Liechtenstein",
    "john smith iii": "John Smith III",
    "j.r.r. tolkien": "J.R.R. Tolkien",
    "n'golo kanté": "N'Golo Kanté",
    "ja'far": "Ja'far",
    "мар'яна": "Мар'яна",
    "ГАЛИНА": "Галина",
    "ΑΝΝΑ": "Αννα",
    "  anna ": "  Anna ",
    "st. john": "St. John",
    "van": "Van",
    "đỗ thị hoa": "Đỗ Thị Hoa",
    # both kinds of letters: written with care
    "DeShawn": "DeShawn",
    "jean DUPONT": "jean DUPONT",
    "MacDonald": "MacDonald",
    # letters without capitals
    "田中さくら": "田中さくら",
    "สมชาย ใจดี": "สมชาย ใจดี",
    "تمر": "تمر",
    "გიორგი": "გიორგი",
    "": "",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_written_as_people_write_it(name: str) -> None:
    assert fill("name", "en", name) == NAMES[name]


@pytest.mark.parametrize(
    ("locale", "name", "written"),
    [
        ("tr", "IŞIK IRMAK", "Işık Irmak"),
        ("tr", "ipek", "İpek"),
        ("nl", "ijsbrand van der ij", "IJsbrand van der IJ"),
        ("it", "de luca", "De Luca"),
        ("it", "d'angelo", "D'Angelo"),
        ("vi", "nguyen van an", "Nguyen Van An"),
        ("el", "ΓΙΩΡΓΟΣ", "Γιωργος"),
    ],
)
def test_names_follow_the_language(locale: str, name: str, written: str) -> None:
    assert fill("name", locale, name) == written


names = st.text(st.sampled_from("abcÉßiIıİσΣὈმ王ก' ’-.0"), max_size=12) | st.text(max_size=12)


@given(names, st.sampled_from(["en", "tr", "el", "nl", "lt", "hy", "it"]))
def test_a_name_keeps_its_letters_and_is_right_once_it_is_written(name: str, language: str) -> None:
    written = proper_name(name, language)
    assert proper_name(written, language) == written or written in (upper(written, language), lower(written, language))
    if not any(character.isupper() or character.islower() for character in name):
        assert written == name


@given(names, st.sampled_from(["en", "de", "fr", "ja"]))
def test_other_languages_have_letters_as_unicode_has_them(text: str, language: str) -> None:
    text = unicodedata.normalize("NFC", text)
    for found, plain in ((upper, text.upper()), (lower, text.lower()), (capitalized, text.capitalize())):
        assert found(text, language) == unicodedata.normalize("NFC", plain)


def test_filters_that_follow_the_language_make_a_text_localised() -> None:
    for filter_ in ("upcase", "downcase", "capitalize", "name"):
        assert template(f"{{{{ 'x' | {filter_} }}}}").localised

"""Countries, languages and time zones as people spell them."""

from collections.abc import Callable

import pytest
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from livecontent.imports.names import COUNTRIES, Names
from livecontent.runtime.names import ZONES

NAMES = Names()


def found(read: Callable[[str], str], text: str) -> str | None:
    try:
        return read(text)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("FR", "fr,FR,FRA,250,France,Frankreich,Francia,フランス,Франция"),
        ("US", "USA,U.S.A.,U.S.,US,United States,United States of America,the united states,Etats-Unis,США"),
        ("GB", "uk,U.K.,GBR,Great Britain,United Kingdom,England,Scotland,Großbritannien,Royaume-Uni"),
        ("DE", "Deutschland,Allemagne,ALLEMAGNE,Alemania,Germany (DE)"),
        ("GR", "EL,GR,Ελλάδα"),
        ("CI", "Ivory Coast,Côte d’Ivoire,Cote d'Ivoire"),
        ("CZ", "Czech Republic,Czechia,Česko,CZE"),
        ("HK", "Hong Kong,HKG,香港"),
        ("NL", "Holland,Nederland,The Netherlands"),
        ("BA", "Bosnia and Herzegovina,Bosnia & Herzegovina"),
        ("LC", "Saint Lucia,St. Lucia"),
        ("XK", "Kosovo,XK"),
    ],
)
def test_a_country_is_understood_in_its_common_spellings(code: str, spellings: str) -> None:
    assert {text: found(NAMES.country, text) for text in spellings.split(",")} == dict.fromkeys(
        spellings.split(","), code
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("Moldova, Republic of", "MD"), ("Iran, Islamic Republic of", "IR"), ("Korea (South)", "KR")),
        *(("Korea, Republic of", "KR"), ("Congo, Democratic Republic of the", "CD")),
        # What is none, and what means two.
        *((text, None) for text in ("EN", "XX", "ZZ", "EU", "CT", "NH", "Europe", "Atlantis", "Korea", "Congo", "SUN")),
    ],
)
def test_a_country_that_is_none_or_two_is_none(text: str, code: str | None) -> None:
    assert found(NAMES.country, text) == code


def test_every_country_is_known_by_its_own_names() -> None:
    missed = {}
    for country in COUNTRIES:
        official = [
            language
            for language, about in get_global("territory_languages").get(country, {}).items()
            if about["official_status"] in ("official", "de_facto_official")
        ]
        for language in official:
            try:
                name = Locale.parse(language).territories.get(country)
            except (ValueError, UnknownLocaleError):
                continue
            if name and found(NAMES.country, name) != country:
                missed[country, language] = name
    assert set(missed.values()) <= {"Kongo"}, missed


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        *(("fr", "fr"), ("FR", "fr"), ("fr-FR", "fr-FR"), ("fr_fr", "fr-FR"), ("zh-hant_tw", "zh-Hant-TW")),
        *(("es-419", "es-419"), ("fra", "fr"), ("fre", "fr"), ("eng", "en"), ("French", "fr"), ("français", "fr")),
        *(("FRANCAIS", "fr"), ("anglais", "en"), ("german", "de"), ("Deutsch", "de"), ("日本語", "ja")),
        *(("castellano", "es"), ("Farsi", "fa"), ("Mandarin", "zh"), ("français (Canada)", "fr-CA")),
        *(("fr_FR.UTF-8", "fr-FR"), ("de_DE@euro", "de-DE"), ("zh_TW.UTF-8", "zh-TW"), ("en-US,en;q=0.9", "en-US")),
        *(("en-UK", "en-GB"), ("en-EU", "en")),
        *((text, None) for text in ("xx", "klingonese", "fr-", "fr-FRANCE", "x" * 500, "", "C", "POSIX", "C.UTF-8")),
    ],
)
def test_languages_are_written_in_one_way(text: str, tag: str | None) -> None:
    assert found(NAMES.language, text) == tag


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        *(("Europe/Kyiv", "Europe/Kyiv"), ("Europe/Kiev", "Europe/Kiev"), ("europe/paris", "Europe/Paris")),
        *(("America/New York", "America/New_York"), ("Paris", "Europe/Paris"), ("UTC", "UTC"), ("utc", "UTC")),
        *(("Romance Standard Time", "Europe/Paris"), ("eastern standard time", "America/New_York")),
        *((text, None) for text in ("right/Europe/Paris", "posix/Europe/Paris", "localtime", "Factory", "Mars", "PST")),
        *((text, None) for text in ("../../etc/passwd", "/etc/localtime", "Europe", "é", "")),
    ],
)
def test_a_time_zone_is_one_of_the_world(text: str, zone: str | None) -> None:
    assert found(NAMES.zone, text) == zone


def test_all_windows_zones_and_all_zones_in_lower_case_are_known() -> None:
    assert {found(NAMES.zone, name) for name in get_global("windows_zone_mapping")} <= ZONES
    assert {found(NAMES.zone, zone.lower()) for zone in ZONES} == ZONES

"""The places that ship: what they are made of, and how a name finds one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.places import chosen, cities, pack

from livecontent.errors import DataError
from livecontent.facts import Place
from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.sources.place.packed import FILE, PackedPlaces, fold_place

MAX_BYTES = 4_000_000
GAZETTEER = Gazetteer((), PackedPlaces())


def in_country(name: str, country: str | None, region: str | None = None) -> tuple[str, int, int] | None:
    """Country and whole degrees of the place of a name."""
    place = GAZETTEER.look_up(name, country, region).place
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return str(place.country), round(place.latitude), round(place.longitude)


def test_it_is_small_and_its_licence_stands_beside_it():
    assert FILE.stat().st_size <= MAX_BYTES
    licence = (FILE.parent / "LICENSE").read_text("utf-8")
    assert "GeoNames" in licence
    assert "https://creativecommons.org/licenses/by/4.0/" in licence


def test_it_is_what_the_tool_makes_of_geonames():
    assert FILE.read_bytes() == pack(chosen(cities(1000)))


def test_a_place_has_coordinates_and_a_time_zone_and_the_name_that_was_asked_for():
    assert GAZETTEER.find("köln") == Place("köln", None, "DE", 50.93333, 6.95, "Europe/Berlin")


@pytest.mark.parametrize(
    ("names", "country", "where"),
    [
        (("München", "MUENCHEN", "Munchen", "Munich", " münchen "), "DE", (48, 12)),
        (("Köln", "Koeln", "Cologne"), "DE", (51, 7)),
        (("Saint-Étienne", "ST ETIENNE", "St. Etienne", "St-Étienne"), "FR", (45, 4)),
        (("L’Aquila", "L'Aquila", "Aquila"), "IT", (42, 13)),
        (("Москва", "г. Москва", "г Москва", "Moscow"), "RU", (56, 38)),
        (("Ставрополь",), "RU", (45, 42)),
        (("臺北", "台北市", "臺北市", "Taipei", "Taipei City"), "TW", (25, 122)),
        (("桃園", "桃園市"), "TW", (25, 121)),
        (("札幌", "札幌市", "Sapporo"), "JP", (43, 141)),
        (("수원", "수원시", "Suwon-si"), "KR", (37, 127)),
        (("İstanbul", "ISTANBUL", "istanbul"), "TR", (41, 29)),
        (("Frankfurt a. M.", "Frankfurt/Main", "Frankfurt (Main)", "Frankfurt am Main"), "DE", (50, 9)),
        (("München-Schwabing",), "DE", (48, 12)),
        (("Paris 15", "PARIS 15E", "Paris 15ème arrondissement", "75015 Paris", "Paris Cedex 12"), "FR", (49, 2)),
        (("Lyon 3e", "Lyon CEDEX 03", "Lyon 03"), "FR", (46, 5)),
        (("Praha 5", "Praha"), "CZ", (50, 14)),
        (("Budapest XIII.", "Budapest"), "HU", (47, 19)),
        (("Paris, France", "Paris"), None, (49, 2)),
        (("Malmö kommun",), "SE", (56, 13)),
        (("Milano MI", "Milano (MI)", "20121 Milano", "Milano, MI"), "IT", (45, 9)),
        (("São Paulo - SP", "São Paulo/SP", "SAO PAULO SP"), "BR", (-24, -47)),
        (("कोयंबटूर", "कोयम्बत्तूर", "Coimbatore"), "IN", (11, 77)),
        (("หัวหิน", "อำเภอหัวหิน"), "TH", (13, 100)),
        (("New York City", "New York", "NYC", "New York, NY 10001", "NEW YORK NY"), "US", (41, -74)),
        (("Portland, ME", "Portland ME", "Portland, Maine", "Portland, ME 04101"), "US", (44, -70)),
        (("Portland",), "US", (46, -123)),
        (("London SW1A 1AA", "London SW1", "LONDON"), "GB", (52, 0)),
        (("114 55 Stockholm", "Stockholm"), "SE", (59, 18)),
        (("TP. Hồ Chí Minh", "Ho Chi Minh City"), "VN", (11, 107)),
    ],
)
def test_every_spelling_of_a_name_finds_it(names, country, where):
    assert {name: in_country(name, country) for name in names} == dict.fromkeys(names, (country or "FR", *where))


@pytest.mark.parametrize("name", ["Nowhere", "Paris", "Haarlemmermeer", "?", "12", "Villeneuve-Machin", "-", "x" * 999])
def test_what_is_in_no_list_is_no_place(name):
    country = "DE" if name == "Paris" else "FR"
    found = GAZETTEER.look_up(name, country, None)
    assert found.place is None
    other = " in DE, but there is one in FR" if name == "Paris" else ""
    assert found.doubt == f"unknown city: {name}{other}"


def test_a_territory_is_found_in_its_country_and_keeps_its_own_clock():
    found = GAZETTEER.look_up("Fort-de-France", "FR", None).place
    assert found
    assert (found.country, found.timezone) == ("FR", "America/Martinique")


def test_of_namesakes_the_largest_is_taken_and_the_doubt_is_told():
    assert GAZETTEER.look_up("Birmingham", None, None).doubt == "Birmingham is taken to be in GB, and is in US, too"
    springfield = GAZETTEER.look_up("Springfield", "US", None)
    assert springfield.doubt == "there are several places called Springfield in US; the largest is taken"
    assert in_country("Springfield", "US") == ("US", 37, -93)
    assert GAZETTEER.look_up("Moscow", None, None).doubt == ""


def test_an_old_name_of_another_place_casts_no_doubt_on_a_main_name():
    assert GAZETTEER.look_up("Stavropol", "RU", None).doubt == ""  # as Tolyatti, which is larger, was called
    assert in_country("Stavropol", "RU") == ("RU", 45, 42)


@pytest.mark.parametrize("state", ["IL", "Illinois", "il"])
def test_a_state_decides_between_namesakes(state):
    assert in_country("Springfield", "US", state) == ("US", 40, -90)
    assert GAZETTEER.look_up("Springfield", "US", state).doubt == ""


def test_the_shops_own_places_win():
    own = Place("Paris", "Texas", "US", 33.66, -95.56, "America/Chicago")
    gazetteer = Gazetteer([("Paris", own)], PackedPlaces())
    assert gazetteer.find("PARIS") == own
    assert gazetteer.find("Paris", "FR") == Place("Paris", None, "FR", 48.85341, 2.3488, "Europe/Paris")
    assert gazetteer.names == ["Paris"]


def test_a_file_that_is_none_is_refused(tmp_path):
    for content in (b"", b"x", b"LCP2" + bytes(100), b"LCP1\xff\xff\xff\xff{"):
        file = tmp_path / "places.bin"
        file.write_bytes(content)
        with pytest.raises(DataError, match=r"places\.bin"):
            PackedPlaces(file)
    with pytest.raises(DataError, match=r"none\.bin"):
        PackedPlaces(tmp_path / "none.bin")


@given(st.text(max_size=30))
def test_any_text_can_be_looked_up_and_case_and_spaces_around_do_not_count(text):
    found = GAZETTEER.find(text)
    assert found == GAZETTEER.find(text)
    assert fold_place(f" {text.strip()} ") == fold_place(text.strip())

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.sources.place.packed import PackedPlaces
from livecontent.sources.place.unknown_cities import CityCounts

GAZETTEER = Gazetteer((), PackedPlaces())


def test_what_is_not_known_is_told_with_the_most_frequent_first():
    counts = CityCounts(GAZETTEER)
    for number in range(8):
        for _ in range(number + 1):
            counts.see({"city": f"Nowhere {number}", "country": "FR"})
    counts.see({"city": "Paris", "country": "DE"})
    assert counts.findings() == [
        "37 recipients have a city that is not known, so no weather: Nowhere 7 (8), Nowhere 6 (7), Nowhere 5 (6), "
        "Nowhere 4 (5), Nowhere 3 (4), and 4 more"
    ]
    assert (counts.unknown, counts.seen) == (37, 37)


def test_what_exists_several_times_is_told_and_a_state_or_country_decides():
    counts = CityCounts(GAZETTEER)
    counts.see({"city": "Springfield", "country": "US"})
    counts.see({"city": "Springfield", "country": "US", "region": "IL"})
    counts.see({"city": "Birmingham"}, 2)
    counts.see({"city": "Birmingham", "country": "GB"})
    assert counts.findings() == [
        "3 recipients have a city that exists several times, so the largest is taken: Birmingham in GB (2), "
        "Springfield in US (1)"
    ]


@pytest.mark.parametrize(
    "profile",
    [{}, {"city": ""}, {"city": "Lyon"}, {"city": "Nowhere", "latitude": 1.0, "longitude": 2.0}, {"city": 7}],
)
def test_there_is_nothing_to_tell_of_others(profile):
    counts = CityCounts(GAZETTEER)
    counts.see(profile)
    assert counts.findings() == []


@given(st.dictionaries(st.sampled_from(["city", "country", "region"]), st.text() | st.lists(st.integers())))
def test_any_profile_can_be_counted(profile):
    counts = CityCounts(GAZETTEER)
    counts.see(profile)
    assert len(counts.findings()) <= 1

from dataclasses import fields
from typing import get_args

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.facts import (
    Client,
    Fact,
    FactsByKey,
    Moment,
    Now,
    Place,
    Reason,
    Sky,
    Store,
    Weather,
    names_of,
    spell_out,
)
from livecontent.sources.registry import VOCABULARY
from made_creatives import NOW, RAIN, moment_of

KINDS = {"place": Place, "weather": Weather, "now": Now, "client": Client, "store": Store}
STORE = Store("s1", "Lille", "1 Rue", "59000", "Lille", "FR", 50.6, 3.0, "Europe/Paris", 1.5, open=True)


@pytest.mark.parametrize("root", KINDS)
def test_the_vocabulary_names_each_field_and_property_of_a_fact(root: str) -> None:
    kind = KINDS[root]
    properties = {name for name, value in vars(kind).items() if isinstance(value, property)}
    assert (
        set(VOCABULARY.types[root].names) == {field.name for field in fields(kind) if field.name != "more"} | properties
    )
    assert set(names_of(kind)) == set(VOCABULARY.types[root].names)


def test_facts_whose_names_depend_on_data_declare_none() -> None:
    assert {root for root, fact in VOCABULARY.types.items() if not fact.names} == {
        *("recipient", "param", "feed", "code", "poll", "latest", "trait", "segment")
    }


@pytest.mark.parametrize("reason", Reason)
def test_only_missing_late_and_broken_are_unknown(reason: Reason) -> None:
    assert reason.known == (reason.value not in ("missing", "late", "broken"))


@pytest.mark.parametrize("sky", get_args(Sky))
@pytest.mark.parametrize("is_day", [True, False])
def test_every_sky_has_an_icon_that_ships(sky: Sky, is_day: bool, available: AvailableAssets) -> None:
    assert Weather(1, sky, is_day).icon in available.icons


def test_a_fact_is_spelled_out_without_what_is_not_known() -> None:
    assert spell_out(Place(city="Lille", latitude=0.0)) == {"city": "Lille", "latitude": 0.0}
    assert spell_out({"a": None, "b": 0, "c": ""}) == {"b": 0, "c": ""}
    known = {"temperature": 12.5, "condition": "rain", "is_day": True, "attribution": "", "icon": "cloud-rain"}
    assert spell_out(RAIN) == known
    assert spell_out((STORE,)) == [spell_out(STORE)]
    assert "closes_at" not in spell_out(STORE)  # type: ignore[operator]


def test_a_moment_has_words_for_rules_and_texts() -> None:
    moment = moment_of(weather=RAIN, recipient={"name": "Ann", "age": None}, stores=[STORE], now=NOW)
    assert moment.words["weather"]["icon"] == "cloud-rain"  # type: ignore[index]
    assert moment.words["recipient"] == {"name": "Ann"}
    assert moment.words["stores"] == [spell_out(STORE)]
    assert "wind" not in moment.words["weather"]  # type: ignore[operator]


@pytest.mark.parametrize("reason", [Reason.MISSING, Reason.LATE, Reason.BROKEN])
def test_what_is_not_known_has_no_words(reason: Reason) -> None:
    moment = Moment({"weather": Fact(None, reason)})
    assert moment.words == {}
    assert moment.value("weather") is None
    assert moment.value("place") is None


def test_moments_of_equal_facts_are_equal() -> None:
    assert moment_of(weather=RAIN) == moment_of(weather=RAIN)
    assert moment_of(weather=RAIN) != Moment({"weather": Fact(RAIN, Reason.STALE)})


def test_a_keyed_fact_has_words_for_the_keys_that_are_known() -> None:
    by_key = FactsByKey(a=Fact(RAIN, Reason.CACHED), b=Fact(None, Reason.MISSING))
    moment = moment_of(product=by_key)
    assert moment.words["product"] == {"a": spell_out(RAIN)}
    assert [moment.fact(("product", key)) for key in ("a", "b", "c")] == [by_key["a"], by_key["b"], None]
    assert moment.fact("product") == moment.facts["product"]
    more = Moment({"product": Fact(FactsByKey(by_key, c=Fact({"x": 1}, Reason.FRESH)), Reason.FRESH)}, moment)
    assert more.words["product"] == {"a": spell_out(RAIN), "c": {"x": 1}}

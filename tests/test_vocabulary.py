from types import MappingProxyType
from typing import Any

import pytest

from livecontent.declared import item_names
from livecontent.expressions.unknown import Redacted
from livecontent.sources.registry import SOURCES, VOCABULARY
from livecontent.vocabulary import FactType, Vocabulary

OFFER = {"name": "Tea", "left": 3}
TOLD = Vocabulary(
    (
        FactType("fixed", {"name": str}),
        FactType("news", volatile="all", shape="list"),
        FactType("offers", {"name": str, "left": int}, shape="list", volatile=frozenset({"left"})),
        FactType("quote", {"price": float}, shape="keyed", volatile="all"),
        FactType("rates", volatile="all"),
        FactType("recipient"),
    ),
    Redacted,
)


def plain(value: object) -> Any:
    """Words with what is redacted as its name."""
    if isinstance(value, Redacted):
        return f"<{value.name}>"
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def test_words_of_a_prefetch_hold_nothing_that_time_changes() -> None:
    words: dict[str, object] = {
        "fixed": {"name": "a"},
        "news": [{"title": "x"}],
        "offers": [OFFER, {"name": "Rice"}],
        "quote": {"a": {"price": 1.0}, "b": {}},
        "rates": {"usd": 1.1},
        "item": OFFER,
    }
    before = MappingProxyType({**words})
    assert plain(TOLD.redact(words)) == {
        "fixed": {"name": "a"},
        "news": "<news>",
        "offers": [{"name": "Tea", "left": "<offers.left>"}, {"name": "Rice", "left": "<offers.left>"}],
        "quote": {"a": {"price": "<quote.price>"}, "b": {"price": "<quote.price>"}},
        "rates": {"usd": "<rates.usd>"},
        "item": OFFER,
    }
    assert words == before
    assert OFFER == {"name": "Tea", "left": 3}
    assert TOLD.redact({}) == {}, "what is not known stays so"


@pytest.mark.parametrize(
    ("path", "volatile"),
    [
        (("fixed", "name"), False),
        (("news",), True),
        (("news", "0", "title"), True),
        (("offers",), False),
        (("offers", "0"), False),
        (("offers", "first", "left"), True),
        (("offers", "0", "name"), False),
        (("quote", "a", "price"), True),
        (("rates", "usd"), True),
        (("recipient", "left"), False),
        (("item", "left"), True),
        (("nothing", "left"), False),
    ],
)
def test_a_path_is_volatile_where_its_declaration_says_so(path: tuple[str, ...], volatile: bool) -> None:
    assert TOLD.is_volatile(path) is volatile


@pytest.mark.parametrize(
    ("path", "listed"),
    [
        (("offers",), True),
        (("offers", "0"), False),
        (("recipient",), False),
        (("recipient", "basket"), True),
        (("recipient", "order", "lines"), True),
        (("fixed", "name"), False),
        (("nothing",), False),
    ],
)
def test_lists_are_facts_or_stand_in_a_value_whose_names_are_not_declared(path: tuple[str, ...], listed: bool) -> None:
    assert TOLD.may_be_list(path) is listed


def test_one_fact_has_one_source() -> None:
    with pytest.raises(ValueError, match="same fact"):
        Vocabulary((FactType("a"), FactType("a")), Redacted)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.fact.root)
def test_a_shipped_source_builds_on_shipped_facts_and_its_declaration_fits_its_sample(source: Any) -> None:
    fact: FactType = source.fact
    assert source.needs <= VOCABULARY.types.keys()
    declared = {*fact.choices, *fact.countries} | (set() if fact.volatile == "all" else set(fact.volatile))
    inside = {name for kind in fact.names.values() for name in item_names(kind)}
    assert declared <= fact.names.keys() | inside
    if fact.sample is not None and fact.names:
        words: Any = VOCABULARY.samples[fact.root]
        whole = words["any"] if fact.has_keys else words
        one = whole[0] if fact.shape in ("list", "lists") else whole
        assert one.keys() == fact.names.keys(), "a sample knows all"
        assert all(one[name] in choices for name, choices in fact.choices.items() if name in one)


def test_names_in_a_list_of_a_fact_are_those_of_its_items() -> None:
    assert item_names(VOCABULARY.types["weather"].names["days"]).keys() >= {"low", "high", "icon", "weekday"}
    assert VOCABULARY.may_be_list(("weather", "days"))
    assert not VOCABULARY.may_be_list(("weather", "icon"))
    assert VOCABULARY.is_volatile(("weather", "days", "0", "high"))
    assert VOCABULARY.choices_at(("weather", "hours", "[]", "condition")) == VOCABULARY.choices_at(
        ("weather", "condition")
    )
    assert VOCABULARY.sample_at(("weather", "days", "0", "weekday")) == "saturday"

"""What is picked for people is what its reason says, and the same for the same data."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.sources.recommended.model import MOST, History, Item, Taste, skus_in
from livecontent.sources.recommended.why import why
from livecontent.storage.picks import Pick

TODAY = date(2026, 11, 29)
skus = [f"s{number}" for number in range(14)]
items = st.dictionaries(
    st.sampled_from(skus),
    st.builds(
        Item,
        group=st.sampled_from(["", "", "g1", "g2"]),
        category=st.sampled_from(["", "Rain", "Sun"]),
        price=st.sampled_from([None, 10.0, 14.0, 16.0, 30.0]),
        added=st.sampled_from([None, TODAY, TODAY - timedelta(90)]),
    ),
)
history = st.lists(st.sampled_from([*skus, "gone"]), max_size=8)
people = st.lists(st.tuples(history, history), max_size=12).map(
    lambda pairs: [History(f"{number:026}", *pair) for number, pair in enumerate(pairs)]
)


def taste_of(known: dict[str, Item], histories: Iterable[History]) -> Taste:
    taste = Taste(known, TODAY)
    for one in histories:
        taste.add(one)
    taste.settle()
    return taste


def is_so(pick: Pick, one: History, known: dict[str, Item], histories: Iterable[History]) -> bool:
    item, step = known[pick.sku], known.get(pick.behind, Item())
    if pick.reason == "seen":
        return pick.sku in one.viewed
    if pick.reason == "together":
        return pick.behind in one.bought and sum({pick.sku, pick.behind} <= set(h.bought) for h in histories) > 1
    near = pick.behind in (*one.viewed, *one.bought) and item.category == step.category != ""
    if pick.reason == "new":
        return near and item.added == TODAY
    assert item.price
    assert step.price
    return near and 1 / 1.51 < item.price / step.price < 1.51


@given(known=items, histories=people)
def test_each_pick_is_what_its_reason_says_and_nothing_that_was_bought(
    known: dict[str, Item], histories: list[History]
) -> None:
    taste = taste_of(known, histories)
    for one in histories:
        picks = taste.picks(one)
        kinds = [known[pick.sku].group or pick.sku for pick in picks]
        assert len(kinds) == len(set(kinds)) <= MOST
        assert set(kinds).isdisjoint(known[sku].group or sku for sku in one.bought if sku in known)
        assert all(is_so(pick, one, known, histories) for pick in picks)


@given(known=items, histories=people, chance=st.randoms(use_true_random=False))
def test_the_same_data_in_any_order_give_the_same_picks(
    known: dict[str, Item], histories: list[History], chance: random.Random
) -> None:
    shuffled = chance.sample(histories, len(histories))
    again = dict(chance.sample(list(known.items()), len(known)))
    one, other = taste_of(known, histories), taste_of(again, shuffled)
    assert [one.picks(person) for person in histories] == [other.picks(person) for person in histories]


def sold(*baskets: tuple[int, list[str]]) -> Taste:
    """What so many people have bought."""
    known = {sku: Item() for _, bought in baskets for sku in bought}
    bought = [skus for count, skus in baskets for _ in range(count)]
    return taste_of(known, [History(f"{number:026}", skus, ()) for number, skus in enumerate(bought)])


@pytest.mark.parametrize(
    ("taste", "first"),
    [
        pytest.param(sold((30, ["a", "b"]), (40, ["a", "best"]), (1000, ["best"])), "b", id="not the best seller"),
        pytest.param(sold((2, ["a", "chance"]), (4, ["a", "b"]), (8, ["b"])), "b", id="not two by chance"),
        pytest.param(sold((9, ["a", "b"]), (9, ["a", "c"])), "b", id="of equals the first by SKU"),
    ],
)
def test_what_belongs_together_comes_first(taste: Taste, first: str) -> None:
    assert taste.picks(History("x", ["a"], ()))[0] == Pick(first, "together", "a")


@pytest.mark.parametrize(
    ("value", "skus"),
    [
        (["a", "b"], ["a", "b"]),
        ([{"sku": "a", "price": 3}, {"name": "b"}], ["a"]),
        ([7, True, None, 1.5], ["7"]),
        ("a, b;c | d", ["a", "b", "c", "d"]),
        ("", []),
        (None, []),
        ({"sku": "a"}, []),
    ],
)
def test_skus_of_any_list_are_read(value: object, skus: list[str]) -> None:
    assert skus_in(value) == skus


@given(name=st.text(max_size=30), language=st.sampled_from(["en", "en-GB", "fr", "de", "es", "it", "nl", "", "ja"]))
def test_reasons_are_said_with_any_name_or_not_at_all(name: str, language: str) -> None:
    for reason in ("seen", "together", "alike", "new"):
        said = why(reason, name, language)  # type: ignore[arg-type]
        assert (said is None) == (language in ("", "ja") or (not name and reason != "seen"))
        assert said is None or reason == "seen" or name in said

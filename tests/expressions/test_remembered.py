"""Rules over many people tell of each what the rule tells of them alone."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.expressions.remembered import Lack, remembered
from livecontent.expressions.rule import Rule, RuleFacts
from livecontent.facts import spell_out
from livecontent.sources.now import now_at
from livecontent.sources.segment import segment_vocabulary

VOCABULARY = segment_vocabulary(Path("none"))
VALUES: list[Any] = [
    0, 1, 2, 1.0, 0.0, -0.0, True, False, "1", "red", "True", "None", "", "1999-12-31T23:30", "1999-11-30",
    [], [1], [1.0], [True], ["1"], ["red", 1], [None], {}, {"a": 1}, {"a": True}, {"a": None}, {"b": 1}, [{"a": "red"}],
    {"a": {"a": 1}}, "ab", [1, 2],
]  # fmt: skip
ATOMS = """true|false|recipient.x|recipient.x == recipient.y|recipient.x > 1|recipient.x < 1.5|recipient.x.a == 1
has(recipient.x)|has(recipient.x.a)|has(recipient.x.a.a)|recipient.x in [1, "red"]|"red" in recipient.y|"x" in recipient
recipient.x[0] == 1|size(recipient.x) > 1|size(recipient.x) == size(recipient.y)|size(recipient.x) == recipient.y
size(recipient.x) == 2 ? recipient.x == "ab" : true|recipient.y.exists(e, e == 1)|recipient.x.all(e, e > recipient.y)
recipient.x.exists_one(e, e.a == "red")|recipient[recipient.y] == 1|recipient["x"] == true|age(recipient.x) > 5
timestamp(recipient.x) < now.at|is_birthday(recipient.x)|recipient.x + recipient.y > 1|recipient.x / recipient.y > 0
history.orders_in_a_year >= 2|history.days_since_purchase < 30|habit.week == "weekend"|now.weekday == "monday"
history.basket.exists(one, one.quantity > 1)|size(history.basket) > 0|now.hour < 12|place.city == "Lille"
trait.x == "red"|trait.x == recipient.x|string(recipient.x) == "1"|recipient.x ? recipient.y : true
recipient.x == null|recipient == {"x": 1}|timestamp(recipient.x) == timestamp("1999-12-31T22:30:00Z")"""
atoms = [atom for line in ATOMS.splitlines() for atom in line.split("|")]
rules = st.recursive(
    st.sampled_from(atoms),
    lambda inner: st.builds(
        lambda one, sign, other, no: f"{no}({one} {sign} {other})",
        inner, st.sampled_from(["&&", "||"]), inner, st.sampled_from(["", "", "!"]),
    ),
    max_leaves=6,
)  # fmt: skip


def _people() -> list[dict[str, Any]]:
    """Each value in the place of x, and of y, on three clocks and two days; of some, little is known."""
    zones = [UTC, ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Tokyo")]
    nows = [
        spell_out(now_at(datetime(2026, 11, day, 18, tzinfo=UTC).astimezone(zone)))
        for day in (29, 30)
        for zone in zones
    ]
    basket = [{"sku": "u", "quantity": 1}], [{"sku": "u", "quantity": 2}], []
    chance = random.Random(3)
    found: list[dict[str, Any]] = []
    for value, other in product([..., *VALUES], repeat=2):
        words: dict[str, Any] = {
            "now": chance.choice(nows),
            "recipient": {name: one for name, one in (("x", value), ("y", other)) if one is not ...},
            "history": {"orders_in_a_year": chance.randrange(4), "basket": chance.choice(basket)},
            "habit": chance.choice([{"week": "weekend"}, {}]),
            "trait": {"x": other} if other is not ... else {},
            "place": {"city": "Lille"},
        }
        if chance.random() < 0.5:
            words["history"]["days_since_purchase"] = chance.randrange(60)
        found.append({root: facts for root, facts in words.items() if chance.random() < 0.9})
    return found


PEOPLE = _people()


@pytest.mark.parametrize("written", [atom for atom in atoms if "x" in atom])
def test_one_person_is_never_taken_for_another(written: str) -> None:
    """Such as one with 1 for one with true, 1.0 or "1"; one of whom nothing is known for one with an empty profile."""
    _compare(written, PEOPLE)


@settings(max_examples=150)
@given(rules, st.lists(st.sampled_from(PEOPLE), min_size=30, max_size=30))
def test_each_is_what_the_rule_alone_tells(written: str, people: list[dict[str, Any]]) -> None:
    _compare(written, people)


def _asked(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Words as they are asked for: None of what is not known."""
    return [defaultdict(lambda: None, words) for words in people]


def _compare(written: str, people: list[dict[str, Any]]) -> None:
    rule = Rule(written, VOCABULARY)
    test = remembered(rule, VOCABULARY)
    for words, found in zip(people, test(_asked(people)), strict=True):
        assert found.value is rule.test(RuleFacts(words)).value, words


@pytest.mark.parametrize(
    "first", ["recipient.many.all(e, e > 0)", "(recipient.a == 1 || recipient.many.all(e, e > 0))"]
)
@pytest.mark.parametrize("second", ["recipient.off", "recipient.many.exists(e, e > 5000) && !recipient.off"])
def test_too_many_items_end_the_whole_rule_as_they_do_alone(first: str, second: str) -> None:
    for count in (3, 7000, 20_000):
        _compare(f"{first} && {second}", [{"recipient": {"many": list(range(1, count)), "off": False}}])


def test_it_says_what_is_not_known_and_nothing_of_the_values() -> None:
    rule = Rule('history.days_since_purchase < 30 && recipient.points > 3 && trait.prefers == "chat"', VOCABULARY)
    test = remembered(rule, VOCABULARY)
    words = {"history": {"orders_in_a_year": 0}, "recipient": {"points": "anna@shop.example"}, "trait": {}}
    lacks = (Lack("history.days_since_purchase"), Lack("recipient.points", known=True), Lack("trait.prefers"))
    first, second, third = test(_asked([words, {"recipient": {"points": 5}}, words]))
    assert first.lacks == lacks
    assert second.lacks == (Lack("history"), Lack("trait"))
    assert first is third, "outcomes are counted as what they are"

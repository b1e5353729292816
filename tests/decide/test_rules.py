from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.creative.model import Creative
from livecontent.decide.rules import Tried, decide
from livecontent.facts import Moment
from made_creatives import RAIN, moment_of

LAYERS = ({"fill": "white"},)
RULES = {True: "recipient.n == 1", False: "recipient.n == 2", None: "place.city == 'Lille'"}
MOMENT = moment_of(recipient={"n": 1}, weather=RAIN)


def creative_with(*rules: str) -> Creative:
    variants = [{"name": f"v{index}", "when": rule, "layers": LAYERS} for index, rule in enumerate(rules)]
    last = {"name": "last", "layers": LAYERS}
    return Creative.model_validate({"title": "T", "size": "60x30", "variants": [*variants, last]})


@given(st.lists(st.sampled_from([True, False, None]), max_size=8))
def test_the_first_variant_that_is_true_wins_else_the_last(values: list[bool | None]) -> None:
    decision = decide(creative_with(*(RULES[value] for value in values)), MOMENT)
    winner = values.index(True) if True in values else len(values)
    assert decision.variant.name == (f"v{winner}" if winner < len(values) else "last")
    assert [tried.value for tried in decision.trace] == [*values[:winner], True]
    assert [tried.variant for tried in decision.trace][:-1] == [f"v{index}" for index in range(winner)]


@given(st.lists(st.sampled_from([True, False, None]), max_size=8))
def test_equal_moments_decide_equally(values: list[bool | None]) -> None:
    creative = creative_with(*(RULES[value] for value in values))
    assert decide(creative, MOMENT) == decide(creative, Moment(dict(MOMENT.facts)))


@pytest.mark.parametrize("rule", ["place.city == 'x'", "!(place.city == 'x')", "place.city != 'x'", "recipient.n"])
def test_what_is_not_known_is_not_true(rule: str) -> None:
    assert decide(creative_with(rule), MOMENT).variant.name == "last"


def test_the_trace_tells_each_rule_its_value_and_what_is_missing() -> None:
    creative = creative_with("place.city == 'x'", "weather.temperature > 20", "weather.is_day", "true")
    assert decide(creative, MOMENT).trace == (
        Tried("v0", "place.city == 'x'", None, "place.city is not known"),
        Tried("v1", "weather.temperature > 20", value=False),
        Tried("v2", "weather.is_day", value=True),
    )
    assert decide(creative_with(), Moment({})).trace == (Tried("last", "", value=True),)


def test_a_rule_that_takes_too_long_is_not_true() -> None:
    items = "recipient.tags"
    rule = f"{items}.all(a, {items}.all(b, {items}.all(c, {items}.all(d, {items}.all(e, true)))))"
    decision = decide(creative_with(rule), moment_of(recipient={"tags": list(range(9))}))
    assert decision.variant.name == "last"
    assert decision.trace[0].note == "Iteration budget exceeded"

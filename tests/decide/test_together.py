"""What is worked out together is what is worked out alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, decide
from livecontent.expressions.one_go import MOST, Condition, join_conditions
from livecontent.facts import Client
from livecontent.sources.registry import VOCABULARY
from made_creatives import RAIN, moment_of, valid

LAST = {"name": "last", "layers": [{"fill": "white"}]}
RULES = (
    *("recipient.a > 2", "recipient.a < 2 // few", "recipient.b == 'x'", "recipient.a", "true", "has(recipient.c)"),
    *("weather.temperature > 10", 'weather.condition == "rain"', "recipient.a > 1 && weather.temperature > 10"),
)
SCORES = (
    *("0.5", "recipient.a / 10.0", "recipient.b", "recipient.a / (recipient.a - 1)", "recipient.c == 1 ? 2 : 3"),
    *("weather.temperature", "recipient.flag", "click_chance * recipient.a", "click_chance"),
)
offers = st.lists(
    st.fixed_dictionaries(
        {"rank": st.integers(0, 1)},
        optional={"when": st.sampled_from(RULES), "score": st.sampled_from(SCORES)},
    ),
    min_size=2,
    max_size=14,
)
people = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from([0, 1, 2, 3, 2.5, 2**70, "word", None]),
        "b": st.sampled_from(["x", "-"]),
        "c": st.integers(0, 2),
        "flag": st.booleans(),
    },
)


def creative_of(found: list[dict[str, Any]]) -> Creative:
    named = [{"name": f"v{n}", "layers": [{"fill": "white"}], **one} for n, one in enumerate(found)]
    return valid({"title": "T", "size": "60x30", "silence": 0.5, "variants": [*named, LAST]})


@given(offers, people, st.sampled_from(["live", "early"]))
def test_a_decision_and_its_trace_are_the_same_as_alone(
    found: list[dict[str, Any]], person: dict[str, Any], time: Any
) -> None:
    together, alone = creative_of(found), creative_of(found)
    alone.__dict__["together"] = {}
    moment = moment_of(recipient=person, weather=RAIN, client=Client(time=time))
    known = Circumstances("today", "p1", "n-1", 1e9, counted=True)
    assert decide(together, moment, VOCABULARY, known) == decide(alone, moment, VOCABULARY, known)


known_rules = st.sampled_from([one for one in RULES if one != "recipient.a" and "weather" not in one])
known_offers = st.fixed_dictionaries(
    {"when": known_rules, "score": st.sampled_from([*SCORES[:3], "recipient.c == 1 ? 2 : 3", *SCORES[-2:]])}
)
known_people = st.fixed_dictionaries(
    {"a": st.sampled_from([0, 2, 3, 2.5]), "b": st.sampled_from(["x", "-"]), "c": st.integers(0, 2)}
)


@given(st.lists(known_offers, min_size=2, max_size=14), known_people)
def test_so_it_is_where_all_is_known(found: list[dict[str, Any]], person: dict[str, Any]) -> None:
    """Where anything is not known, each is worked out alone, and two that are the same say little."""
    together, alone = creative_of(found), creative_of(found)
    alone.__dict__["together"] = {}
    moment, known = moment_of(recipient=person), Circumstances("today", "p1", "n-1", 1e9, counted=True)
    assert decide(together, moment, VOCABULARY, known) == decide(alone, moment, VOCABULARY, known)


def test_a_score_that_is_the_text_of_a_rule_that_is_false_is_still_one() -> None:
    """It is no number, which the trace tells; the rule holds."""
    creative = creative_of([{"when": "recipient.b != ''", "score": "recipient.b"}] * 2)
    assert creative.together.keys() == {"v0", "v1"}
    found = decide(creative, moment_of(recipient={"b": "-"}), VOCABULARY, Circumstances("today", "p1", "n-1", 1e9))
    assert {(one.value, one.score_note) for one in found.trace[:2]} == {(True, "the score is not a number")}


def test_many_are_worked_out_in_few_goes() -> None:
    creative = creative_of([{"when": f"recipient.a > {n}", "score": "recipient.c * 2"} for n in range(2 * MOST - 2)])
    assert len({id(one) for one in creative.together.values()}) == 2
    assert creative.together.keys() == {one.name for one in creative.ranked}


def test_what_is_too_long_for_one_goes_in_several() -> None:
    text = f"recipient.b == '{'x' * 700}' ? 1 : 2"
    conditions = [
        Condition(one.name, 0, one.when, one.score)
        for one in creative_of([{"when": f"recipient.a > {n}", "score": text} for n in range(6)]).ranked
    ]
    assert len({id(one) for one in join_conditions(conditions).values()}) == 3


def test_what_may_be_nested_no_deeper_is_worked_out_alone() -> None:
    deep = " + ".join(["recipient.a"] * 30)
    assert creative_of([{"when": f"recipient.a > {n}", "score": deep} for n in range(3)]).together == {}

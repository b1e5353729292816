"""What is worked out together is what is worked out alone."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, Decision, decide
from livecontent.expressions.one_go import Condition, join_conditions
from livecontent.expressions.rule import Formula, RuleFacts
from livecontent.facts import Client
from livecontent.sources.registry import VOCABULARY
from made_creatives import RAIN, moment_of, valid

LAST = {"name": "last", "layers": [{"fill": "white"}]}
RULES = (
    *("recipient.a > 2", "recipient.a < 2 // few", "recipient.b == 'x'", "recipient.a", "true", "has(recipient.c)"),
    *("recipient.a > 2 // don't", "recipient.b == 'let.go'", "recipient.b > '''a'let.go'''", 'recipient.b != "x" // "'),
    *("recipient.list.exists(x, x == recipient.a)", "recipient.list.all(x, recipient.list.exists(y, y == x))"),
    *("weather.temperature > 10", 'weather.condition == "rain"', "recipient.a > 1 && weather.temperature > 10"),
)
SCORES = (
    *("0.5", "recipient.a / 10.0", "recipient.b", "recipient.a / (recipient.a - 1)", "recipient.c == 1 ? 2 : 3"),
    *(
        "weather.temperature",
        "recipient.a * 1e308 * 10.0",
        "recipient.flag",
        "click_chance * recipient.a",
        "click_chance",
    ),
)
TEXTS = st.sampled_from(["x", "-", "let.go"])
LISTS = st.sampled_from([[], [1, 3], [*range(60)], [*range(140)]])  # the last is too long for two loops
offers = st.lists(
    st.fixed_dictionaries(
        {"rank": st.integers(0, 1)},
        optional={
            "when": st.sampled_from(RULES),
            "score": st.sampled_from(SCORES),
            "valid_for": st.just("30 days"),
            "until": st.just("2027-01-01T00:00Z"),
        },
    ),
    min_size=2,
    max_size=14,
)
people = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from([0, 1, 2, 3, 2.5, 2**70, "word", None]),
        "b": TEXTS,
        "list": LISTS,
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
known_scores = (*SCORES[:3], "recipient.c == 1 ? 2 : 3", "recipient.a * 1e308 * 10.0", *SCORES[-2:])
known_offers = st.fixed_dictionaries(
    {
        "when": known_rules,
        "score": st.sampled_from(known_scores),
    }
)
known_people = st.fixed_dictionaries(
    {
        "a": st.sampled_from([0, 2, 3, 2.5]),
        "b": TEXTS,
        "c": st.integers(0, 2),
        "flag": st.booleans(),
        "list": LISTS,
    }
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


def test_lists_that_are_too_long_for_all_together_are_not_for_each_alone() -> None:
    """What was told until then counts; the others are worked out alone."""
    offers = [{"when": "recipient.list.all(x, recipient.list.exists(y, y == x))", "score": n} for n in range(9)]
    found = Counter[str]()
    decision = evaluations(found, creative_of(offers), recipient={"list": [*range(60)]})
    assert {one.value for one in decision.trace[:9]} == {True}
    assert found["_Joined"] == 1
    assert 0 < found["Rule"] < 9


class _Meeting(RuleFacts):
    """Facts that are asked for when all threads have begun."""

    __slots__ = ("begun",)

    def made(self, variables: frozenset[str], make: Any) -> Any:
        self.begun.wait(10)
        return super().made(variables, make)


def test_what_is_worked_out_in_several_threads_at_once_does_not_mix() -> None:
    """Neither what is told, nor the day on which ages are reckoned."""
    ranked = creative_of(
        [{"when": f"recipient.a > {n} && age(recipient.born) > {n}", "score": f"recipient.a + {n}"} for n in range(6)]
    ).ranked
    joined = join_conditions([Condition(one.name, 0, one.when, one.score) for one in ranked])["v0"]
    people = [
        {
            "recipient": {"a": n % 7, "born": f"{2020 + 3 * n - n % 4}-01-01"},
            "now": {"date": f"{2020 + 3 * n}-06-01"},
        }
        for n in range(8)
    ]
    begun = Barrier(len(people))

    def values(words: dict[str, object]) -> Any:
        facts = _Meeting(words)
        facts.begun = begun
        return joined.values(facts)

    with ThreadPoolExecutor(len(people)) as pool:
        assert [*pool.map(values, people)] == [joined.values(RuleFacts(words)) for words in people]


def goes_of(creative: Creative) -> int:
    return len({id(one) for one in creative.together.values()})


def test_all_of_a_rank_are_worked_out_in_one_go_whatever_they_name() -> None:
    rules = ["recipient.a > 1", "weather.temperature > 10", "place.city == 'Lille'", "now.hour < 12"]
    creative = creative_of([{"when": rules[n % 4], "score": "recipient.c * 2", "rank": n % 2} for n in range(98)])
    assert goes_of(creative) == 2
    assert creative.together.keys() == {one.name for one in creative.ranked}


def evaluations(found: Counter[str], creative: Creative, **facts: Any) -> Decision:
    """Counts by kind what CEL evaluates for one decision."""
    with pytest.MonkeyPatch.context() as patch:
        evaluate = Formula.evaluate

        def counted(formula: Formula, facts: RuleFacts) -> Any:
            found[type(formula).__name__] += 1
            return evaluate(formula, facts)

        patch.setattr(Formula, "evaluate", counted)
        return decide(creative, moment_of(**facts), VOCABULARY, Circumstances("today", "p1", "n-1", 1e9))


@pytest.mark.parametrize("time", ["live", "early"])
def test_a_fact_that_is_missing_costs_only_those_that_name_it(time: Any) -> None:
    rules = [f"recipient.{'b' if n == 7 else 'a'} > {n}" for n in range(40)]
    creative = creative_of([{"when": rule, "score": "recipient.a"} for rule in rules])
    found = Counter[str]()
    evaluations(found, creative, recipient={"a": 9}, client=Client(time=time))
    assert found == {"_Joined": 1, "Rule": 1}


def test_what_is_too_long_for_one_goes_in_several() -> None:
    text = f"recipient.b == '{'x' * 1900}' ? 1 : 2"
    conditions = [
        Condition(one.name, 0, one.when, one.score)
        for one in creative_of([{"when": f"recipient.a > {n}", "score": text} for n in range(60)]).ranked
    ]
    assert len({id(one) for one in join_conditions(conditions).values()}) == 4


def test_what_may_be_nested_no_deeper_is_worked_out_alone_and_all_others_are_not() -> None:
    deep = " + ".join(["recipient.a"] * 30)
    assert creative_of([{"when": f"recipient.a > {n}", "score": deep} for n in range(3)]).together == {}
    offers = [{"when": f"recipient.a > {n}", "score": deep if n == 2 else "recipient.a"} for n in range(8)]
    assert creative_of(offers).together.keys() == {f"v{n}" for n in range(8) if n not in (2, 3)}

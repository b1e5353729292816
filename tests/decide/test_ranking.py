"""Hard limits, then rank, then score, then as declared: laws over made creatives."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.creative.model import Creative
from livecontent.decide import ANYBODY, Decision, decide
from livecontent.facts import Client, Moment
from livecontent.sources.registry import VOCABULARY
from made_creatives import RAIN, moment_of, valid

LAYERS = ({"fill": "white"},)
LAST = {"name": "last", "layers": LAYERS}
MOMENT = moment_of(recipient={"n": 1, "points": 500, "name": "Ann"}, weather=RAIN)
RULES = {True: "recipient.n == 1", False: "recipient.n == 2", None: "place.city == 'Lille'"}
SCORES = {0.5: "recipient.points / 1000.0", 2: "recipient.n + 1", None: "place.latitude * 2"}

variants = st.lists(
    st.fixed_dictionaries(
        {
            "when": st.sampled_from(list(RULES)),
            "rank": st.integers(-2, 2),
            "score": st.sampled_from([0.5, 2, None]),
        }
    ),
    min_size=1,
    max_size=8,
)


def creative_of(offers: list[dict[str, Any]], **keys: Any) -> Creative:
    return valid({"title": "T", "size": "60x30", "variants": [*offers, LAST], **keys})


def named(offers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": f"v{number}",
            "when": RULES[one["when"]],
            "rank": one["rank"],
            "score": SCORES[one["score"]],
            "layers": LAYERS,
        }
        for number, one in enumerate(offers)
    ]


def decided(creative: Creative, moment: Moment = MOMENT) -> Decision:
    return decide(creative, moment, VOCABULARY, ANYBODY)


def expected(offers: list[dict[str, Any]]) -> str:
    """By the words of the documents alone."""
    may = [(one, number) for number, one in enumerate(offers) if one["when"]]
    if not may:
        return "last"
    score = {0.5: 0.5, 2: 2.0, None: float("-inf")}
    best = sorted(may, key=lambda pair: (-pair[0]["rank"], -score[pair[0]["score"]], pair[1]))
    return f"v{best[0][1]}"


@given(variants)
def test_rank_then_score_then_as_declared(offers: list[dict[str, Any]]) -> None:
    assert decided(creative_of(named(offers))).variant.name == expected(offers)


@given(variants, st.randoms(use_true_random=False))
def test_the_order_of_variants_only_parts_equals(offers: list[dict[str, Any]], chance: random.Random) -> None:
    distinct = list({(one["rank"], one["score"]): one for one in offers}.values())
    written = named(distinct)
    shuffled = list(written)
    chance.shuffle(shuffled)
    assert decided(creative_of(written)).variant.name == decided(creative_of(shuffled)).variant.name


@given(variants)
def test_equal_inputs_decide_equally(offers: list[dict[str, Any]]) -> None:
    creative = creative_of(named(offers))
    assert decided(creative) == decided(creative, Moment(dict(MOMENT.facts)))


@given(st.lists(st.sampled_from(list(RULES)), max_size=8))
def test_a_creative_without_ranks_and_scores_is_decided_as_ever(values: list[bool | None]) -> None:
    offers = [{"name": f"v{n}", "when": RULES[value], "layers": LAYERS} for n, value in enumerate(values)]
    creative = creative_of(offers)
    assert creative.ranked == ()
    assert decided(creative).variant.name == (f"v{values.index(True)}" if True in values else "last")


@pytest.mark.parametrize(
    ("score", "note"),
    [
        ("place.latitude * 2", "place.latitude is not known"),
        ("recipient.name", "the score is not a number"),
        ("recipient.n / 0.0", "a number is divided by 0"),
        ("recipient.vip ? 2 : 1", "vip is not known"),
    ],
)
def test_a_score_that_is_not_known_comes_last_and_says_why(score: str, note: str) -> None:
    offers = [
        {"name": "unknown", "score": score, "layers": LAYERS},
        {"name": "low", "score": -1000, "layers": LAYERS},
    ]
    decision = decided(creative_of(offers))
    assert decision.variant.name == "low"
    assert (decision.trace[0].score, decision.trace[0].score_note) == (None, note)
    assert decided(creative_of(offers[:1])).variant.name == "unknown"


def test_a_score_of_what_time_changes_is_not_known_on_a_prefetch() -> None:
    moment = moment_of(weather=RAIN, client=Client(time="early"))
    offers = [
        {"name": "warm", "score": "weather.temperature", "layers": LAYERS},
        {"name": "low", "score": 1, "layers": LAYERS},
    ]
    assert decided(creative_of(offers), moment).variant.name == "low"
    offers[0]["valid_for"] = "7 days"
    assert decided(creative_of(offers), moment).variant.name == "warm"


def test_ranks_below_the_best_are_not_tried() -> None:
    offers = [{"name": "low", "layers": LAYERS}, {"name": "high", "rank": 1, "layers": LAYERS}]
    assert [one.variant for one in decided(creative_of(offers)).trace] == ["high"]

"""What limits count, who is held out, what is drawn: laws over made histories."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, Decision, decide
from livecontent.decide.draws import Draws
from livecontent.facts import Client
from livecontent.learning.training import threshold_of
from livecontent.showings import Chosen, Learned, SeenVariant, Worth
from livecontent.sources.registry import VOCABULARY
from made_creatives import moment_of, valid

DAY = 86_400.0
NOW = 1_796_000_000.0
KNOWN = Circumstances("today", "camille", "n-0", NOW, counted=True, draws=Draws(b"a key of tests"))
MOMENT = moment_of(client=Client("browser", time="live"), recipient={"points": 500})
QUIET = {"name": "quiet", "collapse": True}

histories = st.lists(
    st.builds(
        SeenVariant,
        st.sampled_from(["today", "other"]),
        st.sampled_from(["a", "b"]),
        st.sampled_from(["", "sales"]),
        st.sampled_from([f"n-{n}" for n in range(5)]),
        st.floats(NOW - 20 * DAY, NOW),
        st.just(""),
        st.just(0),
    ),
    max_size=12,
)


def creative_of(offer: dict[str, Any], *others: dict[str, Any], **keys: Any) -> Creative:
    offers = [
        {"name": name, "layers": [{"fill": "white"}], **one} for name, one in zip("abc", (offer, *others), strict=False)
    ]
    return valid({"title": "T", "size": "60x30", "variants": [*offers, QUIET], **keys})


def decided(shown: Creative, seen: Sequence[SeenVariant] = (), /, **known: Any) -> Decision:
    return decide(shown, MOMENT, VOCABULARY, replace(KNOWN, seen=tuple(seen), **known))


@given(histories, st.integers(1, 3), st.integers(1, 15), st.sampled_from(["variant", "creative", "all", "sales"]))
def test_a_cap_counts_other_sends_in_its_time(seen: list[SeenVariant], times: int, days: int, over: str) -> None:
    creative = creative_of({"cap": {"times": times, "per": f"{days} days", "over": over}, "group": "sales"})
    counts = {
        "variant": lambda one: (one.creative, one.variant) == ("today", "a"),
        "creative": lambda one: one.creative == "today",
        "all": bool,
        "sales": lambda one: one.group == "sales",
    }
    sends = {one.slot for one in seen if counts[over](one) and one.slot != "n-0" and one.at > NOW - days * DAY}
    assert (decided(creative, seen).variant.name == "quiet") == (len(sends) >= times)


@given(histories)
def test_what_was_seen_counts_once_and_in_any_order(seen: list[SeenVariant]) -> None:
    creative = creative_of({"cap": {"times": 2, "per": "7 days"}, "rest": "1 day", "vary": True}, {"score": -1})
    found = decided(creative, seen)
    assert found == decided(creative, [*seen, *seen]) == decided(creative, seen[::-1])


@given(histories)
def test_rest_and_vary(seen: list[SeenVariant]) -> None:
    here = sorted((one for one in seen if one.creative == "today" and one.slot != "n-0"), key=lambda one: one.at)
    own = [one for one in here if one.variant == "a"]
    resting = bool(own) and own[-1].at + 3 * DAY > NOW
    assert (decided(creative_of({"rest": "3 days"}), seen).variant.name == "quiet") == resting
    last = bool(own) and own[-1].at == here[-1].at and own[-1] is max(here, key=lambda one: one.at)
    if len({one.at for one in here}) == len(here):
        assert (decided(creative_of({"vary": True}), seen).variant.name == "quiet") == last


@pytest.mark.parametrize("limit", [{"cap": {"times": 1, "per": "1 day"}}, {"rest": "1 day"}, {"vary": True}])
def test_what_is_not_counted_is_not_shown(limit: dict[str, Any]) -> None:
    creative = creative_of(limit)
    assert decided(creative).variant.name == "a"
    assert decided(creative, counted=False).variant.name == "quiet"
    early = moment_of(client=Client(time="early"), recipient={"points": 500})
    assert decide(creative, early, VOCABULARY, KNOWN).variant.name == "quiet"
    trusted = creative_of({**limit, "valid_for": "7 days"})
    assert decide(trusted, early, VOCABULARY, KNOWN).variant.name == "a"


def test_a_holdout_is_of_the_person_alone() -> None:
    creative = creative_of({}, holdout=0.3)
    people = [f"p{n}" for n in range(3000)]
    held = {one for one in people if decided(creative, person=one).silence == "holdout"}
    assert len(held) / len(people) == pytest.approx(0.3, abs=0.03)
    for change in ({"slot": "n-9"}, {"creative": "other"}, {"learned": Learned(4)}, {"at": NOW + 99 * DAY}):
        assert held == {one for one in people if decided(creative, person=one, **change).silence == "holdout"}
    wider = creative_of({}, holdout=0.5)
    assert held <= {one for one in people if decided(wider, person=one).silence == "holdout"}


@given(st.sampled_from([0.5, 0.8, 0.9]), st.sampled_from([1, 3, 50]), st.integers(0, 99))
def test_the_threshold_leaves_as_many_silent_as_asked_also_where_most_are_equal(
    silence: float, scores: int, seed: int
) -> None:
    chance = random.Random(seed)

    def chosen() -> Chosen:
        return Chosen(
            "p", "n", NOW, "", "", Worth(0, chance.randrange(scores), chance.random()), "", 0.0, clicked=False
        )

    found = [chosen() for _ in range(1000)]
    threshold = threshold_of(silence, found)
    assert threshold is not None
    assert sum(one.worth < threshold for one in found if one.worth) / 1000 == pytest.approx(silence, abs=0.002)
    assert threshold_of(silence, found[:100]) is None


def test_rank_comes_before_score_also_for_silence() -> None:
    creative = creative_of({"rank": 1, "score": 0}, silence=0.9)
    assert decided(creative, learned=Learned(1, Worth(0, 99.0, 0.9))).variant.name == "a"
    assert decided(creative, learned=Learned(1, Worth(1, 0.5, 0.0))).silence == "threshold"


def test_a_split_is_of_person_and_creative_alone() -> None:
    creative = creative_of({}, {}, split={"a": 1, "b": 1})
    people = [f"p{n}" for n in range(1000)]
    drawn = [decided(creative, person=one).variant.name for one in people]
    assert drawn == [decided(creative, person=one, slot="n-8", learned=Learned(9)).variant.name for one in people]
    assert drawn != [decided(creative, person=one, creative="other").variant.name for one in people]
    assert 0.45 < drawn.count("a") / 1000 < 0.55


def test_what_is_explored_is_drawn_once_for_a_person_and_send() -> None:
    creative = creative_of({}, {}, explore="thompson")
    learned = Learned(1, None, {"a": 0.9, "b": 0.1})
    people = [f"p{n}" for n in range(1000)]
    drawn = [decided(creative, person=one, learned=learned) for one in people]
    assert 0.86 < sum(one.variant.name == "a" for one in drawn) / 1000 < 0.94
    assert {round(one.share, 3) for one in drawn} == {0.9, 0.1}
    turned = Learned(2, None, {"a": 0.1, "b": 0.9})
    for person, before in zip(people[:50], drawn, strict=False):
        seen = [SeenVariant("today", before.variant.name, "", "n-0", NOW)]
        assert decided(creative, seen, person=person, learned=turned).variant is before.variant

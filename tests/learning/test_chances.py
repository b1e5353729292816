"""The chance of a click: learned from what people saw and clicked, and what a score makes of it."""

from __future__ import annotations

import random
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocking import Blocking, wait_for
from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, Decision, decide
from livecontent.learning.chances import WEIGHT, chances_of, count_offers
from livecontent.learning.job import Learning
from livecontent.showings import FIRST_CHANCE, Decided, Learned, Tally
from livecontent.sources.registry import VOCABULARY
from livecontent.storage.events import Event
from livecontent.storage.sqlite.showings import SqliteShowings
from made_creatives import moment_of, valid

LAYERS = [{"fill": "white"}]
LAST = {"name": "last", "collapse": True}
BY_CHANCE = [{"name": name, "layers": LAYERS, "score": "click_chance"} for name in ("red", "blue", "green")]

NOW = time.time()  # what is older than 400 days is not kept


def creative_of(*variants: dict[str, Any], **keys: Any) -> Creative:
    return valid({"title": "T", "size": "60x30", "variants": [*(variants or BY_CHANCE), LAST], **keys})


def offer(name: str) -> dict[str, Any]:
    return {"name": name, "offers": "all", "layers": LAYERS, "score": "click_chance"}


def tallied(counts: dict[str, tuple[int, int]]) -> list[Tally]:
    """Of clicked and shown, half of it drawn, in two contexts."""
    halves = ((name, half, *one) for name, one in counts.items() for half in (0, 1))
    return [
        Tally(f"c = {half}", name, half == 1, (shown + half) // 2, (clicked + half) // 2)
        for name, half, clicked, shown in halves
    ]


counted = st.dictionaries(
    st.sampled_from(["red", "blue", "green", "last", "gone"]),
    st.integers(0, 5000).flatmap(lambda shown: st.tuples(st.integers(0, shown), st.just(shown))),
)


@given(counted)
def test_each_is_a_chance_and_does_not_depend_on_the_order_of_anything(counts: dict[str, tuple[int, int]]) -> None:
    found = chances_of(creative_of(), tallied(counts), {})
    assert found.keys() == {"red", "blue", "green"}
    assert all(0 < chance < 1 for chance in found.values())
    turned = chances_of(creative_of(*BY_CHANCE[::-1]), tallied(counts)[::-1], {})
    assert turned == found


@given(counted, st.integers(1, 50))
def test_more_clicks_are_a_higher_chance(counts: dict[str, tuple[int, int]], more: int) -> None:
    clicked, shown = counts.get("red", (0, 0))
    base = {**counts, "red": (clicked, shown + more)}
    before = chances_of(creative_of(), tallied(base), {})
    after = chances_of(creative_of(), tallied({**counts, "red": (clicked + more, shown + more)}), {})
    assert after["red"] > before["red"]
    assert after["red"] - before["red"] > after["blue"] - before["blue"] or counts.get("blue", (0, 0))[1] == 0


def test_a_chance_is_the_rate_of_much_and_that_of_all_where_nothing_was_shown() -> None:
    assert set(chances_of(creative_of(), [], {}).values()) == {FIRST_CHANCE}
    found = chances_of(creative_of(), tallied({"red": (4000, 100_000), "last": (0, 90_000)}), {})
    assert found["red"] == pytest.approx(0.04, rel=0.001)
    assert found["blue"] == found["green"] == pytest.approx(0.04, rel=0.001), "the last variant is none to compare with"
    found = chances_of(creative_of(), tallied({"red": (4000, 100_000), "blue": (10, 10)}), {})
    assert found["blue"] == pytest.approx((10 + WEIGHT * 0.04) / (10 + WEIGHT), rel=0.01)


def test_an_offer_has_the_same_chance_in_all_creatives() -> None:
    one = creative_of(offer("boots"), offer("scarf"), BY_CHANCE[0])
    other = creative_of(offer("boots"), offer("scarf"), offer("hat"), place=2)
    here, there = tallied({"boots": (9, 100), "red": (90, 100)}), tallied({"boots": (1, 300), "scarf": (40, 200)})
    offers = count_offers([(one, here), (other, there)])
    assert offers["boots"] == (10, 400)
    found = chances_of(one, here, offers)
    assert found.items() - {("red", found["red"])} < chances_of(other, there, offers).items()
    assert found["red"] > 0.4 > 0.2 > found["scarf"] > found["boots"]


def learning(folder: Path, **creatives: Creative) -> tuple[Learning, Any]:
    store = SqliteShowings(folder / "showings.db")
    return Learning(store, lambda: creatives, folder / "learning.lock"), Blocking(store)


def opens(count: int, rates: dict[str, float], creative: str = "today", *, first: int = 0) -> list[Event]:
    chance, found = random.Random(first), []
    for number in range(first, first + count):
        variant = chance.choice(sorted(rates))
        shown = Event("shown", NOW, creative, f"p{number}", variant=variant, who="human", choice=Decided("n-1"))
        found.append(shown)
        if chance.random() < rates[variant]:
            found.append(Event("clicked", NOW + 1, creative, f"p{number}", who="human", send="n-1"))
    return found


RECOUNT = """
SELECT variant, count(*), count(clicked) FROM showings WHERE creative = 'today' AND silence = '' GROUP BY variant
"""


def test_what_is_learned_is_what_sql_counts_anew(tmp_path: Path) -> None:
    one, store = learning(tmp_path, today=creative_of())
    store.count(opens(2000, {"red": 0.02, "blue": 0.08, "last": 0.0}))
    wait_for(one.learn())
    with closing(apsw.Connection(str(tmp_path / "showings.db"))) as connection:
        counts = {name: (shown, clicked) for name, shown, clicked in connection.execute(RECOUNT)}
    assert counts.pop("last")[0] > 400
    shown, clicked = (sum(one[at] for one in counts.values()) for at in (0, 1))
    overall = (clicked + WEIGHT * FIRST_CHANCE) / (shown + WEIGHT)
    by_hand = {name: (hits + WEIGHT * overall) / (shown + WEIGHT) for name, (shown, hits) in counts.items()}
    assert one.learned["today"].chances == {**by_hand, "green": overall}


def test_what_is_clicked_more_comes_first_once_it_is_learned(tmp_path: Path) -> None:
    creative = creative_of()
    one, store = learning(tmp_path, today=creative)
    assert decided(creative).variant.name == "red", "nothing is learned: the first"
    store.count(opens(1500, {"red": 0.02, "blue": 0.08, "green": 0.04}))
    wait_for(one.learn())
    found = decided(creative, one.learned["today"])
    assert (found.variant.name, found.learned) == ("blue", 1)
    wait_for(one.learn())
    assert one.learned["today"].version == 1, "nothing has changed"
    assert decided(creative, one.learned["today"]) == found


def test_creatives_that_share_offers_learn_them_at_once_and_alike(tmp_path: Path) -> None:
    creatives = {"one": creative_of(offer("a"), offer("b")), "two": creative_of(offer("a"), offer("b"), place=2)}
    one, store = learning(tmp_path, **creatives)
    store.count(opens(600, {"a": 0.02, "b": 0.2}, "one"))
    store.count(opens(300, {"a": 0.02, "b": 0.2}, "two"))
    wait_for(one.learn())
    assert one.learned["one"].chances == one.learned["two"].chances
    best, next_ = (decided(creatives[name], one.learned[name]).variant.name for name in creatives)
    assert (best, next_) == ("b", "a")


def decided(creative: Creative, learned: Learned | None = None, **facts: Any) -> Decision:
    known = Circumstances("today", "p1", "n-9", 1e9, counted=True, learned=learned or Learned())
    return decide(creative, moment_of(**facts), VOCABULARY, known)


values = st.dictionaries(st.sampled_from(["red", "blue", "green"]), st.floats(0.001, 0.999), min_size=3)


@given(values, st.permutations(BY_CHANCE), st.integers(1, 9))
def test_a_score_goes_by_the_chance_of_its_own_variant(
    chances: dict[str, float], written: list[dict[str, Any]], points: int
) -> None:
    scores = {"red": "click_chance * recipient.points", "blue": "click_chance", "green": "2 * click_chance"}
    creative = creative_of(*({**one, "score": scores[str(one["name"])]} for one in written))
    assert creative.together.keys() == {"red", "blue", "green"}, "in one go of CEL, each by its own"
    learned = Learned(3, chances=chances)
    found = decided(creative, learned, recipient={"points": points})
    worth = {"red": chances["red"] * points, "blue": chances["blue"], "green": 2 * chances["green"]}
    assert {one.variant: one.score for one in found.trace} == pytest.approx(worth)
    assert {one.variant: one.chance for one in found.trace} == chances
    assert worth[found.variant.name] == max(worth.values())
    assert decided(creative, learned, recipient={"points": points}) == found, "it can be repeated"
    without = decided(creative, learned)
    assert {one.variant: one.score for one in without.trace} == pytest.approx({**worth, "red": None})

"""What creatives learn from what was counted, and what came of it."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from benchmarks.choices import Bought, never, sums_of

from blocking import Blocking, wait_for
from livecontent.creative.model import Creative
from livecontent.learning.job import Learning
from livecontent.learning.results import CreativeResults, results_of
from livecontent.learning.training import ENOUGH, MOST_CONTEXTS, learn_from, weights_of
from livecontent.runtime.private_files import alone
from livecontent.showings import Chosen, Decided, Learned, Tally, Worth
from livecontent.storage.events import Event
from livecontent.storage.sqlite.showings import SqliteShowings
from made_creatives import valid

NOW = 4_000_000_000.0
LAYERS = [{"fill": "white"}]


def creative_of(**keys: Any) -> Creative:
    offers = [{"name": name, "layers": LAYERS} for name in ("red", "blue")]
    return valid({"title": "T", "size": "60x30", "variants": [*offers, {"name": "quiet", "collapse": True}], **keys})


def learning(folder: Path, creatives: Mapping[str, Creative]) -> tuple[Learning, Any]:
    store = SqliteShowings(folder / "showings.db")
    return Learning(store, lambda: creatives, folder / "learning.lock"), Blocking(store)


def fill(store: Any, count: int, *, first: int = 0) -> None:
    chance = random.Random(first)
    for number in range(first, first + count):
        worth = Worth(0, chance.random(), 0.5)
        choice = Decided(f"n-{number % 3}", silence="threshold" if worth.score < 0.9 else "", worth=worth)
        store.count([Event("shown", NOW, "today", f"p{number}", variant="red", who="human", choice=choice)])


def test_a_threshold_is_learned_once_there_is_enough_and_then_told(tmp_path: Path) -> None:
    one, store = learning(tmp_path, {"today": creative_of(silence=0.9), "other": creative_of()})
    fill(store, 400)
    wait_for(one.look())
    assert one.learned == {}
    assert one.silent["today"] == pytest.approx(0.9, abs=0.05)
    fill(store, 200, first=400)
    wait_for(one.learn())
    threshold = one.learned["today"].threshold
    assert threshold is not None
    assert threshold.score == pytest.approx(0.9, abs=0.03)
    assert one.learned["today"].version == 1
    wait_for(one.learn())
    assert one.learned["today"].version == 1, "nothing has changed"
    other, _ = learning(tmp_path, {})
    wait_for(other.read())
    assert other.learned == one.learned


def test_who_does_not_have_the_lock_only_reads(tmp_path: Path) -> None:
    one, store = learning(tmp_path, {"today": creative_of(silence=0.9)})
    fill(store, 600)
    with alone(tmp_path / "learning.lock") as ours:
        assert ours
        wait_for(one.look())
    assert one.learned == {}


def calls_of_the_loop(one: Learning) -> int:
    """Calls of Python that the loop's own thread makes, while somebody learns."""
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        wait_for(one.learn())
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("keys", [{"explore": "thompson"}, {"silence": 0.9}, {"explore": "thompson", "silence": 0.9}])
def test_the_loop_that_answers_opens_does_the_same_however_much_is_learned_from(
    tmp_path: Path, keys: Mapping[str, Any]
) -> None:
    one, store = learning(tmp_path, {"today": creative_of(**keys)})
    store.count(tries(600))
    wait_for(one.learn())
    few = calls_of_the_loop(one)
    store.count(tries(6000, first=600))
    assert calls_of_the_loop(one) < few + 500, "of 6,000 more"


def tries(count: int, *, first: int = 0) -> list[Event]:
    chance = random.Random(first)
    found = []
    for number in range(first, first + count):
        arm, send = chance.choice(["red", "blue"]), f"n-{number % 3}"
        shown = chance.choice([arm, arm, "red", "quiet"])
        choice = Decided(send, worth=Worth(0, chance.random(), 0.5), arm=arm, share=0.5)
        found.append(Event("shown", NOW, "today", f"p{number}", variant=shown, who="human", choice=choice))
        if chance.random() < 0.3:  # in the same send, the other one later
            late = Decided(send, worth=choice.worth, arm="blue", share=0.5)
            found.append(Event("shown", NOW + 5, "today", f"p{number}", variant="blue", who="human", choice=late))
        if chance.random() < (0.2 if arm == "red" else 0.4):
            found.append(Event("clicked", NOW + 9, "today", f"p{number}", who="human", send=send))
    return found


def test_clicks_are_summed_up_of_the_first_that_was_drawn_and_shown_in_a_send(tmp_path: Path) -> None:
    one, store = learning(tmp_path, {"today": creative_of(explore="thompson")})
    store.count(tries(900))
    by_hand: dict[str, tuple[int, int]] = {}
    for row in store.chosen("today"):
        if row.arm and row.arm == row.variant:
            hits, shown = by_hand.get(row.arm, (0, 0))
            by_hand[row.arm] = (hits + row.clicked, shown + 1)
    drawn = {one.variant: (one.clicked, one.shown) for one in store.tallies("today") if one.drawn}
    assert drawn == by_hand
    assert min(shown for _, shown in by_hand.values()) > 100
    wait_for(one.learn())
    assert one.learned["today"].weights["blue"] > 0.9


def chosen(number: int, arm: str, *, clicked: bool = False, silence: str = "", share: float = 0.5) -> Chosen:
    return Chosen(f"p{number}", "n-1", NOW, arm, silence, None, arm, share, clicked)


def results(creative: Creative, found: list[Chosen], bought: Bought = never) -> CreativeResults:
    return results_of(creative, sums_of(found, len(found), bought, by_open=bool(creative.explore)), Learned())


def drawn(red: float, blue: float, count: int = 6000, seed: int = 5) -> list[Chosen]:
    chance = random.Random(seed)
    rates = {"red": red, "blue": blue}
    arms = [chance.choice(["red", "blue"]) for _ in range(count)]
    return [chosen(number, arm, clicked=chance.random() < rates[arm]) for number, arm in enumerate(arms)]


@pytest.mark.parametrize("keys", [{"split": {"red": 1, "blue": 1}}, {"explore": "thompson"}])
def test_a_winner_is_named_where_one_is_better(keys: Mapping[str, Any]) -> None:
    creative = creative_of(**keys)

    def winner(found: list[Chosen]) -> str:
        return results(creative, found).winner

    assert winner(drawn(0.05, 0.11)) == "blue"
    assert winner(drawn(0.11, 0.05)) == "red"
    assert winner(drawn(0.05, 0.05)) == ""
    assert winner(drawn(0.0, 0.9, count=300)) == "", "of too little nothing is said"


def test_a_person_counts_once_in_a_split() -> None:
    found = [chosen(1, "red"), chosen(1, "red", clicked=True), chosen(2, "blue"), chosen(2, "blue")]
    arms = results(creative_of(split={"red": 1, "blue": 1}), found).arms
    assert [(arm.n, arm.clicked) for arm in arms] == [(1, 1), (1, 0)]


def test_a_draw_that_loses_people_raises_the_alarm() -> None:
    creative = creative_of(split={"red": 1, "blue": 1}, holdout=0.1)
    sound = [chosen(n, "red" if n % 2 else "blue", silence="" if n // 2 % 10 else "holdout") for n in range(9000)]
    lost = [one for n, one in enumerate(sound) if one.arm == "blue" or n % 7]
    assert results(creative, sound).alarms == []
    assert "split" in results(creative, lost).alarms


def test_the_lift_is_of_all_who_are_not_held_out() -> None:
    creative = creative_of(holdout=0.5)
    found = [chosen(n, "", silence="holdout" if n % 2 else "") for n in range(8000)]
    buys = {f"p{n}" for n in range(8000) if n % 20 == 1 or n % 10 == 0}
    result = results(creative, found, lambda person, _at: person in buys)
    assert (result.held, result.rest) == ((4000, 400), (4000, 800))
    assert result.lift is not None
    assert result.lift.surely
    assert result.lift.low < 0.1 < result.lift.high


LOYAL = {"explore": {"by": "thompson", "context": "recipient.loyal"}}


def tallies(**contexts: tuple[int, int, int, int]) -> list[Tally]:
    """By context: how often red and blue were shown, and how often they were clicked."""
    found = []
    for name, (red, red_clicked, blue, blue_clicked) in contexts.items():
        context = f"recipient.loyal = {name}"
        found += [Tally(context, "red", True, red, red_clicked), Tally(context, "blue", True, blue, blue_clicked)]
    return found


def test_each_context_with_enough_opens_has_weights_of_its_own() -> None:
    found = tallies(true=(200, 40, 200, 4), false=(200, 4, 200, 40), maybe=(900, 90, ENOUGH - 1, 1))
    contexts = weights_of(creative_of(**LOYAL), found)[1]
    assert contexts.keys() == {"recipient.loyal = true", "recipient.loyal = false"}
    assert contexts["recipient.loyal = true"]["red"] > 0.9
    assert contexts["recipient.loyal = false"]["blue"] > 0.9
    assert all(sum(shares.values()) == pytest.approx(1, abs=1e-3) for shares in contexts.values())


def test_of_many_contexts_the_largest_have_weights_of_their_own() -> None:
    found = [
        Tally(f"place.region = word{n}", arm, True, 100 + n * (arm == "red"), 9)
        for n in range(MOST_CONTEXTS + 5)
        for arm in ("red", "blue")
    ]
    creative = creative_of(explore={"by": "thompson", "context": "place.region"})
    assert weights_of(creative, found)[1].keys() == {f"place.region = word{n}" for n in range(5, MOST_CONTEXTS + 5)}


def test_what_is_shown_most_where_people_click_more_is_not_taken_for_better() -> None:
    """Both are clicked alike in each context; of all counts together, red looks twice as good."""
    found = tallies(true=(4000, 800, 400, 80), false=(400, 8, 4000, 80))
    weights, _ = weights_of(creative_of(**LOYAL), found)
    assert weights["red"] == pytest.approx(0.5, abs=0.15)


def test_of_a_context_that_was_written_otherwise_nothing_is_taken_over() -> None:
    other = creative_of(explore={"by": "thompson", "context": "recipient.vip"})
    assert weights_of(other, tallies(true=(200, 40, 200, 4)))[1] == {}


def test_a_context_of_few_people_is_not_told() -> None:
    def told(people: int, sends: int) -> set[str]:
        opens = [
            Chosen(f"p{n}", f"n-{send}", NOW, arm, "", None, arm, 0.5, True, "recipient.loyal = true")
            for n in range(people)
            for send in range(sends)
            for arm in ("red", "blue")
        ]
        return {*results(creative_of(**LOYAL), opens).contexts}

    assert told(ENOUGH, 1) == {"recipient.loyal = true"}
    assert told(ENOUGH - 1, 1) == set()
    assert told(1, ENOUGH) == set(), "many opens of one person"


def test_who_bought_is_of_those_who_were_shown_what_they_drew() -> None:
    """Ten draw red, nine are kept silent: of one open that counts, one was followed by a purchase."""
    opens = [chosen(0, "red"), *(chosen(n, "red", silence="threshold")._replace(variant="") for n in range(1, 10))]
    red = results(creative_of(explore="thompson"), opens, lambda _person, _at: True).arms[0]
    assert (red.n, red.bought) == (1, 1)


@pytest.mark.parametrize("keys", [{"explore": "thompson"}, {"split": {"red": 1, "blue": 1}}])
def test_never_more_have_bought_than_were_shown_it(keys: Mapping[str, Any]) -> None:
    chance = random.Random(8)
    opens = [
        chosen(chance.randrange(30), chance.choice(["red", "blue"]), silence=chance.choice(["", "threshold"]))
        for _ in range(200)
    ]
    opens = [one._replace(variant="") if one.silence else one for one in opens]
    arms = results(creative_of(**keys), opens, lambda _person, _at: True).arms
    assert [arm.bought for arm in arms] == [arm.n for arm in arms]


def test_equal_counts_teach_the_same() -> None:
    creative, found = creative_of(**LOYAL), tallies(true=(200, 40, 200, 4))
    once = learn_from(creative, [], found, Learned())
    assert learn_from(creative, [], found[::-1], once) is once


def test_contexts_of_earlier_versions_go_without_a_trace(tmp_path: Path) -> None:
    """Of another expression, or a text that names people; of what nobody serves now nothing is known, so it stays."""
    one, store = learning(tmp_path, {"today": creative_of(**LOYAL), "plain": creative_of()})
    texts = ["recipient.loyal = true", "recipient.loyal = ann@shop.example", "recipient.city = Lille", ""]
    for number in range(40):
        for name in ("today", "plain", "gone"):
            silence = "threshold" if number > 30 else ""
            choice = Decided("n-1", silence=silence, arm="red", share=0.5, context=texts[number % 4])
            store.count([Event("shown", time.time(), name, f"p{number}", variant="red", who="human", choice=choice)])
    store.learn({"plain": Learned(3, contexts={texts[1]: {"red": 1.0}})}, NOW)
    wait_for(one.look())
    assert {name: set(found) for name, found in store.contexts().items()} == {"today": {texts[0]}, "gone": {*texts[:3]}}
    assert one.learned["plain"].contexts == {}
    assert {row.context: row.shown for row in store.tallies("today")} == {texts[0]: 8, "": 23}
    store.forget([f"p{number}" for number in range(1, 40, 4)])  # of what is gone, too
    assert b"ann@shop.example" not in b"".join(file.read_bytes() for file in tmp_path.glob("showings.db*"))

"""What a decision takes: 50 variants with rules and scores over 30 facts, and what explaining it takes besides.

`python -m benchmarks deciding`. Times are CPU of one thread.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, decide
from livecontent.decide.draws import Draws
from livecontent.decide.explained import explain_decision
from livecontent.facts import Client, Fact, Moment, Reason
from livecontent.showings import SeenVariant
from livecontent.sources.registry import VOCABULARY

VARIANTS, FACTS, DECISIONS = 50, 30, 4000
DRAWS = Draws(b"a key of benchmarks")
RANKS = {"two_ranks": (0, 0, 0, 1), "one_rank": (0,)}
_AT = 1_796_000_000.0


def creative_of(
    variants: int = VARIANTS, facts: int = FACTS, ranks: tuple[int, ...] = (0, 0, 0, 1), place: int = 0
) -> Creative:
    """Variants of some ranks; every one has a rule of two facts, a score of two others, every fifth a cap.

    With a place they are offers.
    """
    chance = random.Random(7)
    offers: list[dict[str, Any]] = []
    for number in range(variants - 1):
        a, b, c, d = chance.sample(range(facts), 4)
        offer: dict[str, Any] = {
            "name": f"v{number}",
            "when": f"recipient.f{a} > {chance.randint(10, 60)} && recipient.f{b} < {chance.randint(40, 90)}",
            "score": f"recipient.f{c} / 100.0 + recipient.f{d} / 1000.0",
            "rank": chance.choice(ranks),
            "layers": [{"fill": "white"}],
        }
        if number % 5 == 0:
            offer["cap"] = {"times": 2, "per": "7 days"}
        offers.append({**offer, "offers": "all"} if place else offer)
    data = {"title": "T", "size": "600x200", "silence": 0.9, "variants": [*offers, {"name": "quiet", "collapse": True}]}
    data["place"] = place or 1
    return Creative.model_validate(data, context={"vocabulary": VOCABULARY})


def moment_of(chance: random.Random, facts: int = FACTS, missing: int = 0) -> Moment:
    """Of somebody who reads now, and of whom some facts are not known."""
    known = chance.sample(range(facts), facts - missing)
    profile = {f"f{number}": chance.randint(0, 100) for number in sorted(known)}
    client = Client("browser", time="live")
    return Moment({"recipient": Fact(profile, Reason.FRESH), "client": Fact(client, Reason.FRESH)})


def measure(decisions: int = DECISIONS) -> dict[str, object]:
    """Of decisions between two ranks, and of those where all have the same; of variants, and of offers at place 2.

    Of the latter also where one of the facts is not known.
    """
    found: dict[str, object] = {"variants": VARIANTS, "facts": FACTS}
    cases = {f"{name}{'_offers' * bool(place)}": (ranks, place, 0) for name, ranks in RANKS.items() for place in (0, 2)}
    cases |= {f"{name}_unknown": (*cases[name][:2], 1) for name in ("one_rank", "one_rank_offers")}
    for name, (ranks, place, missing) in cases.items():
        taken = measure_one(creative_of(ranks=ranks, place=place), decisions, missing)
        found[name] = taken
        of, tried = taken["decide"], taken["tried"]
        print(f"  {name}: median {of['median']:.0f} us, p99 {of['p99']:.0f} us, {tried:.0f} variants tried")
    return found


def measure_one(creative: Creative, decisions: int, missing: int = 0) -> dict[str, Any]:
    """Microseconds of a decision, and of one that is explained."""
    chance = random.Random(11)
    pool = creative.pool, creative.place
    seen = tuple(SeenVariant("today", f"v{n}", "", f"n-{n}", _AT - n * 86_400, *pool) for n in range(0, 40, 5))
    cases = [
        (moment_of(chance, missing=missing), Circumstances("today", f"p{n}", "n-99", _AT, True, seen, draws=DRAWS))
        for n in range(decisions)
    ]
    tried = [len(decide(creative, moment, VOCABULARY, known).trace) for moment, known in cases[:200]]
    decided = _micros(lambda moment, known: decide(creative, moment, VOCABULARY, known), cases)

    def explained(moment: Moment, known: Circumstances) -> object:
        return explain_decision(creative, moment, VOCABULARY, decide(creative, moment, VOCABULARY, known), known)

    return {"tried": statistics.mean(tried), "decide": decided, "explain": _micros(explained, cases[:50])}


def _micros(
    work: Callable[[Moment, Circumstances], object], cases: list[tuple[Moment, Circumstances]]
) -> dict[str, float]:
    taken = []
    gc.collect()
    gc.disable()  # as in a server, which collects between opens
    try:
        for moment, known in cases:
            begun = time.thread_time_ns()
            work(moment, known)
            taken.append((time.thread_time_ns() - begun) / 1000)
    finally:
        gc.enable()
    taken.sort()
    return {"median": statistics.median(taken), "p99": taken[len(taken) * 99 // 100]}

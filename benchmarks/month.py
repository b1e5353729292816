"""A month of a shop: people with hidden tastes open weekly emails, and the promises of deciding are counted.

`python -m benchmarks month`: 20,000 people, once with a store (silence, caps over merged identities), then months
without one for what is said of chance: intervals, winners, regret. What is claimed of their habits is in `habits`.
"""

import asyncio
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.choices import sums_of
from benchmarks.deciding import DRAWS
from benchmarks.habits import habits
from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, Decision, decide
from livecontent.decide.statistics import difference, share_of
from livecontent.facts import Client, Fact, Moment, Reason
from livecontent.learning.results import results_of
from livecontent.learning.training import learn_from, silent_share
from livecontent.showings import Chosen, Learned, SeenVariant, Tally
from livecontent.sources.registry import VOCABULARY
from livecontent.storage.events import Event
from livecontent.storage.sqlite.showings import SqliteShowings

PEOPLE, SENDS, MONTHS = 20_000, 4, 100
OPENED, PREFETCHED, SCANNED = 0.45, 0.3, 0.1  # of the people of a send; some open it twice
TWO_NAMES = 0.2  # of the people: recipients who also come as visitors
BEGIN, WEEK, DAY = 1_796_000_000.0, 7 * 86_400.0, 86_400.0
LEARN_EVERY = 500  # opens; a server learns every minute
LIVE, EARLY = Client("browser", time="live"), Client("apple-mpp", time="early")
_LAYERS = ({"fill": "white"},)
_QUIET = {"name": "quiet", "collapse": True}


def creative_of(offers: Sequence[Mapping[str, Any]], **keys: Any) -> Creative:
    """Of plain values."""
    variants = [{"layers": _LAYERS, **one} for one in offers]
    data = {"title": "T", "size": "600x200", "variants": [*variants, _QUIET], **keys}
    return Creative.model_validate(data, context={"vocabulary": VOCABULARY})


def today() -> Creative:
    """Eight offers for hidden tastes, with caps, rests and groups."""
    offers = [
        {
            "name": f"offer-{n}",
            "when": f"recipient.taste_{n} > 0.2",
            "score": f"recipient.taste_{n}",
            "cap": {"times": 2, "per": "14 days"} if n % 2 else {"times": 1, "per": "7 days", "over": "sales"},
            "group": "sales" if n % 2 == 0 else "news",
            "vary": n == 1,
        }
        for n in range(8)
    ]
    return creative_of(offers, silence=0.9, holdout=0.05, cap={"times": 3, "per": "30 days"})


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, under one or two names."""

    names: tuple[str, ...]
    moment: Moment
    early: Moment


def crowd(count: int, chance: random.Random) -> list[Somebody]:
    """People with eight tastes each."""
    found = []
    for number in range(count):
        profile = {f"taste_{n}": round(chance.betavariate(1, 3), 4) for n in range(8)}
        names = (f"r{number:06}", f"~v{number:06}") if chance.random() < TWO_NAMES else (f"r{number:06}",)
        recipient = Fact(profile, Reason.FRESH)
        moments = [Moment({"recipient": recipient, "client": Fact(one, Reason.FRESH)}) for one in (LIVE, EARLY)]
        found.append(Somebody(names, *moments))
    return found


def opens(people: Sequence[Somebody], chance: random.Random) -> Iterator[tuple[Somebody, str, str, float, str]]:
    """Person, name, send, time, and what it is: `early`, `machine` or `human`."""
    for send in range(SENDS):
        at = BEGIN + send * WEEK
        batch = []
        for one in people:
            if chance.random() < PREFETCHED:
                batch.append((at + chance.random() * 3600, one, one.names[0], "early"))
            if chance.random() < SCANNED:
                batch.append((at + chance.random() * 60, one, one.names[0], "machine"))
            if chance.random() < OPENED:
                for _ in range(1 + (chance.random() < 0.2)):
                    name = chance.choice(one.names)
                    batch.append((at + 60 + chance.random() * 2 * DAY, one, name, "human"))
        for moment, one, name, kind in sorted(batch, key=lambda row: row[:1]):
            yield one, name, f"n-{send}", moment, kind


def with_store(count: int, seed: int = 1) -> dict[str, Any]:
    """A month by the store that a server has: the silent share, and how often a cap was exceeded."""
    creative, chance = today(), random.Random(seed)
    people = crowd(count, chance)
    learned, done, silent, asked = Learned(), 0, 0, 0
    waiting: list[Event] = []
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteShowings(Path(folder) / "showings.db")
        fresh: dict[str, list[SeenVariant]] = defaultdict(list)
        for one, name, send, at, kind in opens(people, chance):
            seen = (*store.seen_by(one.names), *(row for key in one.names for row in fresh[key]))
            known = Circumstances("today", one.names[0], send, at, True, seen, learned, DRAWS)
            moment = one.early if kind == "early" else one.moment
            decision = decide(creative, moment, VOCABULARY, known)
            if kind != "human":
                continue
            choice = decision.choice(creative, send)
            if decision.silence != "holdout" and learned.threshold:
                asked += 1
                silent += decision.silence != ""
            waiting.append(Event("shown", at, "today", name, variant=decision.variant.name, who="human", choice=choice))
            if choice.counts and not choice.silence:
                fresh[name].append(SeenVariant("today", decision.variant.name, choice.group, send, at))
            done += 1
            if done % LEARN_EVERY == 0:
                store.count(waiting)
                waiting.clear()
                fresh.clear()
                learned = learn_from(creative, asyncio.run(store.chosen("today", newest=10_000)), [], learned)
        store.count(waiting)
        chosen = asyncio.run(store.chosen("today"))
        exceeded = sum(_exceeded(store.seen_by(one.names)) for one in people)
        held = {row.person.removeprefix("~v").removeprefix("r") for row in chosen if row.silence == "holdout"}
        others = {row.person.removeprefix("~v").removeprefix("r") for row in chosen if row.silence != "holdout"}
        store.close()
    return {
        "people": count,
        "human_opens": done,
        "silent_of_all": silent / asked,
        "silent_of_the_last": silent_share(chosen),
        "caps_exceeded": exceeded,
        "held_out": len(held) / len(held | others),
        "held_out_who_saw_something": len(held & others),
    }


def _exceeded(seen: Sequence[SeenVariant]) -> int:
    """By the words of the documents: sends in any span of so many days, for each cap."""
    found = 0
    for number in range(8):
        own = [one for one in seen if one.variant == f"offer-{number}"]
        found += _most(own, 14 * DAY) > 2 if number % 2 else 0
    found += _most([one for one in seen if one.group == "sales"], 7 * DAY) > 1
    return found + (_most(seen, 30 * DAY) > 3)


def _most(seen: Sequence[SeenVariant], span: float) -> int:
    first: dict[str, float] = {}
    for one in seen:
        first[one.slot] = min(first.get(one.slot, one.at), one.at)
    times = sorted(first.values())
    return max((sum(at <= other < at + span for other in times) for at in times), default=0)


def lifts(months: int, people: int, base: float = 0.10, planted: float = 0.03) -> dict[str, Any]:
    """How often the interval of the lift holds what was planted: those who are not held out buy more."""
    inside = 0
    widths = []
    for month in range(months):
        chance = random.Random(f"lift {month}")
        held = [0, 0]
        rest = [0, 0]
        for number in range(people):
            known = Circumstances("today", f"m{month}-{number}", draws=DRAWS)
            group = held if known.is_held_out(0.05) else rest
            group[0] += 1
            group[1] += chance.random() < (base if group is held else base + planted)
        found = difference(share_of(rest[1], rest[0]), share_of(held[1], held[0]))
        inside += found.low <= planted <= found.high
        widths.append(found.high - found.low)
    return {"months": months, "planted": planted, "inside": inside, "mean_width": sum(widths) / months}


def winners(months: int, people: int, rate: float = 0.05) -> dict[str, Any]:
    """How often a winner is named where there is none, though somebody looks after every send."""
    creative = creative_of([{"name": "red"}, {"name": "blue"}], split={"red": 1, "blue": 1})
    moment = Moment({"client": Fact(LIVE, Reason.FRESH)})
    false, alarms = 0, 0
    for month in range(months):
        chance = random.Random(f"winner {month}")
        chosen: list[Chosen] = []
        named = wrong = False
        for send in range(SENDS):
            for number in range(people):
                if chance.random() >= OPENED:
                    continue
                person = f"m{month}-{number}"
                known = Circumstances("today", person, f"n-{send}", BEGIN, True, draws=DRAWS)
                decision = decide(creative, moment, VOCABULARY, known)
                chosen.append(_chosen(decision, person, f"n-{send}", chance.random() < rate))
            found = results_of(creative, sums_of(chosen, len(chosen), by_open=False), Learned())
            named, wrong = named or bool(found.winner), wrong or bool(found.alarms)
        false, alarms = false + named, alarms + wrong
    return {"months": months, "false_winners": false, "false_alarms": alarms}


def regret(people: int, seed: int = 1) -> dict[str, Any]:
    """Clicks lost against the best of eight, beside those that an even split loses."""
    rates = [0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.035, 0.05]
    opened, lost, learned = explored("thompson", people, {True: rates, False: rates}, seed)
    even = opened * (max(rates) - sum(rates) / 8)
    return {"opens": opened, "regret": lost, "of_an_even_split": even, "ratio": lost / even, "weights": learned.weights}


def contextual_regret(people: int, seed: int = 1) -> dict[str, Any]:
    """The same where the loyal, who are four of ten, like others best: with the context, and without."""
    rates = [0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.035, 0.05]
    tastes = {False: rates, True: rates[::-1]}
    opened, lost, learned = explored({"by": "thompson", "context": "recipient.loyal"}, people, tastes, seed)
    _, plain, _ = explored("thompson", people, tastes, seed)
    even = opened * (max(rates) - sum(rates) / 8)
    found: dict[str, Any] = {"opens": opened, "regret": lost, "without_a_context": plain, "of_an_even_split": even}
    return found | {"ratio": lost / even, "ratio_without": plain / even, "contexts": learned.contexts}


def explored(explore: Any, people: int, rates: Mapping[bool, Sequence[float]], seed: int) -> tuple[int, float, Learned]:
    """Opens, clicks lost against the best of each, and what was learned; people are loyal or not."""
    creative = creative_of([{"name": f"v{n}"} for n in range(8)], explore=explore)
    live = Fact(LIVE, Reason.FRESH)
    moments = {
        loyal: Moment({"client": live, "recipient": Fact({"loyal": loyal}, Reason.FRESH)}) for loyal in (True, False)
    }
    chance = random.Random(seed)
    learned, lost, opened = Learned(), 0.0, 0
    tried: dict[tuple[str, str], tuple[int, int]] = {}
    for send in range(SENDS):
        for number in range(people):
            loyal = number % 10 < 4
            if chance.random() >= OPENED:
                continue
            known = Circumstances("today", f"p{number}", f"n-{send}", BEGIN, True, (), learned, DRAWS)
            decision = decide(creative, moments[loyal], VOCABULARY, known)
            rate = rates[loyal][int(decision.variant.name[1:])]
            key = decision.context, decision.arm
            hits, shown = tried.get(key, (0, 0))
            tried[key] = (hits + (chance.random() < rate), shown + 1)
            lost, opened = lost + max(rates[loyal]) - rate, opened + 1
            if opened % LEARN_EVERY == 0:
                tallies = [Tally(*where, drawn=True, shown=n, clicked=hit) for where, (hit, n) in tried.items()]
                learned = learn_from(creative, [], tallies, learned)
    return opened, lost, learned


def _chosen(decision: Decision, person: str, slot: str, clicked: bool) -> Chosen:
    return Chosen(person, slot, BEGIN, decision.variant.name, "", None, decision.arm, decision.share, clicked)


def measure() -> dict[str, object]:
    """All of it; prints what was found."""
    found: dict[str, object] = {
        "store": with_store(PEOPLE),
        "habits": habits(PEOPLE),
        "lifts": lifts(MONTHS, PEOPLE // 2),
        "winners": winners(MONTHS, PEOPLE // 4),
        "regret": [regret(PEOPLE, seed) for seed in range(5)],
        "contextual_regret": [contextual_regret(PEOPLE, seed) for seed in range(5)],
    }
    for name, figures in found.items():
        print(f"  {name}: {figures}")
    return found

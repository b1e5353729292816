"""What was shown and what came of it: of a split or of what is explored, of silence, and against those held out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf

from livecontent.creative.model import Creative
from livecontent.decide.statistics import (
    ALPHA,
    LEAST,
    LEAST_CLICKS,
    RATIO_ALPHA,
    Difference,
    difference,
    mean_of,
    of_difference,
    share_of,
    wrong_shares,
)
from livecontent.learning.training import ENOUGH, silent_share
from livecontent.showings import Chosen, Learned

_MOST_TOLD = 8  # that are told
_MOST_FACTOR = 100  # of people: a difference that takes more than so many times as many is none that anybody sees
HELD, REST = "held out", "the rest"


@dataclass(frozen=True, slots=True)
class ArmResult:
    """A variant that was tried: of so many, so many clicked; what it is above the first one."""

    name: str
    n: int
    clicked: int
    weight: float  # by which it is drawn now
    above: Difference | None = None  # None for the first
    bought: int = 0  # of those n, who bought something after

    @property
    def share(self) -> float:
        """Of those who clicked."""
        return self.clicked / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class CreativeResults:
    """Of one creative. Arms are counted by person in a split, by person and send where clicks change the weights."""

    opens: int
    people: int
    shown: Mapping[str, int]
    silent: float | None
    since: float = 0.0  # the first open (seconds since 1970)
    arms: Sequence[ArmResult] = ()
    contexts: Mapping[str, Sequence[ArmResult]] = field(default_factory=dict)  # those with the most opens first
    winner: str = ""
    missing: int | None = None  # people (or opens) until there may be one; None where nobody can tell
    alarms: Sequence[str] = ()  # draws whose shares are not those that were meant
    held: tuple[int, int] = (0, 0)  # people held out, and those of them who bought
    rest: tuple[int, int] = (0, 0)
    lift: Difference | None = None
    learned: Learned = field(default_factory=Learned)


def results_of(
    creative: Creative, chosen: Sequence[Chosen], learned: Learned, bought: Callable[[str, float], bool]
) -> CreativeResults:
    """What came of choices, the newest first; `bought` tells whether a person bought something after a time."""
    counted = _counted(creative, chosen)
    arms, alarms = _with_bought(_arms(creative, counted, learned), counted, bought), []
    if creative.split and not creative.explore:
        counts = Counter(one.arm for one in counted)
        if wrong_shares(counts, creative.split) > 1 / RATIO_ALPHA:
            alarms.append("split")
    held, rest = _bought_by_hold(chosen, bought)
    if creative.holdout:
        meant = {HELD: creative.holdout, REST: 1 - creative.holdout}
        if wrong_shares({HELD: held[0], REST: rest[0]}, meant) > 1 / RATIO_ALPHA:
            alarms.append("holdout")
    return CreativeResults(
        opens=len(chosen),
        people=len({one.person for one in chosen}),
        shown=Counter(one.variant or f"silent ({one.silence})" for one in chosen),
        silent=silent_share(chosen),
        since=min((one.at for one in chosen), default=0.0),
        arms=arms,
        contexts=_in_contexts(creative, counted, learned),
        winner=_winner(arms),
        missing=_missing(arms),
        alarms=alarms,
        held=held,
        rest=rest,
        lift=difference(share_of(rest[1], rest[0]), share_of(held[1], held[0])) if held[0] and rest[0] else None,
        learned=learned,
    )


def _arms(creative: Creative, counted: Sequence[Chosen], learned: Learned) -> list[ArmResult]:
    return (_explored if creative.explore else _split)(creative, counted, learned)


def _in_contexts(creative: Creative, counted: Sequence[Chosen], learned: Learned) -> Mapping[str, Sequence[ArmResult]]:
    """The same of each context that is declared now, of those with the most opens; of few people nothing is told."""
    context = creative.explore.context if creative.explore else None
    if context is None:
        return {}
    opens: dict[str, list[Chosen]] = defaultdict(list)
    for one in counted:
        if context.is_own(one.context):
            opens[one.context].append(one)
    most = sorted(opens, key=lambda name: (-len(opens[name]), name))[:_MOST_TOLD]
    weights = {name: learned.contexts.get(name, learned.weights) for name in most}
    found = {name: _arms(creative, opens[name], learned._replace(weights=weights[name])) for name in most}
    return {name: arms for name, arms in found.items() if _of_many(opens[name], arms)}


def _of_many(opens: Sequence[Chosen], arms: Sequence[ArmResult]) -> bool:
    """Whether so many opened it that nobody is known by it."""
    return min(one.n for one in arms) >= ENOUGH and len({one.person for one in opens}) >= ENOUGH


def _counted(creative: Creative, chosen: Sequence[Chosen]) -> list[Chosen]:
    """What arms are counted by: where clicks change the weights, opens in which what was drawn was shown.

    In a split, the first open of each person, with whether they ever clicked: they draw once, so they count once.
    """
    if creative.explore:
        return [one for one in chosen if one.arm and one.arm == one.variant and one.share]
    found: dict[str, Chosen] = {}
    for one in chosen:
        if one.arm and one.silence != "holdout":
            later = found.get(one.person)
            found[one.person] = one._replace(clicked=one.clicked or (later is not None and later.clicked))
    return list(found.values())


def _with_bought(
    arms: Sequence[ArmResult], counted: Sequence[Chosen], bought: Callable[[str, float], bool]
) -> list[ArmResult]:
    buyers = Counter(one.arm for one in counted if bought(one.person, one.at))
    return [replace(arm, bought=buyers[arm.name]) for arm in arms]


def _missing(arms: Sequence[ArmResult]) -> int | None:
    """How many more it takes, if shares stay as they are: for the least of each, then for the nearest difference."""
    if len(arms) < 2 or _winner(arms):
        return 0
    if not all(one.clicked for one in arms):
        least = [max(LEAST - one.n, 0) for one in arms]
        return sum(least) or None
    least = [max(LEAST, ceil(LEAST_CLICKS * one.n / one.clicked)) - one.n for one in arms]
    if (more := sum(max(one, 0) for one in least)) > 0:
        return more
    found = [one.above for one in arms if one.above and one.above.value and one.above.high < inf]
    if not found:
        return None
    factor = min(((one.high - one.value) / abs(one.value)) ** 2 for one in found)
    return ceil(sum(one.n for one in arms) * (factor - 1)) if factor < _MOST_FACTOR else None


def of_people(chosen: Sequence[Chosen], person_of: Callable[[str], str]) -> list[Chosen]:
    """Choices by person, who may have opened under several identities: `person_of` tells the one they draw under."""
    people = {ref: person_of(ref) for ref in {one.person for one in chosen}}
    return [one._replace(person=people[one.person]) for one in chosen]


def _split(creative: Creative, people: Sequence[Chosen], _learned: Learned) -> list[ArmResult]:
    n, hits = Counter(one.arm for one in people), Counter(one.arm for one in people if one.clicked)
    whole = sum(creative.split.values())
    alpha = ALPHA / max(len(creative.split) - 1, 1)
    found: list[ArmResult] = []
    for arm, weight in creative.split.items():
        first = found[0] if found else None
        above = (
            difference(share_of(hits[arm], n[arm]), share_of(first.clicked, first.n), alpha)
            if first and n[arm] and first.n
            else None
        )
        found.append(ArmResult(arm, n[arm], hits[arm], weight / whole, above))
    return found


def _explored(creative: Creative, tried: Sequence[Chosen], learned: Learned) -> list[ArmResult]:
    """Weights change, so each click counts by how likely its draw was: inverse propensity."""
    arms = list(creative.arms)
    alpha = ALPHA / max(len(arms) - 1, 1)
    whole = sum(creative.arms.values())
    found = []
    for arm in arms:
        own = [one for one in tried if one.arm == arm]
        above = None
        if arm != arms[0] and len(own) > 1:
            signs = {arm: 1.0, arms[0]: -1.0}
            above = of_difference(mean_of([signs.get(one.arm, 0.0) * one.clicked / one.share for one in tried]), alpha)
        weight = learned.weights.get(arm, creative.arms[arm] / whole)
        found.append(ArmResult(arm, len(own), sum(one.clicked for one in own), weight, above))
    return found


def _winner(arms: Sequence[ArmResult]) -> str:
    """The one that is surely above the first, or the first where all others are surely below; else nobody yet."""
    if len(arms) < 2 or any(one.n < LEAST or one.clicked < LEAST_CLICKS for one in arms):
        return ""
    first, *others = arms
    best = max(others, key=lambda one: one.above.value if one.above else -inf)
    if best.above and best.above.low > 0:
        return best.name
    return first.name if all(one.above and one.above.high < 0 for one in others) else ""


def _bought_by_hold(
    chosen: Sequence[Chosen], bought: Callable[[str, float], bool]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """People held out and others, and those of each who bought something after their first open."""
    first: dict[str, tuple[bool, float]] = {}
    for one in chosen:
        before = first.get(one.person)
        if before is None or one.at < before[1]:
            first[one.person] = (one.silence == "holdout", one.at)
    found = {True: [0, 0], False: [0, 0]}
    for person, (held, at) in first.items():
        found[held][0] += 1
        found[held][1] += bought(person, at)
    return (found[True][0], found[True][1]), (found[False][0], found[False][1])

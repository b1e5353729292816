"""What was shown and what came of it: of a split or of what is explored, of silence, and against those held out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from livecontent.learning.training import ENOUGH, WINDOW, has_context
from livecontent.showings import ArmSums, ChoiceSums, Learned
from livecontent.storage.base import Storage

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


async def results_since(storage: Storage, name: str, creative: Creative, since: float) -> CreativeResults:
    """Of all opens of people who consent since a time (seconds since 1970). Raises `StorageError`."""
    sums = await storage.experiments.sums(name, since, WINDOW, by_open=bool(creative.explore))
    return results_of(creative, sums, (await storage.showings.learned()).get(name, Learned()))


def results_of(creative: Creative, sums: ChoiceSums, learned: Learned) -> CreativeResults:
    """What came of choices, as they are summed up: in a split by person, else by open."""
    arms = _arms(creative, sums.arms, learned)
    held, rest = sums.held, sums.rest
    return CreativeResults(
        opens=sums.opens,
        people=sums.people,
        shown=sums.shown,
        silent=sums.silent / sums.asked if sums.asked else None,
        since=sums.since,
        arms=arms,
        contexts=_in_contexts(creative, sums, learned),
        winner=_winner(arms),
        missing=_missing(arms),
        alarms=list(_alarms(creative, sums)),
        held=held,
        rest=rest,
        lift=difference(share_of(rest[1], rest[0]), share_of(held[1], held[0])) if held[0] and rest[0] else None,
        learned=learned,
    )


def _alarms(creative: Creative, sums: ChoiceSums) -> Iterator[str]:
    """Draws whose shares are not those that were meant."""
    drawn = {one.arm: one.n for one in sums.arms} if creative.split and not creative.explore else {}
    if wrong_shares(drawn, creative.split) > 1 / RATIO_ALPHA:
        yield "split"
    held = {HELD: creative.holdout, REST: 1 - creative.holdout} if creative.holdout else {}
    if wrong_shares({HELD: sums.held[0], REST: sums.rest[0]}, held) > 1 / RATIO_ALPHA:
        yield "holdout"


def _arms(creative: Creative, sums: Sequence[ArmSums], learned: Learned) -> list[ArmResult]:
    return (_explored if creative.explore else _split)(creative, sums, learned)


def _in_contexts(creative: Creative, sums: ChoiceSums, learned: Learned) -> Mapping[str, Sequence[ArmResult]]:
    """The same of each context that is declared now, of those with the most opens; of few people nothing is told."""
    of: dict[str, list[ArmSums]] = defaultdict(list)
    for one in sums.arms:
        if has_context(creative, one.context):
            of[one.context].append(one)
    most = sorted(of, key=lambda name: (-sum(one.n for one in of[name]), name))[:_MOST_TOLD]
    weights = {name: learned.contexts.get(name, learned.weights) for name in most}
    found = {name: _arms(creative, of[name], learned._replace(weights=weights[name])) for name in most}
    return {
        name: arms
        for name, arms in found.items()
        if min(one.n for one in arms) >= ENOUGH and sums.people_in[name] >= ENOUGH  # so that nobody is known by it
    }


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


def _split(creative: Creative, sums: Sequence[ArmSums], _learned: Learned) -> list[ArmResult]:
    of = {one.arm: one for one in sums}
    whole = sum(creative.split.values())
    alpha = ALPHA / max(len(creative.split) - 1, 1)
    found: list[ArmResult] = []
    for arm, weight in creative.split.items():
        own, first = of.get(arm, ArmSums("", arm)), found[0] if found else None
        above = (
            difference(share_of(own.clicked, own.n), share_of(first.clicked, first.n), alpha)
            if first and own.n and first.n
            else None
        )
        found.append(ArmResult(arm, own.n, own.clicked, weight / whole, above, own.bought))
    return found


def _explored(creative: Creative, sums: Sequence[ArmSums], learned: Learned) -> list[ArmResult]:
    """Weights change, so each click counts by how likely its draw was: inverse propensity."""
    of: dict[str, ArmSums] = {}
    for one in sums:
        of[one.arm] = of[one.arm].plus(one) if one.arm in of else one
    arms = list(creative.arms)
    alpha = ALPHA / max(len(arms) - 1, 1)
    whole, opens = sum(creative.arms.values()), sum(one.n for one in sums)
    first = of.get(arms[0], ArmSums("", arms[0]))
    found = []
    for arm in arms:
        own = of.get(arm, ArmSums("", arm))
        above = None
        if arm != arms[0] and own.n > 1:
            above = of_difference(mean_of(opens, own.weighed - first.weighed, own.squared + first.squared), alpha)
        weight = learned.weights.get(arm, creative.arms[arm] / whole)
        found.append(ArmResult(arm, own.n, own.clicked, weight, above, own.bought))
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

"""What the page of segments tells of a count: exact numbers, or rounded so that they tell nothing of one person."""

from collections.abc import Sequence
from typing import NamedTuple

from livecontent.expressions.remembered import Lack
from livecontent.sources.segment_counts import SegmentCounts

FEW = 50  # people; fewer are not told by their number


class PeopleCount(NamedTuple):
    """A number of people as it is told; `below`: only that there are fewer."""

    number: int
    below: bool = False


class Figures(NamedTuple):
    """How many are in a segment, of how many that is not known and what they lack, and how many are not in it."""

    inside: PeopleCount
    unknown: PeopleCount
    outside: PeopleCount
    lacks: Sequence[tuple[Lack, PeopleCount]]


class Overlap(NamedTuple):
    """How many are in two segments, and as shares of each."""

    first: str
    second: str
    people: PeopleCount
    of_first: float
    of_second: float


def figures_of(counts: SegmentCounts, name: str, *, exact: bool) -> Figures:
    """Those of one segment."""
    inside, unknown = counts.inside(name), counts.unknown[name]
    parts = (inside, unknown, counts.looked - inside - unknown)
    told_inside, told_unknown, told_outside = map(PeopleCount, parts) if exact else round_parts(*parts)
    lacks = counts.lacks_of(name)
    told_lacks = [(lack, PeopleCount(n) if exact else round_part(n, unknown, told_unknown)) for lack, n in lacks]
    return Figures(told_inside, told_unknown, told_outside, told_lacks)


def overlaps(counts: SegmentCounts, known: set[str], *, exact: bool) -> list[Overlap]:
    """Pairs that have people in common, those with the most first."""
    found = (_overlap(counts, pair, exact) for pair in counts.together if pair[0] != pair[1] and {*pair} <= known)
    most = sorted(found, key=lambda one: (one.people.below, -one.people.number, one.first, one.second))
    return [one for one in most if one.people.number]


def _overlap(counts: SegmentCounts, pair: tuple[str, str], exact: bool) -> Overlap:
    both, sides = counts.together[pair], [figures_of(counts, name, exact=exact).inside for name in pair]
    smaller = min((0, 1), key=lambda side: counts.inside(pair[side]))  # what it leaves, the other leaves, too
    people = PeopleCount(both) if exact else round_part(both, counts.inside(pair[smaller]), sides[smaller])
    return Overlap(*pair, people, *(min(1.0, people.number / max(side.number, 1)) for side in sides))


def round_parts(*parts: int) -> tuple[PeopleCount, ...]:
    """All parts of a whole, rounded to two leading digits; of few only that there are fewer.

    The largest is what the others as they are told leave of the whole: so it tells nothing of the few.
    """
    whole, least = sum(parts), FEW * (len(parts) + 1)
    if whole < least:  # what is left might be few, or two that are alike leave none
        return (PeopleCount(least if whole >= FEW else FEW, below=True),) * len(parts)
    largest = parts.index(max(parts))
    told = [_rounded(part) for part in parts]
    others = sum(one.number for at, one in enumerate(told) if at != largest and not one.below)
    told[largest] = _rounded(whole - others)
    return tuple(told)


def round_part(part: int, whole: int, told: PeopleCount) -> PeopleCount:
    """Some of a whole that is told: all of them, where few are left."""
    if part < FEW and not told.below:
        return PeopleCount(FEW, below=True)
    return told if told.below or whole - part < FEW else _rounded(part)


def _rounded(people: int) -> PeopleCount:
    if people < FEW:
        return PeopleCount(FEW, below=True)
    step = 10 ** (len(str(people)) - 2)
    return PeopleCount((people + step // 2) // step * step)

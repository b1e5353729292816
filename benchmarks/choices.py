"""Choices summed up in memory, as plain Python: what the sums of a store are compared with."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from livecontent.showings import ArmSums, ChoiceSums, Chosen

Bought = Callable[[str, float], bool]  # whether a person bought something after a time


def never(_person: str, _at: float) -> bool:
    """Nobody buys anything."""
    return False


def sums_of(chosen: Sequence[Chosen], newest: int, bought: Bought = never, *, by_open: bool) -> ChoiceSums:
    """Of choices, the newest first; persons are those that they draw under."""
    counted = _opens(chosen) if by_open else _people(chosen)
    arms: dict[tuple[str, str], list[Chosen]] = defaultdict(list)
    for one in counted:
        arms[one.context if by_open else "", one.arm].append(one)
    asked = [one for one in chosen[:newest] if one.silence != "holdout"]
    held, rest = _by_hold(chosen, bought)
    people = {(one.context, one.person) for one in counted} if by_open else set()
    return ChoiceSums(
        opens=len(chosen),
        people=len({one.person for one in chosen}),
        since=min((one.at for one in chosen), default=0.0),
        shown=Counter(one.variant or f"silent ({one.silence})" for one in chosen),
        asked=len(asked),
        silent=sum(one.silence != "" for one in asked),
        arms=[_arm(*key, own, bought, by_open=by_open) for key, own in sorted(arms.items())],
        people_in=Counter(context for context, _ in people),
        held=held,
        rest=rest,
    )


def _arm(context: str, arm: str, own: Sequence[Chosen], bought: Bought, *, by_open: bool) -> ArmSums:
    shares = [one.share for one in own if one.clicked and by_open]
    weighed, squared = sum(1 / share for share in shares), sum(1 / share**2 for share in shares)
    buyers = sum(bought(one.person, one.at) for one in own)
    return ArmSums(context, arm, len(own), sum(one.clicked for one in own), buyers, weighed, squared)


def _opens(chosen: Sequence[Chosen]) -> list[Chosen]:
    """Those in which what was drawn was shown."""
    return [one for one in chosen if one.arm and one.arm == one.variant and one.share]


def _people(chosen: Sequence[Chosen]) -> list[Chosen]:
    """The first open of each person, with whether they ever clicked."""
    found: dict[str, Chosen] = {}
    for one in chosen:
        if one.arm and one.silence != "holdout":
            later = found.get(one.person)
            found[one.person] = one._replace(clicked=one.clicked or (later is not None and later.clicked))
    return list(found.values())


def _by_hold(chosen: Sequence[Chosen], bought: Bought) -> tuple[tuple[int, int], tuple[int, int]]:
    """People held out and others, and those of each who bought something after their first open."""
    first = {one.person: one for one in chosen}  # the last of a list from the newest
    found = {True: [0, 0], False: [0, 0]}
    for person, one in first.items():
        group = found[one.silence == "holdout"]
        group[0] += 1
        group[1] += bought(person, one.at)
    return (found[True][0], found[True][1]), (found[False][0], found[False][1])

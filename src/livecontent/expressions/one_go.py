"""Rules and scores of several variants in one evaluation: to begin one takes CEL longer than most of them do.

Each tells what it came to; one that is not known tells nothing, and keeps none of the others from it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import EllipsisType
from typing import Final, NamedTuple, TypeAlias

from livecontent.expressions.cel_environment import CelEnvironment
from livecontent.expressions.cel_functions import TOLD
from livecontent.expressions.chance import CLICK_CHANCES
from livecontent.expressions.rule import Formula, Rule, RuleFacts
from livecontent.expressions.score import Score

ALONE: Final = ...  # what is to be worked out with no other
Value: TypeAlias = float | EllipsisType | None  # a score, 0 without one; None where the rule does not hold; or `ALONE`


class Condition(NamedTuple):
    """When something holds, and what it is worth then. `group`: of what is tried at once, by the same facts."""

    name: str
    group: object
    rule: Rule | None
    score: Score | None

    @property
    def formula(self) -> Formula | None:
        """One of those there are."""
        return self.rule or self.score

    @property
    def source(self) -> str:
        """Of CEL; a line end closes a comment."""
        worth = f"{self.score.source}\n" if self.score else "0"
        told = f'{TOLD}("{self.name}", {worth})'
        return f'(({self.rule.source}\n) ? {told} : {TOLD}("{self.name}"))' if self.rule else told


class _Joined(Formula):
    """Conditions, of which each tells by its name what it comes to."""

    __slots__ = ()
    chance = CLICK_CHANCES
    tells = True
    longest = 50_000


class InOneGo:
    """Conditions of one group."""

    __slots__ = ("_alone", "_formula", "_results")

    def __init__(self, conditions: Sequence[Condition]) -> None:
        """Raises `ValueError` where they are too much for one."""
        vocabulary = next(one.formula.vocabulary for one in conditions if one.formula)
        self._alone: dict[str, Value] = dict.fromkeys([one.name for one in conditions], ALONE)
        self._formula = _Joined(" || ".join(one.source for one in conditions), vocabulary)  # what is told is false
        self._results = vocabulary.made(CelEnvironment).results

    def values(self, facts: RuleFacts) -> Mapping[str, Value]:
        """By name; those that are not known are `ALONE`."""
        found = self._alone.copy()
        self._results.told = found
        with suppress(RuntimeError):  # too many items in lists: what was told until then counts
            self._formula.evaluate(facts)
        return found


def join_conditions(conditions: Sequence[Condition]) -> Mapping[str, InOneGo]:
    """By name, what each is worked out with; some are better worked out alone."""
    groups: dict[object, list[Condition]] = defaultdict(list)
    for one in conditions:
        if one.formula:
            groups[one.group].append(one)
    return {name: joined for group in groups.values() for names, joined in _joined(group) for name in names}


def _joined(conditions: Sequence[Condition]) -> Iterator[tuple[Sequence[str], InOneGo]]:
    """All in one; in halves where that is too long, or one is nested too deep for it."""
    if len(conditions) < 2:
        return
    try:
        yield [one.name for one in conditions], InOneGo(conditions)
    except ValueError:
        half = len(conditions) // 2
        yield from _joined(conditions[:half])
        yield from _joined(conditions[half:])

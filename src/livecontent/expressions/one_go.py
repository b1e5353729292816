"""Rules and scores of several variants in one evaluation: to begin one takes CEL longer than most of them do."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from livecontent.expressions.chance import CLICK_CHANCES
from livecontent.expressions.rule import MAX_SOURCE, Formula, Rule, RuleFacts
from livecontent.expressions.score import Score

MOST = 25  # of one evaluation: where one of them is not known, each is worked out alone
_NOT: Final = b"-"  # what a rule that is false comes to; no fact is bytes, but any may be the text "-"


class Condition(NamedTuple):
    """When something holds, and what it is worth then; `rank` as that of a variant."""

    name: str
    rank: int
    rule: Rule | None
    score: Score | None

    @property
    def formulas(self) -> Sequence[Formula]:
        """Those there are."""
        return [one for one in (self.rule, self.score) if one]

    @property
    def source(self) -> str:
        """Of CEL; a line end closes a comment."""
        worth = f"dyn({self.score.source}\n)" if self.score else "dyn(true)"
        return f"({self.rule.source}\n) ? {worth} : dyn(b'-')" if self.rule else worth


class _List(Formula):
    """What the conditions come to, in their order."""

    __slots__ = ()
    chance = CLICK_CHANCES


class InOneGo:
    """Conditions of one rank that name the same facts."""

    __slots__ = ("_formula", "_names")

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._names = [one.name for one in conditions]
        self._formula = _List(_list_of(conditions), conditions[0].formulas[0].vocabulary)

    def values(self, facts: RuleFacts) -> Mapping[str, object]:
        """By name: None where one does not hold, else its score, True without one. Nothing if any is not known."""
        values, note = self._formula.value(facts)
        return {} if note else {n: None if v == _NOT else v for n, v in zip(self._names, values, strict=True)}


def join_conditions(conditions: Sequence[Condition]) -> Mapping[str, InOneGo]:
    """By name, what each is worked out with; some are better worked out alone."""
    found: dict[tuple[int, frozenset[str]], list[Condition]] = defaultdict(list)
    for one in conditions:
        if one.formulas:
            found[one.rank, frozenset().union(*(formula.variables for formula in one.formulas))].append(one)
    groups = [group for alike in found.values() for group in _groups(alike) if len(group) > 1]
    made: dict[str, InOneGo] = {}
    for group in groups:
        with suppress(ValueError):  # in a list, one may be nested too deep: then it is worked out alone
            made |= dict.fromkeys([one.name for one in group], InOneGo(group))
    return made


def _groups(conditions: Sequence[Condition]) -> Iterator[Sequence[Condition]]:
    """Of so many at most, and as long as a source may be."""
    group: list[Condition] = []
    for one in conditions:
        if group and (len(group) == MOST or len(_list_of([*group, one])) > MAX_SOURCE):
            yield group
            group = []
        group.append(one)
    yield group


def _list_of(conditions: Sequence[Condition]) -> str:
    return f"[{', '.join(one.source for one in conditions)}]"

"""All that a decision goes by, and the same with something different."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from livecontent.creative.lets import ROOT as LET
from livecontent.creative.lets import with_lets
from livecontent.creative.model import Creative
from livecontent.decide.circumstances import Circumstances
from livecontent.decide.decision import Decision
from livecontent.decide.rules import decide
from livecontent.facts import Client, Fact, Moment, Now, Reason, spell_out
from livecontent.showings import SeenVariant, slot_of
from livecontent.vocabulary import FactPath, Vocabulary

_AGING: Mapping[str, float] = MappingProxyType({"hours_since_": 3600.0, "days_since_": 86_400.0})

Clock = Callable[[datetime], Now]  # all there is to say about a local time


class Alteration(NamedTuple):
    """One thing that is different: a fact, with its path; the time; or the circumstances.

    `contains`: the fact has this value among others. `limit`: the time is when a limit ends. `consent`: what the person
    sees is counted. `live`: the image is fetched by who reads it, now. `between`: something else was seen since.
    `drawn`: the open is not one of those that chance keeps silent, as nothing is learned yet.
    """

    kind: Literal["fact", "contains", "time", "limit", "consent", "live", "between", "drawn"]
    path: FactPath = ()
    value: Any = None


@dataclass(frozen=True)
class Situation:
    """All that a decision went by."""

    creative: Creative
    moment: Moment
    vocabulary: Vocabulary
    known: Circumstances
    clock: Clock

    def with_changes(self, changes: Iterable[Alteration]) -> "Situation":
        """The same with something different, and all that follows of it."""
        found = self
        for change in changes:
            found = found._with(change)
        return found

    @cached_property
    def decision(self) -> Decision:
        """What is decided."""
        return decide(self.creative, self.moment, self.vocabulary, self.known)

    def _with(self, change: Alteration) -> "Situation":
        known = self.known
        match change.kind:
            case "fact" | "contains":
                return replace(self, moment=self._moment(_with_fact(self.moment.facts, change)))
            case "time" | "limit":
                at: datetime = change.value
                daily = known.slot == slot_of("", datetime.fromtimestamp(known.at, UTC))  # else it is the same email
                slot = slot_of("", at) if daily else known.slot
                known = replace(known, at=at.timestamp(), slot=slot)
                return replace(self, moment=self._moment(self._at(at)), known=known)
            case "consent":
                return replace(self, known=replace(known, counted=True))
            case "live":
                client: Client = self.moment.value("client")
                facts = {**self.moment.facts, "client": Fact(replace(client, time="live"), Reason.GIVEN)}
                return replace(self, moment=self._moment(facts))
            case "drawn":
                return replace(self, creative=self.creative.model_copy(update={"silence": None}))
            case "between":
                pool = self.creative.pool, self.creative.place
                seen = SeenVariant(known.creative, "", "", "+", known.at, *pool)
                return replace(self, known=replace(known, seen=(*known.seen, seen)))

    def _moment(self, facts: Mapping[str, Fact[Any]]) -> Moment:
        """With all that is worked out of the facts."""
        return with_lets(self.creative, Moment({root: fact for root, fact in facts.items() if root != LET}))

    def _at(self, at: datetime) -> dict[str, Fact[Any]]:
        """The facts of another time: the clock, and how long ago things were; all else stays."""
        later = at.timestamp() - self.known.at
        facts = {root: _aged(fact, later) for root, fact in self.moment.facts.items()}
        return {**facts, "now": Fact(self.clock(at), Reason.GIVEN)}


def _with_fact(facts: Mapping[str, Fact[Any]], change: Alteration) -> dict[str, Fact[Any]]:
    root, name = change.path
    before = facts.get(root)
    words = spell_out(before.value) if before and before.value is not None else {}
    values = dict(words) if isinstance(words, Mapping) else {}
    listed = values.get(name)
    several: Sequence[object] = listed if isinstance(listed, list | tuple) else []
    values[name] = [*several, change.value] if change.kind == "contains" else change.value
    return {**facts, root: Fact(values, Reason.GIVEN)}


def _aged(fact: Fact[Any], seconds: float) -> Fact[Any]:
    """With all that tells how long ago something was."""
    words = spell_out(fact.value) if fact.value is not None else None
    if not isinstance(words, Mapping):
        return fact
    units = {name: unit for name in words for start, unit in _AGING.items() if str(name).startswith(start)}
    older = {name: int(words[name] + seconds // unit) for name, unit in units.items() if isinstance(words[name], int)}
    return fact._replace(value={**words, **older}) if older else fact

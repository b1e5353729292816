"""What would have to be different for a variant to be shown: each way is tried, and only those that work are told."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import combinations
from math import ceil, isfinite
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from livecontent.creative.lets import ROOT as LET
from livecontent.creative.lets import with_lets
from livecontent.creative.model import Creative, Variant
from livecontent.decide.circumstances import Circumstances, Limits
from livecontent.decide.decision import Decision
from livecontent.decide.rules import decide
from livecontent.expressions.rule import RuleFacts
from livecontent.expressions.template import MissingValueError
from livecontent.expressions.turning import turning_values
from livecontent.expressions.window import read_moment
from livecontent.facts import Client, Fact, Moment, Now, Reason, spell_out
from livecontent.showings import SeenVariant, slot_of
from livecontent.vocabulary import FactPath, Vocabulary

MOST = 600  # ways that are tried for a variant
_MOST_FACTS = 24  # single changes that are tried together in pairs
_MINUTE = 60  # seconds
_HOURS, _DAYS = 24, 14  # ahead that another time is looked for
_GIVEN = frozenset({"now", "client", "param", LET, "item"})  # roots that are changed in other ways, or not at all
_AGING: Mapping[str, float] = MappingProxyType({"hours_since_": 3600.0, "days_since_": 86_400.0})
_BOUNDS: Mapping[FactPath, tuple[float, float]] = MappingProxyType({("weather", "temperature"): (-30.0, 45.0)})

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


class Way(NamedTuple):
    """What would have to be different, all of it together, for a variant to be shown."""

    variant: str
    changes: tuple[Alteration, ...]


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


def ways_to_show(situation: Situation) -> list[Way]:
    """For each variant that is not shown the nearest way that was found, if any; those of fewest changes first."""
    if situation.decision.silence == "holdout":
        return []  # whatever is different, this person hears nothing
    silence, known = situation.creative.silence, situation.known
    by_chance = silence and known.learned.threshold is None and known.tie < silence
    drawn = (Alteration("drawn"),) if by_chance else ()
    free = situation.with_changes(drawn)
    others = [one for one in situation.creative.variants[:-1] if one is not situation.decision.variant]
    ways = [Way(one.name, ()) if free.decision.variant is one else _Search(free, one).way() for one in others]
    found = [way._replace(changes=(*way.changes, *drawn)) for way in ways if way]
    return sorted(found, key=lambda way: len(way.changes))


class _Search:
    """The search for one variant."""

    def __init__(self, situation: Situation, variant: Variant) -> None:
        self._situation, self._variant = situation, variant
        self._left = MOST

    def way(self) -> Way | None:
        single = [*self._of_limits(), *self._of_facts(), *self._of_circumstances(), *self._of_time()]
        for change in single:
            if self._works((change,)):
                return Way(self._variant.name, (change,))
        if score := self._of_score(()):
            return Way(self._variant.name, (score,))
        few = [change for change in single if change.kind != "time"][:_MOST_FACTS]
        for pair in combinations(few, 2):
            if (not pair[0].path or pair[0].path != pair[1].path) and self._works(pair):
                return Way(self._variant.name, pair)
        for change in few:
            if score := self._of_score((change,)):
                return Way(self._variant.name, (change, score))
        return None

    def _works(self, changes: tuple[Alteration, ...]) -> bool:
        self._left -= 1
        if self._left < 0:
            return False
        return self._situation.with_changes(changes).decision.variant is self._variant

    @cached_property
    def _sources(self) -> list[str]:
        """The expressions that the variant is decided by, and those that these name."""
        own = [one.source for one in (self._variant.when, self._variant.score) if one is not None]
        return own + [formula.source for formula in self._situation.creative.let.values()]

    def _of_facts(self) -> list[Alteration]:
        words = self._situation.moment.words
        found: dict[tuple[FactPath, object, type], Alteration] = {}
        for source in self._sources:
            for path, value, within in turning_values(source, self._situation.vocabulary):
                if self._can_change(path):
                    now = _at_path(words, path)
                    values = [value] if within else [value, *sorted(self._situation.vocabulary.choices_at(path) or ())]
                    for one in values:
                        if (
                            one != now
                            and not (within and isinstance(now, list) and one in now)
                            and _is_likely(path, one)
                        ):
                            change = Alteration("contains" if within else "fact", path, one)
                            found.setdefault((path, one, type(one)), change)
        return list(found.values())

    def _can_change(self, path: FactPath) -> bool:
        fact = self._situation.vocabulary.types.get(path[0])
        return (
            len(path) == 2 and path[0] not in _GIVEN and fact is not None and fact.shape == "one" and path[1] != "size"
        )

    def _of_score(self, before: tuple[Alteration, ...]) -> Alteration | None:
        """A number in the score, as little changed as makes it high enough."""
        if self._variant.score is None:
            return None
        words = self._situation.with_changes(before).moment.words
        for name in self._variant.score.names:
            now = _at_path(words, name.path)
            changed = {change.path for change in before}
            if self._can_change(name.path) and name.path not in changed and type(now) in (int, float):
                for away in (1, -1):
                    if change := self._nearest(before, name.path, now, away):
                        return change
        return None

    def _nearest(self, before: tuple[Alteration, ...], path: FactPath, now: float, away: int) -> Alteration | None:
        """From a value in one direction: in steps that double, then halved; whole numbers stay whole."""
        unit = 1 if isinstance(now, int) else 0.1

        def change(steps: int) -> Alteration:
            value = now + away * steps * unit
            return Alteration("fact", path, value if isinstance(now, int) else round(value, 1))

        far = 1
        while not (_is_likely(path, change(far).value) and self._works((*before, change(far)))):
            far *= 2
            if far > 1 << 14 or not _is_likely(path, change(far).value):
                return None
        near = far // 2
        while far - near > 1:
            middle = (near + far) // 2
            near, far = (near, middle) if self._works((*before, change(middle))) else (middle, far)
        return change(far)

    def _of_limits(self) -> list[Alteration]:
        situation = self._situation
        used = [one for one in Limits(situation.creative, situation.known).used(self._variant) if one.reached]
        ends = [one.until for one in used if one.until]
        zone = situation.moment.value("now").at.tzinfo if situation.moment.value("now") else UTC
        end = ceil(max(ends) / _MINUTE) * _MINUTE if ends else 0  # times are told by the minute
        found = [Alteration("limit", value=datetime.fromtimestamp(end, zone or UTC))] if ends else []
        return found + [Alteration("between") for one in used if one.kind == "vary"]

    def _of_circumstances(self) -> list[Alteration]:
        situation, found = self._situation, list[Alteration]()
        if situation.known.person and not situation.known.counted:
            found.append(Alteration("consent"))
        if situation.moment.prefetched and situation.moment.value("client"):
            found.append(Alteration("live"))
        if situation.creative.silence and situation.known.learned.threshold is None:
            found.append(Alteration("drawn"))
        return found

    def _of_time(self) -> list[Alteration]:
        """When the variant begins; and the coming hours and days, where it names the clock."""
        now = self._situation.moment.value("now")
        if now is None or now.hour is None:
            return []
        hour = now.at.replace(minute=0, second=0, microsecond=0)
        times = [*self._begins(now.at)]
        if any("now" in {str(need) for need in one.needs} for one in (self._variant.when, self._variant.score) if one):
            times += [hour + timedelta(hours=number) for number in range(1, _HOURS + 1)]
            times += [now.at + timedelta(days=number) for number in range(1, _DAYS + 1)]
        return [Alteration("time", value=at) for at in times]

    def _begins(self, now: datetime) -> Iterator[datetime]:
        text = self._variant.from_
        facts = RuleFacts(self._situation.moment.words, timezone=self._situation.creative.timezone)
        try:
            at = read_moment(text.fill(facts.words), facts.zone).astimezone(now.tzinfo) if text else now
        except MissingValueError:
            return
        if at > now:
            yield at


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


def _at_path(words: Mapping[str, object], path: FactPath) -> Any:
    value: object = words
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _is_likely(path: FactPath, value: object) -> bool:
    """Whether a fact may be so: no temperature of a thousand degrees, no negative counts."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    least, most = _BOUNDS.get(path, (0.0, float("inf")))
    return isfinite(value) and least <= value <= most

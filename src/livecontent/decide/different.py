"""What would have to be different for a variant to be shown: each way is tried, and only those that work are told."""

from collections import deque
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import combinations
from math import ceil, isfinite
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from livecontent.creative.lets import ROOT as LET
from livecontent.creative.model import Variant
from livecontent.decide.circumstances import Limits
from livecontent.decide.situation import Alteration, Situation
from livecontent.expressions.rule import RuleFacts
from livecontent.expressions.template import MissingValueError
from livecontent.expressions.turning import turning_values
from livecontent.expressions.window import read_moment
from livecontent.facts import Now
from livecontent.vocabulary import FactPath

MOST = 2000  # ways that are tried for all variants together
_MOST_COMPARED = 100_000  # variants in the decisions of these, together: half a second's work or less
_MOST_FACTS = 24  # single changes that are tried together in pairs
_MINUTE = 60  # seconds
_HOURS, _DAYS = 24, 14  # ahead that another time is looked for
_GIVEN = frozenset({"now", "client", "param", LET, "item"})  # roots that are changed in other ways, or not at all
_FOLLOWING = frozenset({("weather", "is_day")})  # that follow from where and when it is: nobody can change them alone
_BOUNDS: Mapping[FactPath, tuple[float, float]] = MappingProxyType({("weather", "temperature"): (-30.0, 45.0)})


class Way(NamedTuple):
    """What would have to be different, all of it together, for a variant to be shown."""

    variant: str
    changes: tuple[Alteration, ...]


@dataclass(slots=True)
class Ways:
    """The nearest way for each variant that is not shown, where one was found; those of fewest changes first."""

    found: list[Way] = field(default_factory=list)
    whole: bool = True  # whether all was tried that might be a way


def ways_to_show(situation: Situation) -> Ways:
    """All of a search at once."""
    return deque(search_ways(situation), maxlen=1).pop()


def search_ways(situation: Situation) -> Iterator[Ways]:
    """Yields what was found so far before each try: whoever serves others, too, may do so in between."""
    ways = Ways()
    if situation.decision.silence == "holdout":
        yield ways  # whatever is different, this person hears nothing
        return
    silence, known = situation.creative.silence, situation.known
    by_chance = silence and known.learned.threshold is None and known.tie < silence
    drawn = (Alteration("drawn"),) if by_chance else ()
    free = situation.with_changes(drawn)
    others = [one for one in situation.creative.variants[:-1] if one is not situation.decision.variant]
    left = min(MOST, _MOST_COMPARED // len(situation.creative.variants))
    for index, one in enumerate(others):
        search = _Search(free, one, left // (len(others) - index))
        for way in search.tries():
            if way:
                ways.found.append(way._replace(changes=(*way.changes, *drawn)))
            yield ways
        left -= search.tried
        ways.whole = ways.whole and not search.cut
    ways.found.sort(key=lambda way: len(way.changes))
    yield ways


class _Search:
    """The search for one variant, in so many tries at most."""

    def __init__(self, situation: Situation, variant: Variant, most: int) -> None:
        self._situation, self._variant, self._most = situation, variant, most
        self.tried = 0
        self.cut = False  # whether there would have been more to try

    def tries(self) -> Iterator[Way | None]:
        """None before each try; the way that is found is the last."""
        if self._situation.decision.variant is self._variant:
            yield Way(self._variant.name, ())
            return
        for changes, last in self._candidates():
            score = (yield from self._of_score(changes)) if last == "score" else None
            yield None
            if score or (last != "score" and self._works(changes)):
                yield Way(self._variant.name, (*changes, score) if score else changes)
                return
            if self.cut:
                return

    def _candidates(self) -> Iterator[tuple[tuple[Alteration, ...], Literal["", "score"]]]:
        """The nearest first; "score": with a number in the score, too."""
        single = [*self._of_limits(), *self._of_facts(), *self._of_circumstances(), *self._of_time()]
        yield from (((change,), "") for change in single)
        yield (), "score"
        few = [change for change in single if change.kind != "time"][:_MOST_FACTS]
        for one, other in combinations(few, 2):
            if not one.path or one.path != other.path:
                yield (one, other), ""
        yield from (((change,), "score") for change in few)

    def _works(self, changes: tuple[Alteration, ...]) -> bool:
        if self.tried >= self._most:
            self.cut = True
            return False
        self.tried += 1
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
        given = path[0] in _GIVEN or path in _FOLLOWING
        return len(path) == 2 and not given and fact is not None and fact.shape == "one" and path[1] != "size"

    def _of_score(self, before: tuple[Alteration, ...]) -> Generator[None, None, Alteration | None]:
        """A number in the score, as little changed as makes it high enough."""
        if self._variant.score is None:
            return None
        words = self._situation.with_changes(before).moment.words
        for name in self._variant.score.names:
            now = _at_path(words, name.path)
            changed = {change.path for change in before}
            if self._can_change(name.path) and name.path not in changed and type(now) in (int, float):
                for away in (1, -1):
                    if change := (yield from self._nearest(before, name.path, now, away)):
                        return change
        return None

    def _nearest(
        self, before: tuple[Alteration, ...], path: FactPath, now: float, away: int
    ) -> Generator[None, None, Alteration | None]:
        """From a value in one direction: in steps that double, then halved; whole numbers stay whole."""
        unit = 1 if isinstance(now, int) else 0.1

        def change(steps: int) -> Alteration:
            value = now + away * steps * unit
            return Alteration("fact", path, value if isinstance(now, int) else round(value, 1))

        far = 1
        while not (_is_likely(path, change(far).value) and self._works((*before, change(far)))):
            yield
            far *= 2
            if far > 1 << 14 or not _is_likely(path, change(far).value):
                return None
        near = far // 2
        while far - near > 1:
            yield
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
        if now is None:
            return []
        times = [*self._begins(now)]
        hour = now.at.replace(minute=0, second=0, microsecond=0)
        expressions = [one for one in (self._variant.when, self._variant.score) if one]
        if now.hour is not None and any("now" in map(str, one.needs) for one in expressions):
            times += [hour + timedelta(hours=number) for number in range(1, _HOURS + 1)]
            times += [now.at + timedelta(days=number) for number in range(1, _DAYS + 1)]
        return [Alteration("time", value=at) for at in times]

    def _begins(self, now: Now) -> Iterator[datetime]:
        """On the clock of who reads; where it is not known, on that of the creative."""
        text = self._variant.from_
        facts = RuleFacts(self._situation.moment.words, timezone=self._situation.creative.timezone)
        try:
            at = read_moment(text.fill(facts.words), facts.zone) if text else now.at
        except MissingValueError:
            return
        if at > now.at:
            yield at.astimezone(now.at.tzinfo if now.hour is not None else facts.zone)


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

"""What a decision goes by besides facts: who, in which send, what they have seen, what was learned, and chance."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple, TypeAlias

from livecontent.creative.limits import OVER, Cap
from livecontent.creative.model import Creative, Variant
from livecontent.decide.draws import Draws
from livecontent.facts import Opening
from livecontent.showings import CLOSE, COUNTED, Learned, SeenVariant, slot_of

NOTHING_LEARNED = Learned()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of one open. `person` is "" for nobody; `counted` tells whether what they see is counted."""

    creative: str = ""
    person: str = ""
    slot: str = ""
    at: float = 0.0  # seconds since 1970
    counted: bool = False
    seen: Sequence[SeenVariant] = ()
    learned: Learned = NOTHING_LEARNED
    draws: Draws = field(default_factory=lambda: Draws(b""))

    @property
    def tie(self) -> float:
        """What parts equals: another for each person and send."""
        return self.draws.number("tie", self.creative, self.person, self.slot)

    def is_held_out(self, share: float) -> bool:
        """Whether a person is one of those to whom nothing is ever said: the same in all creatives."""
        return bool(self.person) and self.draws.number("holdout", self.person) < share


ANYBODY = Circumstances()


# By one identity of a person: the one that they draw under, and what the store of people does not tell, which is what
# they saw under others, or just now; None if unknown.
Elsewhere: TypeAlias = Callable[[str], tuple[str, Sequence[SeenVariant]] | None]


@dataclass(frozen=True, slots=True)
class Deciding:
    """What decisions of a server go by: chance, and what its creatives have learned by now."""

    draws: Draws = field(default_factory=lambda: Draws(b""))
    learned: Callable[[], Mapping[str, Learned]] = dict
    elsewhere: Elsewhere = lambda ref: (ref, ())

    def circumstances(self, opening: Opening) -> Circumstances:
        """Those of an open."""
        person = opening.person
        counted = person.consent == "full" and person.known and opening.ref != ""
        found = self.elsewhere(opening.ref) if counted else None
        key, others = found or (opening.ref if person.known else "", ())
        at = opening.at.timestamp()
        seen = (*person.seen, *others)
        return Circumstances(
            opening.creative,
            key,
            slot_of(opening.send, opening.at),
            at,
            found is not None,
            # At another time than now, what was not seen yet does not count.
            [one for one in seen if at - COUNTED < one.at < at + CLOSE] if seen else (),
            self.learned().get(opening.creative, NOTHING_LEARNED),
            self.draws,
        )


class Hit(NamedTuple):
    """A limit, `cap`, `rest` or `vary`, and how far it is used: how often, of how many, until when it is reached.

    `until` is in seconds since 1970, 0 where it is not reached or no time ends it.
    """

    kind: str
    over: str = ""
    shown: int = 0
    times: int = 0
    per: timedelta = timedelta(0)
    until: float = 0.0

    @property
    def reached(self) -> bool:
        """Whether the variant may not be shown."""
        return self.kind != "cap" or self.shown >= self.times


class Limits:
    """The limits of a creative, by what somebody has seen. What was in the same send counts for itself only once.

    Those of an offer are of the offer, whichever creative has shown it.
    """

    def __init__(self, creative: Creative, known: Circumstances) -> None:
        self._whole = creative.cap
        self._at = known.at
        self._others = [one for one in known.seen if one.slot != known.slot]
        self._here = [one for one in self._others if one.creative == known.creative]
        self._offers = [one for one in self._others if one.pool] if creative.pool else []
        self._own_here = _by_variant(one for one in self._here if not one.pool)
        self._own_offers = _by_variant(self._offers)

    def hit(self, variant: Variant) -> Hit | None:
        """The first limit of a variant that is reached."""
        if not self._others:
            return None
        return next((one for one in self.used(variant) if one.reached), None)

    def used(self, variant: Variant) -> Iterator[Hit]:
        """All limits of a variant and how far they are used; `rest` and `vary` where they are reached."""
        like = self._offers if variant.offers else self._here
        own = (self._own_offers if variant.offers else self._own_here).get(variant.name, ())
        for cap in variant.cap:
            yield self._used(cap, own, cap.over)
        for cap in self._whole:
            yield self._used(cap, own, "creative" if cap.over == "variant" else cap.over)
        if not own or not (variant.rest or variant.vary):
            return
        last = max(own, key=_time)
        if variant.rest and self._at < (end := last.at + variant.rest.total_seconds()):
            yield Hit("rest", per=variant.rest, until=end)
        if variant.vary:
            newest = max(like, key=_time)
            if newest in own or (variant.offers and newest.slot == last.slot):  # an email has several offers
                yield Hit("vary")

    def _used(self, cap: Cap, own: Sequence[SeenVariant], over: str) -> Hit:
        """Counts sends, so that what stands twice in an email counts once."""
        found = {"variant": own, "creative": self._here, "all": self._others}.get(over)
        if found is None:
            found = [one for one in self._others if one.group == over]
        per = cap.per.total_seconds()
        times: dict[str, float] = {}  # of each send the last
        for one in found:
            if one.at > self._at - per and one.at > times.get(one.slot, 0.0):
                times[one.slot] = one.at
        first = len(times) - cap.times
        until = sorted(times.values())[first] + per if first >= 0 else 0.0
        return Hit("cap", over if over in OVER else f"group {over}", len(times), cap.times, cap.per, until)


def _by_variant(seen: Iterable[SeenVariant]) -> Mapping[str, Sequence[SeenVariant]]:
    found: dict[str, list[SeenVariant]] = defaultdict(list)
    for one in seen:
        found[one.variant].append(one)
    return found


def _time(one: SeenVariant) -> tuple[float, str]:
    return one.at, one.variant

"""The fact `habit`: what the recipient mostly does, as far as what they did says so; of who consents to be recorded."""

from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass, field
from math import cos, hypot, radians
from typing import Any, Literal, Self, get_args

from livecontent.facts import Fact, NamedValue, Opening, Reason, names_of
from livecontent.history.habits import FAINT, HABITS, Habit, Weight, band_of, claim, left_of, say_habit
from livecontent.history.sums import BANDS
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.sources.history import SOURCE, kept_of, seconds_of
from livecontent.sources.place import EARTH
from livecontent.sources.store.stores import Stores
from livecontent.storage.history import HistoryStore
from livecontent.vocabulary import FactType

Week = Literal["weekday", "weekend"]
PartOfDay = Literal["night", "morning", "afternoon", "evening"]
Where = Literal["home", "work", "on_the_way", "elsewhere"]

_NEAR = 5.0  # km from home or work
_DETOUR = 1.3  # times the way between them


@dataclass(frozen=True, slots=True)
class Habits(NamedValue):
    """What somebody mostly does; None where there is not enough data."""

    week: Week | None = None
    part_of_day: PartOfDay | None = None
    where: Where | None = None  # the stores that they go to
    category: str | None = None
    brand: str | None = None
    colour: str | None = None
    price_band: str | None = None  # such as 25-50
    channel: str | None = None  # on which they buy
    contact: str | None = None  # on which they answer
    best_hour: int | None = None  # at which they read, on their own clock
    more: Mapping[str, object] = field(default_factory=dict)  # what each was learned of, by name

    def said(self, language: str = "en") -> Iterator[str]:
        """Each habit, or that there is not enough data."""
        for name in (*HABITS, "where"):
            if isinstance(found := self.more.get(name), list | tuple):
                yield say_habit(name, Habit(*found), language)


HABIT = FactType(
    "habit",
    names_of(Habits),
    sample=Habits(
        week="weekend",
        part_of_day="evening",
        where="on_the_way",
        category="Umbrellas",
        brand="Grand Tempête",
        colour="red",
        price_band="50-100",
        channel="web",
        contact="email",
        best_hour=18,
    ),
    choices={
        "week": frozenset(get_args(Week)),
        "part_of_day": frozenset(get_args(PartOfDay)),
        "where": frozenset(get_args(Where)),
        "price_band": frozenset(band_of(str(number)) for number in range(len(BANDS) + 1)),
    },
)


class HabitSource(Source):
    """Tells `habit`, at once."""

    fact = HABIT
    needs = frozenset({"recipient"})

    def __init__(self, store: HistoryStore, stores: Stores) -> None:
        self._store = store
        self._places = stores.by_id

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the store of events, and the shop's stores."""
        return cls(dependencies.history, dependencies.stores)

    def ask(self, opening: Opening, facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """What was found when their last event came, as far as it still holds."""
        kept = kept_of(opening, self._store.habits)
        if isinstance(kept, Fact):
            return kept
        return Fact(self._told(kept, facts["recipient"].value or {}, seconds_of(opening)), Reason.FRESH, SOURCE)

    def _told(self, kept: Mapping[str, Any], profile: Mapping[str, object], now: float) -> Habits:
        found, values = kept["found"], kept["values"]
        if where := self._where(kept, profile):
            found["where"] = list(where)
            values["where"] = where.value
        left = left_of(kept["at"], now)
        for name, habit in found.items():
            habit[3] *= left
            if habit[3] < FAINT:
                habit[0] = None
                values.pop(name, None)
        return Habits(**values, more=found)

    def value(self, name: str, kept: Mapping[str, Any], profile: Mapping[str, object], now: float) -> Any:
        """One habit, without a look at the others: what is kept stays as it is."""
        if name == "where":
            where = self._where(kept, profile)
            value, weight = (where.value, where.weight) if where else (None, 0.0)
        else:
            value = kept["values"].get(name)
            weight = 0.0 if value is None else kept["found"][name][3]
        return value if value is not None and weight * left_of(kept["at"], now) >= FAINT else None

    def _where(self, kept: Mapping[str, Any], profile: Mapping[str, object]) -> Habit | None:
        """Near home, near work or on the way; None where neither is known."""
        weights, count = kept.get("stores") or ({}, 0)
        home, work = _place(profile, ""), _place(profile, "work_")
        known = {self._places[store]: weight for store, weight in weights.items() if store in self._places}
        if not known or not (home or work):
            return None
        by_place: dict[str, Weight] = {}
        for place, (sum_, squares) in known.items():
            where = _where_is(place, home, work)
            before = by_place.get(where, Weight(0.0, 0.0))
            by_place[where] = Weight(before.sum + sum_, before.squares + squares)
        return claim(by_place, count)


_Point = tuple[float, float]


def _place(profile: Mapping[str, object], prefix: str) -> _Point | None:
    north, east = profile.get(f"{prefix}latitude"), profile.get(f"{prefix}longitude")
    known = isinstance(north, int | float) and isinstance(east, int | float)
    return (float(north), float(east)) if known else None  # type: ignore[arg-type]


def _apart(one: _Point, other: _Point) -> float:
    """Kilometres, as on a plane: what is far is far either way."""
    east = (one[1] - other[1]) * cos(radians(one[0]))
    return EARTH * radians(hypot(one[0] - other[0], east))


def _where_is(store: _Point, home: _Point | None, work: _Point | None) -> Where:
    from_home = _apart(store, home) if home else None
    from_work = _apart(store, work) if work else None
    if from_home is not None and from_home <= _NEAR and (from_work is None or from_home <= from_work):
        return "home"
    if from_work is not None and from_work <= _NEAR:
        return "work"
    if home and work and (from_home or 0) + (from_work or 0) <= _DETOUR * _apart(home, work):
        return "on_the_way"
    return "elsewhere"

"""What is known of one recipient after the other, as words for rules: worked out when a rule asks for them.

The sources tell them as they do at an open without an address: nobody opens anything here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from pydantic_core import from_json

from livecontent.config import Settings
from livecontent.errors import StorageError
from livecontent.facts import Fact, Opening, Person, Place, Reason, spell_out
from livecontent.history.told import traits_in
from livecontent.sources.habit import HABIT, HabitSource
from livecontent.sources.history import HISTORY_TELLS, seconds_of
from livecontent.sources.latest import latest_of
from livecontent.sources.now import NowSource
from livecontent.sources.place.gazetteer import load_gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.packed import PackedPlaces
from livecontent.sources.place.source import OWN_PLACE, PlaceSource
from livecontent.sources.store.stores import Stores
from livecontent.storage.audience import AudienceRow
from livecontent.storage.base import read_kept, read_profile
from livecontent.storage.history import HistoryStore

_LIVES = ""  # the root of what place and now are told by: no fact has this one
KEPT = 10_000  # places that are remembered: people live in few


class AskedWords(Mapping[str, Any]):
    """Words that are worked out when they are asked for; those not known are not there."""

    __slots__ = ("_of", "_tells")

    def __init__(self, tells: Mapping[str, Callable[..., object]], *of: object) -> None:
        """What tells each name, of these things."""
        self._tells = tells
        self._of = of

    def get(self, name: str, default: Any = None) -> Any:
        """One of them."""
        tell = self._tells.get(name)
        value = tell and tell(*self._of)
        return default if value is None else value

    def __getitem__(self, name: str) -> Any:
        if (value := self.get(name)) is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._tells if self.get(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class PersonWords(dict[str, Any]):
    """All that is known of somebody, by the root of the fact: each is worked out once, and None if it is not known."""

    __slots__ = ("_row", "_tells")

    def __init__(self, tells: Mapping[str, Callable[..., Any]], row: AudienceRow) -> None:
        self._tells = tells
        self._row = row

    def __missing__(self, root: str) -> Any:
        tell = self._tells.get(root)
        value = self[root] = tell(self._row, self) if tell else None
        return value

    def get(self, root: str, default: Any = None) -> Any:
        """One fact."""
        value = self[root]
        return default if value is None else value


class PeopleWords:
    """Tells the words of people at a moment."""

    def __init__(
        self, settings: Settings, stores: Stores, history: HistoryStore, at: datetime, events: Collection[str]
    ) -> None:
        """Of their own events those that are named. Raises `LivecontentError` for files that can't be used."""
        self._opening = Opening("", "", at)
        self._now = seconds_of(self._opening)
        self._rules = settings.traits
        self._events = events
        self._place = PlaceSource(load_gazetteer(settings.places, PackedPlaces()), GeoIp(None))
        self._clock = NowSource(settings.timezone)
        self._places: dict[str, _Lives] = {}
        habits = HabitSource(history, stores)
        self._habits = {name: partial(habits.value, name) for name in HABIT.names}
        self._tells = {
            "recipient": lambda row, _: _profile(row),
            "history": self._history,
            "latest": self._latest,
            "habit": self._habit,
            "trait": self._trait,
            "place": lambda _, words: words[_LIVES].words,
            "now": lambda _, words: words[_LIVES].now,
            _LIVES: self._lives,
        }

    def of(self, row: AudienceRow) -> Mapping[str, Any]:
        """Those of somebody."""
        return PersonWords(self._tells, row)

    def _history(self, row: AudienceRow, _words: Mapping[str, Any]) -> object:
        kept = _kept(row.history)
        return None if kept is None else AskedWords(HISTORY_TELLS, kept, self._now)

    def _latest(self, row: AudienceRow, _words: Mapping[str, Any]) -> object:
        kept = _kept(row.history)
        return None if kept is None else spell_out(latest_of(kept, self._events, self._now))

    def _habit(self, row: AudienceRow, words: Mapping[str, Any]) -> object:
        kept = _kept(row.habits)
        return None if kept is None else AskedWords(self._habits, kept, words.get("recipient", {}), self._now)

    def _trait(self, row: AudienceRow, _words: Mapping[str, Any]) -> object:
        kept = _kept(row.traits)
        return None if kept is None else spell_out(traits_in(kept, self._rules))

    def _lives(self, row: AudienceRow, words: Mapping[str, Any]) -> "_Lives":
        """Where they live, or were last."""
        profile = words["recipient"] or {}
        key = repr([*map(profile.get, OWN_PLACE), row.place])
        if (found := self._places.get(key)) is None:
            if len(self._places) >= KEPT:
                self._places.clear()
            found = self._places[key] = self._found(row, profile)
        return found

    def _found(self, row: AudienceRow, profile: Mapping[str, object]) -> "_Lives":
        *where, day = from_json(row.place) if row.place else (None,)
        person = Person(row.ref, row.consent, last_place=Place(*where) if where else None, last_seen=day or "")
        opening = replace(self._opening, person=person)
        place = self._place.ask(opening, {"recipient": Fact(profile, Reason.FRESH)}).value or Place()
        now = self._clock.ask(self._opening, {"place": Fact(place, Reason.FRESH)}).value
        return _Lives(spell_out(place) or None, spell_out(now))


class _Lives(NamedTuple):
    """Where somebody is, as words, and the time there."""

    words: Any
    now: Any


def _kept(text: str | None) -> Any:
    """What is damaged is not known: it holds up nobody else."""
    try:
        return read_kept(text) if text else None
    except StorageError:
        return None


def _profile(row: AudienceRow) -> Mapping[str, object] | None:
    return read_profile(row.profile)[0] if row.profile else None

"""What a grid shows side by side: axes, each a list of values of one thing that a preview can set."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from livecontent.creative.model import Creative, has_themes
from livecontent.creative.params import ChoiceParam, Param
from livecontent.storage.base import RecipientStore
from livecontent.studio.pages.choices import CLIENTS
from livecontent.studio.pages.wish import (
    CONSENTS,
    SKIES,
    THEMES,
    TYPICAL,
    FoundPerson,
    person_of,
    preview_people,
    search,
)
from livecontent.studio.previewing.looking import is_known
from livecontent.studio.previewing.state import BROWSER, PreviewState

MOST = 400  # openings of one grid
HOURS, DAYS = 24, 14
PEOPLE = 12  # of a set, to begin with
SAMPLED = 400  # recipients of whom one of each language, or of each city, is sought
PARAM = "param."  # before the name of a parameter, as the name of an axis
SETS = ("some", "languages", "cities", "found")
ALWAYS = ("hour", "day", "weather", "person", "place", "client", "language", "consent", "variant")


@dataclass(frozen=True, slots=True)
class AxisValue:
    """One row or column: what it sets, and how it is called where it has a name of its own."""

    changes: Mapping[str, Any]
    key: str  # a word of the catalogue, or the value itself
    name: str = ""  # of a person
    person: FoundPerson | None = None

    def set_in(self, state: PreviewState) -> PreviewState:
        """The state with it."""
        changes = dict(self.changes)
        params = {**state.params, **changes.pop("params", {})}
        return replace(state, **changes, params=MappingProxyType(params))


@dataclass(frozen=True, slots=True)
class Axis:
    """A name, and the values."""

    name: str
    values: Sequence[AxisValue]


@dataclass(frozen=True, slots=True)
class AxisMaker:
    """Makes the axes of a creative."""

    creative: Creative
    recipients: RecipientStore
    now: datetime

    @property
    def names(self) -> list[str]:
        """The axes that there are."""
        creative = self.creative
        themes = ["theme"] if has_themes(creative) else []
        params = [name for name, param in creative.params.items() if len(_listed(param)) > 1 and name != "theme"]
        fit = [name for name in ALWAYS if name != "variant" or len(creative.variants) > 1]
        return [*fit, *themes, *(PARAM + name for name in params)]

    async def make(self, name: str, state: PreviewState, people: str = "", sought: str = "") -> Axis:
        """An axis; `people` is the set of them, `sought` what the ids or names of those found begin with."""
        if name == "person":
            return Axis(name, list(map(_of_person, await self._people(people, sought))))
        if name == "place":
            return Axis(name, [AxisValue({"city": city}, city) for city in await self._cities()])
        return Axis(name, [*self._values(name, state)])

    def _values(self, name: str, state: PreviewState) -> Sequence[AxisValue]:
        match name:
            case "hour":
                start = _moment(state, self.now).replace(hour=0)
                return [_at(start + timedelta(hours=hour), f"{hour:02}:00") for hour in range(HOURS)]
            case "day":
                start = _moment(state, self.now)
                days = (start + timedelta(days=day) for day in range(DAYS))
                return [_at(day, day.date().isoformat()) for day in days]
            case "weather":
                return [AxisValue({"weather": f"{sky}:{TYPICAL[sky]}"}, sky) for sky in SKIES]
            case "client":
                return [AxisValue({"client": client}, client) for client in (BROWSER, *CLIENTS)]
            case "language":
                spoken = self.creative.languages or (self.creative.language,)
                return [AxisValue({"lang": language}, language) for language in spoken]
            case "consent":
                return [AxisValue({"consent": consent}, consent) for consent in CONSENTS]
            case "theme":
                return [AxisValue({"theme": theme}, theme) for theme in THEMES]
            case "variant":
                return [AxisValue({"variant": one.name}, one.name) for one in self.creative.variants]
        param = name.removeprefix(PARAM)
        return [AxisValue({"params": {param: value}}, value) for value in _listed(self.creative.params[param])]

    async def _people(self, people: str, sought: str) -> list[FoundPerson]:
        """A set of people, and nobody in particular."""
        nobody = FoundPerson()
        match people:
            case "found":
                return [*(await search(self.recipients, sought, PEOPLE) if sought else ()), nobody]
            case "languages" | "cities":
                by_value: dict[str, FoundPerson] = {}
                for one in await self._sample():
                    by_value.setdefault(one.language if people == "languages" else one.city, one)
                return [*list(by_value.values())[:PEOPLE], nobody]
        return [*await preview_people(self.recipients), nobody]

    async def _cities(self) -> list[str]:
        """Where most of them live."""
        lived_in = Counter(one.city for one in await self._sample() if one.city)
        return [city for city, _ in lived_in.most_common(PEOPLE)]

    async def _sample(self) -> list[FoundPerson]:
        return list(map(person_of, await self.recipients.sample(SAMPLED)))


def _listed(param: Param) -> Sequence[str]:
    """The values that a parameter may have, where they are listed."""
    if isinstance(param, ChoiceParam):
        return param.values
    return [value.isoformat() if isinstance(value, datetime) else str(value) for value in param.values]


def _moment(state: PreviewState, now: datetime) -> datetime:
    """The hour that the state is about, on no clock: on that of whoever opens."""
    at = datetime.fromisoformat(state.at) if state.at else now
    return at.replace(minute=0, second=0, microsecond=0, tzinfo=None)


def _of_person(person: FoundPerson) -> AxisValue:
    return AxisValue({"person": person.id if is_known(person) else ""}, person.id, person.name, person)


def _at(moment: datetime, key: str) -> AxisValue:
    return AxisValue({"at": moment.isoformat(timespec="minutes")}, key)


def fitted(rows: Axis, columns: Axis) -> tuple[Axis, int]:
    """Rows, cut so that a grid has no more openings than it may; and how many were left out."""
    most = max(1, MOST // max(1, len(columns.values)))
    kept = replace(rows, values=rows.values[:most])
    return kept, len(rows.values) - len(kept.values)

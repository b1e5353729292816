"""A source of weather whose clocks and provider are in the hands of a test."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from provider_contract import utc

from livecontent.errors import SourceError
from livecontent.facts import Fact, Opening, Place, Preview, Reason, Weather
from livecontent.sources.cached import Fetched
from livecontent.sources.now import now_at
from livecontent.sources.weather.forecast import HourlyForecast
from livecontent.sources.weather.provider import GridCell
from livecontent.sources.weather.source import WeatherSource

PARIS = Place("Paris", country="FR", latitude=48.8566, longitude=2.3522, timezone="Europe/Paris")
NOW = utc(2026, 11, 21, 12)
RAIN = Weather(12.0, "rain", True, 3.0, 1.0, NOW, "Somebody")
OPENING = Opening("umbrella", "ref", NOW)


def facts(place: Place | None = PARIS, at: datetime = NOW) -> dict[str, Fact[Any]]:
    return {"place": Fact(place, Reason.FRESH), "now": Fact(now_at(at), Reason.FRESH)}


def preview(text: str | None) -> Opening:
    return replace(OPENING, preview=Preview(weather=text))


@dataclass
class Somebody:
    """Tells what the test has set."""

    answer: tuple[Weather, ...] | SourceError | None = (RAIN,)
    lifetime: float = 600.0
    name: str = "somebody"
    asked: list[GridCell] = field(default_factory=list)

    async def fetch(self, cell: GridCell, previous: Fetched[HourlyForecast] | None) -> Fetched[HourlyForecast]:
        self.asked.append(cell)
        if isinstance(self.answer, SourceError):
            raise self.answer
        if self.answer is None:
            return Fetched(None, self.lifetime, note="set the key")
        first, *later = self.answer
        known = HourlyForecast.of(self.answer) if later else HourlyForecast.of(current=first)
        return Fetched(known, self.lifetime)


@dataclass
class Scene:
    """A source, its provider and its clocks."""

    provider: Somebody = field(default_factory=Somebody)
    now: datetime = NOW
    seconds: float = 1000.0

    def __post_init__(self) -> None:
        self.source = WeatherSource(self.provider, now=lambda: self.now, clock=lambda: self.seconds)

    def pass_(self, seconds: float) -> None:
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)

    def at_once(self, opening: Opening = OPENING, place: Place | None = PARIS, at: datetime = NOW) -> Fact[Weather]:
        found = self.source.ask(opening, facts(place, at))
        assert isinstance(found, Fact)
        return found

    async def waited(self, opening: Opening = OPENING, place: Place | None = PARIS) -> Fact[Weather]:
        found = self.source.ask(opening, facts(place))
        assert not isinstance(found, Fact)
        return await found

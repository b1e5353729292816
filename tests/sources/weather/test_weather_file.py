from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from local_server import DEEP
from provider_contract import PARIS, ProviderContract, utc

from livecontent.errors import ConfigError
from livecontent.facts import Weather
from livecontent.sources.cached import Fetched
from livecontent.sources.weather.file import WeatherFile
from livecontent.sources.weather.forecast import HourlyForecast
from livecontent.sources.weather.provider import GridCell, Provider

T = TypeVar("T")
NOON = utc(2026, 11, 21, 12)
LILLE = {"latitude": 50.6, "longitude": 3.1, "temperature": 12, "condition": "rain", "wind": 5.0, "precipitation": 1.2}
SUVA = {"latitude": -18.1, "longitude": 179.9, "temperature": 29.5, "condition": "storm", "is_day": False}
HERE = {"latitude": 48.86, "longitude": 2.35, "temperature": -3.0, "condition": "snow"}


def write(folder: Path, *cells: Mapping[str, object], **more: object) -> Path:
    path = folder / "weather.json"
    path.write_text(json.dumps({"attribution": "Made up", "cells": cells, **more}), "utf-8")
    return path


class TestWeatherFile(ProviderContract):
    name = "file"

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = write(tmp_path, LILLE, SUVA, HERE)

    def provider(self, use: Callable[[Provider], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run(use(WeatherFile(self.path, lambda: NOON)))

    def fetch(self, cell: GridCell) -> Fetched[HourlyForecast]:
        return self.provider(lambda provider: provider.fetch(cell, None))

    def told(self, cell: GridCell) -> Weather | None:
        value = self.fetch(cell).value
        return value[0] if value else None

    def test_the_nearest_entry_is_told_as_of_now(self) -> None:
        assert self.told(GridCell(50.7, 3.2)) == Weather(12, "rain", True, 5.0, 1.2, NOON, "Made up")
        assert self.told(PARIS) == Weather(-3, "snow", True, None, None, NOON, "Made up")

    def test_beyond_60_km_nobody_knows_and_the_note_says_so(self) -> None:
        assert self.told(GridCell(50.1, 3.1))  # 55.6 km
        fetched = self.fetch(GridCell(50.0, 3.1))  # 66.7 km
        assert fetched.value is None
        assert fetched.note == "weather.json has no place within 60 km"

    def test_distance_goes_over_the_date_line(self) -> None:
        assert self.told(GridCell(-18.1, -179.9))

    def test_day_is_what_the_file_says_or_else_the_suns(self) -> None:
        midnight = WeatherFile(self.path, lambda: utc(2026, 11, 21, 0))  # noon in Suva
        at_midnight = asyncio.run(midnight.fetch(PARIS, None)).value
        in_suva = asyncio.run(midnight.fetch(GridCell(-18.1, 179.9), None)).value
        assert at_midnight
        assert in_suva
        assert not at_midnight[0].is_day
        assert not in_suva[0].is_day

    def test_a_file_without_places_knows_none(self, tmp_path: Path) -> None:
        path = write(tmp_path)
        assert asyncio.run(WeatherFile(path).fetch(PARIS, None)).value is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"temperature": 61}, r"weather\.json: entry 2: temperature: .*60"),
        ({"temperature": "12"}, "entry 2: temperature: .*number"),
        ({"condition": "sunny"}, "entry 2: condition: .*'clear'"),
        ({"latitude": 90.1}, "entry 2: latitude"),
        ({"wind": -1}, "entry 2: wind"),
        ({"windd": 1}, "entry 2: windd: Extra"),
        ({"is_day": "yes"}, "entry 2: is_day"),
    ],
)
def test_a_wrong_entry_is_named_with_its_file(tmp_path: Path, change: Mapping[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        WeatherFile(write(tmp_path, LILLE, {**LILLE, **change}))


def test_every_wrong_entry_is_named(tmp_path: Path) -> None:
    bare = {name: value for name, value in LILLE.items() if name != "longitude"}
    with pytest.raises(ConfigError) as caught:
        WeatherFile(write(tmp_path, bare, LILLE, {**LILLE, "condition": "hail"}, cell=1))
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert all("weather.json: " in line for line in lines)
    assert "entry 1: longitude: Field required" in lines[0]
    assert "entry 3: condition" in lines[1]
    assert "cell: Extra" in lines[2]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"cells": {}}', '{"cells": [1]}', '{"cells": [NaN]}'])
def test_what_is_no_file_of_weather_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "weather.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"weather\.json: "):
        WeatherFile(path)


def test_a_file_nested_too_deep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weather.json"
    path.write_bytes(DEEP)
    with pytest.raises(ConfigError, match=r"weather\.json: not JSON: nested too deep"):
        WeatherFile(path)


def test_a_missing_file_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"weather\.file: .*nowhere\.json can't be read: No such file"):
        WeatherFile(tmp_path / "nowhere.json")


def test_hours_and_days_of_a_file_follow_each_other(tmp_path: Path) -> None:
    ahead = {
        "hours": [{"temperature": degrees, "condition": "snow"} for degrees in (1, 2)],
        "days": [{"low": -1, "high": 3, "condition": "snow", "precipitation": 4}, {"low": 0, "high": 5}],
    }
    path = write(tmp_path, {**LILLE, **ahead})
    forecast = asyncio.run(WeatherFile(path, lambda: NOON).fetch(GridCell(50.6, 3.1), None)).value
    assert forecast
    told = forecast.told(NOON)
    assert told.temperature == 12
    assert [(hour["time"], hour["temperature"]) for hour in told.hours or ()] == [("13:00", 1.0), ("14:00", 2.0)]
    assert [(day["date"], day["high"]) for day in told.days or ()] == [("2026-11-21", 3.0), ("2026-11-22", 5.0)]


def test_a_file_without_them_tells_the_same_weather_for_all(tmp_path: Path) -> None:
    forecast = asyncio.run(WeatherFile(write(tmp_path, LILLE), lambda: NOON).fetch(GridCell(50.6, 3.1), None)).value
    assert forecast
    told = forecast.told(NOON)
    assert {hour["condition"] for hour in told.hours or ()} == {"rain"}
    assert len(told.days or ()) == 7

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from local_server import Server, reply
from provider_contract import PARIS, HttpProviderContract, put, utc

from livecontent.errors import SourceError
from livecontent.facts import Sky, Weather
from livecontent.net.http import Http
from livecontent.sources.weather.open_meteo import ATTRIBUTION, CONDITIONS, CUSTOMER_URL, URL, OpenMeteo
from livecontent.sources.weather.provider import Provider


class TestOpenMeteo(HttpProviderContract):
    name = "open-meteo"
    now = utc(2022, 1, 1, 15, 5)
    documented: ClassVar[Any] = {  # https://open-meteo.com/en/docs, with the variables asked for
        "latitude": 52.52,
        "longitude": 13.419,
        "elevation": 44.812,
        "generationtime_ms": 2.2119,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "timezone_abbreviation": "GMT",
        "current_units": {"time": "iso8601", "interval": "seconds", "temperature_2m": "°C", "wind_speed_10m": "m/s"},
        "current": {
            "time": "2022-01-01T15:00",
            "interval": 900,
            "temperature_2m": 2.4,
            "weather_code": 61,
            "is_day": 1,
            "precipitation": 0.3,
            "wind_speed_10m": 3.31,
        },
        "hourly": {
            "time": [f"2022-01-01T{hour}:00" for hour in range(15, 24)] + ["2022-01-02T00:00"],
            "temperature_2m": [2.5, 2.6, 2.7, 2.8, 2.9, 3.0, 3.1, 3.2, 3.3, 3.4],
            "weather_code": [61, 61, 63, 3, 3, 2, 2, 1, 0, 0],
            "is_day": [1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
            "precipitation": [0.3, 0.2, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            "wind_speed_10m": [3.3, 3.2, 3.1, 3.0, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4],
        },
        "daily": {
            "time": [f"2022-01-{day:02}" for day in range(1, 9)],
            "temperature_2m_max": [4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
            "temperature_2m_min": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
            "weather_code": [63, 3, 2, 1, 0, 45, 71, 95],
            "precipitation_sum": [2.1, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 9.5],
        },
    }
    needed = (("current", "time"), ("current", "temperature_2m"))
    temperature = ("current", "temperature_2m")

    def make(self, url: str, key: str = "") -> Provider:
        return OpenMeteo(self.http, key, url)

    def weather(self, **changes: Any) -> Weather:
        body: Any = {**self.documented, "current": {**self.documented["current"], **changes}}
        fetched = self.fetch(reply(body))
        assert fetched.value
        return fetched.value[0]

    def test_the_documented_answer_is_read_with_rain_by_the_hour(self) -> None:
        assert self.weather() == Weather(2.4, "rain", True, 3.31, 1.2, utc(2022, 1, 1, 15), ATTRIBUTION)

    def test_it_asks_for_metres_per_second(self) -> None:
        request = self.asked(PARIS)
        assert request.path == "/v1/forecast"
        assert request.params == {
            "latitude": "48.9",
            "longitude": "2.4",
            "current": "temperature_2m,weather_code,is_day,precipitation,wind_speed_10m",
            "hourly": "temperature_2m,weather_code,is_day,precipitation,wind_speed_10m",
            "daily": "weather_code,temperature_2m_max,temperature_2m_min,precipitation_sum",
            "timezone": "auto",
            "forecast_hours": "30",
            "forecast_days": "8",
            "wind_speed_unit": "ms",
        }

    def test_a_key_is_sent_and_only_then_the_host_is_that_of_customers(self) -> None:
        async def use(_: Provider, server: Server) -> str:
            await self.make(server.url, key="secret").fetch(PARIS, None)
            return server.asked[0].params["apikey"]

        assert self.serve(reply(self.documented), use) == "secret"
        assert OpenMeteo(Http())._url.startswith(URL)
        assert OpenMeteo(Http(), "secret")._url.startswith(CUSTOMER_URL)

    @pytest.mark.parametrize(
        ("codes", "condition"),
        [
            ([0, 1], "clear"),
            ([2, 3], "clouds"),
            ([45, 48], "fog"),
            ([51, 53, 55, 56, 57], "drizzle"),
            ([61, 63, 65, 66, 67, 80, 81, 82], "rain"),
            ([71, 73, 75, 77, 85, 86], "snow"),
            ([95, 96, 99], "storm"),
        ],
    )
    def test_a_code_is_its_condition(self, codes: list[int], condition: Sky) -> None:
        assert [CONDITIONS[code] for code in codes] == [condition] * len(codes)
        assert self.weather(weather_code=codes[0]).condition == condition

    @pytest.mark.parametrize("code", [4, 98, 100, -1, 1.5, "61", None])
    def test_an_unknown_code_leaves_the_condition_unknown_and_is_told(self, code: object) -> None:
        fetched = self.fetch(reply(put(self.documented, ("current", "weather_code"), code)))
        assert fetched.value
        assert (fetched.value[0].condition, fetched.value[0].temperature) == (None, 2.4)
        assert fetched.skipped == (f"weather_code {code!r}",)

    def test_day_and_night_are_told(self) -> None:
        assert not self.weather(is_day=0).is_day
        assert self.weather(is_day=2).is_day, "the sun is up"

    def test_wind_and_rain_may_be_unknown(self) -> None:
        weather = self.weather(wind_speed_10m=None, precipitation=None)
        assert (weather.wind, weather.precipitation) == (None, None)

    def test_a_local_time_is_on_the_clock_the_answer_names(self) -> None:
        body = put(put(self.documented, ("utc_offset_seconds",), 3600), ("current", "time"), "2022-01-01T16:00")
        fetched = self.fetch(reply(body))
        assert fetched.value
        assert fetched.value[0].observed_at == utc(2022, 1, 1, 15)

    def test_the_words_of_an_error_are_told(self) -> None:
        body = {"error": True, "reason": "Cannot initialize WeatherVariable from invalid String value"}
        with pytest.raises(SourceError, match=r"answered \(400\): Cannot initialize"):
            self.fetch(reply(body, 400))
        with pytest.raises(SourceError):
            self.fetch(reply(body))

from __future__ import annotations

from datetime import timedelta, timezone
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
    }
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
    def test_an_unknown_code_is_a_source_error(self, code: object) -> None:
        with pytest.raises(SourceError, match=r"weather.code"):
            self.weather(weather_code=code)

    def test_day_and_night_are_told(self) -> None:
        assert not self.weather(is_day=0).is_day
        with pytest.raises(SourceError, match="is_day"):
            self.weather(is_day=2)

    def test_wind_and_rain_may_be_unknown(self) -> None:
        weather = self.weather(wind_speed_10m=None, precipitation=None)
        assert (weather.wind, weather.precipitation) == (None, None)

    def test_a_local_time_is_on_the_clock_the_answer_names(self) -> None:
        body = put(put(self.documented, ("utc_offset_seconds",), 3600), ("current", "time"), "2022-01-01T16:00")
        fetched = self.fetch(reply(body))
        assert fetched.value
        assert fetched.value[0].observed_at == utc(2022, 1, 1, 15)
        assert fetched.value[0].observed_at.tzinfo == timezone(timedelta(hours=1))

    def test_the_words_of_an_error_are_told(self) -> None:
        body = {"error": True, "reason": "Cannot initialize WeatherVariable from invalid String value"}
        with pytest.raises(SourceError, match=r"answered \(400\): Cannot initialize"):
            self.fetch(reply(body, 400))
        with pytest.raises(SourceError):
            self.fetch(reply(body))

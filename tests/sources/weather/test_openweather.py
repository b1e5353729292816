from __future__ import annotations

from typing import Any, ClassVar

import pytest
from local_server import Server, reply
from provider_contract import PARIS, HttpProviderContract, utc

from livecontent.errors import SourceError
from livecontent.facts import Sky, Weather
from livecontent.sources.cached import Fetched
from livecontent.sources.weather.forecast import HourlyForecast
from livecontent.sources.weather.openweather import ATTRIBUTION, OpenWeather
from livecontent.sources.weather.provider import Provider

DT, SUNRISE, SUNSET = 1684929490, 1684926645, 1684977332


class TestOpenWeather(HttpProviderContract):
    name = "openweather"
    now = utc(2023, 5, 24, 12)
    documented: ClassVar[Any] = {  # https://openweathermap.org/api/one-call-3, in metric units
        "lat": 33.44,
        "lon": -94.04,
        "timezone": "America/Chicago",
        "timezone_offset": -18000,
        "current": {
            "dt": DT,
            "sunrise": SUNRISE,
            "sunset": SUNSET,
            "temp": 19.4,
            "feels_like": 19.72,
            "humidity": 89,
            "clouds": 53,
            "wind_speed": 3.13,
            "wind_deg": 93,
            "rain": {"1h": 0.21},
            "weather": [{"id": 803, "main": "Clouds", "description": "broken clouds", "icon": "04d"}],
        },
        "hourly": [
            {
                "dt": 1684926000 + 3600 * hour,
                "temp": 19.0 + hour,
                "wind_speed": 3.0,
                "rain": {"1h": 0.5},
                "weather": [{"id": 500, "icon": "10d" if hour < 14 else "10n"}],
            }
            for hour in range(27)
        ],
        "daily": [
            {
                "dt": 1684951200 + 86400 * day,
                "temp": {"day": 26.0, "min": 18.0 + day, "max": 27.0 + day},
                "weather": [{"id": 500, "icon": "10d"}],
                "rain": 0.15,
            }
            for day in range(8)
        ],
    }
    needed = (("current", "dt"), ("current", "temp"))
    temperature = ("current", "temp")

    def make(self, url: str, key: str = "secret") -> Provider:
        return OpenWeather(self.http, key, url)

    def weather(self, **changes: Any) -> Weather:
        current = {**self.documented["current"], **changes}
        kept = {name: value for name, value in current.items() if value is not ...}
        fetched = self.fetch(reply({**self.documented, "current": kept}))
        assert fetched.value
        return fetched.value[0]

    def test_the_documented_answer_is_read(self) -> None:
        assert self.weather() == Weather(19.4, "clouds", True, 3.13, 0.21, utc(2023, 5, 24, 11, 58, 10), ATTRIBUTION)

    def test_it_asks_in_metric_units_for_the_weather_now_and_ahead(self) -> None:
        request = self.asked(PARIS)
        assert request.path == "/data/3.0/onecall"
        assert request.params == {
            "lat": "48.9",
            "lon": "2.4",
            "units": "metric",
            "exclude": "minutely,alerts",
            "appid": "secret",
        }

    def test_without_a_key_nothing_is_sent_and_the_note_says_what_to_set(self) -> None:
        async def use(_: Provider, server: Server) -> tuple[Fetched[HourlyForecast], int]:
            fetched = await self.make(server.url, key="").fetch(PARIS, None)
            return fetched, len(server.asked)

        fetched, asked = self.serve(reply(self.documented), use)
        assert fetched.value is None
        assert "weather.key" in fetched.note
        assert asked == 0

    def test_kelvin_of_the_standard_units_is_refused(self) -> None:
        with pytest.raises(SourceError, match="temp"):
            self.weather(temp=292.55)

    @pytest.mark.parametrize(
        ("id_", "condition"),
        [
            (200, "storm"),
            (232, "storm"),
            (321, "drizzle"),
            (500, "rain"),
            (531, "rain"),
            (611, "snow"),
            (701, "fog"),
            (781, "fog"),
            (800, "clear"),
            (801, "clouds"),
            (804, "clouds"),
        ],
    )
    def test_an_id_is_its_condition(self, id_: int, condition: Sky) -> None:
        assert self.weather(weather=[{"id": id_}, {"id": 200}]).condition == condition

    @pytest.mark.parametrize("id_", [0, -200, 100, 400, 805, 900, 2000, "800", None])
    def test_an_unknown_id_leaves_the_condition_unknown(self, id_: object) -> None:
        weather = self.weather(weather=[{"id": id_}])
        assert (weather.condition, weather.temperature) == (None, 19.4)

    def test_no_kind_of_weather_leaves_the_condition_unknown(self) -> None:
        assert self.weather(weather=[]).condition is None

    @pytest.mark.parametrize(
        ("dt", "day"), [(SUNRISE - 1, False), (SUNRISE, True), (SUNSET - 1, True), (SUNSET, False)]
    )
    def test_day_is_between_sunrise_and_sunset(self, dt: int, day: bool) -> None:
        assert self.weather(dt=dt).is_day is day

    @pytest.mark.parametrize(("icon", "day"), [("01d", True), ("01n", False)])
    def test_where_the_sun_neither_rises_nor_sets_the_icon_says_day_or_night(self, icon: str, day: bool) -> None:
        weather = self.weather(sunrise=..., sunset=..., weather=[{"id": 800, "icon": icon}])
        assert weather.is_day is day

    @pytest.mark.parametrize("sun", [{"sunrise": DT - 7200, "sunset": DT - 7200}, {"sunrise": 0, "sunset": 0}])
    @pytest.mark.parametrize(("icon", "day"), [("01d", True), ("01n", False)])
    def test_where_sunrise_and_sunset_make_no_day_the_icon_says_day_or_night(
        self, sun: dict[str, int], icon: str, day: bool
    ) -> None:
        assert self.weather(**sun, weather=[{"id": 800, "icon": icon}]).is_day is day

    def test_where_nothing_says_day_or_night_the_sun_does(self) -> None:
        assert self.weather(sunrise=0, sunset=0, weather=[{"id": 800}]).is_day, "noon in Paris"

    def test_rain_and_snow_add_up_and_are_none_where_there_is_none(self) -> None:
        assert self.weather(rain={"1h": 0.5}, snow={"1h": 0.25}).precipitation == 0.75
        assert self.weather(rain=...).precipitation == 0.0

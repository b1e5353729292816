from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from local_server import Handler, Request, Server, reply
from provider_contract import PARIS, HttpProviderContract, utc

from livecontent import __version__
from livecontent.errors import ConfigError, SourceError
from livecontent.facts import Sky, Weather
from livecontent.net.http import Http
from livecontent.sources.cached import JITTER, Fetched
from livecontent.sources.weather.forecast import HourlyForecast
from livecontent.sources.weather.met_norway import ATTRIBUTION, CONDITIONS, MetNorway
from livecontent.sources.weather.provider import GridCell, Provider

START = utc(2020, 6, 10, 13)


def step(hour: int, symbol: str = "partlycloudy_day", degrees: float = 20.7, rain: float = 0.0) -> dict[str, Any]:
    """An hour of https://api.met.no/doc/ForecastJSON"""
    return {
        "time": (START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": {
            "instant": {
                "details": {
                    "air_pressure_at_sea_level": 1020.5,
                    "air_temperature": degrees,
                    "cloud_area_fraction": 58.0,
                    "relative_humidity": 48.6,
                    "wind_from_direction": 151.8,
                    "wind_speed": 2.5,
                }
            },
            "next_12_hours": {"summary": {"symbol_code": "cloudy"}},
            "next_1_hours": {"summary": {"symbol_code": symbol}, "details": {"precipitation_amount": rain}},
            "next_6_hours": {"summary": {"symbol_code": "fog"}, "details": {"precipitation_amount": 9.0}},
        },
    }


def forecast(*steps: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [10, 60.1, 267]},
        "properties": {
            "meta": {
                "updated_at": "2020-06-10T13:04:26Z",
                "units": {"air_temperature": "celsius", "precipitation_amount": "mm", "wind_speed": "m/s"},
            },
            "timeseries": list(steps),
        },
    }


class TestMetNorway(HttpProviderContract):
    name = "met-norway"
    now = START + timedelta(minutes=20)
    documented: ClassVar[Any] = forecast(
        step(0),
        step(1, "lightrainshowers_day", 19.5, 0.4),
        *(step(hour, degrees=18.0 - hour / 9) for hour in range(2, 90)),
    )
    needed = (
        ("properties", "timeseries", 0, "time"),
        ("properties", "timeseries", 0, "data", "instant", "details", "air_temperature"),
    )
    temperature = ("properties", "timeseries", 0, "data", "instant", "details", "air_temperature")

    def make(self, url: str, contact: str = "ops@shop.example", now: datetime | None = None) -> Provider:
        return MetNorway(self.http, contact, url, lambda: now or self.now)

    def hour(self, body: object, now: datetime | None = None) -> Weather:
        async def use(_: Provider, server: Server) -> Fetched[HourlyForecast]:
            return await self.make(server.url, now=now).fetch(PARIS, None)

        fetched = self.serve(reply(body), use)
        assert fetched.value
        return fetched.value.nearest(now or self.now)

    def test_the_documented_answer_is_read(self) -> None:
        assert self.hour(self.documented) == Weather(20.7, "clouds", True, 2.5, 0.0, START, ATTRIBUTION)

    def test_it_says_who_asks_and_where(self) -> None:
        request = self.asked(GridCell(60.1, 10.0))
        assert request.path == "/weatherapi/locationforecast/2.0/compact"
        assert request.params == {"lat": "60.1", "lon": "10.0"}
        assert request.headers["user-agent"] == f"livecontent/{__version__} ops@shop.example"
        assert "if-modified-since" not in request.headers

    def test_without_a_contact_nothing_is_sent_and_the_note_says_what_to_set(self) -> None:
        async def use(_: Provider, server: Server) -> tuple[Fetched[HourlyForecast], int]:
            fetched = await self.make(server.url, contact="").fetch(PARIS, None)
            return fetched, len(server.asked)

        fetched, asked = self.serve(reply(self.documented), use)
        assert fetched.value is None
        assert "weather.contact" in fetched.note
        assert asked == 0

    @pytest.mark.parametrize("contact", ["é@shop.example", "a\r\nX: y"])
    def test_a_contact_that_cannot_be_sent_is_refused(self, contact: str) -> None:
        with pytest.raises(ConfigError, match=r"weather\.contact"):
            MetNorway(Http(), contact)

    def test_the_hour_nearest_to_now_counts_and_not_the_first(self) -> None:
        body = forecast(*(step(hour, degrees=float(hour)) for hour in range(-1, 60)))
        assert self.hour(body, START + timedelta(hours=1, minutes=29)).temperature == 1
        assert self.hour(body, START + timedelta(hours=1, minutes=31)).temperature == 2

    def test_a_forecast_without_an_hour_near_now_is_a_source_error(self) -> None:
        for now in (START - timedelta(hours=13), START + timedelta(hours=94)):
            with pytest.raises(SourceError, match="no hour near now"):
                self.hour(self.documented, now)

    def test_an_hour_with_six_hours_only_takes_their_symbol_and_a_sixth_of_their_amount(self) -> None:
        only = step(0)
        del only["data"]["next_1_hours"]
        weather = self.hour(forecast(only))
        assert (weather.condition, weather.precipitation) == ("fog", 1.5)

    def test_the_last_hour_which_has_no_symbol_is_left_out(self) -> None:
        last = step(0)
        last["data"] = {"instant": last["data"]["instant"]}
        assert self.hour(forecast(step(-1, "rain", 9), last)).temperature == 9
        assert self.hour(forecast(last)).condition is None

    @pytest.mark.parametrize(
        ("symbol", "condition"),
        [
            ("clearsky_night", "clear"),
            ("fair_polartwilight", "clear"),
            ("cloudy", "clouds"),
            ("fog", "fog"),
            ("heavyrain", "rain"),
            ("lightssleetshowersandthunder_day", "storm"),
            ("sleet", "snow"),
            ("heavysnowshowers_day", "snow"),
        ],
    )
    def test_a_symbol_is_its_condition(self, symbol: str, condition: Sky) -> None:
        assert self.hour(forecast(step(0, symbol))).condition == condition

    def test_all_41_symbols_are_known(self) -> None:
        falling = {
            f"{strength}{kind}{shape}{thunder}"
            for strength in ("light", "", "heavy")
            for kind in ("rain", "sleet", "snow")
            for shape in ("", "showers")
            for thunder in ("", "andthunder")
        }
        odd = {f"light{kind}showersandthunder" for kind in ("sleet", "snow")}
        names = (falling - odd) | {name.replace("light", "lights") for name in odd}
        assert set(CONDITIONS) == names | {"clearsky", "fair", "partlycloudy", "cloudy", "fog"}
        assert len(CONDITIONS) == 41

    @pytest.mark.parametrize("symbol", ["", "sunny", "_day", "rain ", "Rain"])
    def test_an_unknown_symbol_leaves_the_condition_unknown_and_is_told(self, symbol: str) -> None:
        fetched = self.fetch(reply(forecast(step(0, symbol), step(1))))
        assert fetched.value
        assert (fetched.value[0].condition, fetched.value[0].icon, fetched.value[0].temperature) == (None, None, 20.7)
        assert fetched.value[1].condition == "clouds"
        assert fetched.skipped == (f"symbol {symbol!r}",)

    def test_a_new_word_in_ten_hours_costs_that_hour_its_condition(self) -> None:
        hours = (step(hour, "hail_day" if hour == 10 else "cloudy") for hour in range(20))
        fetched = self.fetch(reply(forecast(*hours)))
        assert fetched.value
        assert [hour.condition for hour in fetched.value] == ["clouds"] * 10 + [None] + ["clouds"] * 9
        assert fetched.value[10].temperature is not None

    def test_day_and_night_are_the_symbols_or_else_the_suns(self) -> None:
        assert not self.hour(forecast(step(0, "clearsky_night"))).is_day
        assert self.hour(forecast(step(0, "cloudy"))).is_day
        assert not self.hour(forecast(step(10, "cloudy")), START + timedelta(hours=10)).is_day
        assert not self.hour(forecast(step(10, "fair_polartwilight")), START + timedelta(hours=10)).is_day

    def lifetime(self, **headers: str) -> float:
        return self.fetch(reply(self.documented, 200, headers)).lifetime

    def test_no_jitter_asks_before_expires_by_the_clock_of_the_server(self) -> None:
        lifetime = self.lifetime(Date="Wed, 10 Jun 2020 13:00:00 GMT", Expires="Wed, 10 Jun 2020 13:31:20 GMT")
        assert lifetime * (1 - JITTER) == pytest.approx(1880)

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Expires": "Wed, 10 Jun 2020 13:31:20 GMT"},
            {"Date": "Wed, 10 Jun 2020 13:00:00 GMT", "Expires": "soon"},
            {"Date": "Wed, 10 Jun 2020 13:00:00 GMT", "Expires": "Wed, 10 Jun 2020 13:31:20 -0000"},
            {"Date": "Wed, 10 Jun 2020 13:00:00 GMT", "Expires": f"Wed, 10 Jun {10**30} 13:31:20 GMT"},
        ],
    )
    def test_without_a_good_expires_half_an_hour_is_good(self, headers: dict[str, str]) -> None:
        assert self.lifetime(**headers) * (1 - JITTER) == pytest.approx(1800)

    def test_an_expires_that_has_passed_still_spares_the_server_a_minute(self) -> None:
        lifetime = self.lifetime(Date="Wed, 10 Jun 2020 13:00:00 GMT", Expires="Wed, 10 Jun 2020 12:00:00 GMT")
        assert lifetime * (1 - JITTER) == pytest.approx(60)

    def again(
        self, handler: Handler, now: datetime
    ) -> tuple[Fetched[HourlyForecast], Request, Fetched[HourlyForecast]]:
        """The first answer, what is asked next at a later time, and the answer to that."""

        async def both(request: Request, writer: asyncio.StreamWriter) -> None:
            modified = {"Last-Modified": "Wed, 10 Jun 2020 13:04:26 GMT"}
            first = reply(self.documented, 200, modified)
            await (handler if "/second" in request.path else first)(request, writer)

        async def use(
            provider: Provider, server: Server
        ) -> tuple[Fetched[HourlyForecast], Request, Fetched[HourlyForecast]]:
            previous = await provider.fetch(PARIS, None)
            found = await self.make(f"{server.url}/second", now=now).fetch(PARIS, previous)
            return previous, server.asked[1], found

        return self.serve(both, use)

    def test_not_modified_prolongs_what_was_fetched(self) -> None:
        headers = {"Date": "Wed, 10 Jun 2020 13:40:00 GMT", "Expires": "Wed, 10 Jun 2020 14:00:00 GMT"}
        previous, request, found = self.again(reply(None, 304, headers), self.now + timedelta(minutes=20))
        assert request.headers["if-modified-since"] == "Wed, 10 Jun 2020 13:04:26 GMT"
        assert found.value == previous.value
        assert found.validator == previous.validator
        assert found.lifetime * (1 - JITTER) == pytest.approx(1200)

    def test_a_forecast_that_has_run_out_is_asked_for_without_a_condition(self) -> None:
        later = START + timedelta(hours=90)
        _, request, found = self.again(reply(forecast(step(90, degrees=3))), later)
        assert "if-modified-since" not in request.headers
        assert found.value
        assert found.value[0].temperature == 3

    def test_not_modified_since_nothing_is_a_source_error(self) -> None:
        with pytest.raises(SourceError, match="304"):
            self.again(reply(None, 304), START + timedelta(hours=90))

    def test_a_product_that_is_to_end_is_read_and_noted(self) -> None:
        fetched = self.fetch(reply(self.documented, 203))
        assert fetched.value
        assert "203" in fetched.note

    def test_hours_that_have_passed_are_not_kept(self) -> None:
        fetched = self.fetch(reply(forecast(*(step(hour) for hour in range(-5, 60)))))
        assert fetched.value
        assert len(fetched.value) == 61

    def test_a_fault_of_an_hour_far_away_in_its_symbol_does_no_harm(self) -> None:
        far = [step(hour, "sunny" if hour == 30 else "cloudy") for hour in range(40)]
        assert self.hour(forecast(*far)).condition == "clouds"

    def test_requests_leave_one_at_a_time(self) -> None:
        async def use(provider: Provider, _: Server) -> float:
            begin = time.monotonic()
            await asyncio.gather(*(provider.fetch(GridCell(float(number), 0.0), None) for number in range(4)))
            return time.monotonic() - begin

        assert 0.3 <= self.serve(reply(self.documented), use) < 5

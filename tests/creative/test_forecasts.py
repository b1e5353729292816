"""A creative that shows the coming hours and days: all the way from YAML to words, live and on a prefetch."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from livecontent.expressions.rule import RuleFacts
from livecontent.facts import Client, Weather
from livecontent.render.paint.fonts import Fonts
from livecontent.sources.weather.forecast import Day, HourlyForecast
from made_creatives import AT, Composed, composed, creative_of, moment_of, rule

DAYS = "{repeat: weather.days, limit: 2, layers: [text: '{{ item.date | date: \"EEE\" }} {{ item.high | round }}°']}"
HOURS = "{repeat: weather.hours, layers: [{text: '{{ item.time }} {{ item.condition }}', when: 'item.hour < 10'}]}"
LOOP = "text: '{% for day in weather.days limit: 2 %}{{ day.low | round }} {% endfor %}{{ weather.days[1].icon }}'"
WEATHER = HourlyForecast.of(
    [Weather(float(n), "rain", True, observed_at=AT + timedelta(hours=n)) for n in range(5)],
    [Day((AT + timedelta(n)).date(), 1.0 + n, 10.0 + n, "snow") for n in range(8)],
).told(AT)


def shown(fonts: Fonts, layer: str, time: Literal["live", "early"]) -> Composed:
    moment = moment_of(weather=WEATHER, client=Client("apple-mpp", time=time))
    return composed(creative_of(layer), moment, fonts)[1]


@pytest.mark.parametrize(
    ("layer", "said"),
    [(DAYS, ["Sat 10°", "Sun 11°"]), (HOURS, ["08:05 rain", "09:05 rain"]), (LOOP, ["1 2 cloud-snow"])],
)
def test_a_forecast_is_written_and_on_a_prefetch_not_known(fonts: Fonts, layer: str, said: list[str]) -> None:
    assert shown(fonts, layer, "live").said == said
    early = shown(fonts, layer, "early")
    assert early.said == []
    assert early.content.substitutions or early.content.left_out


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('weather.hours.exists(h, h.condition == "rain")', True),
        ("weather.days[1].high > 20", False),
        ("weather.days.all(d, d.low >= 1)", True),
        ("size(weather.days) == 7", True),
    ],
)
def test_rules_look_at_the_coming_hours_and_days(text: str, value: bool) -> None:
    moment = moment_of(weather=WEATHER)
    assert rule(text).test(RuleFacts(moment.words))[0] is value
    assert rule(text).test(RuleFacts({}, prefetched=True))[0] is None

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.creative.model import Creative
from livecontent.decide import Decision, Tried, decide, possible
from livecontent.expressions.unknown import UNSTEADY
from livecontent.facts import Client, Fact, Moment, Opening, Place, Reason
from livecontent.sources.now import NowSource, now_at
from livecontent.sources.registry import VOCABULARY
from made_creatives import AT, NOW, PARIS, RAIN, moment_of, valid

LAYERS = ({"fill": "white"},)
RULES = {True: "recipient.n == 1", False: "recipient.n == 2", None: "place.city == 'Lille'"}
MOMENT = moment_of(recipient={"n": 1}, weather=RAIN)
PREFETCHES = (Client(time="early"), Client(time="unsure"))


def creative_with(*rules: str, **keys: Any) -> Creative:
    variants = [{"name": f"v{index}", "when": rule, "layers": LAYERS, **keys} for index, rule in enumerate(rules)]
    last = {"name": "last", "layers": LAYERS}
    return valid({"title": "T", "size": "60x30", "variants": [*variants, last]})


def decided(creative: Creative, moment: Moment = MOMENT) -> Decision:
    return decide(creative, moment, VOCABULARY)


@given(st.lists(st.sampled_from([True, False, None]), max_size=8))
def test_the_first_variant_that_is_true_wins_else_the_last(values: list[bool | None]) -> None:
    decision = decided(creative_with(*(RULES[value] for value in values)))
    winner = values.index(True) if True in values else len(values)
    assert decision.variant.name == (f"v{winner}" if winner < len(values) else "last")
    assert [tried.value for tried in decision.trace] == [*values[:winner], True]
    assert [tried.variant for tried in decision.trace][:-1] == [f"v{index}" for index in range(winner)]


@given(st.lists(st.sampled_from([True, False, None]), max_size=8))
def test_equal_moments_decide_equally(values: list[bool | None]) -> None:
    creative = creative_with(*(RULES[value] for value in values))
    assert decided(creative) == decided(creative, Moment(dict(MOMENT.facts)))


@pytest.mark.parametrize("rule", ["place.city == 'x'", "!(place.city == 'x')", "place.city != 'x'", "recipient.n"])
def test_what_is_not_known_is_not_true(rule: str) -> None:
    assert decided(creative_with(rule)).variant.name == "last"


def test_the_trace_tells_each_rule_its_value_and_what_is_missing() -> None:
    creative = creative_with("place.city == 'x'", "weather.temperature > 20", "weather.is_day", "true")
    decision = decided(creative)
    assert decision.trace == (
        Tried("v0", "place.city == 'x'", None, "place.city is not known"),
        Tried("v1", "weather.temperature > 20", value=False),
        Tried("v2", "weather.is_day", value=True),
    )
    assert [decision.step_of(variant) for variant in creative.variants] == [*decision.trace, None, None]
    assert decided(creative_with(), Moment({})).trace == (Tried("last", "", value=True),)


def test_a_rule_that_takes_too_long_is_not_true() -> None:
    items = "recipient.tags"
    rule = f"{items}.all(a, {items}.all(b, {items}.all(c, {items}.all(d, {items}.all(e, true)))))"
    decision = decided(creative_with(rule), moment_of(recipient={"tags": list(range(9))}))
    assert decision.variant.name == "last"
    assert decision.trace[0].note == "Iteration budget exceeded"


@pytest.mark.parametrize("client", PREFETCHES)
def test_a_prefetch_takes_what_time_changes_for_unknown_unless_the_variant_is_valid_for_long(client: Client) -> None:
    moment = moment_of(weather=RAIN, recipient={"n": 1}, client=client)
    decision = decided(
        creative_with("weather.is_day", "weather.wind > 1 && recipient.n == 1", "recipient.n == 1"), moment
    )
    assert [tried[2:4] for tried in decision.trace] == [(None, UNSTEADY), (None, UNSTEADY), (True, "")]
    assert decided(creative_with("weather.is_day", valid_for="7 days"), moment).variant.name == "v0"
    assert decided(creative_with("weather.is_day", valid_for="6 days"), moment).variant.name == "last"


NEAR, FAR = timedelta(hours=1), timedelta(days=7, minutes=1)
WINDOWS = [
    ({"from": -NEAR}, True, True),
    ({"from": NEAR}, False, None),
    ({"until": -NEAR}, False, False),
    ({"until": NEAR}, True, None),
    ({"until": FAR}, True, True),
    ({"from": -FAR, "until": FAR}, True, True),
    ({"from": -NEAR, "until": NEAR}, True, None),
    ({"from": NEAR, "until": FAR}, False, None),
    ({"from": -FAR, "until": -NEAR}, False, False),
]


@pytest.mark.parametrize(("window", "live", "prefetched"), WINDOWS)
@pytest.mark.parametrize("client", PREFETCHES)
def test_a_variant_is_chosen_between_its_moments(
    window: dict[str, timedelta], live: bool, prefetched: bool | None, client: Client
) -> None:
    keys = {name: (AT + span).isoformat() for name, span in window.items()}
    creative = creative_with("recipient.n == 1", **keys)
    for who, value in ((Client(time="live"), live), (client, prefetched)):
        tried = decided(creative, moment_of(now=now_at(AT), recipient={"n": 1}, client=who)).trace[0]
        assert (tried.value, tried.window) == (value, value)
        assert bool(tried.note) == (value is not True)
        never = decided(creative, moment_of(now=now_at(AT), recipient={"n": 2}, client=who)).trace[0]
        assert never.value is False
        unknown = decided(creative, moment_of(now=now_at(AT), client=who)).trace[0]
        assert unknown.value is (False if value is False else None)


def test_moments_are_filled_in_and_without_an_offset_on_the_recipients_clock_or_the_creatives() -> None:
    moment = moment_of(now=now_at(AT), param={"until": "2026-11-21T08:30"}, client=Client(time="live"))
    creative = creative_with("true", until="{{ param.until }}")
    assert decided(creative, moment).variant.name == "v0"
    variants = [{"name": "v0", "until": "{{ param.until }}", "layers": LAYERS}, {"name": "last", "layers": LAYERS}]
    abroad = valid({"title": "T", "size": "60x30", "timezone": "Asia/Tokyo", "variants": variants})
    assert decided(abroad, moment).variant.name == "last"
    for text in ("soon", "{{ param.other }}", ""):
        tried = decided(creative_with("true", until=text), moment).trace[0]
        assert (tried.value, tried.window) == (None, None)
        assert re.search("is not a moment|is not known", tried.note)
    nobody_knows = decided(creative, moment_of(param={"until": "2026-11-21T08:30"})).trace[0]
    assert nobody_knows.value is None


@pytest.mark.parametrize(
    ("place", "setting", "shown"),
    [
        ("Asia/Tokyo", "Europe/Paris", "last"),
        ("America/New_York", "Europe/Paris", "v0"),
        (None, "Europe/Paris", "v0"),
        (None, "Asia/Tokyo", "last"),
        (None, None, "last"),
    ],
)
def test_a_moment_is_on_the_readers_clock_else_on_that_of_the_settings(
    place: str | None, setting: str | None, shown: str
) -> None:
    opening = Opening("c", "", AT, client=Client(time="live"))
    now = NowSource(setting).ask(opening, {"place": Fact(Place(timezone=place), Reason.FRESH)})
    creative = creative_with("true", until="2026-11-21T08:30")
    decision = decide(creative, Moment({"now": now}), VOCABULARY)
    assert decision.variant.name == shown
    if not (place or setting):
        assert decision.trace[0].note == "'2026-11-21T08:30' has no offset, and the reader's time zone is not known"


def test_on_a_prefetch_no_moment_is_told_by_the_clock() -> None:
    creative = creative_with("true", **{"from": "{{ now.date }}"})
    for client, value in ((Client(time="live"), True), (PREFETCHES[0], None)):
        assert decided(creative, moment_of(now=now_at(AT), client=client)).trace[0].value is value


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(PARIS)),  # noqa: DTZ001
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(PARIS)),  # noqa: DTZ001
    st.timedeltas(timedelta(0), timedelta(days=7)),
)
def test_what_a_prefetch_finds_of_moments_is_still_so_a_week_later(
    moment: datetime, fetched: datetime, span: timedelta
) -> None:
    for key in ("from", "until"):
        creative = creative_with("true", **{key: moment.isoformat()})
        first = decided(creative, moment_of(now=now_at(fetched), client=PREFETCHES[0])).trace[0].value
        if first is not None:
            later = moment_of(now=now_at(fetched + span), client=Client(time="live"))
            assert decided(creative, later).trace[0].value is first


def test_who_may_be_shown_what() -> None:
    creative = creative_with(
        *("recipient.vip", "weather.is_day", "now.weekend || recipient.vip", "client.time != 'live'", "client.proxy")
    )

    def names(client: Client) -> list[str]:
        return [variant.name for variant in possible(creative, client)]

    assert names(Client(time="live", proxy=False)) == ["v0", "v1", "v2", "last"]
    assert names(Client(time="live", proxy=True)) == ["v0", "v1", "v2", "v4"]
    assert names(Client(time="early", proxy=True)) == ["v0", "v2", "v3"]
    assert names(Client(time="unsure")) == ["v0", "v2", "v3"]
    trusted = creative_with("weather.is_day", valid_for="1 week")
    assert [variant.name for variant in possible(trusted, PREFETCHES[0])] == ["v0", "last"]


def test_whoever_wins_may_win() -> None:
    creative = creative_with("recipient.n == 1 && weather.is_day", "weather.is_day", "client.time == 'live'")
    for client in (*PREFETCHES, Client(time="live")):
        winner = decided(creative, moment_of(recipient={"n": 1}, weather=RAIN, client=client)).variant
        assert winner in list(possible(creative, client))


def test_a_creative_says_how_long_after_a_prefetch_it_may_be_read() -> None:
    text = {
        "title": "T",
        "size": "60x30",
        "variants": [
            {"name": "sale", "until": "2026-11-24T08:05", "layers": [{"fill": "white"}]},
            {"name": "else", "layers": [{"fill": "white"}]},
        ],
    }
    at = moment_of(now=NOW, client=Client("apple-mpp", time="early"))
    for horizon, variant in (("2 days", "sale"), ("3 days", "else"), (None, "else")):
        keys = {**text, "horizon": horizon} if horizon else text
        creative = Creative.model_validate(keys, context={"vocabulary": VOCABULARY})
        assert decide(creative, at, VOCABULARY).variant.name == variant

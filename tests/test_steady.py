"""What is read later than it is fetched shows nothing that could have become false meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel import localedata
from hypothesis import given, settings
from hypothesis import strategies as st
from livecontent.compose.layers import compose
from livecontent.expressions.prefetch import without_clock, without_measured
from livecontent.expressions.timed import holds_later

from livecontent.compose.context import ComposeContext
from livecontent.compose.dates import date_of
from livecontent.compose.link import compose_alt, compose_link
from livecontent.creative.model import AvailableAssets, Creative
from livecontent.decide.rules import decide
from livecontent.expressions.rule import RuleFacts
from livecontent.expressions.template import MissingValueError, RedactedValueError
from livecontent.facts import Client, Fact, Moment, Place, Reason, Store, Weather
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.scene import Scene, Ticker
from livecontent.sources.now import now_at
from made_creatives import PARIS, RAIN, context_of, moment_of, template, valid
from opened_pictures import compiled_of

OBSERVED = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)
UNTIL = "2026-12-24T18:00+01:00"
LIVE, EARLY, UNSURE = (Client("x", time=time, animates=True) for time in ("live", "early", "unsure"))
UNSTEADY = "could become false before it is read"

ONE = """
title: T
size: 300x100
variants:
  - name: only
    layers:
"""

CLOCK_RULES = (
    *("now.hour < 12", "now.weekend", "!now.weekend", 'now.date == "2026-11-21"', 'now.part_of_day != "night"'),
    *("now.month in [11, 12] || now.year > 2030", "store.open", "!store.open", "stores.exists(s, s.open)"),
    *("now.at.getHours() < 12", "now.at.getDayOfWeek() in [1, 2, 3]", 'string(now.at).contains("T0")'),
    *("stores[0].open", "store.closes_at > now.at", 'now.at < timestamp("2026-12-24T18:00:00Z")'),
    *('now.at > timestamp("2027-01-05T00:00:00Z")', '!(now.at > timestamp("2027-01-05T00:00:00Z"))'),
)
MEASURED_RULES = (
    *('weather.condition == "rain"', "weather.temperature < 15", "!weather.is_day", "weather.wind > 3"),
    *('weather.icon != "sun"', "weather.temperature < 15 && now.hour < 12"),
)
SURE_RULES = ("recipient.vip", "!recipient.vip", "size(stores) > 1", "client.animates", 'recipient.x == "y"')
CLOCK_WORDS = (
    *(
        "{{ now.hour }}",
        "{% if now.weekend %}yes{% else %}no{% endif %}",
        "{% unless store.open %}closed{% endunless %}",
    ),
    *("{% if store.open %}open{% else %}closed{% endif %}", "{% if store.closes_at %}till{% endif %}"),
    *("{% for s in stores %}{% if s.open %}o{% else %}c{% endif %}{% endfor %}", "{{ stores[0].open }}"),
    *("{{ stores | where: 'open' | size }}", "{{ stores | map: 'open' | join: ' ' }}", "{{ store.closes_at | time }}"),
    *(
        "{% case now.weekday %}{% when 'monday' %}m{% else %}o{% endcase %}",
        "{{ stores | where: 'open', true | size }}",
    ),
    *("{% if now.hour == nil %}a{% else %}b{% endif %}", "{% if now.season contains 'w' %}a{% else %}b{% endif %}"),
    *("{% assign o = store.open %}{% if o %}a{% else %}b{% endif %}", "{% if store.opens_at == blank %}a{% endif %}"),
)
DEFAULTED = ("{{ now.part_of_day | default: 'day' }}", "{{ store.open | default: 'perhaps' }}")
MEASURED_WORDS = (
    *("{{ weather.temperature }} in {{ place.city }}", "{% if weather.is_day %}sun{% else %}moon{% endif %}"),
    *("{{ weather.icon | default: 'sun' }}", "{{ weather.condition }}"),
)
SURE_WORDS = (
    "hello",
    "{{ recipient.name }}",
    "{{ place.city | default: 'town' }}",
    "{{ store.name }}",
    "{{ missing.x }}",
)
WORDS = (*CLOCK_WORDS, *DEFAULTED, *MEASURED_WORDS, *SURE_WORDS)
RULES = (*CLOCK_RULES, *MEASURED_RULES, *SURE_RULES)
BOX = [5, 5, 200, 40]

texts = st.sampled_from(WORDS) | st.fixed_dictionaries({"en": st.sampled_from(WORDS), "fr": st.sampled_from(WORDS)})
whens = st.fixed_dictionaries({}, optional={"when": st.sampled_from(RULES)})
forms = st.fixed_dictionaries({}, optional={"prefetched": st.just([]) | st.just([{"text": "always", "box": BOX}])})


def merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


plain = st.one_of(
    st.fixed_dictionaries({"text": texts, "box": st.just(BOX)}),
    st.fixed_dictionaries({"icon": st.sampled_from(WORDS)}),
    st.fixed_dictionaries(
        {"image": st.sampled_from(("{{ weather.icon }}.jpg", "{% if now.weekend %}a{% endif %}.jpg", "a.jpg"))}
    ),
    st.fixed_dictionaries({"progress": st.sampled_from(("{{ now.hour }}", "{{ weather.temperature }}", "50"))}),
    st.fixed_dictionaries({"code": st.sampled_from(WORDS), "box": st.just([0, 0, 90, 90])}),
    st.fixed_dictionaries(
        {"countdown": st.sampled_from((UNTIL, "{{ store.closes_at }}", "2026-12-24T18:00"))},
        optional={"ended": st.sampled_from(WORDS), "card": st.just("#ff0000"), "opacity": st.just(0.5)},
    ),
)


def inside(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Layers that hold others."""
    groups = st.fixed_dictionaries({"group": st.lists(inner, min_size=1, max_size=3)})
    repeats = st.fixed_dictionaries({"repeat": st.just("stores"), "layers": st.lists(inner, min_size=1, max_size=2)})
    return merged(groups | repeats, whens, forms)


leaf = merged(plain, whens, forms)
layers = leaf | inside(leaf) | inside(inside(leaf))
variants = merged(
    st.fixed_dictionaries(
        {"layers": st.lists(layers, min_size=1, max_size=3)},
        optional={"alt": texts, "link": st.sampled_from([f"https://a.example/{words}" for words in WORDS])},
    ),
    whens,
)


@st.composite
def creatives(draw: st.DrawFn) -> Creative:
    drawn = draw(st.lists(variants, min_size=1, max_size=4))
    named = [{**variant, "name": f"v{index}"} for index, variant in enumerate(drawn)]
    named[-1].pop("when", None)
    return valid({"title": "T", "size": "300x100", "scale": 1, "variants": named})


hours = st.datetimes(datetime(2026, 11, 20), datetime(2026, 12, 20))  # noqa: DTZ001
weathers = st.builds(
    Weather,
    st.sampled_from((-3.0, 12.0, 31.0)),
    st.sampled_from(("clear", "rain", "snow")),
    st.booleans(),
    wind=st.sampled_from((None, 2.0, 9.0)),
    observed_at=st.just(OBSERVED),
)


def store(name: str, at: datetime) -> Store:
    """A shop that is open from 9 to 18."""
    open_ = 9 <= at.hour < 18
    times = {"closes_at": at.replace(hour=18)} if open_ else {"opens_at": at + timedelta(hours=9)}
    return Store(name, name, "1 Rue", "59000", "Lille", "FR", 50.6, 3.0, "Europe/Paris", 1.5, open=open_, **times)


def moment(at: datetime, weather: Weather, client: Client, recipient: dict[str, object]) -> Moment:
    local = at.replace(tzinfo=PARIS)
    stores = [store("North", local), store("South", local + timedelta(hours=6))]
    facts = {
        "now": now_at(local),
        "weather": weather,
        "client": client,
        "place": Place(city="Lille", timezone="Europe/Paris"),
        "store": stores[0],
        "stores": stores,
        "recipient": recipient,
    }
    return Moment({root: Fact(value, Reason.FRESH) for root, value in facts.items()})


people = st.sampled_from(
    (
        {"id": "1", "name": "Ann", "vip": True, "language": "en"},
        {"id": "2", "name": "Zoé", "vip": False, "language": "fr"},
        {},
    )
)


class Seen(NamedTuple):
    variant: str
    scene: Scene
    link: str | None
    alt: str


def seen(creative: Creative, at: Moment, fonts: Fonts) -> Seen:
    variant = decide(creative, at).variant
    made: ComposeContext = context_of(creative, at, fonts)
    scene = compose(creative.layers_of(variant), made)
    links = (variant.link,) if variant.link else ()
    return Seen(variant.name, scene, compose_link(links, made), compose_alt(variant.alt, made.said, made))


@given(creatives(), hours, hours, weathers, people, st.sampled_from((EARLY, UNSURE)))
def test_whatever_the_hour_of_the_fetch_what_may_be_read_later_is_the_same(
    fonts: Fonts,
    creative: Creative,
    one: datetime,
    other: datetime,
    weather: Weather,
    who: dict[str, object],
    client: Client,
) -> None:
    found = [seen(creative, moment(at, weather, client, who), fonts) for at in (one, other)]
    assert found[0] == found[1]


@given(creatives(), hours, weathers, weathers, people, st.sampled_from((EARLY, UNSURE)))
def test_the_weather_decides_nothing_for_who_may_read_later_and_is_told_with_its_time(
    fonts: Fonts, creative: Creative, at: datetime, one: Weather, other: Weather, who: dict[str, object], client: Client
) -> None:
    first, second = (seen(creative, moment(at, weather, client, who), fonts) for weather in (one, other))
    assert (first.variant, first.link) == (second.variant, second.link)
    if first.scene != second.scene:
        written = {"".join(run.text for run in runs) for look in (first, second) for runs in runs_of(look.scene.nodes)}
        assert any("21" in words for words in written)


def runs_of(nodes: Iterable[Any]) -> Iterable[Any]:
    for node in nodes:
        yield getattr(node, "runs", ())
        yield from runs_of(getattr(node, "nodes", ()) if not isinstance(node, Ticker) else ())


@given(st.lists(st.sampled_from(RULES), min_size=1, max_size=5), hours, weathers, st.sampled_from((EARLY, UNSURE)))
def test_rules_of_the_clock_or_of_what_was_measured_are_unknown_and_say_so(
    rules: list[str], at: datetime, weather: Weather, client: Client
) -> None:
    who: dict[str, object] = {"vip": False}
    found = decide(ruled(*rules), moment(at, weather, client, who))
    for tried in found.trace[:-1]:
        assert tried.value is not True or tried.rule in SURE_RULES
        live = decide(ruled(tried.rule), moment(at, weather, LIVE, who)).trace[0]
        if tried.rule in MEASURED_RULES:
            assert tried.value is None
            assert (tried.note == UNSTEADY) == (live.value is not None)


def ruled(*rules: str, **keys: Any) -> Creative:
    named = [{"name": f"v{n}", "when": rule, "layers": [{"fill": "white"}], **keys} for n, rule in enumerate(rules)]
    last = {"name": "last", "layers": [{"fill": "white"}]}
    return valid({"title": "T", "size": "60x30", "variants": [*named, last]})


def bare(value: Any) -> Any:
    """Without prefetched forms, and without promises of how long something stays true."""
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items() if key not in ("prefetched", "valid_for")}
    return [bare(item) for item in value] if isinstance(value, list) else value


NOW_LOGIC = (
    "{% if now.at > '2026-12-01' %}a{% else %}b{% endif %}",
    "{% assign hour = now.at | time: 'H' %}{% if hour == '9' %}a{% else %}b{% endif %}",
    "{% capture hour %}{{ now.at | time: 'H' }}{% endcapture %}{% if hour == '9' %}a{% endif %}",
    "{{ now.at }}",
    "{{ now.at | append: '' | date }}",
)


@pytest.mark.parametrize("words", NOW_LOGIC)
def test_the_time_of_the_fetch_tells_as_of_when_and_nothing_else(fonts: Fonts, words: str) -> None:
    at = moment(NINE, RAINY, EARLY, {})
    assert told(fonts, at, {"text": "{{ now.at | date: 'd MMM' }}, {{ now.at | time }}"})[0] == ["21 Nov, 9:00\u202fAM"]
    for layer in ({"text": words}, {"icon": "{% if now.at %}sun{% endif %}"}, {"progress": "{{ now.at | time: 'H' }}"}):
        made, scene = told(fonts, at, layer)[1:]
        assert (scene.nodes, [note.done for note in made.substitutions]) == ((), ["left out"])
    link = template("https://a.example/{{ now.at | time: 'H' }}")
    assert compose_link((link,), made) == "https://a.example/"


@pytest.mark.parametrize(
    "words",
    [
        "{{ stores | map: 'closes_at' | compact | size }}",
        "{{ stores | sum: 'open' }}",
        "{{ stores | uniq: 'open' | size }}",
        "{{ stores | sort: 'opens_at' | map: 'name' | join: ' ' }}",
        "{{ stores | compact: 'closes_at' | size }}",
        "{{ store | size }}",
        "{% if store contains 'closes_at' %}open{% endif %}",
        "{% for s in stores limit: store.open %}a{% endfor %}",
        "{% assign o = store.open | default: false %}{% if o %}open{% else %}closed{% endif %}",
        "{% capture o %}{{ store.open | default: '' }}{% endcapture %}{% if o == '' %}closed{% endif %}",
        "{{ store.open | default: false }}",
        "{{ store.open | default }}{{ store.open | default: nil }}",
    ],
)
def test_a_text_that_works_with_what_the_clock_changes_is_left_out(words: str) -> None:
    with pytest.raises(RedactedValueError, match=UNSTEADY):
        template(words).fill(without_clock(moment(NINE, RAINY, EARLY, {}).words))


@pytest.mark.parametrize("words", ["{{ a | sort: 'b' | size }}", "{{ a | where: 'c' | where: 'd' | map: 'b' | size }}"])
def test_what_a_filter_can_not_do_is_told_in_plain_words(words: str) -> None:
    with pytest.raises(MissingValueError, match="a filter does not go with what it is given"):
        template(words).fill({"a": [{"b": [1]}, {"b": "x"}, *([1] if "where" in words else [])]})


@given(st.lists(layers, min_size=1, max_size=3), hours, weathers, people)
def test_who_reads_at_once_sees_nothing_of_steady_forms(
    fonts: Fonts, drawn: list[dict[str, Any]], at: datetime, weather: Weather, who: dict[str, object]
) -> None:
    one, other = (
        valid({"title": "T", "size": "300x100", "variants": [{"name": "v", "layers": layers_}]})
        for layers_ in (drawn, bare(drawn))
    )
    live = moment(at, weather, LIVE, who)
    nobody = Moment({root: fact for root, fact in live.facts.items() if root != "client"})
    assert seen(one, live, fonts) == seen(other, live, fonts)
    if "client" not in json.dumps(drawn):
        assert seen(one, live, fonts) == seen(other, nobody, fonts)


@pytest.mark.parametrize("words", CLOCK_WORDS)
@pytest.mark.parametrize("key", ["text", "icon", "alt"])
def test_words_that_ask_the_clock_are_left_out_whatever_they_would_say(fonts: Fonts, words: str, key: str) -> None:
    at = moment(NINE, RAINY, EARLY, {})
    if key == "alt":
        (variant,) = drawn_as({"text": "said"}, alt=words).variants
        assert compose_alt(variant.alt, ["said"], context_of(drawn_as({"text": "said"}), at, fonts)) == "said."
        return
    layer = {key: words, **({"box": BOX} if key == "text" else {})}
    creative = drawn_as(layer)
    made = context_of(creative, at, fonts)
    assert compose(creative.layers_of(creative.variants[0]), made).nodes == ()
    (note,) = made.substitutions
    assert (note.done, made.left_out) == ("left out", [])
    assert UNSTEADY in note.note


RAINY = Weather(12.0, "rain", is_day=True, observed_at=OBSERVED)


def drawn_as(*drawn: dict[str, Any], **keys: Any) -> Creative:
    variants_ = [{"name": "v", "layers": list(drawn), **keys}]
    return valid({"title": "T", "size": "300x100", "scale": 1, "variants": variants_})


def told(fonts: Fonts, at: Moment, *drawn: dict[str, Any], **keys: Any) -> tuple[list[str], ComposeContext, Scene]:
    creative = drawn_as(*drawn, **keys)
    made = context_of(creative, at, fonts)
    scene = compose(creative.layers_of(creative.variants[0]), made)
    return made.said, made, scene


SINCE, TILL = (f'now.at {sign} timestamp("2026-11-{day}T00:00:00Z")' for sign, day in ((">=", 25), ("<", 27)))
PAST = 'now.at > timestamp("2026-11-01T00:00:00Z")'
NINE = datetime(2026, 11, 21, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("language", "stamp"), [("en", "21 Nov, 14:05"), ("fr", "21 nov., 14:05"), ("de", "21. Nov., 14:05")]
)
def test_what_was_measured_comes_with_its_time_in_front(fonts: Fonts, language: str, stamp: str) -> None:
    layer = {"text": "{{ weather.temperature | number }}° in {{ place.city }}", "box": BOX}
    at = moment(NINE, RAINY, EARLY, {"language": language})
    said, made, _ = told(fonts, at, layer)
    assert said == [f"{stamp} · 12° in Lille"]
    assert [str(note) for note in made.substitutions] == [f"text stamped: {stamp}"]
    alt = drawn_as(layer, alt="{{ weather.condition }}").variants[0].alt
    assert compose_alt(alt, [], made) == f"{stamp} · rain"
    assert told(fonts, moment(NINE, RAINY, LIVE, {"language": language}), layer)[0] == ["12° in Lille"]


@pytest.mark.parametrize(
    "layer",
    [
        {"icon": "{{ weather.icon }}"},
        {"icon": "{% if weather.is_day %}sun{% else %}moon{% endif %}"},
        {"image": "{% if weather.temperature > 9 %}a.jpg{% else %}b.jpg{% endif %}"},
        {"progress": "{{ weather.temperature }}"},
        {"progress": 1, "of": "{{ weather.temperature }}"},
        {"code": "{{ weather.condition }}", "box": [0, 0, 90, 90]},
        {"countdown": "{{ weather.observed_at }}"},
        {"fill": "white", "when": "weather.is_day"},
        {"group": [{"text": "x"}], "when": "weather.temperature > 0"},
    ],
)
def test_what_can_not_say_when_it_was_measured_is_left_out(fonts: Fonts, layer: dict[str, Any]) -> None:
    made, scene = told(fonts, moment(NINE, RAINY, EARLY, {}), layer)[1:]
    assert (scene.nodes, made.left_out, [note.done for note in made.substitutions]) == ((), [], ["left out"])
    assert UNSTEADY in made.substitutions[0].note
    link = template("https://a.example/{{ weather.condition }}")
    assert compose_link((link,), made) == "https://a.example/"
    spare = {"icon": "{{ weather.icon | default: 'umbrella' }}"}
    assert len(told(fonts, moment(NINE, RAINY, EARLY, {}), spare)[2].nodes) == 1


def test_what_does_not_tell_when_it_was_measured_is_as_old_as_its_fact(fonts: Fonts) -> None:
    at = moment(NINE, replace(RAINY, observed_at=None), EARLY, {})
    old = Moment({**at.facts, "weather": at.facts["weather"]._replace(age=600.0)})
    assert told(fonts, old, {"text": "{{ weather.condition }}"})[0] == ["21 Nov, 08:50 · rain"]
    unknown = Moment({**at.facts, "weather": Fact(None, Reason.LATE)})
    assert told(fonts, unknown, {"text": "{{ weather.condition | default: 'any' }} sky"})[0] == ["any sky"]


COUNTDOWN = {"countdown": UNTIL, "ended": "over", "font": {"size": 20}, "color": "#112233", "box": BOX}


@pytest.mark.parametrize(
    ("language", "zone", "reason", "words"),
    [
        ("en", "Europe/Paris", Reason.FRESH, "Thursday 24 December, 18:00"),
        ("fr", "Europe/Paris", Reason.FRESH, "jeudi 24 décembre, 18:00"),
        ("de", "Europe/Paris", Reason.FRESH, "Donnerstag 24. Dezember, 18:00"),
        ("en", "America/New_York", Reason.FRESH, "Thursday 24 December, 12:00"),
        ("en", "Asia/Tokyo", Reason.FRESH, "Friday 25 December, 02:00"),
        ("en", "Europe/Paris", Reason.EMBEDDED, "Thursday 24 December, 18:00 CET"),
        ("fr", "Europe/Paris", Reason.EMBEDDED, "jeudi 24 décembre, 18:00 heure de Paris"),
        ("fr", "Europe/Athens", Reason.EMBEDDED, "jeudi 24 décembre, 19:00 heure d’Athènes"),
        ("en", "America/Sao_Paulo", Reason.EMBEDDED, "Thursday 24 December, 14:00 (Sao Paulo)"),
    ],
)
def test_a_countdown_becomes_its_date_on_the_recipients_clock(
    fonts: Fonts, language: str, zone: str, reason: Reason, words: str
) -> None:
    at = moment(NINE, RAINY, EARLY, {"language": language})
    now = now_at(NINE.replace(tzinfo=ZoneInfo(zone)))
    said, made, scene = told(fonts, Moment({**at.facts, "now": Fact(now, reason)}), {**COUNTDOWN, "card": "#ffffff"})
    assert said == [words]
    assert scene.seconds == 1
    card, line = (node.box for node in scene.nodes)
    assert card == tuple(BOX)
    assert (line.x - card.x, card.x + card.width - line.x - line.width, line.height) == (6, 6, card.height)
    assert scene.nodes[1].colour == (0x11, 0x22, 0x33, 255)  # type: ignore[attr-defined]
    assert [str(note) for note in made.substitutions] == [f"countdown dated: {words}"]


@pytest.mark.parametrize(
    ("until", "language", "words"),
    [
        ("2027-01-15T18:00", "en", "Friday 15 January, 18:00"),
        ("2027-01-30T18:00", "en", "Saturday 30 January 2027, 18:00"),
        ("2027-11-21T09:00", "fr", "dimanche 21 novembre 2027, 09:00"),
        ("2026-05-01T09:00", "de", "Freitag 1. Mai 2026, 09:00"),
        ("2026-09-01T09:00", "en", "Tuesday 1 September, 09:00"),
    ],
)
def test_a_date_far_away_has_its_year(fonts: Fonts, until: str, language: str, words: str) -> None:
    layer = {"countdown": f"{until}{'+02:00' if '-05-' in until or '-09-' in until else '+01:00'}", "box": BOX}
    assert told(fonts, moment(NINE, RAINY, EARLY, {"language": language}), layer)[0] == [words]


def test_a_countdown_past_its_end_says_so_and_one_with_steady_words_says_them(fonts: Fonts) -> None:
    after = moment(datetime(2026, 12, 24, 18), RAINY, EARLY, {})  # noqa: DTZ001
    prefetched = {**COUNTDOWN, "prefetched": "Until Christmas"}
    assert told(fonts, after, COUNTDOWN)[0] == told(fonts, after, prefetched)[0] == ["over"]
    said, made, _ = told(fonts, moment(NINE, RAINY, UNSURE, {}), prefetched)
    assert said == ["Until Christmas"]
    assert [note.done for note in made.substitutions] == ["replaced"]
    assert isinstance(told(fonts, moment(NINE, RAINY, LIVE, {}), prefetched)[2].nodes[0], Ticker)
    (group,) = told(fonts, moment(NINE, RAINY, EARLY, {}), {**COUNTDOWN, "opacity": 0.5})[2].nodes
    assert group.opacity == 0.5


def test_what_a_countdown_will_say_at_its_end_does_not_matter_before(fonts: Fonts) -> None:
    for words in ("{{ now.hour }}", "{{ weather.condition }}"):
        said, made, _ = told(fonts, moment(NINE, RAINY, EARLY, {}), {**COUNTDOWN, "ended": words})
        assert (said, [note.done for note in made.substitutions]) == (["Thursday 24 December, 18:00"], ["dated"])


@pytest.mark.parametrize("until", ["0001-01-01T00:00Z", "9999-12-31T23:59Z"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_date_at_the_end_of_the_calendar_does_no_harm(fonts: Fonts, until: str, zone: str) -> None:
    at = moment(NINE, RAINY, EARLY, {})
    away = Moment({**at.facts, "now": Fact(now_at(NINE.replace(tzinfo=ZoneInfo(zone))), Reason.FRESH)})
    said, made, _ = told(fonts, away, {"countdown": until, "box": BOX})
    assert len(said) + len(made.left_out) == 1


@settings(max_examples=30)
@given(st.sampled_from(sorted(localedata.locale_identifiers())), st.sampled_from(sorted(available_timezones())))
def test_every_language_and_clock_has_dates(locale: str, zone: str) -> None:
    at = datetime(2026, 12, 24, 17, tzinfo=UTC)
    local = at.astimezone(ZoneInfo(zone))
    assert date_of(at, zone, locale, named=False)
    assert re.search(r"\d", date_of(at, zone, locale, named=False, year=True))
    assert date_of(at, zone, "en", named=True).startswith(f"{local:%A} {local.day} December, {local:%H:%M} ")
    assert date_of(at, zone, "fr", named=True).split(f"{local:%H:%M} ")[1]


def test_a_steady_form_stands_in_the_place_of_its_layer(fonts: Fonts) -> None:
    early, live = (moment(NINE, RAINY, client, {"language": "fr", "vip": True}) for client in (EARLY, LIVE))
    words = {"text": "today", "prefetched": {"en": "this year", "fr": "cette année"}}
    assert (told(fonts, early, words)[0], told(fonts, live, words)[0]) == (["cette année"], ["today"])
    group = {"group": [{"text": "a"}, {"text": "now", "prefetched": []}], "box": [10, 10, 90, 90]}
    assert told(fonts, early, group)[0] == ["a"]
    listed = {"fill": "white", "prefetched": [{"text": "b"}, {"text": "c", "when": "!recipient.vip"}]}
    assert told(fonts, early, listed)[0] == ["b"]


@pytest.mark.parametrize("layer", [{"text": "x"}, {"countdown": UNTIL}])
def test_steady_words_of_what_was_measured_come_with_its_time_unless_they_name_one(
    fonts: Fonts, layer: dict[str, Any]
) -> None:
    early = moment(NINE, RAINY, EARLY, {})
    told_, made, _ = told(fonts, early, {**layer, "prefetched": "{{ weather.temperature | number }}° here"})
    assert told_ == ["21 Nov, 14:05 · 12° here"]
    assert made.substitutions[-1].done == "stamped"
    for time in ("{{ now.at | date: 'HH:mm' }}", "{{ weather.observed_at | date: 'HH:mm' }}"):
        own = {**layer, "prefetched": f"{{{{ weather.temperature | number }}}}° at {time}"}
        assert told(fonts, early, own)[0][0].startswith("12° at ")


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("store.open", True),
        ("!store.open", True),
        ("weather.is_day", True),
        ("stores.exists(s, s.open)", True),
        ('now.at < timestamp("2026-12-24T18:00:00Z")', True),
        ('now.at > timestamp("2026-01-01T00:00:00Z")', True),
        ('now.at < timestamp("2026-01-01T00:00:00Z")', False),
        ("recipient.vip && store.open", False),
        ("recipient.vip", False),
        ("recipient.x", False),
        ("recipient.x > 1000 && store.open", False),
        ("!recipient.vip && store.open && !now.weekend", True),
        ("now.hour > 5 ? recipient.vip : recipient.x", False),
        (f"{SINCE} && {TILL}", True),
    ],
)
def test_a_steady_form_stands_also_for_what_time_alone_would_show(fonts: Fonts, when: str, shown: bool) -> None:
    at = moment(NINE, RAINY, EARLY, {"vip": False})
    assert told(fonts, at, {"text": "x", "prefetched": "y", "when": when})[0] == (["y"] if shown else [])
    listed = {"fill": "white", "prefetched": [{"text": "y"}], "when": when}
    assert told(fonts, at, listed)[0] == (["y"] if shown else [])


@pytest.mark.parametrize(
    ("valid_for", "trusted"), [("7 days", True), ("2 weeks", True), ("6 days", False), ("90 minutes", False)]
)
def test_what_is_good_for_as_long_is_shown_as_it_is(fonts: Fonts, valid_for: str, trusted: bool) -> None:
    at = moment(NINE, RAINY, EARLY, {})
    layer = {"text": "{{ weather.condition }} at {{ now.hour }}", "when": "store.open", "valid_for": valid_for}
    assert told(fonts, at, layer)[0] == (["rain at 9"] if trusted else [])
    assert told(fonts, at, {"repeat": "stores", "box": BOX, "layers": [{**layer, "text": "{{ item.open }}"}]})[0] == (
        ["true", "true"] if trusted else []
    )
    variant = decide(ruled("weather.is_day && now.hour == 9", valid_for=valid_for), at).variant
    assert variant.name == ("v0" if trusted else "last")


def test_who_reads_later_and_who_reads_at_once_never_get_what_was_kept_for_the_other(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    written = [
        {"text": "{{ weather.condition }} {{ place.city }}", "font": {"size": 9}},
        {"text": "now", "prefetched": "then", "font": {"size": 9}, "box": [0, 10, 60, 10]},
        {"text": "fixed", "font": {"size": 9}, "box": [0, 20, 60, 10]},
        {"group": [{"fill": "#ff0000"}], "when": "store.open", "box": [50, 0, 9, 9], "valid_for": "7 days"},
        {"countdown": UNTIL, "labels": None, "font": {"size": 9}, "box": [60, 0, 60, 30]},
    ]
    link = "https://a.example/{{ now.hour | default: 'x' }}"
    variant = {"name": "v", "layers": written, "link": link}
    text = json.dumps({"title": "T", "size": "120x30", "scale": 1, "variants": [variant]})
    folder = tmp_path / "a"
    kept = compiled_of(folder, text, available, painter)
    press = Renderer(painter)
    moments = [
        moment(NINE + timedelta(hours=h), RAINY, client, {}) for h in (0, 12) for client in (LIVE, EARLY, UNSURE)
    ]
    for at in (*moments, *reversed(moments)):
        new = compiled_of(folder, text, available, painter)
        looks = [one.compose(one.loaded.creative.variants[0], at) for one in (kept, new)]
        assert looks[0][:4] == looks[1][:4]
        assert [str(note) for note in looks[0].substitutions] == [str(note) for note in looks[1].substitutions]
        plate = kept.casts["v"].plate
        sheet = press.draw(looks[0].scene, plate, "jpg")
        data = sheet.encode()
        press.keep(sheet)
        assert data == press.draw_whole(looks[0].scene, plate, "jpg").encode()


def test_a_rule_of_now_at_that_is_true_and_stays_true_counts() -> None:
    rule = 'now.at >= timestamp("2026-12-24T18:00:00Z")'
    before, after = (moment(datetime(2026, 12, day), RAINY, EARLY, {}) for day in (24, 25))  # noqa: DTZ001
    assert [decide(ruled(rule), at).variant.name for at in (before, after)] == ["last", "v0"]
    assert decide(ruled(rule), before).trace[0].note == UNSTEADY
    assert decide(ruled(rule), after).trace[0].value is True
    late = moment(datetime(9999, 12, 30), RAINY, EARLY, {})  # noqa: DTZ001
    assert decide(ruled(rule), late).trace[0].value is True


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (f"{TILL} || {SINCE}", None),
        ('now.at < timestamp("2026-11-22T00:00:00Z") || now.at >= timestamp("2026-12-01T00:00:00Z")', None),
        ("!(now.at.getMonth() == 11 && now.at.getDate() == 25)", None),
        (f"{SINCE} && {TILL}", None),
        (f"{PAST} in [true]", None),
        (f"({PAST}) == false", False),
        (f"!({TILL}) ? true : false", None),
        (PAST, True),
        (f"({PAST}) && !recipient.vip", True),
        (f"{PAST} && recipient.unknown", None),
        ("now.at >= timestamp(param.since) + duration('1h') || now.weekend", True),
        ('now.at < timestamp("2026-11-01T00:00:00Z") && store.open', False),
        ("recipient.vip && !has(item.closes_at)", False),
        ("!has(item.closes_at)", None),
        ("!('closes_at' in item)", None),
        ("!(recipient.key in item)", None),
        ("!item.exists(name, name.startsWith(recipient.key))", None),
        ("stores.all(s, !has(s.closes_at))", None),
        ("stores.all(s, !(recipient.key in s))", None),
        ("!(recipient.key in stores[0])", None),
        ("!stores.exists(s, has(s.open)) || !recipient.vip", True),
        (" || ".join(["!has(item.closes_at)"] * 20), None),
        ("size(stores) == 2 && item.name in ['North', 'South']", True),
    ],
)
def test_a_rule_later_is_what_it_is_whatever_time_makes_of_its_statements(rule: str, value: bool | None) -> None:
    at = moment(NINE, RAINY, EARLY, {"vip": False, "key": "closes_at"})
    words = {**at.words, "item": {**at.words["stores"][0]}, "param": {"since": "2026-11-01T00:00:00Z"}}  # type: ignore[index]
    prefetched = without_measured(without_clock({**words, "item": without_clock(words)["stores"][0]}))  # type: ignore[index]
    found, note = holds_later(rule(rule), RuleFacts(prefetched))
    assert found is value
    assert bool(note) == (value is None)


def test_what_was_composed_for_bad_days_is_not_taken_for_a_live_opening(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    text = (
        ONE
        + """
      - text: Today, 20% off
        prefetched: 20% off until 24 December
      - {icon: sun, prefetched: []}
"""
    )
    compiled = compiled_of(tmp_path / "sale", text, available, painter)
    (variant,) = compiled.loaded.creative.variants
    for client, said in ((LIVE, "Today, 20% off"), (EARLY, "20% off until 24 December")):
        look = compiled.compose(variant, Moment({"client": Fact(client, Reason.FRESH)}))
        assert look.said == (said,)
        assert bool(look.substitutions) == (client is EARLY)


def test_a_stamp_is_kept_as_long_as_it_says_the_same(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    text = (
        ONE
        + """
      - text: "{{ weather.temperature | number: '0' }}°"
"""
    )
    compiled = compiled_of(tmp_path / "stamped", text, available, painter)
    (variant,) = compiled.loaded.creative.variants
    looks = []
    for minutes, seconds in ((0, 0), (0, 30), (1, 0)):
        weather = replace(RAIN, observed_at=OBSERVED + timedelta(minutes=minutes, seconds=seconds))
        facts = {"client": EARLY, "weather": weather, "now": now_at(OBSERVED.astimezone(PARIS))}
        looks.append(compiled.compose(variant, moment_of(**facts)))
    first, same, later = looks
    assert first.said == same.said == ("21 Nov, 14:05 · 12°",)
    assert later.said == ("21 Nov, 14:06 · 12°",)
    assert first.scene.nodes[0] is same.scene.nodes[0], "composed once"
    assert first.substitutions == same.substitutions != later.substitutions

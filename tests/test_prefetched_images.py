"""On a prefetch an image shows nothing that could have become false before it is read."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel import Locale, localedata
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.compose.kinds.countdown import date_of
from livecontent.compose.link import compose_alt, compose_link
from livecontent.creative.model import AvailableAssets, Creative
from livecontent.decide import decide
from livecontent.expressions.template import MissingValueError
from livecontent.facts import Client, Fact, Moment, Place, Reason, Store, Weather
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer, render_whole
from livecontent.scene import Group, Scene, Ticker
from livecontent.sources.now import now_at
from livecontent.sources.registry import VOCABULARY
from made_creatives import PARIS, Composed, composed, template, valid
from opened_pictures import compiled_of

OBSERVED = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)
UNTIL = "2026-12-24T18:00+01:00"
LIVE, EARLY, UNSURE = (Client("x", time=time, animates=True) for time in ("live", "early", "unsure"))
UNSTEADY = "may be out of date when it is read"

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
WEATHER_RULES = (
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
WEATHER_WORDS = (
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
WORDS = (*CLOCK_WORDS, *DEFAULTED, *WEATHER_WORDS, *SURE_WORDS)
RULES = (*CLOCK_RULES, *WEATHER_RULES, *SURE_RULES)
BOX = [5, 5, 200, 40]

texts = st.sampled_from(WORDS) | st.fixed_dictionaries({"en": st.sampled_from(WORDS), "fr": st.sampled_from(WORDS)})
chosen = st.tuples(st.fixed_dictionaries({"when": st.sampled_from(RULES), "use": texts}), texts).map(list)
whens = st.fixed_dictionaries({}, optional={"when": st.sampled_from(RULES)})
faint = st.sampled_from(RULES).map(lambda rule: [{"when": rule, "use": 0.4}, 0.9])
forms = st.fixed_dictionaries(
    {},
    optional={
        "opacity": faint,
        "else": st.just(True),
        "prefetched": st.just([]) | st.just([{"text": "always", "box": BOX}]),
    },
)


def merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


plain = st.one_of(
    st.fixed_dictionaries({"text": texts | chosen, "box": st.just(BOX)}),
    st.fixed_dictionaries({"icon": st.sampled_from(WORDS)}),
    st.fixed_dictionaries(
        {"image": st.sampled_from(("{{ weather.icon }}.jpg", "{% if now.weekend %}a{% endif %}.jpg", "a.jpg"))}
    ),
    st.fixed_dictionaries({"progress": st.sampled_from(("{{ now.hour }}", "{{ weather.temperature }}", "50"))}),
    st.fixed_dictionaries({"stars": st.sampled_from(("{{ now.hour }}", "{{ weather.temperature }}", "3.5"))}),
    st.fixed_dictionaries({"steps": st.just(["a", "b"]), "done": st.sampled_from(("{{ now.hour }}", "1"))}),
    st.fixed_dictionaries({"steps": st.tuples(texts, st.just("b")).map(list), "done": st.just(1)}),
    st.fixed_dictionaries(
        {"sparkline": st.sampled_from(("{{ now.hour }}, 3", "1, {{ weather.temperature }}", "3, 5"))}
    ),
    st.fixed_dictionaries({"bars": st.just("1, 2"), "labels": st.tuples(texts, st.just("b")).map(list)}),
    st.fixed_dictionaries({"ring": st.sampled_from(("{{ now.hour }}", "{{ weather.temperature }}", "50"))}),
    st.fixed_dictionaries({"code": st.sampled_from(WORDS), "box": st.just([0, 0, 90, 90])}),
    st.fixed_dictionaries(
        {"countdown": st.sampled_from((UNTIL, "{{ store.closes_at }}", "2026-12-24T18:00"))},
        optional={"ended": st.sampled_from(WORDS), "card": st.just("#ff0000"), "opacity": st.just(0.5)},
    ),
)


def inside(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Layers that hold others."""
    kind = st.sampled_from(("group", "row", "column"))
    groups = st.tuples(kind, st.lists(inner, min_size=1, max_size=3)).map(lambda parts: {parts[0]: parts[1]})
    repeats = st.fixed_dictionaries(
        {"repeat": st.just("stores"), "layers": st.lists(inner, min_size=1, max_size=2)},
        optional={
            "where": st.sampled_from(("item.open", 'item.name != "x"', "now.hour < 12 || item.distance < 1.0")),
            "sort": st.sampled_from(("name", "-closes_at", "open")),
        },
    )
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
    variant = decide(creative, at, VOCABULARY).variant
    scene, found = composed(creative.model_copy(update={"variants": (variant,)}), at, fonts)
    scene = scene._replace(moving=())  # of which layers have a `prefetched`, all know in advance
    return Seen(variant.name, scene, found.content.link, compose_alt(variant.alt, found.said, found.context))


@given(creatives(), hours, hours, weathers, weathers, people, st.sampled_from((EARLY, UNSURE)))
def test_whatever_the_hour_and_the_weather_of_the_fetch_a_prefetch_shows_the_same(
    fonts: Fonts,
    creative: Creative,
    one: datetime,
    other: datetime,
    weather: Weather,
    later: Weather,
    who: dict[str, object],
    client: Client,
) -> None:
    assert seen(creative, moment(one, weather, client, who), fonts) == seen(
        creative, moment(other, later, client, who), fonts
    )


def ruled(*rules: str, **keys: Any) -> Creative:
    named = [{"name": f"v{n}", "when": rule, "layers": [{"fill": "white"}], **keys} for n, rule in enumerate(rules)]
    last = {"name": "last", "layers": [{"fill": "white"}]}
    return valid({"title": "T", "size": "60x30", "variants": [*named, last]})


def bare(value: Any) -> Any:
    """Without prefetched forms, and without promises of how long something stays true."""
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items() if key not in ("prefetched", "valid_for")}
    return [bare(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "words", ["{{ now.at }}", "{{ now.at | date: 'd MMM' }}", "{{ now.at | time: 'H' | plus: 1 }}"]
)
def test_the_time_of_the_fetch_is_told_nowhere(fonts: Fonts, words: str) -> None:
    at = moment(NINE, RAINY, EARLY, {})
    for layer in ({"text": words}, {"icon": words}, {"progress": words}, {"gauge": words}, {"countdown": words}):
        _, found, scene = told(fonts, at, layer)
        assert (scene.nodes, [note.done for note in found.substitutions]) == ((), ["left out"])
        assert compose_link((template(f"https://a.example/{words}"),), found.context) == "https://a.example/"


@pytest.mark.parametrize("words", ["{{ a | sort: 'b' | size }}", "{{ a | where: 'c' | where: 'd' | map: 'b' | size }}"])
def test_what_a_filter_can_not_do_is_told_in_plain_words(words: str) -> None:
    with pytest.raises(MissingValueError, match="a filter does not accept this value"):
        template(words).fill({"a": [{"b": [1]}, {"b": "x"}, *([1] if "where" in words else [])]})


@given(st.lists(layers, min_size=1, max_size=3), hours, weathers, people)
def test_who_reads_at_once_sees_nothing_of_what_stands_in_on_a_prefetch(
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
        context = told(fonts, at, {"text": "said"})[1].context
        assert compose_alt(variant.alt, ["said"], context) == "said."
        return
    layer = {key: words, **({"box": BOX} if key == "text" else {})}
    _, found, scene = told(fonts, at, layer)
    assert scene.nodes == ()
    (note,) = found.substitutions
    assert (note.done, found.left_out) == ("left out", [])
    assert UNSTEADY in note.note


RAINY = Weather(12.0, "rain", is_day=True, observed_at=OBSERVED)


def drawn_as(*drawn: dict[str, Any], **keys: Any) -> Creative:
    variants_ = [{"name": "v", "layers": list(drawn), **keys}]
    return valid({"title": "T", "size": "300x100", "scale": 1, "variants": variants_})


def told(fonts: Fonts, at: Moment, *drawn: dict[str, Any], **keys: Any) -> tuple[list[str], Composed, Scene]:
    scene, found = composed(drawn_as(*drawn, **keys), at, fonts)
    return found.said, found, scene


NINE = datetime(2026, 11, 21, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    "layer",
    [
        {"icon": "{{ weather.icon }}"},
        {"text": "{{ weather.temperature | number }}° in {{ place.city }}"},
        {"text": "{{ weather.observed_at | date }}"},
        {"icon": "{% if weather.is_day %}sun{% else %}moon{% endif %}"},
        {"image": "{% if weather.temperature > 9 %}a.jpg{% else %}b.jpg{% endif %}"},
        {"progress": "{{ weather.temperature }}"},
        {"progress": 1, "of": "{{ weather.temperature }}"},
        {"ring": "{{ weather.temperature }}"},
        {"sparkline": "{{ weather.hours | map: 'temperature' | join: ',' }}"},
        {"bars": "1, {{ weather.temperature }}"},
        {"bars": "1, 2", "highlight": "{{ weather.temperature }}"},
        {"stars": "{{ weather.temperature }}"},
        {"steps": ["a", "b"], "done": "{{ weather.temperature }}"},
        {"steps": ["a", "{{ weather.condition }}"], "done": 1},
        {"gauge": 1, "of": "{{ weather.temperature }}"},
        {"code": "{{ weather.condition }}", "box": [0, 0, 90, 90]},
        {"countdown": "{{ weather.observed_at }}"},
        {"fill": "white", "when": "weather.is_day"},
        {"group": [{"text": "x"}], "when": "weather.temperature > 0"},
    ],
)
def test_what_names_the_weather_is_left_out(fonts: Fonts, layer: dict[str, Any]) -> None:
    _, found, scene = told(fonts, moment(NINE, RAINY, EARLY, {}), layer)
    assert (scene.nodes, found.left_out, [note.done for note in found.substitutions]) == ((), [], ["left out"])
    assert UNSTEADY in found.substitutions[0].note
    link = template("https://a.example/{{ weather.condition }}")
    assert compose_link((link,), found.context) == "https://a.example/"
    spare = {"icon": "{{ weather.icon | default: 'umbrella' }}"}
    assert len(told(fonts, moment(NINE, RAINY, EARLY, {}), spare)[2].nodes) == 1


def flat(nodes: Iterable[Any]) -> Iterable[Any]:
    """What is drawn, inside and outside of groups."""
    for node in nodes:
        yield from flat(node.nodes) if isinstance(node, Group) else (node,)


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
    drawn = list(flat(scene.nodes))
    card, line = (node.box for node in drawn)
    assert card == tuple(BOX)
    margins = (line.x - card.x, card.x + card.width - line.x - line.width)
    assert (set(margins) <= {6, 7}, line.height) == (True, card.height)
    assert drawn[1].colour == (0x11, 0x22, 0x33, 255)
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


def test_a_countdown_past_its_end_says_so_and_one_with_prefetched_words_says_them(fonts: Fonts) -> None:
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
    known = Locale.parse(locale)
    assert date_of(at, zone, known, named=False)
    assert re.search(r"\d", date_of(at, zone, known, named=False, year=True))
    assert date_of(at, zone, Locale("en"), named=True).startswith(f"{local:%A} {local.day} December, {local:%H:%M} ")
    assert date_of(at, zone, Locale("fr"), named=True).split(f"{local:%H:%M} ")[1]


def test_prefetched_stands_in_the_place_of_its_layer(fonts: Fonts) -> None:
    early, live = (moment(NINE, RAINY, client, {"language": "fr", "vip": True}) for client in (EARLY, LIVE))
    words = {"text": "today", "prefetched": {"en": "this year", "fr": "cette année"}}
    assert (told(fonts, early, words)[0], told(fonts, live, words)[0]) == (["cette année"], ["today"])
    group = {"group": [{"text": "a"}, {"text": "now", "prefetched": []}], "box": [10, 10, 90, 90]}
    assert told(fonts, early, group)[0] == ["a"]
    listed = {"fill": "white", "prefetched": [{"text": "b"}, {"text": "c", "when": "!recipient.vip"}]}
    assert told(fonts, early, listed)[0] == ["b"]


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("store.open", True),
        ("!store.open", True),
        ("weather.is_day", True),
        ("stores.exists(s, s.open)", True),
        ('now.at < timestamp("2026-12-24T18:00:00Z")', True),
        ('now.at > timestamp("2026-01-01T00:00:00Z")', True),
        ('now.at < timestamp("2026-01-01T00:00:00Z")', True),
        ("recipient.vip && store.open", False),
        ("recipient.vip", False),
        ("recipient.x", False),
        ("recipient.x > 1000 && store.open", False),
        ("!recipient.vip && store.open && !now.weekend", True),
        ("now.hour > 5 ? recipient.vip : recipient.x", False),
    ],
)
def test_prefetched_stands_also_for_what_time_alone_would_show(fonts: Fonts, when: str, shown: bool) -> None:
    at = moment(NINE, RAINY, EARLY, {"vip": False})
    assert told(fonts, at, {"text": "x", "prefetched": "y", "when": when})[0] == (["y"] if shown else [])
    listed = {"fill": "white", "prefetched": [{"text": "y"}], "when": when}
    assert told(fonts, at, listed)[0] == (["y"] if shown else [])


NEAR, FAR = timedelta(hours=1), timedelta(days=8)


@pytest.mark.parametrize(
    ("window", "live", "prefetched"),
    [
        ({"from": -NEAR}, "x", "x"),
        ({"from": NEAR}, "", "y"),
        ({"until": NEAR}, "x", "y"),
        ({"until": FAR}, "x", "x"),
        ({"until": -NEAR}, "", ""),
        ({"from": NEAR, "until": FAR}, "", "y"),
        ({"from": NEAR, "when": "recipient.vip"}, "", ""),
        ({"until": NEAR, "when": "recipient.x"}, "", ""),
        ({"until": FAR, "when": "store.open"}, "x", "y"),
    ],
)
def test_a_layer_is_shown_between_its_moments(fonts: Fonts, window: dict[str, Any], live: str, prefetched: str) -> None:
    at = NINE.replace(tzinfo=PARIS)
    keys = {key: value if key == "when" else (at + value).isoformat() for key, value in window.items()}
    for client, said in ((LIVE, live), (EARLY, prefetched)):
        now = moment(NINE, RAINY, client, {"vip": False})
        assert told(fonts, now, {"text": "x", **keys})[0] == ([said] if said == "x" else [])
        # What is shown on a prefetch for sure is what stands in, as anywhere.
        stands_in = "" if not said else said if client is LIVE else "y"
        assert told(fonts, now, {"text": "x", "prefetched": "y", **keys})[0] == ([stands_in] if stands_in else [])


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
    variant = decide(ruled("weather.is_day && now.hour == 9", valid_for=valid_for), at, VOCABULARY).variant
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
    renderer = Renderer(painter)
    moments = [
        moment(NINE + timedelta(hours=h), RAINY, client, {}) for h in (0, 12) for client in (LIVE, EARLY, UNSURE)
    ]
    for at in (*moments, *reversed(moments)):
        new = compiled_of(folder, text, available, painter)
        old, anew = (one.variants["v"] for one in (kept, new))
        looks = [one.content(at) for one in (old, anew)]
        assert len({(look.words, look.link, look.left_out, tuple(map(str, look.substitutions))) for look in looks}) == 1
        scene = old.scene(looks[0])
        assert scene.nodes == anew.scene(looks[1]).nodes
        base = old.images().base
        assert renderer.render_now(scene, base, "jpg") == render_whole(scene, base, "jpg", painter)


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
    for client, said in ((LIVE, "Today, 20% off"), (EARLY, "20% off until 24 December")):
        content = compiled.variants["only"].content(Moment({"client": Fact(client, Reason.FRESH)}))
        assert content.words == (said,)
        assert bool(content.substitutions) == (client is EARLY)

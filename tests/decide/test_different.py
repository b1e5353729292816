"""What would have to be different: each way that is told is applied by other means, and shows the variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livecontent.creative.lets import with_lets
from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, decide
from livecontent.decide import situation as situations
from livecontent.decide.different import MOST, Way, search_ways, ways_to_show
from livecontent.decide.draws import Draws
from livecontent.decide.sentences import LANGUAGES, told_ways
from livecontent.decide.situation import Alteration, Situation
from livecontent.facts import Client, Fact, Moment, Now, Reason, Weather
from livecontent.showings import Learned, SeenVariant, Worth, slot_of
from livecontent.sources.history import PersonHistory
from livecontent.sources.now import clock_at, now_at
from livecontent.sources.registry import VOCABULARY
from made_creatives import PARIS, valid

AT = datetime(2026, 11, 30, 8, 30, tzinfo=PARIS)
DRAWS = Draws(b"a key of tests")
KEEPS = {"fill": "white"}
KNOWN = Circumstances("today", "ann", "n-7", AT.timestamp(), counted=True, draws=DRAWS)
DAY = 86_400.0


def facts(
    weather: Weather | None = None,
    profile: Mapping[str, Any] | None = None,
    history: PersonHistory | None = None,
    client: Client | None = None,
) -> dict[str, Fact[Any]]:
    given = {"weather": weather, "recipient": profile, "history": history}
    known = {name: Fact(value, Reason.FRESH if value is not None else Reason.MISSING) for name, value in given.items()}
    return {
        **known,
        "now": Fact(now_at(AT), Reason.FRESH),
        "client": Fact(client or Client("b", time="live"), Reason.FRESH),
    }


def situation(creative: Creative, told: Mapping[str, Fact[Any]], known: Circumstances = KNOWN) -> Situation:
    return Situation(creative, with_lets(creative, Moment(told)), VOCABULARY, known, now_at)


def applied(way: Way, creative: Creative, told: Mapping[str, Fact[Any]], known: Circumstances) -> str:
    """The variant that is shown once all of a way is so: each fact made anew, as its source would."""
    found = dict(told)
    for change in way.changes:
        found, known = differently(change, found, known)
    return decide(creative, with_lets(creative, Moment(found)), VOCABULARY, known).variant.name


def differently(
    change: Alteration, told: dict[str, Fact[Any]], known: Circumstances
) -> tuple[dict[str, Fact[Any]], Circumstances]:
    match change.kind:
        case "fact" | "contains":
            root, name = change.path
            value: Any = told.get(root, Fact(None, Reason.MISSING)).value
            made = [*(value or {}).get(name, ()), change.value] if change.kind == "contains" else change.value
            value = replace(value, **{name: made}) if is_dataclass(value) else {**(value or {}), name: made}
            return {**told, root: Fact(value, Reason.FRESH)}, known
        case "time" | "limit":
            later = change.value - AT
            history = told["history"].value
            if history is not None:
                hours = history.hours_since_visit
                aged = None if hours is None else hours + int(later.total_seconds() // 3600)
                told = {**told, "history": Fact(replace(history, hours_since_visit=aged), Reason.FRESH)}
            told = {**told, "now": Fact(now_at(change.value), Reason.FRESH)}
            slot = known.slot if known.slot == "n-7" else slot_of("", change.value)
            return told, replace(known, at=change.value.timestamp(), slot=slot)
        case "consent":
            return told, replace(known, counted=True)
        case "live":
            return {**told, "client": Fact(Client("browser", time="live"), Reason.FRESH)}, known
        case "drawn":
            slots = (f"n-{number}" for number in range(10_000))
            slot = next(one for one in slots if replace(known, slot=one).tie >= 0.9)
            return told, replace(known, slot=slot, seen=[one for one in known.seen if one.slot != known.slot])
        case "between":
            return told, replace(known, seen=(*known.seen, SeenVariant("today", "another", "", "n-6b", known.at)))


def ways(creative: Creative, told: Mapping[str, Fact[Any]], known: Circumstances = KNOWN) -> dict[str, Way]:
    """By variant, each tried."""
    found = {way.variant: way for way in ways_to_show(situation(creative, told, known)).found}
    for name, way in found.items():
        assert applied(way, creative, told, known) == name, way
    return found


def made(*variants: dict[str, Any], **keys: Any) -> Creative:
    layered = [{"layers": [KEEPS], **one} for one in variants]
    return valid({"title": "T", "size": "60x30", "variants": [*layered, {"name": "nothing", "collapse": True}], **keys})


def seen(variant: str, days: float) -> SeenVariant:
    return SeenVariant("today", variant, "", f"n-{days}", AT.timestamp() - days * DAY)


CLOUDS = Weather(6.0, "clouds", is_day=True)
BOOTS = {
    "name": "boots",
    "when": 'weather.condition in ["rain", "storm"]',
    "rank": 1,
    "score": "recipient.points / 1000.0",
}


def test_a_fact_that_fails_is_the_one_that_would_have_to_be_different() -> None:
    found = ways(made(BOOTS), facts(CLOUDS, {"points": 5}))
    assert found["boots"].changes == (Alteration("fact", ("weather", "condition"), "rain"),)


def test_a_limit_is_over_when_it_ends() -> None:
    capped = {"name": "boots", "cap": {"times": 2, "per": "7 days"}}
    found = ways(made(capped), facts(), replace(KNOWN, seen=(seen("boots", 5), seen("boots", 2))))
    (change,) = found["boots"].changes
    assert (change.kind, change.value) == ("limit", AT + timedelta(days=2))


def test_what_was_a_while_ago_is_longer_ago_when_a_limit_ends() -> None:
    welcome = {"name": "hi", "when": "history.hours_since_visit < 72", "cap": {"times": 1, "per": "14 days"}}
    told = facts(history=PersonHistory(hours_since_visit=3))
    way = ways(made(welcome), told, replace(KNOWN, seen=(seen("hi", 1),)))["hi"]
    assert [change.kind for change in way.changes] == ["limit", "fact"]


def test_a_score_below_the_threshold_needs_just_enough() -> None:
    known = replace(KNOWN, learned=Learned(7, Worth(1, 0.64, 0.0)))
    rain = replace(CLOUDS, condition="rain")
    found = ways(made(BOOTS, silence=0.9), facts(rain, {"points": 210}), known)
    assert found["boots"].changes == (Alteration("fact", ("recipient", "points"), 640),)


def test_two_things_may_have_to_be_different() -> None:
    known = replace(KNOWN, learned=Learned(7, Worth(1, 0.64, 0.0)))
    (one, other) = ways(made(BOOTS, silence=0.9), facts(CLOUDS, {"points": 210}), known)["boots"].changes
    assert (one.value, other.value) == ("rain", 640)


def test_what_is_in_a_list_consent_a_prefetch_and_the_clock_are_told_too() -> None:
    parents = {"name": "two", "when": '"parents" in recipient.segments'}
    assert ways(made(parents), facts(profile={"segments": ["loyal"]}))["two"].changes[0].kind == "contains"
    capped = {"name": "boots", "cap": {"times": 2, "per": "7 days"}}
    assert ways(made(capped), facts(), replace(KNOWN, counted=False))["boots"].changes == (Alteration("consent"),)
    early = facts(replace(CLOUDS, condition="rain"), client=Client("apple-mpp", time="early"))
    assert ways(made({**BOOTS, "score": 1}), early)["boots"].changes == (Alteration("live"),)
    evening = {"name": "evening", "when": "now.hour >= 18"}
    assert ways(made(evening), facts())["evening"].changes[0].value == AT.replace(hour=18, minute=0)
    sale = {"name": "sale", "from": "2026-12-24T10:00", "until": "2026-12-26T00:00"}
    assert ways(made(sale), facts())["sale"].changes[0].value == datetime(2026, 12, 24, 10, tzinfo=PARIS)


def test_where_chance_keeps_an_open_silent_another_draw_is_part_of_the_way() -> None:
    known = next(one for n in range(99) if (one := replace(KNOWN, slot=f"n-{n}")).tie < 0.9)
    found = ways(made(BOOTS, silence=0.9), facts(CLOUDS, {"points": 5}), known)
    assert [change.kind for change in found["boots"].changes] == ["fact", "drawn"]
    raining = facts(replace(CLOUDS, condition="rain"), {"points": 5})
    assert found != (alone := ways(made(BOOTS, silence=0.9), raining, known))
    assert alone["boots"].changes == (Alteration("drawn"),)


def test_nothing_is_told_that_nothing_would_change() -> None:
    assert ways(made({"name": "past", "until": "2026-01-01T00:00"}), facts()) == {}
    assert (
        ways(made({"name": "never", "when": "weather.temperature > 25 && weather.temperature < 20"}), facts(CLOUDS))
        == {}
    )
    assert ways(made(BOOTS, holdout=0.9, silence=0.5), facts(CLOUDS, {"points": 5})) == {}


def test_a_moment_is_told_as_no_more_than_what_was_tried() -> None:
    at_eight = {"name": "eight", "when": "now.hour == 20"}
    found = ways_to_show(situation(made(at_eight), facts()))
    said = [told_ways(found, language) for language in LANGUAGES]
    assert said == [
        ["eight would be shown at 30 November 2026, 20:00, all else being as it is."],
        ["eight serait affichée le 30 novembre 2026, 20:00, toutes choses égales par ailleurs."],
    ]


def test_a_variant_begins_on_the_clock_of_the_creative_where_the_readers_is_not_known() -> None:
    told = {**facts(), "now": Fact(Now(AT.astimezone(UTC)), Reason.EMBEDDED)}
    sale, late = {"name": "sale", "from": "2026-12-24T10:00"}, {"name": "late", "when": "now.hour == 20"}
    creative = made(sale, late, timezone="Europe/Paris")
    clock = clock_at(Moment(told))
    found = ways_to_show(replace(situation(creative, told), clock=clock))
    assert told_ways(found) == ["sale would be shown at 24 December 2026, 10:00, all else being as it is."]


def test_nobody_is_told_to_make_it_day() -> None:
    day = {"name": "day", "when": "weather.is_day"}
    assert ways(made(day), facts(replace(CLOUDS, is_day=False))) == {}


def test_a_value_does_not_end_the_code_that_it_is_told_beside() -> None:
    odd = {"name": "odd", "when": 'recipient.word == "a`b"'}
    (said,) = told_ways(ways_to_show(situation(made(odd), facts(profile={"word": "c"}))))
    assert said.count("`") == 2


def test_many_variants_share_what_is_tried_and_are_said_to() -> None:
    many = [{"name": f"v{n}", "when": f"recipient.a > {n} && recipient.b > {n} && recipient.c > 1"} for n in range(97)]
    steps = list(search_ways(situation(made(*many), facts(profile={"a": 0, "b": 0, "c": 0}))))
    assert len(steps) <= MOST + 3 * len(many)
    assert not steps[-1].whole
    assert "Not all was tried" in told_ways(steps[-1])[-1]
    assert ways_to_show(situation(made(BOOTS), facts(CLOUDS, {"points": 5}))).whole


def test_between_two_steps_nothing_is_tried_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So whoever serves others in between holds them up for no longer than a decision takes; also in scores."""
    tried = 0

    def counted(*given: Any) -> Any:
        nonlocal tried
        tried += 1
        return decide(*given)

    monkeypatch.setattr(situations, "decide", counted)
    scored = {"name": "far", "score": "recipient.points / 1000.0 - recipient.orders / 7.0"}
    ahead = {"name": "ahead", "score": "recipient.age > 0 ? 3.0 : 0.0"}
    between = []
    for _ in search_ways(situation(made(scored, ahead), facts(CLOUDS, {"points": 5, "orders": 3, "age": 40}))):
        between.append(tried)
        tried = 0
    assert sum(between) > 20
    assert max(between) <= 2  # what is decided now, and one try


TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
POINTS = st.none() | st.integers(0, 4000)
HISTORIES = st.builds(
    PersonHistory,
    open_tickets=st.integers(0, 2),
    hours_since_visit=st.none() | st.integers(0, 200),
    orders_in_a_year=st.integers(0, 5),
)


@pytest.fixture(scope="module")
def shipped() -> Mapping[str, Creative]:
    """The demo's creatives."""
    from livecontent.creative.load import load_creative

    return {
        folder.name: load_creative(folder, VOCABULARY).creative
        for folder in sorted(TEMPLATES.iterdir())
        if (folder / "creative.yaml").is_file()
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["today", "visit", "loyalty", "umbrella", "nearest-store"]),
    weather=st.none() | st.builds(Weather, st.integers(-20, 40), st.sampled_from(["clear", "rain"]), st.booleans()),
    points=POINTS,
    tier=st.none() | st.sampled_from(["silver", "gold"]),
    history=st.none() | HISTORIES,
    client=st.sampled_from([Client("b", time="live"), Client("apple-mpp", time="early")]),
    days=st.lists(st.floats(0.1, 40), max_size=3),
    threshold=st.none() | st.floats(0, 2),
    counted=st.booleans(),
    data=st.data(),
)
def test_each_way_over_the_demos_creatives_and_any_facts_shows_what_it_says(
    shipped: Mapping[str, Creative],
    name: str,
    weather: Weather | None,
    points: int | None,
    tier: str | None,
    history: PersonHistory | None,
    client: Client,
    days: list[float],
    threshold: float | None,
    counted: bool,
    data: st.DataObject,
) -> None:
    creative = shipped[name]
    variants = st.sampled_from([one.name for one in creative.variants])
    profile = {"points": points, "tier": tier, "segments": ["parents"]}
    learned = Learned(7, Worth(1, threshold, 0.5)) if threshold is not None else Learned()
    known = Circumstances(
        name,
        "ann",
        data.draw(st.sampled_from(["n-7", slot_of("", AT)])),
        AT.timestamp(),
        counted=counted,
        seen=[seen(data.draw(variants), ago)._replace(creative=name) for ago in days],
        learned=learned,
        draws=DRAWS,
    )
    told = facts(weather, {key: value for key, value in profile.items() if value is not None}, history, client)
    ways(creative, told, known)

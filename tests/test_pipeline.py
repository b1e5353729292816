from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from livecontent import pipeline
from livecontent.creative.model import AvailableAssets
from livecontent.facts import Client, Fact, Moment, Opening, Preview, Reason
from livecontent.links import Format
from livecontent.pipeline import Answer, Engine
from livecontent.render.compile import CompiledCreative, CompiledVariant
from livecontent.render.fallback import FallbackLevel
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import Renderer
from livecontent.render.static_store import StaticStore
from livecontent.sources.gather import Gatherer
from livecontent.sources.now import now_at
from made_creatives import PARIS, RAIN
from opened_pictures import Teller, compiled_of, file_of, kit_of, opened, opening_of, picture_of, telling

TEXT = """title: T
size: 60x30
format: png
link: "https://shop.example/{{ recipient.name }}"
params: {size: {type: integer, min: 1, max: 9, default: 3}}
variants:
  - name: rain
    when: weather.condition == "rain"
    layers:
      - fill: '#0000ff'
      - {text: "{{ recipient.name | default: 'you' }}", color: white, font: {size: 9}}
  - name: dry
    layers: [{fill: '#ffff00'}, {text: "{{ place.city }} {{ param.size }}", font: {size: 9}}]
"""
BLUE, YELLOW = (0, 0, 255), (255, 255, 0)
FORMATS = get_args(Format)


@pytest.fixture(scope="module")
def compiled(
    tmp_path_factory: pytest.TempPathFactory, available: AvailableAssets, painter: Painter
) -> CompiledCreative:
    folder = tmp_path_factory.mktemp("creatives")
    return compiled_of(folder / "a", TEXT, available, Painter(painter.fonts, StaticStore(folder / "static")))


def sources(**changes: Teller) -> tuple[Teller, ...]:
    told = {
        "weather": telling("weather", RAIN),
        "recipient": telling("recipient", {"name": "Ann"}),
        "place": telling("place", {"city": "Lille"}),
    }
    return tuple({**told, **changes}.values())


def kit_with(painter: Painter, compiled: CompiledCreative, **changes: Teller) -> Engine:
    return kit_of(painter, *sources(**changes), a=compiled)


def corner(found: Answer) -> tuple[int, ...]:
    """The colour in the bottom right corner, where no text stands."""
    picture = picture_of(found.data, found.format)
    assert picture.size == (120, 60)
    return picture.convert("RGB").getpixel((118, 58))  # type: ignore[return-value]


def test_an_opening_is_answered_with_the_picture_of_its_facts(painter: Painter, compiled: CompiledCreative) -> None:
    found = opened(kit_with(painter, compiled))
    assert (found.level, found.variant, found.format, found.creative) == (FallbackLevel.LIVE, "rain", "png", "a")
    assert (found.link, found.alt, found.left_out) == ("https://shop.example/Ann", "Ann.", ())
    assert found.version == compiled.loaded.version
    assert corner(found) == BLUE
    assert set(found.micros) == {"gather", "decide", "content", "layout", "render"}
    assert all(micros >= 0 for micros in found.micros.values())


def test_only_the_sources_that_the_rules_and_the_winner_name_are_asked(
    painter: Painter, compiled: CompiledCreative
) -> None:
    place, recipient = telling("place", {"city": "Lille"}), telling("recipient", {"name": "Ann"})
    found = opened(kit_with(painter, compiled, place=place, recipient=recipient))
    assert (place.asked, recipient.asked, found.variant) == (0, 1, "rain")
    assert set(found.moment.facts) == {"client", "param", "weather", "recipient"}


@pytest.mark.parametrize("format_", FORMATS)
def test_the_format_is_the_one_asked_for_else_the_creatives_own(
    painter: Painter, compiled: CompiledCreative, format_: Format
) -> None:
    found = opened(kit_with(painter, compiled), opening_of(format=format_))
    assert found.format == format_
    red, green, blue = corner(found)
    assert (red < 20, green < 20, blue > 235) == (True, True, True)
    assert opened(kit_with(painter, compiled)).format == "png"


@pytest.mark.parametrize(
    ("changes", "step", "variant", "left_out"),
    [
        ({}, FallbackLevel.LIVE, "rain", 0),
        ({"recipient": telling("recipient", {"name": "Ann"}, Reason.CACHED)}, FallbackLevel.LIVE, "rain", 0),
        ({"recipient": telling("recipient", {"name": "Ann"}, Reason.STALE)}, FallbackLevel.STALE, "rain", 0),
        ({"weather": telling("weather", RAIN, Reason.STALE)}, FallbackLevel.STALE, "rain", 0),
        ({"recipient": telling("recipient", None, Reason.MISSING)}, FallbackLevel.DEFAULTS, "rain", 0),
        ({"weather": telling("weather", None, Reason.BROKEN)}, FallbackLevel.DEFAULTS, "dry", 0),
        ({"place": telling("place", None, Reason.MISSING)}, FallbackLevel.LIVE, "rain", 0),
        ({"weather": telling("weather", replace(RAIN, condition="clear"))}, FallbackLevel.LIVE, "dry", 0),
        (
            {
                "weather": telling("weather", replace(RAIN, condition="clear")),
                "place": telling("place", None, Reason.MISSING),
            },
            FallbackLevel.DEFAULTS,
            "dry",
            1,
        ),
    ],
)
def test_the_step_says_how_well_the_facts_are_known(
    painter: Painter,
    compiled: CompiledCreative,
    changes: dict[str, Teller],
    step: FallbackLevel,
    variant: str,
    left_out: int,
) -> None:
    found = opened(kit_with(painter, compiled, **changes))
    assert (found.level, found.variant, len(found.left_out)) == (step, variant, left_out)
    assert corner(found) == (BLUE if variant == "rain" else YELLOW)


STATIONS = ["gather", "decide", "content", "layout", "render", "level"]


def break_(station: str, kit: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise RuntimeError("broken\nin two lines")

    match station:
        case "gather":
            monkeypatch.setattr(kit.gatherer, "gather", fail)
        case "decide":
            monkeypatch.setattr(pipeline, "decide", fail)
        case "content":
            monkeypatch.setattr(CompiledVariant, "content", fail)
        case "layout":
            monkeypatch.setattr(CompiledVariant, "scene", fail)
        case "render":
            monkeypatch.setattr(Renderer, "render", fail)
        case "level":
            monkeypatch.setattr(pipeline, "level_of", fail)


@pytest.mark.parametrize("station", STATIONS)
@pytest.mark.parametrize("format_", FORMATS)
def test_whatever_breaks_there_is_a_picture_and_one_line_in_the_log(
    painter: Painter,
    compiled: CompiledCreative,
    station: str,
    format_: Format,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    kit = kit_with(painter, compiled)
    compiled.fallback(format_)  # else it would be made now, by what is broken
    break_(station, kit, monkeypatch)
    found = opened(kit, opening_of(format=format_))
    decided = station not in ("gather", "decide")
    assert found.level == (FallbackLevel.VARIANT if decided and format_ == "png" else FallbackLevel.STATIC)
    assert found.format == format_
    red, _, blue = corner(found)
    assert (blue > red) == (found.level is FallbackLevel.VARIANT)
    (record,) = caplog.records
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)
    assert "\n" not in record.getMessage()
    assert record.getMessage().startswith("a: RuntimeError in test_pipeline:")  # its words may be of a person
    assert "broken" not in record.getMessage()
    assert (len(found.left_out), found.variant) == (1, "rain" if decided else "")
    composed = station not in ("gather", "decide", "content")
    assert found.link == ("https://shop.example/Ann" if composed else "https://shop.example/")


@pytest.mark.parametrize("format_", [*FORMATS, None])
def test_a_creative_that_nobody_knows_is_an_empty_image_of_a_usual_size(
    painter: Painter, compiled: CompiledCreative, format_: Format | None
) -> None:
    for name in ("b", "", "../a"):
        found = opened(kit_with(painter, compiled), opening_of(name, format=format_))
        assert (found.level, found.format, found.creative, found.variant) == (
            FallbackLevel.NEUTRAL,
            format_ or "jpg",
            name,
            "",
        )
        assert picture_of(found.data, found.format).size == (600, 200)


def test_a_source_that_raises_or_hangs_costs_no_more_than_its_fact(
    painter: Painter, compiled: CompiledCreative
) -> None:
    def refuse(_: Opening) -> Fact[Any]:
        raise OSError("no disk")

    async def hang(_: Opening) -> Fact[Any]:
        await asyncio.sleep(60)
        raise AssertionError

    for tell, reason in ((refuse, Reason.BROKEN), (hang, Reason.LATE)):
        found = opened(kit_with(painter, compiled, recipient=Teller("recipient", tell)))
        assert (found.level, found.variant, found.alt) == (FallbackLevel.DEFAULTS, "rain", "you.")
        assert found.moment.facts["recipient"].reason is reason


def test_the_facts_of_rules_and_winner_share_one_deadline(painter: Painter, compiled: CompiledCreative) -> None:
    spent: list[float] = []

    class Told(Gatherer):
        async def gather(self, roots: frozenset[str], opening: Opening, known: Moment, spent_: float = 0.0) -> Moment:
            spent.append(spent_)
            return await super().gather(roots, opening, known, spent_)

    async def slow(_: Opening) -> Fact[Any]:
        await asyncio.sleep(0.2)
        return Fact(RAIN, Reason.FRESH)

    async def hang(_: Opening) -> Fact[Any]:
        await asyncio.sleep(60)
        raise AssertionError

    told = sources(weather=Teller("weather", slow), recipient=Teller("recipient", hang))
    found = opened(replace(kit_of(painter, a=compiled), gatherer=Told(told, 2)))
    assert [part >= 0.2 for part in spent] == [False, True]
    assert found.moment.facts["weather"].reason is Reason.FRESH
    assert found.moment.facts["recipient"].reason is Reason.LATE


def test_what_the_address_and_the_client_say_are_facts(painter: Painter, compiled: CompiledCreative) -> None:
    kit = kit_with(painter, compiled, weather=telling("weather", None, Reason.MISSING))
    client = Client("gmail", proxy=True)
    found = opened(kit, opening_of(client=client, params={"size": "7", "other": "x"}))
    assert found.alt == "Lille 7."
    assert found.moment.facts["client"] == Fact(client, Reason.FRESH, "request")
    assert opened(kit, opening_of(preview=Preview(client="gmail"))).moment.facts["client"].reason is Reason.GIVEN
    assert opened(kit, opening_of(params={"size": "10"})).alt == "Lille 3."


MOMENTS = """title: T
size: 60x30
timezone: Europe/Paris
params: {until: {type: moment, default: 2026-12-24T18:00}}
variants:
  - {name: ended, when: now.at >= timestamp(param.until), alt: x, layers: [{fill: white}]}
  - {name: open, alt: "{{ param.until | date: 'dd HH:mm' }}", layers: [{fill: black}]}
"""


def test_a_moment_without_offset_can_be_compared_in_a_rule(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    compiled = compiled_of(tmp_path / "a", MOMENTS, available, painter)
    end = datetime(2026, 12, 24, 18, tzinfo=PARIS)
    for minutes, variant in ((-1, "open"), (0, "ended"), (1, "ended")):
        for until in ({}, {"until": "2026-12-24T18:00"}, {"until": "2026-12-24T17:00Z"}):
            at = now_at(end + timedelta(minutes=minutes))
            found = opened(kit_of(painter, telling("now", at), a=compiled), opening_of(params=until))
            assert found.variant == variant
            assert variant == "ended" or found.alt == "24 18:00"


def test_the_fallback_file_is_shown_when_all_else_fails(
    tmp_path: Path, available: AvailableAssets, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{TEXT}fallback: f.png\n"
    kit = kit_with(painter, compiled_of(tmp_path / "a", text, available, painter, {"f.png": file_of("#00ff00")}))
    break_("decide", kit, monkeypatch)
    assert corner(opened(kit)) == (0, 255, 0)

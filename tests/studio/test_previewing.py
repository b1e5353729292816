"""What the pages Preview and Grid stand on: addresses, openings, axes and cells."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocking import wait_for
from livecontent.creative.model import Creative
from livecontent.net.ranges import parse_address
from livecontent.services import Services
from livecontent.studio.pages.choices import CLIENTS
from livecontent.studio.pages.wish import CONSENTS, MAX_TEXT, SKIES, THEMES, FoundPerson
from livecontent.studio.previewing.axes import MOST, SETS, Axis, AxisMaker, AxisValue, fitted
from livecontent.studio.previewing.cells import SLICE, WIDTHS, GridCells, GridOpening, ReducedPictures
from livecontent.studio.previewing.frames import make_frame, read_frames
from livecontent.studio.previewing.looking import PreviewLooker
from livecontent.studio.previewing.state import NAMES, PREFIX, PreviewState, page_address, read_preview_state
from livecontent.web.opening import OpeningParser
from strangers import opening_of_request

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
TEXTS = st.text(max_size=MAX_TEXT + 50)
ISO = (st.datetimes() | st.datetimes(timezones=st.timezones())).map(lambda at: at.isoformat())
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        **{PREFIX + name: TEXTS for name in NAMES},
        "f.at": ISO | TEXTS,
        "f.weather": st.builds("{}:{}".format, st.sampled_from(SKIES), st.integers(-120, 80)) | TEXTS,
        "f.degrees": st.integers().map(str) | TEXTS,
        "f.client": st.sampled_from(["browser", *CLIENTS]) | TEXTS,
        "f.ip": st.ip_addresses().map(str) | TEXTS,
        "f.consent": st.sampled_from(CONSENTS),
        "f.theme": st.sampled_from([*THEMES, "pink"]),
        "f.lang": st.sampled_from(["fr", "pt-BR", "pt_br", "x" * 30, "<b>"]),
        "f.variant": st.sampled_from(["rain", "soon", "none"]),
        "until": ISO | TEXTS,
        "theme": st.sampled_from(THEMES) | TEXTS,
        "colour": TEXTS,
    },
)
NAMED = st.sampled_from(["umbrella", "countdown", "nearest-store", "loyalty"])


@pytest.fixture(scope="module")
def looker(demo: Services) -> PreviewLooker:
    """Looks at the creatives of the demo, at noon."""
    parts = demo.tables, demo.systems, demo.storage.people, demo.storage.sends
    parser = OpeningParser((), True, *parts, demo.kit.creatives, clock=lambda: NOON)
    return PreviewLooker.of(demo.kit, parser, demo.storage.recipients)


def creative_of(demo: Services, name: str) -> Creative:
    return demo.kit.creatives[name].loaded.creative


@given(QUERIES, NAMED)
def test_a_preview_is_found_again_by_its_address(demo: Services, query: dict[str, str], name: str) -> None:
    creative = creative_of(demo, name)
    state, wrong = read_preview_state(query, creative)
    address = page_address("preview", name, state.query())
    assert read_preview_state(dict(parse_qsl(urlsplit(address).query)), creative) == (state, [])
    assert len(wrong) == len(set(wrong))
    assert {*wrong} <= query.keys() | {"f.weather", "f.theme"}


@given(QUERIES, NAMED)
def test_what_is_set_is_what_is_opened(demo: Services, query: dict[str, str], name: str) -> None:
    state, _ = read_preview_state(query, creative_of(demo, name))
    params = state.image_query()
    opening = opening_of_request({"path": f"/i/{name}/", "query_string": urlencode(params).encode()}, preview=True)
    assert opening.params == params
    if state.ip:
        assert opening.address == (None if state.consent == "none" else parse_address(state.ip))
    if state.at:
        assert opening.at == datetime.fromisoformat(state.at)
    if state.city or state.weather or state.client:
        assert opening.preview is not None
        assert opening.preview == replace(
            opening.preview, city=state.city or None, weather=state.weather or None, client=state.client or None
        )


def test_a_weather_is_read_with_its_degrees_or_with_what_is_usual(demo: Services) -> None:
    creative = creative_of(demo, "umbrella")
    for query, weather in (
        ({"f.weather": "rain"}, "rain:11"),
        ({"f.weather": "rain", "f.degrees": "3"}, "rain:3"),
        ({"f.weather": "rain:4", "f.degrees": "3"}, "rain:4"),
        ({"f.degrees": "3"}, ""),
    ):
        assert read_preview_state(query, creative)[0].weather == weather


def test_what_can_not_be_used_is_named(demo: Services) -> None:
    query = {"f.weather": "hail", "f.at": "soon", "f.client": "pigeon", "until": "never", "f.city": "Brest"}
    state, wrong = read_preview_state(query, creative_of(demo, "countdown"))
    assert state == PreviewState(city="Brest")
    assert wrong == ["f.at", "f.client", "f.weather", "until"]


def test_a_variant_can_be_looked_at_whatever_its_rule_says(demo: Services, looker: PreviewLooker) -> None:
    for compiled in demo.kit.creatives.values():
        names = [variant.name for variant in compiled.loaded.creative.variants]
        shown = [wait_for(looker.look(compiled, PreviewState(variant=name))).answer.variant for name in names]
        assert shown == names


def test_a_language_can_be_tried_on_anybody(demo: Services, looker: PreviewLooker) -> None:
    compiled = demo.kit.creatives["umbrella"]
    for person in ("", "r-0001", "r-0002"):
        for language in ("fr", "en"):
            state = PreviewState(person=person, lang=language)
            assert wait_for(looker.look(compiled, state)).language == language


def axes_of(demo: Services, name: str, at: str = "") -> dict[str, Axis]:
    maker = AxisMaker(creative_of(demo, name), demo.storage.recipients, NOON)
    return {axis: wait_for(maker.make(axis, PreviewState(at=at))) for axis in maker.names}


def test_every_axis_sets_what_it_is_named_after(demo: Services) -> None:
    for name in ("umbrella", "countdown", "nearest-store", "loyalty"):
        creative = creative_of(demo, name)
        axes = axes_of(demo, name)
        assert ("theme" in axes) == (name == "nearest-store")
        for axis in axes.values():
            states = [value.set_in(PreviewState()) for value in axis.values]
            assert len(states) == len({tuple(state.query().items()) for state in states})
            for state in states:
                assert read_preview_state(state.query(), creative) == (state, [])
        assert len(axes["hour"].values) == 24
        assert [value.key for value in axes["variant"].values] == [one.name for one in creative.variants]


def test_hours_are_of_the_day_that_is_set(demo: Services) -> None:
    hours = axes_of(demo, "umbrella", "2026-12-06T17:30")["hour"].values
    assert [hours[0].changes["at"], hours[23].changes["at"]] == ["2026-12-06T00:00", "2026-12-06T23:00"]


@pytest.mark.parametrize("people", SETS)
def test_sets_of_people_end_with_nobody(demo: Services, people: str) -> None:
    maker = AxisMaker(creative_of(demo, "umbrella"), demo.storage.recipients, NOON)
    *known, nobody = [one.person for one in wait_for(maker.make("person", PreviewState(), people, "r-000")).values]
    assert nobody == FoundPerson()
    assert known
    assert None not in known
    if people == "languages":
        spoken = [one.language for one in known if one]
        assert len(spoken) == len(set(spoken)) > 3


def test_no_grid_has_too_many_openings() -> None:
    def long(length: int) -> Axis:
        return Axis("hour", [AxisValue({}, str(place)) for place in range(length)])

    for rows, columns, kept in ((24, 14, 24), (24, 24, 16), (500, 1, 400), (2, 300, 1)):
        cut, left = fitted(long(rows), long(columns))
        assert (len(cut.values), left) == (kept, rows - kept)
        assert len(cut.values) * columns <= MOST


def opened(cells: GridCells, *args: Any) -> list[GridOpening]:
    async def collect() -> list[GridOpening]:
        return [cell async for cell in cells.open(*args)]

    found: list[GridOpening] = wait_for(collect())
    return found


def test_equal_pictures_come_once_and_are_the_true_ones(demo: Services, looker: PreviewLooker) -> None:
    axes = axes_of(demo, "umbrella")
    cells = opened(
        GridCells(looker, ReducedPictures()), demo.kit.creatives["umbrella"], PreviewState(city="Brest"),
        axes["weather"], axes["hour"], WIDTHS[0],
    )  # fmt: skip
    assert [(cell.row, cell.column) for cell in cells] == [(row, column) for row in range(7) for column in range(24)]
    pictures = {cell.picture.answer.data for cell in cells}
    sent = [cell for cell in cells if cell.reduced]
    assert len(sent) == len(pictures) == len({cell.digest for cell in cells}) > 6
    assert {cell.reduced.width for cell in sent if cell.reduced} == {WIDTHS[0]}
    for cell in cells[::17]:
        assert cell.picture.answer.data == wait_for(looker.look(cell.picture.compiled, cell.state)).answer.data


def test_others_have_their_turn_while_a_grid_is_opened(demo: Services, looker: PreviewLooker) -> None:
    """An open that comes meanwhile waits for a few of the grid's openings at most."""
    axes = axes_of(demo, "umbrella")
    parts = demo.kit.creatives["umbrella"], PreviewState(city="Brest"), axes["weather"], axes["hour"], 0
    done = 0

    async def beside() -> list[int]:
        seen = []
        while done < 7 * 24:
            seen.append(done)
            await asyncio.sleep(0)
        return seen

    async def both() -> list[int]:
        nonlocal done
        waiting = asyncio.create_task(beside())
        async for _ in GridCells(looker, ReducedPictures()).open(*parts):
            done += 1
        return await waiting

    wait_for(both())  # draws what is not drawn yet
    done = 0
    seen = wait_for(both())
    assert max(after - before for before, after in pairwise([*seen, done])) <= SLICE


@given(st.lists(st.tuples(st.dictionaries(st.text(), st.text() | st.integers()), st.binary())))
def test_frames_are_read_as_they_were_made(frames: list[tuple[dict[str, Any], bytes]]) -> None:
    assert list(read_frames(b"".join(make_frame(*one) for one in frames))) == frames

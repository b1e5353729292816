"""The page Grid: every variant of a creative at a glance, or any two things that an image may depend on side by side.

The table stands at once, each cell a link to its preview. The pictures come in one answer, as frames: reduced from the
true ones, and of equal ones the first. Without the script each cell has an image of its own.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from livecontent.creative.model import has_themes
from livecontent.links import MEDIA_TYPES
from livecontent.render.compile import CompiledCreative
from livecontent.studio.pages.catalogue import Catalogue
from livecontent.studio.preview import DRAFT, Previewed, find_compiled, find_previewed, title_of
from livecontent.studio.previewing.axes import PARAM, SETS, Axis, AxisMaker, AxisValue, fitted
from livecontent.studio.previewing.cells import WIDTHS, GridCells, GridOpening
from livecontent.studio.previewing.controls import language_name, settings_of
from livecontent.studio.previewing.frames import FRAMES_TYPE, make_frame
from livecontent.studio.previewing.looking import is_known
from livecontent.studio.previewing.state import PREFIX, PreviewState, page_address, read_preview_state
from livecontent.studio.site import HEADERS, Site, StudioRoute

PATH = "/studio/grid/{creative}"
DATA = "/v1/creatives/{creative}/grid"
_ONE = Axis("", (AxisValue({}, ""),))


@dataclass(frozen=True, slots=True)
class GridRequest:
    """What a request asks for."""

    previewed: Previewed
    compiled: CompiledCreative
    state: PreviewState
    rows: Axis
    columns: Axis
    names: Sequence[str]  # of the axes that there are
    people: str
    sought: str
    width: int
    only: bool  # what differs
    left: int  # rows that are too many
    wrong: Sequence[str]

    @property
    def draft(self) -> dict[str, str]:
        """What the address of a draft holds."""
        return {DRAFT: "1"} if self.previewed.draft else {}

    def query(self, **changes: str) -> dict[str, str]:
        """What the address of the grid holds, or that of another."""
        own = {"rows": self.rows.name, "columns": self.columns.name, "people": self.people, "find": self.sought}
        own |= {"size": str(self.width) if self.width != WIDTHS[0] else "", "only": "1" if self.only else ""}
        own = {PREFIX + name: value for name, value in {**own, **changes}.items() if value}
        return self.state.query() | own | self.draft

    def address(self, page: str = "", **changes: str) -> str:
        """Of the grid, or a page below it."""
        below = f"/{page}" if page else ""
        return f"/studio/grid/{quote(self.previewed.name)}{below}?{urlencode(self.query(**changes), safe=':')}"

    def address_with(self, **changes: Any) -> str:
        """Of the grid, with some of the state changed."""
        return replace(self, state=replace(self.state, **changes)).address()

    def cell(self, row: int, column: int, page: str = "") -> str:
        """The address of the preview of a cell, or of its picture."""
        state = self.columns.values[column].set_in(self.rows.values[row].set_in(self.state))
        below = f"/{page}" if page else ""
        query = urlencode(state.query() | self.draft, safe=":")
        return f"/studio/preview/{quote(self.previewed.name)}{below}?{query}"


def grid_routes(site: Site) -> list[StudioRoute]:
    """The page, and the pictures in it."""
    grid = GridPages(site)
    return [
        StudioRoute(PATH, grid.page, "view"),
        StudioRoute(DATA, grid.data, "view"),
        StudioRoute(f"{PATH}/cells", grid.cells, "view", smaller=False),
    ]


class GridPages:
    """The grids of creatives."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parts = site.parts
        self._cells = GridCells(site.looker, site.reduced)

    async def page(self, request: Request) -> Response:
        """The table."""
        previewed = await find_previewed(self._site, request)
        if previewed.compiled is None:
            return self._site.render(request, "broken.html", creative=previewed.name, previewed=previewed)
        asked = await self._read(request, previewed, previewed.compiled)
        words = self._site.words(request)
        creative = asked.compiled.loaded.creative
        person = await self._cells.looker.person(asked.state)
        given = [one for one in settings_of(creative, asked.state, person, words, asked.address_with) if one.given]
        return self._site.render(
            request,
            "grid.html",
            creative=previewed.name,
            title=title_of(asked.compiled),
            words=words,
            asked=asked,
            given=given,
            preview=page_address("preview", previewed.name, asked.state.query() | asked.draft),
            axis_names={name: axis_name(name, words) for name in asked.names},
            row_names=[value_name(asked.rows.name, one, words) for one in asked.rows.values],
            column_names=[value_name(asked.columns.name, one, words) for one in asked.columns.values],
            sets=SETS,
            widths=WIDTHS,
            size=creative.size,
        )

    async def cells(self, request: Request) -> Response:
        """All pictures, each with what is said of it."""
        asked = await self._asked(request)
        frames = self._frames(asked, self._site.words(request))
        return StreamingResponse(frames, media_type=FRAMES_TYPE, headers=HEADERS)

    async def data(self, request: Request) -> Response:
        """The grid as JSON."""
        return self._site.json(await self.explain(request))

    async def explain(self, request: Request) -> dict[str, Any]:
        """The grid as plain data, without pictures."""
        asked = await self._asked(request)
        words = self._site.words(request)
        cells = [told_of_cell(cell, words) async for cell in self._opened(asked, 0)]
        return {
            "creative": asked.previewed.name,
            "given": asked.state.query(),
            "rows": {"axis": asked.rows.name, "values": [one.key for one in asked.rows.values]},
            "columns": {"axis": asked.columns.name, "values": [one.key for one in asked.columns.values]},
            "left_out": asked.left,
            "cells": cells,
        }

    async def _frames(self, asked: GridRequest, words: Catalogue) -> AsyncIterator[bytes]:
        begun, digests, number = perf_counter(), set(), 0
        async for cell in self._opened(asked, asked.width):
            digests.add(cell.digest)
            number += 1
            yield make_frame(told_of_cell(cell, words), cell.reduced.data if cell.reduced else b"")
        texts = words.texts["grid"]
        said = texts["done"].format(number, len(digests), words.span(int((perf_counter() - begun) * 1e6)))
        yield make_frame({"done": said})

    def _opened(self, asked: GridRequest, width: int) -> AsyncIterator[GridOpening]:
        return self._cells.open(asked.compiled, asked.state, asked.rows, asked.columns, width)

    async def _asked(self, request: Request) -> GridRequest:
        return await self._read(request, *await find_compiled(self._site, request))

    async def _read(self, request: Request, previewed: Previewed, compiled: CompiledCreative) -> GridRequest:
        """What can't be read is as it is to begin with."""
        creative = compiled.loaded.creative
        maker = AxisMaker(creative, self._parts.storage.recipients, self._parts.reader.clock())
        query = {name: text for name, text in request.query_params.items() if text}
        state, wrong = read_preview_state(query, creative)
        names = maker.names
        if not self._site.shows_people(request):
            state, names = replace(state, person=""), [name for name in names if name != "person"]
        usual = ("", "variant" if len(creative.variants) > 1 else "hour")
        if len(creative.languages) > 1:
            usual = ("language", usual[1])
        elif has_themes(creative):
            usual = ("theme", usual[1])
        chosen = tuple(query.get(f"{PREFIX}{name}", "") for name in ("rows", "columns"))
        rows, columns = chosen if any(chosen) else usual
        people, sought = query.get(f"{PREFIX}people", ""), query.get(f"{PREFIX}find", "").strip()
        people = people if people in SETS else SETS[0]
        across = await maker.make(columns if columns in names else usual[1], state, people, sought)
        down = await maker.make(rows, state, people, sought) if rows in names and rows != across.name else _ONE
        down, left = fitted(down, across)
        width = next((one for one in WIDTHS if query.get(f"{PREFIX}size") == str(one)), WIDTHS[0])
        shown = people if "person" in (down.name, across.name) and people != SETS[0] else ""
        only = query.get(f"{PREFIX}only") == "1"
        return GridRequest(previewed, compiled, state, down, across, names, shown, sought, width, only, left, wrong)


def told_of_cell(cell: GridOpening, words: Catalogue) -> Mapping[str, Any]:
    """What is said of a cell."""
    answer = cell.picture.answer
    texts = words.texts
    marks = [] if answer.level in ("live", "silent") else [texts["step"][answer.level]]
    marks += [texts["left_out"]] if answer.left_out else []
    marks += [texts["grid"]["replaced"]] if answer.substitutions else []
    left_out = [words.said(str(one)) for one in (*answer.left_out, *answer.substitutions)]
    return {
        "row": cell.row,
        "column": cell.column,
        "variant": answer.variant,
        "level": answer.level.value,
        "marks": marks,
        "left_out": left_out,
        "alt": answer.alt,
        "link": answer.link,
        "language": cell.picture.language,
        "version": answer.version,
        "bytes": len(answer.data),
        "micros": sum(answer.micros.values()),
        "digest": cell.digest,
        "type": MEDIA_TYPES[cell.reduced.format] if cell.reduced else "",
    }


def axis_name(name: str, words: Catalogue) -> str:
    """What an axis is called."""
    axes: Mapping[str, str] = words.texts["grid"]["axis"]
    return axes["param"].format(name.removeprefix(PARAM)) if name.startswith(PARAM) else axes[name]


def value_name(axis: str, one: AxisValue, words: Catalogue) -> str:
    """What a row or column is called."""
    texts = words.texts
    match axis:
        case "weather":
            return str(texts["sky"][one.key])
        case "client":
            return str(texts["client_name"][one.key])
        case "consent":
            return str(texts["consents"][one.key])
        case "theme":
            return str(texts["theme"][one.key])
        case "language":
            return language_name(one.key, words)
        case "day":
            return words.weekday(datetime.fromisoformat(one.key))
        case "person":
            return one.name if one.person and is_known(one.person) else str(texts["unknown"])
    return one.key

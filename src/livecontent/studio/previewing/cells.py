"""The cells of a grid: each an opening of its own, with its picture reduced; equal pictures come once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from livecontent.render.compile import CompiledCreative
from livecontent.render.reduced import ReducedImage, reduce_image
from livecontent.runtime.cache import Cache
from livecontent.studio.pages.why import PreviewImage
from livecontent.studio.pages.wish import FoundPerson
from livecontent.studio.previewing.axes import Axis
from livecontent.studio.previewing.looking import PreviewLooker
from livecontent.studio.previewing.state import PreviewState

WIDTHS = (300, 600)  # pixels of a reduced picture: a JPEG is decoded at a quarter or a half for them
KEPT = 8 * 1024 * 1024  # bytes of reduced pictures
SLICE = 4  # openings, after which others have their turn


class ReducedPictures:
    """Reduces pictures, and keeps them by the digest of the true one and their width."""

    def __init__(self) -> None:
        self.cache = Cache[tuple[str, int], ReducedImage]("reduced pictures", KEPT, lambda one: len(one.data) + 200)

    async def reduce(self, data: bytes, width: int) -> ReducedImage:
        """A picture reduced, or kept from before; the width is in pixels."""
        key = digest_of(data), width
        return self.cache.get(key) or self.cache.put(key, await asyncio.to_thread(reduce_image, data, width))


@dataclass(frozen=True, slots=True)
class GridOpening:
    """Where it stands, what it is of, and what was opened; the picture where none before was equal."""

    row: int
    column: int
    state: PreviewState
    picture: PreviewImage
    digest: str
    reduced: ReducedImage | None


@dataclass(frozen=True, slots=True)
class GridCells:
    """Opens the cells of grids."""

    looker: PreviewLooker
    reduced: ReducedPictures

    async def open(
        self, compiled: CompiledCreative, base: PreviewState, rows: Axis, columns: Axis, width: int
    ) -> AsyncIterator[GridOpening]:
        """All cells, row by row; a width of 0 is for words alone."""
        people: dict[str, FoundPerson] = {}
        seen: set[str] = set()
        for number, (row, column, state) in enumerate(_states(base, rows, columns)):
            if number % SLICE == 0:
                await asyncio.sleep(0)
            if state.person not in people:
                people[state.person] = await self.looker.person(state)
            picture = await self.looker.look(compiled, state, people[state.person])
            digest = digest_of(picture.answer.data)
            reduced = None
            if width and digest not in seen:
                seen.add(digest)
                reduced = await self.reduced.reduce(picture.answer.data, width)
            yield GridOpening(row, column, state, picture, digest, reduced)


def digest_of(data: bytes) -> str:
    """What tells pictures apart."""
    return blake2b(data, digest_size=12).hexdigest()


def _states(base: PreviewState, rows: Axis, columns: Axis) -> Sequence[tuple[int, int, PreviewState]]:
    of_rows = [(row, one.set_in(base)) for row, one in enumerate(rows.values)]
    return [(row, column, one.set_in(state)) for row, state in of_rows for column, one in enumerate(columns.values)]

"""What a store of single-use codes keeps: pools of codes, and to whom each was given, once and for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Collection, Sequence
from typing import Literal, NamedTuple, Protocol

from livecontent.errors import StorageError

log = logging.getLogger(__name__)

CodeOutcome = Literal["added", "known", "given", "elsewhere"]  # elsewhere: in another pool

LOW = 10  # the part of a pool, as its divisor, at which a warning is due

LOOKED = 10.0  # seconds between looks at what is left


class PoolCount(NamedTuple):
    """A pool: how many codes there are in it, and how many are left to be given."""

    name: str
    total: int
    left: int

    @property
    def low(self) -> bool:
        """Whether it soon runs out."""
        return self.left * LOW <= self.total

    def __str__(self) -> str:
        return f"{self.left:,} of {self.total:,} codes left"


class GivenCode(NamedTuple):
    """A code that somebody has: `at` in seconds since 1970."""

    pool: str
    code: str
    at: float


class CodeStore(Protocol):
    """Keeps codes. Each method raises `StorageError` where they can't be read or written."""

    async def add(self, pool: str, codes: Sequence[str]) -> list[CodeOutcome]:
        """Puts codes into a pool, behind those in it; all or none. No code is in two pools."""

    def give(self, pool: str, ref: str, at: float) -> str | Awaitable[str | None] | None:
        """The code that somebody has of a pool, or else the next one, which is theirs from now on.

        At once where it was given before, and where none is left (None). Durable when it answers. Who consents to
        nothing by then gets none.
        """

    async def find(self, pool: str, ref: str) -> str | None:
        """The code that somebody has of a pool."""

    async def pools(self) -> list[PoolCount]:
        """All pools, by name."""

    async def of_person(self, ref: str) -> list[GivenCode]:
        """All codes that somebody has."""

    async def forget(self, refs: Collection[str]) -> None:
        """Codes of these people stay given, to nobody known, without a trace."""


class PoolWatch:
    """Counts what is left in pools every few seconds, for metrics, and warns once of each that runs out."""

    def __init__(self, codes: CodeStore) -> None:
        self._codes = codes
        self._warned: set[tuple[str, bool]] = set()
        self.counts: Sequence[PoolCount] = ()

    async def run(self) -> None:
        """Looks again and again."""
        while True:
            try:
                self.counts = await self._codes.pools()
            except StorageError as error:
                log.warning("codes can't be counted: %s", error)
            for one in self.counts:
                self._warn(one)
            await asyncio.sleep(LOOKED)

    def _warn(self, one: PoolCount) -> None:
        state = one.name, one.left == 0
        if not one.low:
            self._warned -= {(one.name, True), (one.name, False)}
        elif state not in self._warned:
            self._warned.add(state)
            log.warning("pool %s: %s; import more: livecontent import codes FILE --pool %s", one.name, one, one.name)

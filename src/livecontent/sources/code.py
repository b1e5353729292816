"""The fact `code`: single-use codes of pools, `code.summer`. Each is given once, when a person opens."""

import logging
from collections.abc import Awaitable
from typing import Any, Self

from livecontent.errors import StorageError
from livecontent.facts import Fact, FactsByKey, Opening, Reason
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.storage.codes import CodeStore
from livecontent.vocabulary import FactType

log = logging.getLogger(__name__)

EXAMPLE = "EXAMPLE-7F3K"
CODE = FactType("code", sample=EXAMPLE, shape="keyed", volatile="all")

_SOURCE = "codes"


class CodeSource(Source):
    """Tells `code`: at once to who has one, else when it is written to whom it is given."""

    fact = CODE

    def __init__(self, codes: CodeStore) -> None:
        self._codes = codes
        self._missed: set[str] = set()  # pools of which it was told that they have none

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the store of codes."""
        return cls(dependencies.codes)

    def ask(self, opening: Opening, _facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """The person's code of each pool; whoever only tries it sees one that they have, or an example."""
        if opening.client.time != "live":
            return Fact(None, Reason.MISSING, _SOURCE, note="it is given when a person opens the email, or clicks")
        if not opening.ref or not opening.person.known:
            return Fact(None, Reason.MISSING, _SOURCE, note="it is given to recipients that are known")
        if not opening.requested:
            return self._shown(opening.ref, keys)
        try:
            given = {pool: self._codes.give(pool, opening.ref, opening.at.timestamp()) for pool in keys}
        except StorageError as error:
            return Fact(None, Reason.BROKEN, _SOURCE, note=str(error))
        found = {pool: self._given(pool, code) for pool, code in given.items() if code is None or isinstance(code, str)}
        waited = {pool: code for pool, code in given.items() if pool not in found and isinstance(code, Awaitable)}
        return _told(found) if not waited else self._waited(found, waited)

    async def _waited(self, found: dict[str, Fact[Any]], waited: dict[str, Awaitable[str | None]]) -> Fact[Any]:
        for pool, code in waited.items():
            try:
                found[pool] = self._given(pool, await code)
            except StorageError as error:
                found[pool] = Fact(None, Reason.BROKEN, _SOURCE, note=str(error))
        return _told(found)

    def _given(self, pool: str, code: str | None) -> Fact[str]:
        """A code, or why there is none, which is logged once."""
        if code is not None:
            return Fact(code, Reason.FRESH, _SOURCE)
        note = f"no code is left in pool {pool}, or there is no such pool"
        if pool not in self._missed:
            self._missed.add(pool)
            log.warning("%s: livecontent import codes FILE --pool %s", note, pool)
        return Fact(None, Reason.MISSING, _SOURCE, note=note)

    async def _shown(self, ref: str, keys: Keys) -> Fact[Any]:
        """What a preview shows."""
        own = {pool: await self._codes.find(pool, ref) for pool in keys}
        example = Fact(EXAMPLE, Reason.GIVEN, _SOURCE, note="an example: none was given to this recipient yet")
        return _told({pool: Fact(code, Reason.FRESH, _SOURCE) if code else example for pool, code in own.items()})


def _told(found: dict[str, Fact[Any]]) -> Fact[Any]:
    return Fact(FactsByKey(found), Reason.FRESH, _SOURCE)

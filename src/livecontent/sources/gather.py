"""Gathers the facts that a creative names, in parallel, under one deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any

from livecontent.facts import Fact, Moment, Opening, Reason
from livecontent.sources.base import Facts, Source


class Gatherer:
    """Asks sources, each as soon as what it builds on is known."""

    def __init__(self, sources: Iterable[Source], deadline: float) -> None:
        """The deadline is in seconds."""
        self._sources: Mapping[str, Source] = {source.name: source for source in sources}
        self._deadline = deadline

    def told_by(self, source: Source) -> Gatherer:
        """The same, but another source tells its fact."""
        return Gatherer((*self._sources.values(), source), self._deadline)

    async def gather(self, roots: frozenset[str], opening: Opening, known: Moment, spent: float = 0.0) -> Moment:
        """The moment with these facts added, in what is left of the deadline; one that is not there in time says so."""
        facts = dict(known.facts)
        wanted = self._with_needs(roots - facts.keys()) - facts.keys()
        if not wanted:
            return known
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline - spent
        pending: dict[asyncio.Future[Fact[Any]], str] = {}
        while wanted or pending:
            for name in [name for name in wanted if self._sources[name].needs <= facts.keys()]:
                wanted.discard(name)
                found = self._ask(name, opening, facts)
                if isinstance(found, Fact):
                    facts[name] = found
                else:
                    pending[asyncio.ensure_future(found)] = name
            if any(self._sources[name].needs <= facts.keys() for name in wanted):
                continue
            if not pending:
                break
            done, _ = await asyncio.wait(
                pending, timeout=max(end - loop.time(), 0), return_when=asyncio.FIRST_COMPLETED
            )
            for future in done or tuple(pending):
                name = pending.pop(future)
                facts[name] = _outcome(future, name)
        return Moment(facts, known)

    def _ask(self, name: str, opening: Opening, facts: Facts) -> Fact[Any] | Awaitable[Fact[Any]]:
        try:
            return self._sources[name].ask(opening, facts)
        except Exception as error:  # noqa: BLE001  one source that breaks its word must not cost the others
            return _broken(name, error)

    def _with_needs(self, roots: frozenset[str]) -> set[str]:
        """Roots with all that they build on; those no source tells are left out."""
        found: set[str] = set()
        queue = [root for root in roots if root in self._sources]
        while queue:
            name = queue.pop()
            if name not in found:
                found.add(name)
                queue += [need for need in self._sources[name].needs if need in self._sources]
        return found


def _outcome(future: asyncio.Future[Fact[Any]], name: str) -> Fact[Any]:
    """The fact a source promised; a promise that is not kept in time is dropped."""
    if not future.done():
        future.cancel()
        return Fact(None, Reason.LATE, name, note="not here before the deadline")
    try:
        return future.result()
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001
        return _broken(name, error)


def _broken(name: str, error: BaseException) -> Fact[Any]:
    return Fact(None, Reason.BROKEN, name, note=f"{type(error).__name__}: {error}")

"""Gathers the facts that a creative names, in parallel, under one deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from livecontent.facts import Fact, Moment, Opening, Reason
from livecontent.sources.base import Source


class Gatherer:
    """Asks sources, each as soon as what it builds on is known."""

    def __init__(self, sources: Iterable[Source], deadline: float) -> None:
        """The deadline is in seconds."""
        self._sources: Mapping[str, Source] = {source.name: source for source in sources}
        self._deadline = deadline
        self._plans: dict[frozenset[str], tuple[Source, ...]] = {}

    def told_by(self, source: Source) -> Gatherer:
        """The same, but another source tells its fact."""
        return Gatherer((*self._sources.values(), source), self._deadline)

    async def gather(self, roots: frozenset[Any], opening: Opening, known: Moment, spent: float = 0.0) -> Moment:
        """The moment with these facts added, in what is left of the deadline; one that is not there in time says so."""
        if roots <= known.facts.keys():
            return known
        clock = asyncio.get_running_loop().time
        end = clock() + self._deadline - spent
        waiting = [source for source in self._plan(roots.difference(known.facts)) if source.name not in known.facts]
        facts = dict(known.facts)
        pending: dict[asyncio.Future[Fact[Any]], str] = {}
        waiting = _ask(waiting, opening, facts, pending)
        while pending:
            left = max(end - clock(), 0)
            done, _ = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            for future in done or tuple(pending):
                name = pending.pop(future)
                facts[name] = _outcome(future, name)
            waiting = _ask(waiting, opening, facts, pending)
        return Moment(facts, known)

    def _plan(self, roots: frozenset[str]) -> tuple[Source, ...]:
        """The sources of roots, each behind those that it builds on; roots that no source tells are left out."""
        plan = self._plans.get(roots)
        if plan is None:
            seen: set[str] = set()
            plan = self._plans[roots] = tuple(self._chain(roots, seen))
        return plan

    def _chain(self, roots: Iterable[str], seen: set[str]) -> Iterator[Source]:
        for root in roots:
            source = self._sources.get(root)
            if source and root not in seen:
                seen.add(root)
                yield from self._chain(source.needs, seen)
                yield source


def _ask(
    sources: Iterable[Source],
    opening: Opening,
    facts: dict[str, Fact[Any]],
    pending: dict[asyncio.Future[Fact[Any]], str],
) -> list[Source]:
    """Adds what sources tell at once, and what they promise; answers those that build on what is not known yet."""
    waiting: list[Source] = []
    for source in sources:
        if not source.needs <= facts.keys():
            waiting.append(source)
            continue
        try:
            found = source.ask(opening, facts)
        except Exception as error:  # noqa: BLE001  one source that breaks its word must not cost the others
            found = _broken(source.name, error)
        if isinstance(found, Fact):
            facts[source.name] = found
        else:
            pending[asyncio.ensure_future(found)] = source.name
    return waiting


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

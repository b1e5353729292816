"""Gathers the facts that a creative needs, from all sources in parallel, under one deadline."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple, Self

from livecontent.facts import Fact, FactsByKey, Moment, Need, Opening, Reason
from livecontent.sources.base import NO_KEYS, GivenSource, Keys, Source, SourceHealth
from livecontent.sources.keys import KeysTold, roots_in


class _Step(NamedTuple):
    """A source to ask, and for which keys."""

    root: str
    source: Source
    needs: frozenset[str]
    keys: Keys = NO_KEYS  # as they are written: some are told by other facts
    needs_by_key: frozenset[tuple[str, str]] = frozenset()  # of facts of which others may be known by another key


_Facts = dict[str, Fact[Any]]
_Pending = dict[asyncio.Future[Fact[Any]], _Step]


class Gatherer:
    """Asks sources, each as soon as what it builds on is known."""

    def __init__(self, sources: Iterable[Source], deadline: float) -> None:
        """The deadline is in seconds."""
        self._sources: Mapping[str, Source] = {source.fact.root: source for source in sources}
        self.deadline = deadline
        self._plans: dict[frozenset[Need], tuple[_Step, ...]] = {}

    def patient(self, deadline: float) -> Self:
        """The same sources with another deadline, for people who wait longer than an open may."""
        return type(self)(self._sources.values(), deadline)

    def given(self, values: Mapping[str, Mapping[str, object]]) -> Self:
        """The same with names of facts set to values, by root: for previews."""
        sources = self._sources.items()
        return type(self)(
            [GivenSource(source, values[root]) if root in values else source for root, source in sources],
            self.deadline,
        )

    async def start(self) -> None:
        """Starts all sources, in the order that they were given."""
        for source in self._sources.values():
            await source.start()

    async def close(self) -> None:
        """Closes all, the last first."""
        for source in reversed(list(self._sources.values())):
            await source.close()

    @property
    def skipped(self) -> Mapping[tuple[str, ...], int]:
        """Facts and parts of what their sources answered that could not be read, and how often."""
        return {(root, part): n for root, source in self._sources.items() for part, n in source.skipped.items()}

    @property
    def health(self) -> Mapping[str, SourceHealth]:
        """How it goes with all that sources ask."""
        return {name: health for source in self._sources.values() for name, health in source.health.items()}

    def addresses(self) -> Iterator[str]:
        """Those that all sources know."""
        return chain.from_iterable(source.addresses() for source in self._sources.values())

    async def gather(self, needs: frozenset[Need], opening: Opening, known: Moment, spent: float = 0.0) -> Moment:
        """The moment with these facts added, in what is left of the deadline; one that is not there in time says so."""
        missing = needs.difference(known.facts)
        if not missing:
            return known
        clock = asyncio.get_running_loop().time
        end = clock() + self.deadline - spent
        facts = dict(known.facts)
        pending: _Pending = {}
        waiting = _ask(self._plans.get(missing) or self._plan(missing), opening, facts, pending)
        while pending:
            done, _ = await asyncio.wait(pending, timeout=max(end - clock(), 0), return_when=asyncio.FIRST_COMPLETED)
            for future in done or tuple(pending):
                step = pending.pop(future)
                _add(facts, step, _outcome(future, step.root))
            waiting = _ask(waiting, opening, facts, pending)
        return Moment(facts, known)

    def _plan(self, needs: frozenset[Need]) -> tuple[_Step, ...]:
        """Whom to ask, each behind those that it builds on; what no source tells is left out."""
        keys: dict[str, set[str]] = {}
        waiting = [*needs]
        while waiting:  # also what sources build on may have keys
            root, *key = _root_and_key(waiting.pop())
            if root not in keys and root in self._sources:
                waiting += self._sources[root].needs
            keys.setdefault(root, set()).update(key)
        roots = {_root_and_key(need)[0] for need in needs}
        plan = self._plans[needs] = tuple(self._chain(roots, keys, set()))
        return plan

    def _chain(self, roots: Iterable[str], keys: Mapping[str, set[str]], seen: set[str]) -> Iterator[_Step]:
        for root in sorted(roots):
            source = self._sources.get(root)
            if source and root not in seen:
                seen.add(root)
                asked = frozenset(keys.get(root, ())) if source.fact.has_keys else NO_KEYS
                needs = roots_in(asked).union(_root_and_key(need)[0] for need in source.needs)
                yield from self._chain(needs, keys, seen)
                yield _Step(
                    root, source, needs, asked, frozenset(need for need in source.needs if isinstance(need, tuple))
                )


def _root_and_key(need: Need) -> tuple[str, ...]:
    return (need,) if isinstance(need, str) else need


def _ask(steps: Iterable[_Step], opening: Opening, facts: _Facts, pending: _Pending) -> list[_Step]:
    """Adds what sources tell at once, and what they promise; answers those that build on what is not known yet."""
    waiting: list[_Step] = []
    for step in steps:
        root, source, needs, keys, needs_by_key = step
        if root in facts and not (keys := _unknown_keys(keys, facts[root])):
            continue
        if needs and (not needs <= facts.keys() or (needs_by_key and _some_to_come(needs_by_key, facts))):
            waiting.append(step)
            continue
        try:
            found = source.ask(opening, facts, KeysTold(keys, facts, source.fact).all if keys else keys)
        except Exception as error:  # noqa: BLE001  one source that breaks its word must not cost the others
            found = _broken(root, error)
        if not isinstance(found, Fact):
            pending[asyncio.ensure_future(found)] = step
        elif keys:
            _add(facts, step, found)
        else:
            facts[root] = found
    return waiting


def _some_to_come(needs: Iterable[tuple[str, str]], facts: _Facts) -> bool:
    """Whether a key is still to be told: one of which nothing is known is told as unknown."""
    return any(_unknown_keys(frozenset({key}), facts[root]) for root, key in needs)


def _unknown_keys(keys: Keys, known: Fact[Any]) -> Keys:
    return keys.difference(known.value) if isinstance(known.value, FactsByKey) else NO_KEYS


def _add(facts: _Facts, step: _Step, found: Fact[Any]) -> None:
    """Adds a fact; where it is keyed, a fact for each key that was asked for, beside those known before."""
    if not step.keys:
        facts[step.root] = found
        return
    known = facts[step.root].value if step.root in facts else None
    by_key = FactsByKey(known or {})
    told = found.value if isinstance(found.value, FactsByKey) else FactsByKey()
    reason = Reason.MISSING if found.reason.known else found.reason
    written = step.keys.difference(by_key)
    keys = KeysTold(written, facts, step.source.fact)
    for key in sorted(keys.all.difference(by_key)):
        by_key[key] = told.get(key) or Fact(None, reason, found.source, note=found.note or f"nothing is known of {key}")
    for key in sorted(written.difference(by_key)):
        by_key[key] = keys.fact(key, by_key)
    facts[step.root] = found._replace(value=by_key, reason=_reason_of(by_key))


def _reason_of(by_key: FactsByKey) -> Reason:
    """That of the least good of the facts that are known, else that of the first."""
    reasons = [fact.reason for fact in by_key.values()]
    known = [reason for reason in Reason if reason.known and reason in reasons]
    return known[-1] if known else reasons[0]


def _outcome(future: asyncio.Future[Fact[Any]], name: str) -> Fact[Any]:
    """The fact a source promised; a promise that is not kept in time is dropped."""
    if not future.done():
        future.cancel()
        return Fact(None, Reason.LATE, name, note="no answer before the deadline")
    try:
        return future.result()
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001
        return _broken(name, error)


def _broken(name: str, error: BaseException) -> Fact[Any]:
    return Fact(None, Reason.BROKEN, name, note=f"{type(error).__name__}: {error}")

"""Facts as somebody who previews wants them: some of their names set, the others as they are."""

from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from livecontent.facts import Fact, NamedValue, Opening, Reason
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source
from livecontent.vocabulary import FactType

OPTION = "--set"


class GivenSource(Source):
    """A source, with values that were set; where it knows nothing, the rest is an example."""

    def __init__(self, source: Source, values: Mapping[str, object]) -> None:
        self.fact = source.fact
        self.needs = source.needs
        self._source = source
        self._values = values

    def ask(self, opening: Opening, facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """What the source tells, with these values."""
        found = self._source.ask(opening, facts, keys)
        return self._with_values(found) if isinstance(found, Fact) else self._promised(found)

    async def _promised(self, found: Awaitable[Fact[Any]]) -> Fact[Any]:
        return self._with_values(await found)

    def _with_values(self, found: Fact[Any]) -> Fact[Any]:
        return Fact(with_values(found.value, self.fact, self._values), Reason.GIVEN, OPTION)


def with_values(value: Any, fact: FactType, values: Mapping[str, object]) -> Any:
    """A value of a fact with names set; of one that is not known the others are not either, or are an example."""
    if not fact.names:  # they depend on the data
        return {**(value or {}), **values}
    known: Any = value if isinstance(value, NamedValue) else _example(fact.sample)
    return replace(known, **values)


def _example(sample: Any) -> Any:
    with suppress(TypeError):
        return type(sample)()
    return sample

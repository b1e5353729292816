"""What a source of facts is."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from livecontent.config import Settings
from livecontent.facts import Fact, NamedValue, Need, Opening, Reason
from livecontent.net.http import Http
from livecontent.sources.place.gazetteer import Gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.store.stores import Stores
from livecontent.storage.codes import CodeStore
from livecontent.storage.history import HistoryStore
from livecontent.storage.picks import PickStore
from livecontent.storage.products import ProductStore
from livecontent.storage.votes import VoteStore
from livecontent.tiles import MapView
from livecontent.vocabulary import FactType

FactsByRoot = Mapping[str, Fact[Any]]
Keys = frozenset[str]
NO_KEYS: Keys = frozenset()
OPTION = "--set"  # what a fact says of who told it where somebody who previews set it


@dataclass(frozen=True, slots=True)
class SourceDependencies:
    """What sources are made of: the settings, and what other parts of the server use as well."""

    settings: Settings
    http: Http
    gazetteer: Gazetteer
    geoip: GeoIp
    stores: Stores
    codes: CodeStore
    votes: VoteStore
    answers: Callable[[], Mapping[str, tuple[str, ...]]]  # of the polls of all creatives, by name
    products: ProductStore
    picks: PickStore
    history: HistoryStore
    maps: Callable[[], Iterable[MapView]] = tuple  # of stores, of all creatives


class SourceHealth(NamedTuple):
    """How it goes with something outside that is asked."""

    updated: float  # when it last answered, in seconds since 1970; 0 if it never has
    failures: int  # requests that failed
    error: str = ""  # what was wrong with the last one, if it failed


class Source(ABC):
    """Tells one fact. A source is one such class, with the declaration of its fact, and its line in the registry."""

    fact: FactType
    needs: frozenset[Need] = frozenset()  # the facts that it must know first
    skipped: Mapping[str, int] = MappingProxyType({})  # parts of answers that could not be read, by name: how often

    @property
    def health(self) -> Mapping[str, SourceHealth]:
        """Of whom it asks, by name."""
        return {}

    @classmethod
    def declared(cls, _settings: Settings, /) -> FactType:
        """The declaration of its fact, by these settings."""
        return cls.fact

    @classmethod
    def make(cls, _dependencies: SourceDependencies, /) -> Self:
        """The source of a server. Raises `LivecontentError` for settings or files that can't be used."""
        return cls()

    @abstractmethod
    def ask(self, opening: Opening, facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """The fact at once where it is at hand, else a promise of it. Never raises: a fact says what went wrong.

        Of a keyed fact all keys that are needed are asked for at once, and the value is `FactsByKey`; a key that is
        not in it is not known.
        """

    def addresses(self) -> Iterable[str]:
        """Addresses that it knows now and may tell: those of images are fetched ahead."""
        return ()

    async def start(self) -> None:  # noqa: B027  most have nothing to start
        """Begins what goes on beside opens, such as asking for a feed every few minutes."""

    async def close(self) -> None:  # noqa: B027
        """Ends it, and lets go of all that is held."""


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

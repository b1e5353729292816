"""The fact `trait`: what was told of the recipient by identify, of who consents to be recorded."""

from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any, Self

from livecontent.facts import Fact, Opening, Reason
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.sources.history import SOURCE, kept_of
from livecontent.storage.history import HistoryStore
from livecontent.vocabulary import FactType

TRAIT = FactType("trait")


class TraitSource(Source):
    """Tells `trait`, at once."""

    fact = TRAIT

    def __init__(self, store: HistoryStore, rules: Mapping[str, str]) -> None:
        self._store = store
        self._rules = rules

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the store of events; the settings say which of several values holds."""
        return cls(dependencies.history, dependencies.settings.traits)

    def ask(self, opening: Opening, _facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """Under whatever name it was told."""
        kept = kept_of(opening, partial(self._store.traits, rules=self._rules))
        return kept if isinstance(kept, Fact) else Fact(kept, Reason.FRESH, SOURCE)

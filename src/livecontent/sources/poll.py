"""The fact `poll`: what people have answered, by the name of the poll: `poll.colour.red`."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

from livecontent.errors import StorageError
from livecontent.facts import Fact, FactsByKey, Opening, Reason
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.storage.votes import VoteStore
from livecontent.vocabulary import FactType

POLL = FactType("poll", shape="keyed", volatile="all")
TOTAL, SHARE = "total", "share"  # names beside those of answers

_KEPT = 5.0  # seconds for which the answers of creatives are kept
_SOURCE = "votes"

Answers = Callable[[], Mapping[str, tuple[str, ...]]]  # of the polls of all creatives, by name


class PollSource(Source):
    """Tells `poll`, at once."""

    fact = POLL

    def __init__(self, votes: VoteStore, answers: Answers, clock: Callable[[], float] = time.monotonic) -> None:
        self._votes = votes
        self._answers = answers
        self._clock = clock
        self._known: Mapping[str, tuple[str, ...]] = {}
        self._known_until = -1.0

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the store of votes, and of the creatives."""
        return cls(dependencies.votes, dependencies.answers)

    def ask(self, _opening: Opening, _facts: FactsByRoot, keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """The votes of each answer, their total, and the share of each where there are any."""
        if self._clock() > self._known_until:
            self._known, self._known_until = self._answers(), self._clock() + _KEPT
        try:
            found = {poll: self._told(poll) for poll in keys}
        except StorageError as error:
            return Fact(None, Reason.BROKEN, _SOURCE, note=str(error))
        return Fact(FactsByKey(found), Reason.FRESH, _SOURCE)

    def _told(self, poll: str) -> Fact[Any]:
        """Votes for answers that no creative has any more count as well."""
        counts = dict.fromkeys(self._known.get(poll, ()), 0) | dict(self._votes.counts(poll))
        if not counts:
            return Fact(None, Reason.MISSING, _SOURCE, note=f"no creative has a poll {poll}, and nobody voted in one")
        total = sum(counts.values())
        shares = {SHARE: {answer: votes / total for answer, votes in counts.items()}} if total else {}
        return Fact({**counts, TOTAL: total, **shares}, Reason.FRESH, _SOURCE)

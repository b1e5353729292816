"""Tells `recipient`: the ref of an opening in, the profile out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

from livecontent.errors import LivecontentError
from livecontent.facts import Fact, Opening, Reason
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.storage.recipients import Profile, Profiles
from livecontent.vocabulary import FactType

SLOW = 0.01  # seconds; a store that fails after more than that is left alone for a while
PAUSE = 1.0  # seconds that it is left alone

RECIPIENT = FactType("recipient")


class RecipientSource(Source):
    """Tells `recipient`, at once."""

    fact = RECIPIENT

    def __init__(self, store: Profiles, clock: Callable[[], float] = time.monotonic) -> None:
        """The clock is in seconds."""
        self._store = store
        self._clock = clock
        self._again_at = clock()

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the store of the settings."""
        return cls(dependencies.recipients)

    def ask(self, opening: Opening, _facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Profile]:
        """The profile, without what nobody knows of it."""
        if not opening.ref:
            consents = opening.consent != "none"
            return _unknown(
                Reason.MISSING, "the image address has no ref" if consents else "the recipient has not consented"
            )
        asked_at = self._clock()
        if asked_at < self._again_at:
            return _unknown(Reason.BROKEN, "the store has just failed, and is asked again in a second")
        try:
            profile = self._store.get(opening.ref)
        except LivecontentError as error:
            # Everybody waits while one asks: each opening would wait for the lock in turn.
            if self._clock() - asked_at > SLOW:
                self._again_at = self._clock() + PAUSE
            return _unknown(Reason.BROKEN, str(error))
        if profile is None:
            return _unknown(Reason.MISSING, "unknown recipient")
        if None in profile.values():
            profile = {name: value for name, value in profile.items() if value is not None}
        return Fact(profile, Reason.FRESH, "recipients")


def _unknown(reason: Reason, note: str) -> Fact[Profile]:
    return Fact(None, reason, "recipients", note=note)

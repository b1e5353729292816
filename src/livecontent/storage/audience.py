"""Everybody at a time: what rules ask of each recipient, for counts over all of them."""

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from livecontent.facts import Consent


class AudienceRow(NamedTuple):
    """A recipient as an open would find them: JSON as it is kept, which is read when a rule asks for it.

    None is what is not known, not wanted, or not allowed by what they consent to.
    """

    ref: str
    consent: Consent
    profile: str | None = None
    place: str | None = None  # the last known: the values of a `Place`, and the day
    history: str | None = None  # as `history_in`
    habits: str | None = None  # as `habits_in`
    traits: str | None = None  # as in the sums


class AudienceStore(Protocol):
    """Reads many people fast, beside those who write."""

    def people(self, wanted: Collection[str], start: str = "", end: str = "") -> Iterator[AudienceRow]:
        """Recipients by ref, from one to before another ("" is no end), as of when it starts.

        `wanted` are facts that are needed: place, history, habit, trait. Raises `StorageError`.
        """

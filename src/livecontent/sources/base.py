"""What a source of facts is."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

from livecontent.facts import Fact, Opening

FactsByRoot = Mapping[str, Fact[Any]]


class Source(Protocol):
    """Tells one fact. `needs` are the facts it must know first."""

    @property
    def name(self) -> str:
        """The root of the fact."""

    @property
    def needs(self) -> frozenset[str]:
        """The roots of the facts it builds on."""

    def ask(self, opening: Opening, facts: FactsByRoot) -> Fact[Any] | Awaitable[Fact[Any]]:
        """The fact at once where it is at hand, else a promise of it. Never raises: a fact says what went wrong."""

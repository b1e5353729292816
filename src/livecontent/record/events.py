"""What is recorded: one event for each picture shown and each link followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, without address or agent: the recipient only as ref, `at` in seconds since 1970 (UTC)."""

    kind: Literal["shown", "clicked"]
    at: float
    creative: str
    ref: str
    version: str = ""
    variant: str = ""
    step: str = ""
    format: str = ""
    client: str = ""
    link: str | None = None
    flaw: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)  # of each fact
    micros: Mapping[str, int] = field(default_factory=dict)  # at each station


class EventStore(Protocol):
    """Keeps events."""

    def append(self, events: list[Event]) -> None:
        """Keeps events for good, all or none. Raises `OSError` where it can't."""

    def last_shown(self, creative: str, ref: str) -> Event | None:
        """The last picture of a creative that a recipient was shown."""

    def close(self) -> None:
        """Lets go of what it holds."""

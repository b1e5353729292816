"""What became of a creative: what was shown of it, to how many people, and how many of them clicked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ENOUGH = 100  # people who were shown a variant: below that a share of clicks says little
_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VariantResult:
    """What became of a variant: fetches by who asked (human, machine, unknown), and people, each counted once."""

    variant: str
    fetches: Mapping[str, int] = field(default_factory=lambda: _NONE)
    people: int = 0  # whose client showed it
    clicked: int = 0  # people who clicked on it

    @property
    def tells(self) -> bool:
        """Whether a share of clicks says something."""
        return self.people >= ENOUGH

    @property
    def share(self) -> float:
        """Of those who were shown it, those who clicked."""
        return min(1.0, self.clicked / self.people) if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Results:
    """What became of a creative since a time."""

    variants: tuple[VariantResult, ...] = ()
    clients: Mapping[str, int] = field(default_factory=lambda: _NONE)  # people by the client that showed it
    levels: Mapping[str, int] = field(default_factory=lambda: _NONE)  # fetches by fallback level
    unrecorded: int = 0  # fetches whose people are not known

    @property
    def fetches(self) -> int:
        """All that were recorded."""
        return sum(self.levels.values())

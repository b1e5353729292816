"""What became of a creative: what was shown, to how many people, who clicked; and how many saw a wrong image."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

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


class WrongImages(NamedTuple):
    """Which images were wrong: versions of a creative, all variants or one, since a time (seconds since 1970)."""

    creative: str
    versions: Collection[str]
    variant: str = ""
    since: float = 0.0
    recalled_at: float | None = None  # when something else was put in their place; None where nothing was yet


@dataclass(frozen=True, slots=True)
class HeadCount:
    """People, each counted once; those who do not consent are not told apart: of them there are fetches only."""

    saw: int = 0  # a person's client showed a wrong one
    perhaps: int = 0  # it was fetched for these, nobody can say whether they looked
    kept: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # by who keeps it: apple, gmail
    right: int = 0  # were shown something else since the recall
    reached: int = 0  # the creative was fetched for, whatever it showed
    unrecorded: int = 0  # fetches of a wrong one whose people are not known

    @property
    def in_caches(self) -> int:
        """A mail service keeps a wrong one for these, and shows it until it fetches again."""
        return sum(self.kept.values())

"""How many people have seen an image that was wrong, and how many will see another one: the head count of a recall."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple


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

"""What a store of recommendations keeps: products picked for each recipient, the best first, each with its reason."""

from collections.abc import AsyncIterator, Awaitable, Collection, Sequence
from typing import Literal, NamedTuple, Protocol

PickReason = Literal["seen", "together", "alike", "new"]


class Pick(NamedTuple):
    """A product, why it was picked, and the product that led to it, "" where it is that one."""

    sku: str
    reason: PickReason
    behind: str = ""


class PickStore(Protocol):
    """Keeps picks. Each method raises `StorageError` where they can't be read or written."""

    def of_person(self, ref: str) -> Sequence[Pick] | Awaitable[Sequence[Pick]]:
        """What was picked for somebody; at once where it is at hand."""

    async def replace(self, picks: AsyncIterator[tuple[str, Sequence[Pick]]], at: float) -> int:
        """Keeps the picks of these people in the place of all that were kept; tells of how many. `at`: since 1970.

        Readers see what was before until its end. For a process of its own, as it takes long.
        """

    async def made_at(self) -> float | None:
        """When they were made, in seconds since 1970."""

    async def forget(self, refs: Collection[str]) -> None:
        """Deletes the picks of these people, without a trace."""

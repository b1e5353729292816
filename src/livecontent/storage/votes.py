"""What a store of votes keeps: of each poll, one answer of each voter, the last; and how many each answer has."""

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import NamedTuple, Protocol


class Vote(NamedTuple):
    """An answer to a poll: `at` in seconds since 1970."""

    poll: str
    ref: str
    answer: str
    at: float


def voter_of(poll: str, ref: str) -> bytes:
    """What stands for a voter in one poll, so that answers are not kept beside refs."""
    return blake2b(ref.encode(), digest_size=16, key=poll.encode(), person=b"voter").digest()


class VoteStore(Protocol):
    """Keeps votes. Each method raises `StorageError` where they can't be read or written."""

    async def cast(self, vote: Vote) -> None:
        """Keeps a vote in the place of an earlier one of the same voter; durable when it answers."""

    def counts(self, poll: str) -> Mapping[str, int]:
        """The votes of each answer that has some; at once."""

    async def polls(self) -> Mapping[str, Mapping[str, int]]:
        """The votes of all polls, by name."""

    async def of_person(self, ref: str) -> list[Vote]:
        """All votes of somebody."""

    async def forget(self, refs: Collection[str]) -> None:
        """Votes of these people go on being counted, and are nobody's, without a trace."""

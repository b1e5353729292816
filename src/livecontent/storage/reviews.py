"""What people say of creatives before they are published: comments, approvals, wishes for changes.

Nothing of a recipient is kept with them: what was looked at is told without its person.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

Judgement = Literal["approved", "changes"]


class Comment(NamedTuple):
    """A note by a name, at a time (seconds since 1970); pinned to a place in a picture (0 to 1), or to none."""

    id: str
    creative: str
    version: str
    at: float
    by: str
    text: str
    variant: str = ""
    x: float | None = None
    y: float | None = None
    done: bool = False
    guest: bool = False  # whoever has a link gives the name that they like


class Verdict(NamedTuple):
    """What somebody thinks of a version, and what they looked at: the digest of each picture, by variant and facts."""

    creative: str
    version: str
    at: float
    by: str
    judgement: Judgement
    looked: Mapping[str, Mapping[str, str]]
    note: str = ""
    guest: bool = False


class ReviewStore(Protocol):
    """Keeps reviews. Each method raises `StorageError` where the store can't be read or written."""

    async def comment(self, comment: Comment) -> None:
        """Keeps a comment."""

    async def settle(self, creative: str, id_: str, *, done: bool) -> bool:
        """Says that a comment is dealt with, or not; whether there is such a comment."""

    async def comments(self, creative: str) -> Sequence[Comment]:
        """All of a creative, the oldest first."""

    async def judge(self, verdict: Verdict) -> None:
        """Keeps what somebody thinks of a version, in the place of what they thought of it before."""

    async def verdicts(self, creative: str) -> Sequence[Verdict]:
        """All of a creative, the oldest first."""

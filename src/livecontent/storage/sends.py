"""Sends of emails: what was sent when, and what a store of them does."""

import re
from datetime import datetime
from typing import NamedTuple, Protocol

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Send(NamedTuple):
    """An email that was sent, or will be: `at` in seconds since 1970, the email tool, a name for people."""

    id: str
    at: float
    creatives: tuple[str, ...] = ()
    esp: str = ""
    name: str = ""


def is_send(text: str) -> bool:
    """Whether a text can be the id of a send: letters, digits, dots, underscores and hyphens, at most 64."""
    return bool(_ID.fullmatch(text))


class SendStore(Protocol):
    """Keeps sends."""

    async def since(self, send_id: str, at: datetime) -> float | None:
        """Seconds from a send to a time, negative before it; None for an unknown send, or where it can't be read."""

    async def put(self, send: Send) -> None:
        """Takes a send in, in the place of one with the same id. Raises `StorageError`."""

    async def list(self) -> list[Send]:
        """All sends, the newest first. Raises `StorageError`."""

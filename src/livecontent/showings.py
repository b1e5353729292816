"""What somebody was shown, as limits count it: once for each variant, person and send."""

from datetime import UTC, datetime
from typing import NamedTuple


class Showing(NamedTuple):
    """A variant that a person has seen, `at` in seconds since 1970."""

    creative: str
    variant: str
    group: str  # that the variant had then, "" for none
    slot: str
    at: float


def slot_of(send: str, at: datetime) -> str:
    """What counts once: the send; of an address that names none, the day in UTC."""
    return send or at.astimezone(UTC).date().isoformat()

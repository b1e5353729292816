"""What a store of recipients is: profiles in by the file, one out by its ref."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Literal, NamedTuple, Protocol

from livecontent.errors import DataError

MAX_PROFILE = 64 * 1024  # bytes of a profile as JSON

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))

Profile = Mapping[str, object]  # plain data; `id` is in it
ImportOutcome = Literal["added", "changed", "unchanged", "repeated"]


class Recipient(NamedTuple):
    """A profile under its ref."""

    ref: str
    profile: Profile

    @property
    def id(self) -> str:
        """The id that the file gives."""
        return str(self.profile["id"])


class Batch(Protocol):
    """Recipients on their way into a store."""

    def put(self, recipient: Recipient) -> ImportOutcome:
        """Takes a recipient in; one whose ref was put in this batch before is "repeated", and left as it is.

        Raises `DataError` for a profile that is too large, and for an id that is known under another ref.
        """


class Profiles(Protocol):
    """Knows profiles."""

    def get(self, ref: str, /) -> Profile | None:
        """The profile of a recipient, at once. Safe from any thread. Raises `SourceError`."""


class RecipientStore(Profiles, Protocol):
    """Keeps recipients. Each method raises `SourceError` where the store can't be read or written."""

    def find(self, recipient_id: str) -> Recipient | None:
        """The recipient with this id, in any of its Unicode forms."""

    def batch(self) -> AbstractContextManager[Batch]:
        """Takes many in, all at its end or, after an exception, none; until then readers see what was before."""

    def count(self) -> int:
        """How many recipients there are."""

    def sample(self, limit: int) -> list[Recipient]:
        """Some recipients, the same ones each time."""

    def search(self, text: str, limit: int) -> list[Recipient]:
        """Those whose id starts so, then those with it in their name, in whatever case and accents."""

    def iterate(self) -> Iterator[tuple[str, str]]:
        """Ref and id of all, by id."""

    def attributes(self) -> list[str]:
        """The names that profiles have, sorted."""

    def close(self) -> None:
        """Lets go of what it holds."""


def to_json(profile: Profile) -> str:
    """The text a profile is kept as; equal profiles have equal texts.

    Raises `DataError` where it is larger than 64 KiB or no plain data.
    """
    try:
        text = _JSON.encode(profile)
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise DataError(f"a profile is plain data: {error}") from None
    if size > MAX_PROFILE:
        raise DataError(f"the profile has {size} bytes, at most {MAX_PROFILE} are kept")
    return text

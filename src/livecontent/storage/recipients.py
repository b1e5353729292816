"""Recipients: what they are, and what a store of them does."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
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
        """The id that the imported file gives."""
        return str(self.profile["id"])


class Batch(Protocol):
    """Recipients on their way into a store."""

    async def put(self, recipient: Recipient) -> ImportOutcome:
        """Takes a recipient in; one whose ref was put in this batch before is "repeated", and left as it is.

        Raises `DataError` for a profile that is too large, and for an id that is known under another ref.
        """


class RecipientStore(Protocol):
    """Keeps recipients. Each method raises `StorageError` where the store can't be read or written."""

    async def get(self, ref: str) -> Profile | None:
        """The profile of a recipient."""

    async def find(self, recipient_id: str) -> Recipient | None:
        """The recipient with this id, in any of its Unicode forms."""

    def batch(self) -> AbstractAsyncContextManager[Batch]:
        """Takes many in, all at its end or, after an exception, none; until then readers see what was before."""

    async def count(self) -> int:
        """How many recipients there are."""

    async def sample(self, limit: int) -> list[Recipient]:
        """Some recipients, the same ones each time."""

    async def search(self, text: str, limit: int) -> list[Recipient]:
        """Those whose id starts so, then those with it in their name, in whatever case and accents."""

    def iterate(self) -> AsyncIterator[tuple[str, str]]:
        """Ref and id of all, by id."""

    async def attributes(self) -> list[str]:
        """The names that profiles have, sorted."""


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

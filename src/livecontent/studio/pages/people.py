"""The people who may open the email, as the page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from livecontent.errors import LivecontentError
from livecontent.storage.recipients import Recipient, RecipientStore
from livecontent.studio.pages.wish import MAX_TEXT

UNKNOWN = "unknown"  # what stands in place of an id for somebody whom the store does not know

_NOBODY = "a" * 26  # a ref like any other, of nobody
_PERSONAS = "r-00"  # how the ids of those begin who are offered without a search
_OFFERED = 12


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody who may open the email; what is not known is ""."""

    id: str = UNKNOWN
    ref: str = _NOBODY
    first_name: str = ""
    last_name: str = ""
    city: str = ""
    language: str = ""

    @property
    def name(self) -> str:
        """The whole name, else the id."""
        return f"{self.first_name} {self.last_name}".strip() or self.id


async def preview_people(store: RecipientStore) -> list[FoundPerson]:
    """A dozen to begin with."""
    return await search(store, _PERSONAS, _OFFERED)


async def find(store: RecipientStore, person_id: str) -> FoundPerson:
    """The person with an id; nobody has one that the store does not know."""
    try:
        found = await store.find(person_id)
    except LivecontentError:
        found = None
    return _person(found) if found else FoundPerson()


async def search(store: RecipientStore, text: str, limit: int) -> list[FoundPerson]:
    """Those whose id begins so, and those with it in their name; none where the store can't be read."""
    try:
        return [_person(found) for found in await store.search(text[:MAX_TEXT], limit)]
    except LivecontentError:
        return []


def _person(recipient: Recipient) -> FoundPerson:
    profile = recipient.profile
    return FoundPerson(
        id=recipient.id,
        ref=recipient.ref,
        first_name=_text(profile, "first_name"),
        last_name=_text(profile, "last_name"),
        city=_text(profile, "city"),
        language=_text(profile, "language"),
    )


def _text(profile: Mapping[str, object], name: str) -> str:
    value = profile.get(name)
    return value if isinstance(value, str) else ""

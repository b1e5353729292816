"""All stores: what they keep, and what each of them does; events have a file of their own."""

import json
import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from pydantic_core import from_json

from livecontent.errors import DataError, StorageError
from livecontent.facts import Consent, Person
from livecontent.history.plain_json import decode_json
from livecontent.imports.table_file import ImportOutcome, Progress
from livecontent.levels import check_levels
from livecontent.storage.audience import AudienceStore
from livecontent.storage.codes import CodeStore
from livecontent.storage.events import EventStore, LastKnownPlace
from livecontent.storage.history import HistoryStore
from livecontent.storage.picks import PickStore
from livecontent.storage.products import ProductStore
from livecontent.storage.reviews import ReviewStore
from livecontent.storage.showings import ExperimentStore, ShowingStore
from livecontent.storage.team import TeamStore
from livecontent.storage.votes import VoteStore

HISTORY = ("bought", "viewed")  # attributes that events fill, the last at the end
MAX_PROFILE = 64 * 1024  # bytes of a profile as JSON

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))

Profile = Mapping[str, object]  # plain data; `id` is in it

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ConsentDecision(NamedTuple):
    """What somebody has decided, `at` in seconds since 1970."""

    ref: str
    state: Consent
    at: float


class PeopleStore(Protocol):
    """Tells all that an open needs to know of its recipient."""

    async def look_up(self, ref: str) -> Person:
        """Consent, profile and last known place, at once and as they are now. Never raises.

        Where consent can't be read it is "none", as that may be what they decided.
        """


class ConsentStore(Protocol):
    """Keeps decisions, and the last known places of those who allow it. Each method raises `StorageError`."""

    async def find(self, ref: str) -> ConsentDecision | None:
        """What somebody has decided."""

    async def put(self, decisions: Sequence[ConsentDecision]) -> None:
        """Keeps the newest decision of each, and erases the places that it does not allow."""

    async def remember(self, places: Sequence[LastKnownPlace]) -> None:
        """Keeps the places of those who allow it by now."""


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

        What is known of `HISTORY` stays where the new profile says nothing of it.
        Raises `DataError` for a profile that is too large, and for an id that is known under another ref.
        """

    async def delete(self, refs: Sequence[str]) -> int:
        """Deletes recipients, and tells how many there were. At the end of the batch no file holds them any more."""

    async def count_others(self) -> int:
        """How many recipients were not put in this batch."""

    async def delete_others(self, progress: Progress) -> None:
        """Deletes all that were not put in this batch, and the names of attributes that only they had."""


class RecipientStore(Protocol):
    """Keeps recipients. Each method raises `StorageError` where the store can't be read or written."""

    async def get(self, ref: str) -> Profile | None:
        """The profile of a recipient."""

    async def find(self, recipient_id: str) -> Recipient | None:
        """The recipient with this id, in any of its Unicode forms."""

    async def find_many(self, recipient_ids: Collection[str]) -> dict[str, Recipient]:
        """Those there are of many, by these ids."""

    def batch(self) -> AbstractAsyncContextManager[Batch]:
        """Takes many in and out, all at its end or, after an exception, none; readers see what was before."""

    async def count(self) -> int:
        """How many recipients there are."""

    async def sample(self, limit: int) -> list[Recipient]:
        """Some recipients, the same ones each time."""

    async def search(self, text: str, limit: int) -> list[Recipient]:
        """Those whose id starts so, then those with it in their name, in whatever case and accents."""

    async def page(self, limit: int, after: str = "") -> list[Recipient]:
        """Some recipients by id: the first of all, or those after an id."""

    def iterate(self) -> AsyncIterator[tuple[str, str]]:
        """Ref and id of all, by id."""

    def profiles(self) -> AsyncIterator[Recipient]:
        """All recipients, by id."""

    async def attributes(self) -> list[str]:
        """The names that profiles have, sorted."""

    async def cities(self) -> list[tuple[Profile, int]]:
        """City, region and country of those who have a city and no coordinates, and how many have them."""


def to_json(values: Mapping[str, object], what: str = "profile") -> str:
    """The text a profile, or a product, is kept as; equal ones have equal texts.

    Raises `DataError` where it is larger than 64 KiB, too deep or no plain data.
    """
    try:
        text = _JSON.encode(values)
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise DataError(f"a {what} is plain data: {error}") from None
    if size > MAX_PROFILE:
        raise DataError(f"the {what} has {size} bytes, at most {MAX_PROFILE} are kept")
    check_levels(values, text)
    return text


def read_kept(text: str) -> Any:
    """What is kept of what somebody did. Raises `StorageError` where it is damaged."""
    try:
        return decode_json(text)
    except (ValueError, RecursionError) as error:
        raise StorageError(f"what is kept of what they did is damaged: {error}") from None


def read_profile(text: str) -> tuple[Mapping[str, object] | None, str]:
    """The profile, without what nobody knows of it; or what is wrong with it."""
    try:
        profile: Mapping[str, object] = from_json(text)
    except ValueError as error:
        return None, f"the profile is damaged: {error}"
    if None in profile.values():
        profile = {name: value for name, value in profile.items() if value is not None}
    return profile, ""


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


class Storage(Protocol):
    """The stores of a data folder, each opened when it is first asked for."""

    @property
    def people(self) -> PeopleStore:
        """What an open needs to know of its recipient."""

    @property
    def recipients(self) -> RecipientStore:
        """Imported profiles."""

    @property
    def consents(self) -> ConsentStore:
        """Decisions, and last known places."""

    @property
    def events(self) -> EventStore:
        """What was shown and clicked."""

    @property
    def sends(self) -> SendStore:
        """What was sent when."""

    @property
    def products(self) -> ProductStore:
        """The catalogue, and live values."""

    @property
    def codes(self) -> CodeStore:
        """Pools of single-use codes."""

    @property
    def showings(self) -> ShowingStore:
        """What people have seen, and what was learned from it."""

    @property
    def experiments(self) -> ExperimentStore:
        """What came of what people have seen."""

    @property
    def picks(self) -> PickStore:
        """Recommendations."""

    @property
    def votes(self) -> VoteStore:
        """Answers to polls."""

    @property
    def history(self) -> HistoryStore:
        """What people do, and what follows of it."""

    @property
    def audience(self) -> AudienceStore:
        """Everybody at a time."""

    @property
    def team(self) -> TeamStore:
        """Those who work in the studio."""

    @property
    def reviews(self) -> ReviewStore:
        """Comments and approvals."""

    async def rename(self, refs: Mapping[str, str]) -> None:
        """Gives people other refs, by the old one, in all stores; to do it again changes nothing.

        The newest of two decisions holds. Raises `StorageError`.
        """

    def mark_forgotten(self) -> None:
        """Tells all processes that somebody was forgotten. Raises `StorageError`."""

    def forgotten_at(self) -> float:
        """When somebody was last forgotten, 0 if nobody was; looks now."""

    def open(self) -> None:
        """Opens all that can be opened at once. Raises `StorageError` for the first that can't be used."""

    async def start(self) -> None:
        """Opens what needs an event loop."""

    async def close(self) -> None:
        """Closes those that were opened."""


async def decide_consent(decisions: Sequence[ConsentDecision], storage: Storage) -> None:
    """Keeps decisions, then erases at once what they do not allow any more. Raises `StorageError`.

    In this order: whoever writes an event reads the consent when nobody else can write events.
    """
    await storage.consents.put(decisions)
    states = {decision.ref: (await storage.people.look_up(decision.ref)).consent for decision in decisions}
    withdrawn = [ref for ref, state in states.items() if state != "full"]
    await storage.events.forget(withdrawn)
    await storage.showings.forget([key for ref in withdrawn for key in storage.history.identities(ref)])
    await storage.team.unname(withdrawn)
    await storage.history.forget(withdrawn)

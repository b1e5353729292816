"""One person over all stores: all that is kept of them, and to forget them."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from livecontent.facts import Person
from livecontent.history.messages import VISITOR, Message
from livecontent.showings import SeenVariant
from livecontent.storage.alerts import Alert
from livecontent.storage.base import ConsentDecision, Profile, Send, Storage
from livecontent.storage.codes import GivenCode
from livecontent.storage.events import Event
from livecontent.storage.history import IdentityLink
from livecontent.storage.votes import Vote


class PersonRecord(NamedTuple):
    """All that is kept of somebody."""

    ref: str
    profile: Profile | None
    decision: ConsentDecision | None
    person: Person
    events: Sequence[Event]
    sends: Sequence[Send]  # those that the events name
    codes: Sequence[GivenCode]
    votes: Sequence[Vote]
    messages: Sequence[Message]  # what they did, under any of their identities
    seen: Sequence[SeenVariant] = ()
    alerts: Sequence[Alert] = ()
    also: Sequence["PersonRecord"] = ()  # the other recipients that they are, as an alias says, without their messages

    @property
    def empty(self) -> bool:
        """Whether nothing is kept."""
        kept = (self.profile, self.decision, self.events, self.codes, self.votes, self.messages, self.seen)
        return not any(kept) and all(one.empty for one in self.also)

    @property
    def words(self) -> frozenset[str]:
        """By which others may name the person: the ref, and the texts and numbers of the profile."""
        return frozenset({self.ref, *_words(self.profile or {})}).union(*(one.words for one in self.also))

    @property
    def id(self) -> str | None:
        """Of who was imported."""
        return str(self.profile["id"]) if self.profile else None


class PersonBrief(NamedTuple):
    """Who somebody is, without all that they did: of that there is only how much is kept."""

    ref: str
    profile: Profile | None
    decision: ConsentDecision | None
    person: Person
    links: Sequence[IdentityLink]  # all their identities, their own among them
    events: int
    messages: int
    codes: int
    votes: int

    @property
    def empty(self) -> bool:
        """Whether nothing is kept."""
        return not (self.profile or self.decision or self.events or self.messages or self.codes or self.votes)

    @property
    def recipients(self) -> list[str]:
        """The refs of the recipients that they are, by aliases too."""
        return [one.key for one in self.links if not one.key.startswith(VISITOR)]


async def brief_person(ref: str, storage: Storage) -> PersonBrief:
    """Who somebody is. Raises `StorageError`."""
    links = await storage.history.links(ref)
    names = [one.key for one in links if not one.key.startswith(VISITOR)]
    return PersonBrief(
        ref,
        await storage.recipients.get(ref),
        await storage.consents.find(ref),
        await storage.people.look_up(ref),
        links,
        await storage.events.count_of(names),
        await storage.history.count_of(ref),
        sum([len(await storage.codes.of_person(name)) for name in names]),
        sum([len(await storage.votes.of_person(name)) for name in names]),
    )


def _words(value: object) -> Iterator[str]:
    match value:
        case Mapping():
            yield from _words(list(value.values()))
        case list() | tuple():
            for item in value:
                yield from _words(item)
        case bool() | None | "":
            return
        case _:
            yield str(value)


async def collect_person(ref: str, storage: Storage) -> PersonRecord:
    """All that is kept of somebody, under whatever name. Raises `StorageError`."""
    others = [key for key in storage.history.identities(ref) if key != ref and not key.startswith(VISITOR)]
    also = [await _collect(other, storage) for other in others]
    alerts = storage.history.alerts.of_person(ref)
    messages = await storage.history.of_person(ref)
    return (await _collect(ref, storage))._replace(messages=messages, alerts=alerts, also=also)


async def _collect(ref: str, storage: Storage) -> PersonRecord:
    events = await storage.events.of_person(ref)
    named = {event.send for event in events}
    return PersonRecord(
        ref,
        await storage.recipients.get(ref),
        await storage.consents.find(ref),
        await storage.people.look_up(ref),
        events,
        [send for send in await storage.sends.list() if send.id in named],
        await storage.codes.of_person(ref),
        await storage.votes.of_person(ref),
        (),
        await storage.showings.of_person(ref),
    )


async def forget_people(refs: Sequence[str], storage: Storage) -> None:
    """Erases people from all stores, without a trace. Raises `StorageError`; then it is to be run again.

    What stays is the decision "none" under all their names: nothing is recorded of emails that were sent, and no import
    gives them back. It comes first: whoever writes an event reads the consent when nobody else can write events. The
    history comes last: it alone knows who is whom, also when this is run again.
    """
    names = list(dict.fromkeys(key for ref in refs for key in (ref, *storage.history.identities(ref))))
    people = [key for key in names if not key.startswith(VISITOR)]
    await storage.consents.put([await _none(key, storage) for key in names])
    await storage.events.forget(people)
    await storage.showings.forget(names)
    await storage.codes.forget(people)
    await storage.votes.forget(people)
    await storage.picks.forget(people)
    await storage.team.unname(people)
    async with storage.recipients.batch() as batch:
        await batch.delete(people)
    await storage.history.forget(refs)
    storage.mark_forgotten()


async def _none(ref: str, storage: Storage) -> ConsentDecision:
    """No consent, and no earlier than what they decided before."""
    found = await storage.consents.find(ref)
    return ConsentDecision(ref, "none", max(time.time(), found.at if found else 0.0))


class Clearable(Protocol):
    """Such as a cache."""

    def clear(self) -> None:
        """Lets go of all that it holds."""


class ForgettingCaches:
    """Caches of this process that are emptied when somebody was forgotten, in whatever process."""

    def __init__(self, storage: Storage, caches: Callable[[], Iterable[Clearable]]) -> None:
        """`caches` answers those in use now."""
        self._storage = storage
        self._caches = caches
        self._seen = storage.forgotten_at()

    def refresh(self) -> None:
        """Looks whether somebody was."""
        at = self._storage.forgotten_at()
        if at != self._seen:
            self._seen = at
            for cache in self._caches():
                cache.clear()

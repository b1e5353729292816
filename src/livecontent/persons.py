"""People by id or ref, all that is kept of them over all stores and files: to hand it over, or to erase it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TypeVar

from livecontent.config import Settings
from livecontent.errors import DataError
from livecontent.history.messages import Message
from livecontent.imports.refused import delete_refused
from livecontent.imports.values import clean_text
from livecontent.links import is_ref
from livecontent.runtime.keys import SecretKeys
from livecontent.sources.forgetting import forget_images, forget_in_feeds
from livecontent.storage.alerts import Alert
from livecontent.storage.base import RecipientStore, Storage
from livecontent.storage.events import Event
from livecontent.storage.person import PersonBrief, PersonRecord, brief_person, collect_person, forget_people
from livecontent.storage.refs import Refs

K = TypeVar("K", PersonRecord, PersonBrief)


async def find_ref(who: str, recipients: RecipientStore) -> str | None:
    """The ref of an imported recipient, by id or ref."""
    if found := await recipients.find(who):
        return found.ref
    return who.lower() if await recipients.get(who.lower()) is not None else None


async def ref_of_anybody(who: str, settings: Settings, storage: Storage) -> tuple[str, bool]:
    """The ref of a recipient by id or ref, and whether one with that id was imported. Raises `DataError`."""
    if not clean_text(who):
        raise DataError("no id: name a recipient by id, or by the ref in a URL")
    if ref := await find_ref(who, storage.recipients):
        return ref, True
    if is_ref(who.lower()):
        return who.lower(), False
    return await Refs(SecretKeys(settings.key_path, settings.data), storage).find_and_carry_over(who), False


async def read_person(who: str, settings: Settings, storage: Storage) -> PersonRecord:
    """All that is kept of somebody, by id or ref. Raises `DataError` where it is nothing, `StorageError`."""
    return await _first(who, settings, storage, collect_person)


async def find_person(who: str, settings: Settings, storage: Storage) -> PersonBrief:
    """Who somebody is, by id or ref. Raises `DataError` where nothing is kept of them, `StorageError`."""
    return await _first(who, settings, storage, brief_person)


async def _first(who: str, settings: Settings, storage: Storage, read: Callable[[str, Storage], Awaitable[K]]) -> K:
    """What is kept under the first of their refs under which there is anything."""
    ref, _ = await ref_of_anybody(who, settings, storage)
    others: list[str] = [*Refs(SecretKeys(settings.key_path, settings.data), storage).every(who)]  # who was deleted
    for one in (ref, *others):
        record = await read(one, storage)
        if not record.empty:
            return record
    raise DataError(f"nothing is kept of {who!r}")


async def erase_people(records: Mapping[str, PersonRecord], settings: Settings, storage: Storage) -> None:
    """Erases people, by what they were called, from all stores and files. Raises `StorageError`, `OSError`."""
    delete_refused(settings.refused)  # whose rows they are, nobody can tell for sure
    refs = Refs(SecretKeys(settings.key_path, settings.data), storage)
    known = [(record.id or who, *(one.id for one in record.also)) for who, record in records.items()]
    ids = [id_ for every in known for id_ in every if id_]
    others = [ref for one in ids for ref in refs.retired(one)]  # emails that were sent with them may be opened
    await forget_people(list(dict.fromkeys([*(record.ref for record in records.values()), *others])), storage)
    words: frozenset[str] = frozenset().union(*(record.words for record in records.values()))
    forget_in_feeds(settings.feeds, settings.data / "feeds", words)
    forget_images(settings.data / "images", words)


def plain_record(record: PersonRecord) -> dict[str, object]:
    """A record for JSON, with times that people can read."""
    decision, place = record.decision, record.person.last_place
    return {
        "ref": record.ref,
        "profile": record.profile,
        "consent": decision and {"state": decision.state, "since": _time(decision.at)},
        "last_place": place and {**asdict(place), "day": record.person.last_seen},
        "events": [_event(event) for event in record.events],
        "codes": [code._asdict() | {"at": _time(code.at)} for code in record.codes],
        "votes": [vote._asdict() | {"at": _time(vote.at)} for vote in record.votes],
        "messages": [_message(message) for message in record.messages],
        "alerts": [_alert(alert) for alert in record.alerts],
        "seen": [one._asdict() | {"at": _time(one.at)} for one in record.seen],
        "sends": [send._asdict() | {"at": _time(send.at)} for send in record.sends],
        "also": [plain_record(one) for one in record.also],
    }


def _message(message: Message) -> dict[str, object]:
    told = {"type": message.kind, "name": message.name, "at": _time(message.at), "tells": message.values}
    return {**told, "identity": message.who}


def _alert(alert: Alert) -> dict[str, object]:
    return {"trigger": alert.trigger, "at": _time(alert.at), "state": alert.state}


def _event(event: Event) -> dict[str, object]:
    told = event._asdict() | {"at": _time(event.at)}
    del told["choice"]  # what is kept of it stands under `seen`
    return told


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()

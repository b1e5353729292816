"""`export` and `forget`: all that is kept of one person, to hand it over or to erase it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer

from livecontent.cli.output import open_output
from livecontent.cli.screen import confirm
from livecontent.cli.storage import ref_of_anybody, settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.config import Settings
from livecontent.errors import DataError
from livecontent.history.messages import Message
from livecontent.imports.refused import delete_refused
from livecontent.runtime.keys import SecretKeys
from livecontent.sources.forgetting import forget_images, forget_in_feeds
from livecontent.storage.base import Storage
from livecontent.storage.events import Event
from livecontent.storage.person import PersonRecord, collect_person, forget_people
from livecontent.storage.refs import Refs


def export_person(who: str, output: Path | None) -> None:
    """Writes all that is kept of somebody."""
    settings = settings_or_demo()
    record = with_storage(settings, lambda storage: _record(who, settings, storage))
    with open_output(output) as out:
        out.write(json.dumps(_plain(record), ensure_ascii=False, indent=2) + "\n")


def forget_by_name(who: Sequence[str], *, yes: bool) -> None:
    """Erases people, after a question."""
    settings = settings_or_demo()

    async def forget(storage: Storage) -> None:
        records = [await _record(one, settings, storage) for one in who]
        events = sum(len(record.events) for record in records)
        people = who[0] if len(who) == 1 else f"{len(who):,} people"
        confirm(f"Forget {people}, with {counted(events, 'event')}? This can't be undone.", yes=yes)
        delete_refused(settings.refused)  # whose rows they are, nobody can tell for sure
        refs = Refs(SecretKeys(settings.key_path, settings.data), storage)
        ids = [str((record.profile or {"id": one})["id"]) for one, record in zip(who, records, strict=True)]
        others = [ref for one in ids for ref in refs.retired(one)]  # emails that were sent with them may be opened
        await forget_people(list(dict.fromkeys([*(record.ref for record in records), *others])), storage)
        words: frozenset[str] = frozenset().union(*(record.words for record in records))
        forget_in_feeds(settings.feeds, settings.data / "feeds", words)
        forget_images(settings.data / "images", words)

    with_storage(settings, forget)
    typer.echo("forgotten; files that you made (imports, exports, links, backups) are yours to erase", err=True)


async def _record(who: str, settings: Settings, storage: Storage) -> PersonRecord:
    ref, _ = await ref_of_anybody(who, settings, storage)
    others = Refs(SecretKeys(settings.key_path, settings.data), storage).every(who)  # of who was deleted before
    for one in (ref, *others):
        if not (record := await collect_person(one, storage)).empty:
            return record
    raise DataError(f"nothing is kept of {who!r}")


def _plain(record: PersonRecord) -> dict[str, object]:
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
        "seen": [one._asdict() | {"at": _time(one.at)} for one in record.seen],
        "sends": [send._asdict() | {"at": _time(send.at)} for send in record.sends],
    }


def _message(message: Message) -> dict[str, object]:
    told = {"type": message.kind, "name": message.name, "at": _time(message.at), "tells": message.values}
    return {**told, "identity": message.who, "links": message.also}


def _event(event: Event) -> dict[str, object]:
    told = event._asdict() | {"at": _time(event.at)}
    del told["choice"]  # what is kept of it stands under `seen`
    return told


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()

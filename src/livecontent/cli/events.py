"""`import events`: what people did, into the store of events; what they bought and saw, into their profiles too."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import typer
from rich.progress import DownloadColumn

from livecontent.cli.screen import progress_bar, report_kept, show_lines
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.errors import DataError
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.events import EVENTS, EventRow, ShopEvent, event_name, open_events, read_event
from livecontent.imports.history import HistoryImport
from livecontent.imports.refused import RefusedRows
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.private_files import make_data_folder
from livecontent.sources.latest import read_event_types
from livecontent.sources.recommended.model import skus_in
from livecontent.storage.base import Profile, Recipient, Storage
from livecontent.storage.history import PutOutcome
from livecontent.storage.refs import Refs

KEPT = 200  # SKUs of each kind in a profile, the last ones


def import_event_file(file: Path) -> None:
    """Imports the events of a file."""
    settings = settings_or_demo()
    make_data_folder(settings.data)
    zone, now = settings.timezone or "UTC", time.time()
    others: Counter[str] = Counter()

    async def take(storage: Storage) -> tuple[list[ShopEvent], PutOutcome]:
        people: dict[str, Recipient | None] = {}
        events: list[ShopEvent] = []
        refs = Refs(SecretKeys(settings.key_path, settings.data), storage)
        history = HistoryImport(storage, refs, zone, now, read_event_types(settings.templates))
        for row in opened.rows:
            try:
                event = _read(row, zone, now)
                if event is None:
                    others[event_name(row.values)[:60] or str(row.values.get("type"))[:60]] += 1
                else:
                    await _look_up(event.id, people, storage)
                    events.append(event)
                await history.add(row.values)
            except DataError as error:
                refused.add(Refusal(row.line, str(error)), row.raw)
        await _store(events, [one for one in people.values() if one], storage)
        return events, await history.finish()

    with (
        progress_bar(DownloadColumn()) as progress,
        open_events(file, progress) as opened,
        RefusedRows(settings.refused, file, opened.top, opened.encoding) as refused,
    ):
        events, outcome = with_storage(settings, take)
    counts = Counter(event.column for event in events)
    told = ", ".join(f"{counts[column]:,} {name}" for name, column in EVENTS.items())
    people = counted(len({event.id for event in events}), "recipient")
    typer.echo(f"{counted(len(events), 'event')} of {people}: {told}", err=True)
    show_lines(f"{counted(count, 'row')} not for profiles: {name}" for name, count in others.most_common(5))
    typer.echo(_said(outcome), err=True)
    report_kept(refused)
    if refused.count and not events and not outcome.taken:
        raise typer.Exit(1)


def _said(outcome: PutOutcome) -> str:
    known = f", {outcome.repeated:,} known before" if outcome.repeated else ""
    unkept = f", {outcome.unkept:,} not kept, as the person does not consent to be recorded" if outcome.unkept else ""
    return f"history: {counted(outcome.taken, 'event')} added{known}{unkept}"


def _read(row: EventRow, zone: str, now: float) -> ShopEvent | None:
    if row.flaw:
        raise DataError(row.flaw)
    return read_event(row.values, zone, now)


async def _look_up(who: str, people: dict[str, Recipient | None], storage: Storage) -> None:
    if who not in people:
        people[who] = await storage.recipients.find(who)
    if people[who] is None:
        raise DataError(f"no recipient with the id {who!r} was imported")


async def _store(events: Iterable[ShopEvent], people: Iterable[Recipient], storage: Storage) -> None:
    """Adds them to profiles, in the order of their time, all or none."""
    by_id: dict[str, list[ShopEvent]] = {}
    for event in sorted(events, key=lambda one: one.at):
        by_id.setdefault(event.id, []).append(event)
    async with storage.recipients.batch() as batch:
        for one in people:
            if found := by_id.get(one.id):
                await batch.put(Recipient(one.ref, with_events(one.profile, found)))


def with_events(profile: Profile, events: Iterable[ShopEvent]) -> Profile:
    """A profile with what was bought and seen, each SKU once, the last at the end: the same events change nothing."""
    found: dict[str, list[str]] = {column: skus_in(profile.get(column)) for column in EVENTS.values()}
    for event in events:
        listed = found[event.column]
        for sku in event.skus:
            if sku in listed:
                listed.remove(sku)
            listed.append(sku)
    lists: Mapping[str, object] = {column: skus[-KEPT:] for column, skus in found.items() if skus}
    return {**profile, **lists}

"""`import events`: what people did, into the store of events; what they bought and saw, into their profiles too."""

import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import typer
from rich.progress import TaskProgressColumn

from livecontent.cli.screen import progress_bar, report_kept, show_lines
from livecontent.cli.serving import cores
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.config import Settings
from livecontent.history.gathering import unpack_people
from livecontent.imports.event_groups import (
    EventGroup,
    EventJob,
    GroupSummer,
    RowReader,
    Staging,
)
from livecontent.imports.events import EVENTS, EventRow, ShopEvent, open_events
from livecontent.imports.refused import RefusedRows
from livecontent.imports.table_file import Progress
from livecontent.runtime.private_files import make_data_folder
from livecontent.runtime.processes import Processes, SideWorker
from livecontent.sources.latest import read_event_types
from livecontent.sources.recommended.model import skus_in
from livecontent.storage.base import Profile, Recipient, Storage
from livecontent.storage.history import PutOutcome
from livecontent.stores import open_storage

P = TypeVar("P")
D = TypeVar("D")

KEPT = 200  # SKUs of each kind in a profile, the last ones

_ROWS = 2000  # that are read at a time
_GROUP = 4 * 1024 * 1024  # bytes of the file that a group has
_MOST_GROUPS = 4096


def import_event_file(file: Path) -> None:
    """Imports the events of a file."""
    settings = settings_or_demo()
    make_data_folder(settings.data)
    with (
        progress_bar(TaskProgressColumn()) as progress,
        open_events(file, lambda done, total: progress(done, 2 * total)) as opened,
        RefusedRows(settings.refused, file, opened.top, opened.encoding) as refused,
        closing(Staging(settings.data)) as staging,
    ):
        size = file.stat().st_size
        work = _EventImport(settings, min(size // _GROUP, _MOST_GROUPS) + 1, refused, staging)
        with_storage(settings, partial(work.run, opened.rows, progress))
    work.report()
    report_kept(refused, taken=work.events.total() > 0 or work.outcome.taken > 0)


class _EventImport:
    """Reads rows into groups, then keeps these one by one; of a large file, with processes beside this one.

    What is kept stays where it is stopped: the same file goes on from there, as what is known changes nothing.
    """

    def __init__(self, settings: Settings, groups: int, refused: RefusedRows, staging: Staging) -> None:
        self._job = EventJob(
            open_storage(settings),
            settings.key_path,
            settings.data,
            settings.timezone or "UTC",
            time.time(),
            groups,
            partial(read_event_types, settings.templates),
        )
        self._processes = cores() if groups > 1 else 0
        self._refused = refused
        self._staging = staging
        self.events: Counter[str] = Counter()  # for profiles, by column
        self.people = 0
        self.others: Counter[str] = Counter()
        self.outcome = PutOutcome(0, 0, 0)

    async def run(self, rows: Iterable[EventRow], progress: Progress, storage: Storage) -> None:
        """Takes all rows. Raises `DataError` and `StorageError`."""
        async with aclosing(self._spread(partial(RowReader, self._job), _batches(iter(rows)), "reads events")) as found:
            async for one in found:
                self._staging.add(one.blocks)
                self.others += one.others
                for refusal, raw in one.refused:
                    self._refused.add(refusal, raw)
        done, total = 0, self._staging.size
        async with aclosing(self._spread(GroupSummer, self._groups(), "sums up events")) as groups:
            async for group in groups:
                await self._keep(group, storage)
                done += group.size
                progress(total + done, 2 * total)

    async def _keep(self, group: EventGroup, storage: Storage) -> None:
        for part in group.parts:
            outcome = await storage.history.put_gathered(list(unpack_people(part)))
            self.outcome = PutOutcome(*map(sum, zip(self.outcome, outcome, strict=True)))
        self.events.update(event.column for events in group.events.values() for event in events)
        self.people += len(group.events)
        known = await storage.recipients.find_many(group.events)
        async with storage.recipients.batch() as batch:
            for id_, one in known.items():
                await batch.put(Recipient(one.ref, with_events(one.profile, group.events[id_])))

    async def _spread(
        self, make: Callable[[], SideWorker[P, D]], parts: AsyncIterator[P], what: str
    ) -> AsyncGenerator[D, None]:
        """What comes of each part, in their order."""
        if self._processes:
            with Processes(make, self._processes, what) as processes:
                async for done in processes.results(parts):
                    yield done
            return
        worker = make()
        try:
            async for part in parts:
                yield await worker.of(part)
        finally:
            await worker.close()

    async def _groups(self) -> AsyncIterator[Sequence[bytes]]:
        for blocks in self._staging.groups():
            yield blocks

    def report(self) -> None:
        """Says what became of the rows."""
        told = ", ".join(f"{self.events[column]:,} {name}" for name, column in EVENTS.items())
        people = counted(self.people, "recipient")
        typer.echo(f"{counted(self.events.total(), 'event')} of {people}: {told}", err=True)
        show_lines(f"{counted(count, 'row')} not for profiles: {name}" for name, count in self.others.most_common(5))
        taken, repeated, unkept = self.outcome
        known = f", {repeated:,} known before" if repeated else ""
        no = f", {unkept:,} not kept, as the person does not consent to be recorded" if unkept else ""
        typer.echo(f"history: {counted(taken, 'event')} added{known}{no}", err=True)


async def _batches(rows: Iterator[EventRow]) -> AsyncIterator[Sequence[EventRow]]:
    while batch := list(islice(rows, _ROWS)):
        yield batch


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

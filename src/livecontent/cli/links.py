"""`links`: the URLs and alt texts of recipients, as a CSV to load into an email tool."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from rich.progress import TaskProgressColumn

from livecontent.cli.given import params_of_address
from livecontent.cli.importing import read_map
from livecontent.cli.link_rows import ExportRow, LinkJob, LinkLines
from livecontent.cli.one_open import known_creative
from livecontent.cli.screen import open_output, progress_bar, report_refused
from livecontent.cli.sends import since_send
from livecontent.cli.serving import cores
from livecontent.cli.storage import NOBODY_YET, settings_or_demo, with_storage
from livecontent.config import Settings, load_settings
from livecontent.errors import DataError
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.recipients import read_recipient_rows
from livecontent.imports.table_file import Progress
from livecontent.imports.values import read_time
from livecontent.lint import load_checked
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.memory import manual_gc
from livecontent.runtime.processes import Processes
from livecontent.services import make_workshop
from livecontent.storage.base import Storage
from livecontent.storage.refs import Refs

ADDRESSES = ("id", "ref", "image", "click")
PERSONAL = ("alt", "best_hour", "best_hour_of")  # what each is looked up for

_BATCH = 500  # recipients that a process works on at a time
_FEW = 20  # batches that are done sooner than other processes have started

Batches = AsyncIterator[Sequence[ExportRow]]


def write_links(
    creative: str,
    recipients: Path | None,
    columns: list[str] | None,
    send: str,
    at: str,
    output: Path | None,
    *,
    alt: bool,
    params: Iterable[str],
) -> None:
    """Writes a CSV with a row for each recipient of a file, or of all that were imported."""
    settings = load_settings() if recipients else settings_or_demo()  # a file of recipients is your own
    shop = make_workshop(settings)
    folder = settings.templates / known_creative(creative, settings)
    loaded = load_checked(folder, shop.vocabulary, shop.available).creative  # says what is wrong with it
    given = params_of_address(creative, loaded, params, settings)
    job = LinkJob(settings, creative, loaded.format, send, _sent_at(settings, send, at), given)
    refused: list[Refusal] = []

    async def write(storage: Storage) -> None:
        with progress_bar(TaskProgressColumn()) as progress, open_output(output) as out:
            rows = _all(storage, progress)
            if recipients:
                refs = Refs(SecretKeys(settings.key_path, settings.data), storage)
                rows = _read(recipients, refs, read_map(columns), refused, progress)
            out.write(",".join((*ADDRESSES, *PERSONAL) if alt else ADDRESSES) + "\r\n")
            async with aclosing(_texts(job, _batches(rows)) if alt else _plain(job, _batches(rows))) as texts:
                async for text in texts:
                    out.write(text)

    with manual_gc():
        with_storage(settings, write)
    if recipients:
        report_refused(refused, recipients)


async def _plain(job: LinkJob, batches: Batches) -> AsyncGenerator[str, None]:
    """The lines of all batches, without alt texts."""
    async for batch in batches:
        yield job.lines(batch)


async def _texts(job: LinkJob, batches: Batches) -> AsyncGenerator[str, None]:
    """The lines of all batches, with alt texts; of many, by as many processes as there are cores."""
    first = []
    async for batch in batches:
        first.append(batch)
        if len(first) == _FEW:
            with Processes(partial(LinkLines, job), cores(), "works out alt texts") as processes:
                async for text in processes.results(_joined(first, batches)):
                    yield text
            return
    lines = LinkLines(job)
    try:
        for batch in first:
            yield await lines.of(batch)
    finally:
        await lines.close()


async def _joined(first: Sequence[Sequence[ExportRow]], batches: Batches) -> Batches:
    for batch in first:
        yield batch
    async for batch in batches:
        yield batch


async def _batches(rows: AsyncIterator[ExportRow]) -> Batches:
    found: list[ExportRow] = []
    async for one in rows:
        found.append(one)
        if len(found) == _BATCH:
            yield found
            found = []
    if found:
        yield found


def _sent_at(settings: Settings, send: str, at: str) -> datetime:
    """The time asked for, else that of the send, else now. Raises `DataError` for an unknown send."""
    now = datetime.now(UTC)
    since = since_send(settings, send, now) if send else 0.0
    return read_time(at, settings.timezone or "UTC") if at else now - timedelta(seconds=since)


async def _all(storage: Storage, progress: Progress) -> AsyncIterator[ExportRow]:
    """All recipients that were imported. Raises `DataError` where there are none."""
    done, whole = 0, await storage.recipients.count()
    if not whole:
        raise DataError(NOBODY_YET)
    async for ref, recipient_id in storage.recipients.iterate():
        done += 1
        if not done % _BATCH:
            progress(done, whole)
        yield ExportRow(recipient_id, ref)


async def _read(
    file: Path, refs: Refs, columns: dict[str, str], refused: list[Refusal], progress: Progress
) -> AsyncIterator[ExportRow]:
    """The recipients of a file; the rows that `import` would refuse are added to `refused`."""
    seen: set[str] = set()
    for row in read_recipient_rows(file, columns, progress):
        if isinstance(row, Refusal):
            refused.append(row)
            continue
        recipient_id = str(row.values["id"])
        ref = await refs.find_and_carry_over(recipient_id)
        if ref in seen:
            refused.append(Refusal(row.line, f"the id {recipient_id!r} is in a row above"))
        else:
            seen.add(ref)
            yield ExportRow(recipient_id, ref, row.values)

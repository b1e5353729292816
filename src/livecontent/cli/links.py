"""`links`: the URLs and alt texts of recipients, as a CSV to load into an email tool."""

import asyncio
import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TextIO

from rich.progress import TaskProgressColumn

from livecontent.app import Services, make_services, make_workshop
from livecontent.cli.output import open_output
from livecontent.cli.recipients import read_map
from livecontent.cli.screen import progress_bar, report_refused
from livecontent.cli.sends import since_send
from livecontent.cli.storage import NOBODY_YET, run_stoppable, settings_or_demo
from livecontent.config import Settings, load_settings
from livecontent.errors import CreativeError, DataError
from livecontent.facts import Client, Opening
from livecontent.imports.csv_reader import Progress, Refusal
from livecontent.imports.recipients import read_recipient_rows
from livecontent.imports.values import read_time
from livecontent.links import click_path, image_path, ref_of
from livecontent.lint import load_checked
from livecontent.pipeline import alt_text
from livecontent.storage.base import Profile

STEP = 100  # recipients between two reports of progress
COLUMNS = ("id", "ref", "image", "click", "alt")
PATIENCE = 10.0  # seconds to gather facts; nobody waits for an image

_AT_ONCE = 32  # recipients whose facts are gathered side by side
_STEADY = Client(time="early")  # what stands in the email is read later


class ExportRow(NamedTuple):
    """A recipient, with the profile where it is not in the store."""

    id: str
    ref: str
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class LinkExport:
    """A creative in an email that goes out at a time; `send` is the id of the send, "" if it has none."""

    parts: Services
    creative: str
    send: str
    at: datetime

    async def write(self, rows: AsyncIterator[ExportRow], out: TextIO) -> None:
        """Writes a row for each; who consents to nothing gets the alt text of an unknown recipient."""
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        while batch := await _some(rows):
            alts = await asyncio.gather(*map(self._alt, batch))
            writer.writerows(self._row(one, alt) for one, alt in zip(batch, alts, strict=True))

    def _row(self, one: ExportRow, alt: str) -> tuple[str, ...]:
        url = self.parts.settings.url
        format_ = self.parts.kit.creatives[self.creative].loaded.creative.format
        image = image_path(self.creative, one.ref, format_, self.send)
        return one.id, one.ref, url + image, url + click_path(self.creative, one.ref, self.send), alt

    async def _alt(self, one: ExportRow) -> str:
        person = await self.parts.storage.people.look_up(one.ref)
        if one.profile and person.ref:
            person = person._replace(profile=one.profile, problem="")
        opening = Opening(self.creative, person.ref, self.at, client=_STEADY, person=person, send=self.send)
        return await alt_text(opening, self.parts.kit)


async def _some(rows: AsyncIterator[ExportRow]) -> list[ExportRow]:
    """The next of them, none at the end."""
    found: list[ExportRow] = []
    async for one in rows:
        found.append(one)
        if len(found) == _AT_ONCE:
            break
    return found


def write_links(
    creative: str, recipients: Path | None, columns: list[str] | None, send: str, at: str, output: Path | None
) -> None:
    """Writes a CSV with a row for each recipient of a file, or of all that were imported."""
    settings = load_settings() if recipients else settings_or_demo()  # a file of recipients is your own
    shop = make_workshop(settings)
    load_checked(settings.templates / creative, shop.vocabulary, shop.available)  # says what is wrong with it
    sent = _sent_at(settings, send, at)
    refused: list[Refusal] = []
    parts = make_services(settings.model_copy(update={"deadline": PATIENCE}), creative)
    if parts.problems:
        raise CreativeError(list(parts.problems))
    with progress_bar(TaskProgressColumn()) as progress, open_output(output) as out:
        rows = _read(recipients, parts, read_map(columns), refused, progress) if recipients else _all(parts, progress)
        run_stoppable(_write(LinkExport(parts, creative, send, sent), rows, out))
    if recipients:
        report_refused(refused, recipients)


async def _write(export: LinkExport, rows: AsyncIterator[ExportRow], out: TextIO) -> None:
    try:
        await export.write(rows, out)
    finally:
        await export.parts.aclose()


def _sent_at(settings: Settings, send: str, at: str) -> datetime:
    """The time asked for, else that of the send, else now. Raises `DataError` for an unknown send."""
    now = datetime.now(UTC)
    since = since_send(settings, send, now) if send else 0.0
    return read_time(at, settings.timezone or "UTC") if at else now - timedelta(seconds=since)


async def _all(parts: Services, progress: Progress) -> AsyncIterator[ExportRow]:
    """All recipients that were imported. Raises `DataError` where there are none."""
    done, whole = 0, await parts.storage.recipients.count()
    if not whole:
        raise DataError(NOBODY_YET)
    async for ref, recipient_id in parts.storage.recipients.iterate():
        done += 1
        if not done % STEP:
            progress(done, whole)
        yield ExportRow(recipient_id, ref)


async def _read(
    file: Path, parts: Services, columns: dict[str, str], refused: list[Refusal], progress: Progress
) -> AsyncIterator[ExportRow]:
    """The recipients of a file; the rows that `import` would refuse are added to `refused`."""
    seen: set[str] = set()
    for row in read_recipient_rows(file, columns, progress):
        if isinstance(row, Refusal):
            refused.append(row)
            continue
        recipient_id = str(row.profile["id"])
        ref = ref_of(recipient_id, parts.key)
        if ref in seen:
            refused.append(Refusal(row.line, f"the id {recipient_id!r} is in a row above"))
        else:
            seen.add(ref)
            yield ExportRow(recipient_id, ref, row.profile)

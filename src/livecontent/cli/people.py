"""`recipients`: list, show, delete and export them. `export`, `forget`: all that is kept of one person."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

import typer
from rich.console import Console
from rich.progress import DownloadColumn, TaskProgressColumn
from rich.table import Column, Table

from livecontent.cli.consent import consent_words
from livecontent.cli.importing import read_map
from livecontent.cli.screen import confirm, open_output, progress_bar
from livecontent.cli.storage import NOBODY_YET, settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.errors import DataError
from livecontent.imports.csv_reader import JSON_ENDINGS, Refusal
from livecontent.imports.recipients import read_recipient_rows
from livecontent.imports.table_file import Progress
from livecontent.persons import erase_people, find_ref, plain_record, read_person
from livecontent.runtime.keys import SecretKeys
from livecontent.storage.base import Profile, Recipient, Storage
from livecontent.storage.refs import Refs

_STEP = 1000  # recipients between two reports of progress
_LISTED = ("language", "city", "country")  # beside id, ref and name


def list_recipients(text: str, limit: int, after: str) -> None:
    """Lists recipients by id, or those that a search finds."""

    async def find(storage: Storage) -> tuple[list[Recipient], int]:
        recipients = storage.recipients
        found = await (recipients.search(text, limit) if text else recipients.page(limit, after))
        return found, await recipients.count()

    found, total = with_storage(settings_or_demo(), find)
    if not total:
        raise DataError(NOBODY_YET)
    table = Table(Column("id", overflow="fold"), Column("ref", min_width=26), "name", *_LISTED, box=None)
    for one in found:
        name = " ".join(str(one.profile[part]) for part in ("first_name", "last_name") if one.profile.get(part))
        table.add_row(one.id, one.ref, name, *(_cell(one.profile.get(attribute)) for attribute in _LISTED))
    _print(table)
    more = f"; the next: --after {found[-1].id}" if found and not text and len(found) == limit else ""
    typer.echo(f"{len(found):,} of {counted(total, 'recipient')}{more}", err=True)


def show_recipient(who: str) -> None:
    """Shows all that is known of a recipient."""
    settings = settings_or_demo()

    async def find(storage: Storage) -> Table:
        ref = await _known(who, storage)
        profile = await storage.recipients.get(ref) or {}
        place = (await storage.people.look_up(ref)).last_place
        where = (place.city, place.region, place.country, place.timezone) if place else ()
        table = Table("attribute", Column("value", overflow="fold"), box=None)
        for name in _ordered(profile):
            table.add_row(name, _cell(profile[name]))
        table.add_row()
        table.add_row("ref", ref)
        table.add_row("consent", consent_words(await storage.consents.find(ref), settings))
        table.add_row("last place", ", ".join(part for part in where if part) or "none is known")
        return table

    _print(with_storage(settings, find))


def delete_recipients(who: Sequence[str], file: Path | None, columns: list[str] | None, *, yes: bool) -> None:
    """Deletes the recipients named and those of a file, after a question."""
    settings = settings_or_demo()
    if not who and file is None:
        raise DataError("whom? Name recipients by id, or a file of them with --recipients")

    async def delete(storage: Storage) -> int:
        refs = [await _known(one, storage) for one in who]
        if file:
            with progress_bar(DownloadColumn()) as progress:
                found = Refs(SecretKeys(settings.key_path, settings.data), storage)
                refs += await _refs_of(file, found, columns, progress)
        total, deleted = await storage.recipients.count(), 0
        async with storage.recipients.batch() as batch:
            with progress_bar(TaskProgressColumn()) as progress:
                for start in range(0, len(refs), _STEP):
                    deleted += await batch.delete(refs[start : start + _STEP])
                    progress(start, len(refs))
            if not deleted:
                raise DataError("none of them is a recipient")
            confirm(f"Delete {deleted:,} of {counted(total, 'recipient')}?", yes=yes)
        return deleted

    typer.echo(f"{counted(with_storage(settings, delete), 'recipient')} deleted", err=True)


async def _known(who: str, storage: Storage) -> str:
    ref = await find_ref(who, storage.recipients)
    if ref is None:
        raise DataError(f"unknown recipient {who!r}; see livecontent recipients list")
    return ref


async def _refs_of(file: Path, found: Refs, columns: list[str] | None, progress: Progress) -> list[str]:
    """The refs of a file's recipients. Raises `DataError` for a row that can't be read: it may be one of them."""
    refs = []
    for row in read_recipient_rows(file, read_map(columns), progress):
        if isinstance(row, Refusal):
            raise DataError(f"{file}:{row.line}: {row.reason}; nobody was deleted")
        refs.append(await found.find_and_carry_over(str(row.values["id"])))
    return refs


def export_recipients(output: Path | None, *, as_lines: bool) -> None:
    """Writes all profiles, as CSV or JSON Lines."""
    as_lines = as_lines or (output is not None and output.suffix.lower() in JSON_ENDINGS)

    async def export(storage: Storage) -> None:
        total, done = await storage.recipients.count(), 0
        if not total:
            raise DataError(NOBODY_YET)
        names = _ordered(await storage.recipients.attributes())
        with progress_bar(TaskProgressColumn()) as progress, open_output(output) as out:
            write = _line_writer(out) if as_lines else _csv_writer(out, names)
            async for recipient in storage.recipients.profiles():
                write(recipient.profile)
                done += 1
                if not done % _STEP:
                    progress(done, total)

    with_storage(settings_or_demo(), export)


def _line_writer(out: TextIO) -> Callable[[Profile], object]:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return lambda profile: out.write(f"{encode(profile)}\n")


def _csv_writer(out: TextIO, names: Sequence[str]) -> Callable[[Profile], object]:
    writer = csv.writer(out)
    writer.writerow(names)
    return lambda profile: writer.writerow([_cell(profile.get(name)) for name in names])


def _ordered(names: Mapping[str, object] | Sequence[str]) -> list[str]:
    """The id, then the others."""
    return sorted(names, key=lambda name: (name != "id", name))


def _cell(value: object) -> str:
    """A value as a file of recipients has it: what is no text is JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def _print(table: Table) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(table)


def export_person(who: str, output: Path | None) -> None:
    """Writes all that is kept of somebody."""
    settings = settings_or_demo()
    record = with_storage(settings, lambda storage: read_person(who, settings, storage))
    with open_output(output) as out:
        out.write(json.dumps(plain_record(record), ensure_ascii=False, indent=2) + "\n")


def forget_by_name(who: Sequence[str], *, yes: bool) -> None:
    """Erases people, after a question."""
    settings = settings_or_demo()

    async def forget(storage: Storage) -> None:
        records = {one: await read_person(one, settings, storage) for one in who}
        others = {one.ref: one for record in records.values() for one in record.also}
        others = {ref: one for ref, one in others.items() if ref not in {record.ref for record in records.values()}}
        events = sum(len(record.events) for record in (*records.values(), *others.values()))
        people = who[0] if len(who) == 1 else f"{len(who):,} people"
        if others:
            people += f" (also known as {', '.join(one.id or ref for ref, one in others.items())})"
        confirm(f"Forget {people}, with {counted(events, 'event')}? This can't be undone.", yes=yes)
        await erase_people(records, settings, storage)

    with_storage(settings, forget)
    typer.echo("forgotten; files that you made (imports, exports, links, backups) are yours to erase", err=True)

"""`export` and `forget`: all that is kept of one person, to hand it over or to erase it."""

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from livecontent.cli.output import open_output
from livecontent.cli.screen import confirm
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.persons import erase_people, plain_record, read_person
from livecontent.storage.base import Storage


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

"""`keys`: list, add and retire the keys that refs are made with."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.table import Table

from livecontent.cli.screen import confirm
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.errors import ConfigError
from livecontent.links import ref_of
from livecontent.runtime.keys import SecretKey, SecretKeys
from livecontent.storage.base import Storage

SETTLED = 3.0  # seconds in which running servers write what they have


def tell_keys() -> None:
    """Lists the keys, and how many recipients have refs of each."""
    settings = settings_or_demo()
    keys = SecretKeys(settings.key_path, settings.data)

    async def count(storage: Storage) -> Counter[str]:
        found: Counter[str] = Counter()
        async for ref, recipient_id in storage.recipients.iterate():
            found[next((key.id for key in keys.live if ref_of(recipient_id, key.secret) == ref), "")] += 1
        return found

    people = with_storage(settings, count)
    table = Table("key", "made", "recipients", "", box=None)
    for key in keys.live:
        state = "makes new refs" if key == keys.live[0] else "in use"
        table.add_row(key.id, f"{datetime.fromtimestamp(key.made_at, UTC):%Y-%m-%d}", f"{people[key.id]:,}", state)
    for key in keys.retired:
        table.add_row(key.id, f"{datetime.fromtimestamp(key.made_at, UTC):%Y-%m-%d}", "0", "retired")
    Console(highlight=False, markup=False).print(table)
    if people[""]:
        typer.echo(f"{counted(people[''], 'recipient')} with refs of keys that are not here", err=True)


def add_newest() -> None:
    """Makes a new key."""
    settings = settings_or_demo()
    key = SecretKeys(settings.key_path, settings.data).add()
    typer.echo(
        f"{key.id} makes new refs from now on; back up {settings.key_path} and {settings.data / 'keys'}", err=True
    )


def retire_named(key_id: str, *, yes: bool) -> None:
    """Takes a key out of use, after a question: those with refs of it get one of the newest key."""
    settings = settings_or_demo()
    keys = SecretKeys(settings.key_path, settings.data)
    key = _named(key_id, keys)

    async def work(storage: Storage) -> int:
        refs, cut_off, total = {}, 0, 0
        async for ref, recipient_id in storage.recipients.iterate():
            old, new = ref_of(recipient_id, key.secret), ref_of(recipient_id, keys.live[0].secret)
            total += 1
            cut_off += ref == old
            if ref in (old, new):  # also those whom a run that was stopped has changed
                refs[old] = new
        people = f"{cut_off:,} of {counted(total, 'recipient')}"
        confirm(
            f"Retire {key.id}? In emails already sent, {people} will be unknown, and signed parameters of addresses "
            "that were made with it no longer count.",
            yes=yes,
        )
        for _ in range(2):
            await storage.rename(refs)
            await asyncio.sleep(SETTLED)  # then once more: servers had some events of the old refs in hand
        return cut_off

    keys.check(key)
    changed = with_storage(settings, work)
    keys.retire(key)
    typer.echo(
        f"{key.id} is retired; {counted(changed, 'recipient')} got new refs: load them into your email tool", err=True
    )


def _named(key_id: str, keys: SecretKeys) -> SecretKey:
    """Raises `ConfigError`."""
    found = next((key for key in keys.live if key.id == key_id), None)
    if found is None:
        raise ConfigError(f"no key {key_id!r} is in use; see livecontent keys list")
    return found

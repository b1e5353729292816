"""`restore`: a backup becomes the data folder; what was withdrawn or forgotten since stays so."""

import asyncio
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from livecontent.cli.backup import CONSENTS, KEY, MANIFEST, copy_private, rows_in_words
from livecontent.cli.storage import stoppable
from livecontent.config import Settings, load_settings
from livecontent.errors import DataError, StorageError
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.private_files import alone, make_file, make_folder
from livecontent.services import PRESENCE, RESTORE
from livecontent.storage.base import ConsentDecision, decide_consent
from livecontent.storage.person import forget_people
from livecontent.storage.sqlite.copies import count_rows, find_refs, read_all_decisions
from livecontent.storage.sqlite.storage import SqliteStorage

_STAYS = frozenset({PRESENCE, RESTORE, "demo"})


def restore_backup(source: Path, *, replace: bool) -> None:
    """Puts a backup in the place of the data folder. Raises `DataError`; then the data folder is as it was."""
    settings = load_settings()
    make_folder(settings.data)
    with stoppable(), _nobody_serves(settings.data):
        work = settings.data / RESTORE
        _settle(work, settings.data)
        if not replace and (there := _entries(settings.data)):
            raise DataError(f"{settings.data} is not empty ({there[0].name}); --replace deletes what is in it")
        try:
            rows = _unpack(source, work / "new")
            said = _carry_over(settings, work / "new")
            _swap(settings, work)
        finally:
            _settle(work, settings.data)
    typer.echo(f"{settings.data}: {rows_in_words(rows)}", err=True)
    typer.echo(said, err=True)


@contextmanager
def _nobody_serves(data: Path) -> Iterator[None]:
    make_file(data / PRESENCE)
    with alone(data / PRESENCE) as free:
        if not free:
            raise DataError(f"a server runs on {data}: stop it first")
        yield


def _entries(data: Path) -> list[Path]:
    return [entry for entry in sorted(data.iterdir()) if entry.name not in _STAYS]


def _unpack(source: Path, new: Path) -> dict[str, dict[str, int]]:
    """The rows of each table, which are as many as when the backup was made."""
    if not (source.is_dir() or tarfile.is_tarfile(source)):
        raise DataError(f"{source} is no backup: it is neither a folder nor an archive")
    make_folder(new.parent)
    try:
        if source.is_dir():
            shutil.copytree(source, new)
        else:
            with tarfile.open(source) as archive:
                archive.extractall(new, filter="data")
        about: dict[str, Any] = json.loads((new / MANIFEST).read_text("utf-8"))
        rows: dict[str, dict[str, int]] = about["rows"]
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise DataError(f"{source} is no backup, or is not whole: {error}") from None
    (new / MANIFEST).unlink()
    for file in (new, *new.rglob("*")):
        file.chmod(0o700 if file.is_dir() else 0o600)
    for name, tables in rows.items():
        if not (new / name).is_file() or count_rows(new / name) != tables:
            raise DataError(f"{source} is not whole: {name} has not the rows that it had")
    return rows


def _carry_over(settings: Settings, new: Path) -> str:
    """Decisions and erasures since the backup, from the data folder that is there; what a person is to know of them."""
    consents, people = settings.data / CONSENTS, settings.data / "recipients.db"
    if not consents.is_file():
        return (
            "What was withdrawn or forgotten after the backup is not known here: before you start the server, run "
            "livecontent forget and livecontent consent import for those who have asked since."
        )
    try:
        decisions = read_all_decisions(consents)
        none = [decision.ref for decision in decisions if decision.state == "none"]
        gone = set(none) - find_refs(people, none)
    except StorageError as error:
        raise DataError(
            f"{error}: who has withdrawn or was forgotten since the backup can't be read. Delete {consents} to go on "
            "without, and ask them all again to be forgotten: livecontent forget"
        ) from None
    counts = asyncio.run(_apply(settings, new, decisions, gone))
    return "Decisions since the backup hold: {} applied, {} forgotten again.".format(*counts)


async def _apply(settings: Settings, new: Path, decisions: list[ConsentDecision], gone: set[str]) -> tuple[int, int]:
    storage = SqliteStorage(new, settings.consent)
    try:
        storage.open()
        known = {decision.ref: decision.at for decision in read_all_decisions(new / CONSENTS)}
        since = [decision for decision in decisions if decision.at > known.get(decision.ref, float("-inf"))]
        await decide_consent(since, storage)
        back = find_refs(new / "recipients.db", gone)
        forgotten = sorted(back | {decision.ref for decision in since if decision.ref in gone})
        if forgotten:
            await forget_people(forgotten, storage)
        return len(since), len(forgotten)
    finally:
        await storage.close()


def _swap(settings: Settings, work: Path) -> None:
    """What was there leaves; the keys that are there stay, if that of the backup is one of them."""
    data, new = settings.data, work / "new"
    key = (new / KEY).read_text().strip()
    if settings.key_path.is_file():
        keys = SecretKeys(settings.key_path, data)
        if any(one.secret.hex() == key for one in (*keys.live, *keys.retired)):
            shutil.rmtree(new / "keys", ignore_errors=True)
            if (data / "keys").is_dir():
                shutil.copytree(data / "keys", new / "keys")
            copy_private(settings.key_path, new / KEY)
        elif settings.key_file:
            raise DataError(f"{settings.key_file} is another key than that of the backup: move it away first")
    if settings.key_file:
        copy_private(new / KEY, settings.key_file)
        (new / KEY).unlink()
    make_folder(work / "old")
    for entry in _entries(data):
        entry.rename(work / "old" / entry.name)
    (work / "old").rename(work / "gone")  # from here on there is no way back


def _settle(work: Path, data: Path) -> None:
    """Ends a restore, wherever it was interrupted: what was there comes back, or what is new comes."""
    for name, after in {"old": work / "old", "new": work / "gone"}.items():
        if after.is_dir():
            for entry in (work / name).iterdir():
                entry.rename(data / entry.name)
    shutil.rmtree(work, ignore_errors=True)

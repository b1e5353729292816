"""`restore`: a backup becomes the data folder; what was withdrawn or forgotten since stays so."""

import asyncio
import json
import shutil
import tarfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import typer

from livecontent.cli.backup import CONSENTS, KEY, MANIFEST, copy_private, rows_in_words
from livecontent.cli.storage import stoppable
from livecontent.config import Settings, load_settings
from livecontent.errors import DataError, StorageError
from livecontent.runtime.keys import SecretKey, SecretKeys
from livecontent.runtime.private_files import alone, make_data_folder, make_file, make_folder
from livecontent.storage.base import ConsentDecision, decide_consent
from livecontent.storage.person import forget_people
from livecontent.storage.refs import refs_by
from livecontent.storage.sqlite.copies import count_rows, read_all_decisions
from livecontent.storage.sqlite.recipients import SqliteRecipients
from livecontent.storage.sqlite.storage import SqliteStorage
from livecontent.stores import PRESENCE, RESTORE

_STAYS = frozenset({PRESENCE, RESTORE, "demo"})
_ASK_FORGET = "after the backup is not known here: before you start the server, run livecontent forget"


def restore_backup(source: Path, *, replace: bool) -> None:
    """Puts a backup in the place of the data folder. Raises `DataError`; then the data folder is as it was."""
    settings = load_settings()
    make_data_folder(settings.data)
    with stoppable(), _nobody_serves(settings.data):
        work = settings.data / RESTORE
        _settle(work, settings.data)
        if not replace and (there := _entries(settings.data)):
            raise DataError(f"{settings.data} is not empty ({there[0].name}); --replace deletes what is in it")
        try:
            rows, at = _unpack(source, work / "new")
            said = _carry_over(settings, work / "new", _keep_keys(settings, work / "new"), at)
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


def _unpack(source: Path, new: Path) -> tuple[dict[str, dict[str, int]], float]:
    """The rows of each table, which are as many as when the backup was made, and that time."""
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
        at = float(about["at"])
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{source} is no backup, or is not whole: {error}") from None
    (new / MANIFEST).unlink()
    for file in (new, *new.rglob("*")):
        file.chmod(0o700 if file.is_dir() else 0o600)
    for name, tables in rows.items():
        if not (new / name).is_file() or count_rows(new / name) != tables:
            raise DataError(f"{source} is not whole: {name} has not the rows that it had")
    return rows, at


class _Keys(NamedTuple):
    live: Sequence[SecretKey]  # in use after the restore, the newest first
    every: Sequence[SecretKey]  # those, then all others that refs may have been made with


def _keep_keys(settings: Settings, new: Path) -> _Keys:
    """The keys that are there stay, if that of the backup is one of them. Raises `DataError`."""
    backed_up = SecretKeys(new / KEY, new)
    every = [*backed_up.live, *backed_up.retired]
    live = backed_up.live
    if settings.key_path.is_file():
        there = SecretKeys(settings.key_path, settings.data)
        every += (*there.live, *there.retired)
        if any(key.secret == live[0].secret for key in (*there.live, *there.retired)):
            live = there.live
            shutil.rmtree(new / "keys", ignore_errors=True)
            if (settings.data / "keys").is_dir():
                shutil.copytree(settings.data / "keys", new / "keys")
            copy_private(settings.key_path, new / KEY)
        elif settings.key_file:
            raise DataError(f"{settings.key_file} is another key than that of the backup: move it away first")
    return _Keys(live, tuple({key.secret: key for key in (*live, *every)}.values()))


def _carry_over(settings: Settings, new: Path, keys: _Keys, backed_up: float) -> str:
    """Decisions and erasures since the backup, from the data folder that is there; what a person is to know of them.

    A file of recipients that was made after the backup tells nothing of those who were forgotten before it was.
    """
    consents, people = settings.data / CONSENTS, settings.data / "recipients.db"
    if not consents.is_file():
        asked = "and livecontent consent import for those who have asked since."
        return f"What was withdrawn or forgotten {_ASK_FORGET} {asked}"
    try:
        decisions = read_all_decisions(consents)
        made = SqliteRecipients(people).made_at() if people.is_file() else time.time()
        anew = made if made > backed_up else 0.0
        told = [decision for decision in decisions if decision.at >= anew]
        gone = asyncio.run(_find_gone(people, told, keys)) if people.is_file() else set[str]()
    except StorageError as error:
        raise DataError(
            f"{error}: who has withdrawn or was forgotten since the backup can't be read. Delete {consents} to go on "
            "without, and ask them all again to be forgotten: livecontent forget"
        ) from None
    counts = asyncio.run(_apply(settings, new, decisions, gone, keys))
    said = "Decisions since the backup hold: {} applied, {} forgotten again.".format(*counts)
    if not anew:
        return said
    lost = f"was made anew on {_day(made)}" if people.is_file() else "is missing"
    return f"{said} {people} {lost}: who was forgotten {_ASK_FORGET} for those who have asked since."


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d at %H:%M}"


async def _find_gone(people: Path, decisions: Sequence[ConsentDecision], keys: _Keys) -> set[str]:
    """All refs of those who were forgotten: they said no, and are no recipients. Raises `StorageError`."""
    gone = {decision.ref for decision in decisions if decision.state == "none"}
    async for ref, recipient_id in SqliteRecipients(people).iterate():
        gone.difference_update((ref, *refs_by(keys.every, recipient_id)))
    return gone


class _Carried(NamedTuple):
    """What becomes of those in the backup, whose refs may be of keys that were retired since."""

    renamed: dict[str, str]  # the refs that change
    now: dict[str, str]  # the ref of whoever has decided, by each ref that they decided under
    decisions: list[ConsentDecision]  # the newest of each, under that ref
    back: set[str]  # who was forgotten since


async def _carry(
    storage: SqliteStorage, decisions: Sequence[ConsentDecision], gone: Collection[str], keys: _Keys
) -> _Carried:
    decided = {decision.ref: decision for decision in decisions}
    carried = _Carried({}, {}, [], set())
    async for ref, recipient_id in storage.recipients.iterate():
        every = refs_by(keys.every, recipient_id)
        now = ref if ref in every[: len(keys.live)] else every[0]
        if now != ref:
            carried.renamed[ref] = now
        if found := [decided[one] for one in (ref, *every) if one in decided]:
            newest = max(found, key=lambda decision: decision.at)
            carried.now.update((decision.ref, now) for decision in found)
            carried.decisions.append(newest._replace(ref=now))
            if newest.ref in gone:
                carried.back.add(now)
    return carried


async def _apply(
    settings: Settings, new: Path, decisions: Sequence[ConsentDecision], gone: Collection[str], keys: _Keys
) -> tuple[int, int]:
    """How many people's decisions were applied, and how many were forgotten."""
    storage = SqliteStorage(new, settings.consent)
    try:
        storage.open()
        carried = await _carry(storage, decisions, gone, keys)
        await storage.rename(carried.renamed)
        known = {decision.ref: decision.at for decision in read_all_decisions(new / CONSENTS)}
        every = (*decisions, *carried.decisions)
        since = [decision for decision in every if decision.at > known.get(decision.ref, float("-inf"))]
        await decide_consent(since, storage)
        applied = {carried.now.get(decision.ref, decision.ref) for decision in since}
        unknown = {decision.ref for decision in since} - carried.now.keys()
        forgotten = sorted(carried.back | unknown.intersection(gone))
        if forgotten:
            await forget_people(forgotten, storage)
        return len(applied), len(forgotten)
    finally:
        await storage.close()


def _swap(settings: Settings, work: Path) -> None:
    """What was there leaves."""
    data, new = settings.data, work / "new"
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

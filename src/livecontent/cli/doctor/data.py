"""Checks of the data folder."""

import asyncio
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.storage import with_storage
from livecontent.config import Settings
from livecontent.errors import LivecontentError, in_words
from livecontent.runtime.keys import SecretKeys
from livecontent.services import make_services

ROOM, LITTLE = 100 << 20, 1 << 30  # bytes free on the disk of the data folder: what is needed, and what is little


def check_data(settings: Settings) -> Iterator[Finding]:
    """Whether this user may write it, and nobody else read it."""
    folder = settings.data
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        yield Finding("data", "error", f"{there} is no folder", "name another in the setting data")
    elif not os.access(there, os.W_OK | os.X_OK):
        owner = f"{os.geteuid()}:{os.getegid()}"
        remedy = f"run this as the user of the server; else: chown -R {owner} {there}, or set data to another folder"
        yield Finding("data", "error", f"{there} can't be written by this user ({owner})", remedy)
    else:
        yield _private("data", folder, 0o700)


def check_key(settings: Settings) -> Iterator[Finding]:
    """The key of the refs."""
    if settings.key_path.exists():
        SecretKeys(settings.key_path, settings.data)
    yield _private("key", settings.key_path, 0o600)


def check_recipients(settings: Settings) -> Iterator[Finding]:
    """How many there are."""
    count = with_storage(settings, lambda storage: storage.recipients.count()) if settings.data.is_dir() else 0
    remedy = "livecontent import recipients FILE, or livecontent demo to try"
    yield judged("recipients", count > 0, f"{count:,} in {settings.data}", remedy, "warning")


def check_server(settings: Settings) -> Iterator[Finding]:
    """Whether one can start: all that it opens is opened."""
    if not settings.data.is_dir():
        return
    try:
        asyncio.run(make_services(settings, None).aclose())
    except (LivecontentError, OSError) as error:
        remedy = "mend that first; what is damaged in the data folder comes back by: livecontent restore BACKUP"
        yield Finding("server", "error", f"it can't start: {in_words(error)}", remedy)
    else:
        yield Finding("server", "ok", "all that it opens can be opened")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Whether there is room for events; a server goes on without, but keeps none."""
    if settings.data.is_dir():
        free = shutil.disk_usage(settings.data).free
        remedy = (
            f"no event can be kept on a full disk: make room, or set data to a folder on another one ({settings.data})"
        )
        yield judged("disk", free >= LITTLE, f"{free >> 20:,} MiB free", remedy, "warning" if free >= ROOM else "error")


def _private(what: str, path: Path, wanted: int) -> Finding:
    if not path.exists():
        return Finding(what, "ok", f"{path}, made at the first start")
    mode = stat.S_IMODE(path.stat().st_mode)
    remedy = f"other users can read it: chmod {wanted:o} {path}"
    return judged(what, not mode & 0o077, f"{path}, mode {mode:04o}", remedy)

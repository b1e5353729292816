"""Checks of the data folder."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.storage import with_storage
from livecontent.config import Settings
from livecontent.runtime.keys import SecretKeys


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


def _private(what: str, path: Path, wanted: int) -> Finding:
    if not path.exists():
        return Finding(what, "ok", f"{path}, made at the first start")
    mode = stat.S_IMODE(path.stat().st_mode)
    remedy = f"other users can read it: chmod {wanted:o} {path}"
    return judged(what, not mode & 0o077, f"{path}, mode {mode:04o}", remedy)

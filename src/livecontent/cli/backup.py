"""`backup`: all of the data folder that can't be made again, as of now, while the server goes on."""

import json
import shutil
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import typer

from livecontent import __version__
from livecontent.cli.storage import stoppable
from livecontent.cli.words import counted
from livecontent.config import Settings, load_settings
from livecontent.errors import DataError
from livecontent.runtime.private_files import make_folder, write_private
from livecontent.storage.sqlite.copies import COPY_SUFFIX, copy_database, is_database
from livecontent.stores import RESTORE

MANIFEST = "backup.json"
KEY = "key"  # in a backup, wherever the settings have it
CONSENTS = "consent.db"
# What is made, fetched or imported again; the demo has a data folder of its own.
MADE_ANEW = frozenset(
    {"demo", "feeds", "fonts", "images", "metrics", "refused", RESTORE, "static", "tables", "web-fonts"}
)
_LEFT_OUT = ("-wal", "-shm", ".lock", COPY_SUFFIX)
_ARCHIVES = {".tar": "w", ".tgz": "w:gz", ".gz": "w:gz"}

TableRows = Mapping[str, Mapping[str, int]]


def make_backup(target: Path) -> None:
    """Writes a folder, or an archive where the name ends as one. Raises `DataError`."""
    settings = load_settings()
    if target.exists():
        raise DataError(f"{target} is there already; name a file or folder that is not")
    if target.resolve().is_relative_to(settings.data.resolve()):
        raise DataError(f"{target} is in the data folder itself; choose another place, best on another disk")
    if not settings.key_path.is_file():
        raise DataError(f"there is nothing to back up in {settings.data} yet, not even a key")
    with stoppable(), _draft(target) as draft:
        rows = _copy_all(settings, draft)
        about = {"livecontent": __version__, "at": time.time(), "rows": rows}
        write_private(draft / MANIFEST, json.dumps(about, indent=2) + "\n")
        if mode := _ARCHIVES.get(target.suffix):
            _pack(draft, target, mode)
        else:
            draft.rename(target)
    typer.echo(f"{target}: {rows_in_words(rows)}, and the key: keep it where only you can read it", err=True)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A folder beside, which is gone in the end."""
    draft = target.with_name(f".{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    make_folder(draft)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy_all(settings: Settings, draft: Path) -> TableRows:
    """Spools first: what is stored meanwhile is then in both, and counts once. Consents last: no rest is newer."""
    rows: dict[str, Mapping[str, int]] = {}
    files = [file for file in sorted(settings.data.rglob("*")) if _kept(file.relative_to(settings.data))]
    for file in sorted(files, key=lambda file: (is_database(file), file.name == CONSENTS)):
        name = file.relative_to(settings.data)
        make_folder(draft / name.parent)
        if is_database(file):
            rows[name.as_posix()] = copy_database(file, draft / name)
        elif file.is_file():
            copy_private(file, draft / name)
    copy_private(settings.key_path, draft / KEY)
    return rows


def _kept(name: Path) -> bool:
    return name.parts[0] not in MADE_ANEW and not name.name.endswith(_LEFT_OUT) and not name.name.startswith(".")


def copy_private(file: Path, target: Path) -> None:
    """A copy with the time of its file, for the owner only; none of a file that is gone by now."""
    try:
        made_at = file.stat().st_mtime
        write_private(target, file.read_bytes(), at=made_at)
    except FileNotFoundError:
        return


def _pack(draft: Path, target: Path, mode: str) -> None:
    packed = draft.with_name(f".{target.name}.packed")
    try:
        write_private(packed, "")
        with packed.open("wb") as out, tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
            archive.add(draft, arcname=".")
        packed.rename(target)
    finally:
        packed.unlink(missing_ok=True)


def rows_in_words(rows: TableRows) -> str:
    """How many of what people know by name."""
    told = {"recipient": "recipients.db", "consent": CONSENTS, "event": "events.db", "product": "products.db"}
    counts = {name: rows.get(file, {}).get(f"{name}s", 0) for name, file in told.items()}
    return ", ".join(counted(count, name.replace("consent", "decision")) for name, count in counts.items())

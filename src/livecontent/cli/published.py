"""`creatives`: the versions that were published, and which of them is served."""

from datetime import datetime
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from livecontent.cli.storage import settings_or_demo
from livecontent.config import Settings
from livecontent.creative.version_files import Version
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import ConfigError, did_you_mean

BY = "command line"  # who did it, in the history


def list_versions(name: str) -> None:
    """Lists the versions of a creative, newest first."""
    settings = settings_or_demo()
    kept = published_versions(name, settings)
    now = kept.current[name]
    table = Table("version", "published", "by", "files", "", box=None)
    state = "removed" if now.removed else "served" if not now.instead_of else "served (rollback)"
    states = {now.version: "served (recall)" if now.recalled else state}
    if now.recalled:
        states.setdefault(now.recalled, "recalled")
    notes = {note.version: note for note in reversed(kept.history(name)) if note.what == "published"}
    for version in kept.of(name):
        by = notes[version.id].by if version.id in notes else ""
        files = str(len(version.files))
        table.add_row(version.id, _date(version.at, settings), by, files, states.get(version.id, ""))
    Console(highlight=False, markup=False, soft_wrap=True).print(table)


def roll_back(name: str, start: str) -> None:
    """Puts another version in force: the one named, else the one before, or of a removed one the last."""
    settings = settings_or_demo()
    kept = published_versions(name, settings)
    version = wanted_version(name, start, kept)
    kept.choose(name, version.id, BY)
    until = ", until the files of the creative change" if kept.current[name].instead_of else ""
    typer.echo(f"{name}: {version.id} of {_date(version.at, settings)} is served{until}", err=True)


def take_out(name: str) -> None:
    """Leaves nothing of a creative but an empty image."""
    settings = settings_or_demo()
    kept = published_versions(name, settings)
    kept.choose(name, kept.current[name].version, BY, removed=True)
    blank = kept.blank(name)
    clicks = f"clicks lead to {settings.landing}" if settings.landing else "clicks lead nowhere: set landing"
    typer.echo(
        f"{name}: an empty image of {blank.width}x{blank.height} is served, {clicks}. "
        f"It comes back when its files change, or with livecontent creatives rollback {name}",
        err=True,
    )


def published_versions(name: str, settings: Settings) -> PublishedVersions:
    """The versions, with some of this creative. Raises `ConfigError`."""
    kept = PublishedVersions(settings.data)
    if name not in kept.current:
        hint = did_you_mean(name, kept.current)
        known = ", ".join(sorted(kept.current)) or "nothing yet: a server publishes when it starts"
        raise ConfigError(f"{name} was not published; {hint + ' ' if hint else ''}published: {known}")
    return kept


def wanted_version(name: str, start: str, kept: PublishedVersions) -> Version:
    """Raises `ConfigError`."""
    versions, now = kept.of(name), kept.current[name]
    if start:
        found = [version for version in versions if version.id.startswith(start)]
        if len(found) != 1:
            raise ConfigError(f"{start}: {'several versions start' if found else 'no version starts'} so")
        return found[0]
    at = next((place for place, version in enumerate(versions) if version.id == now.version), -1)
    wanted = at if now.removed else at + 1
    if not 0 <= wanted < len(versions):
        raise ConfigError(f"{name}: there is no version before; see livecontent creatives versions {name}")
    return versions[wanted]


def _date(at: float, settings: Settings) -> str:
    return f"{datetime.fromtimestamp(at, ZoneInfo(settings.timezone or 'UTC')):%Y-%m-%d %H:%M:%S %Z}"

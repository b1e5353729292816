"""`data`: the lists of networks and places that classify requests, downloaded and shown."""

import asyncio
from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.table import Table

from livecontent.clients.refresh import DEADLINE, Refresh, RefreshOutcome
from livecontent.config import Settings, load_settings
from livecontent.net.http import Http
from livecontent.net.mmdb import AsnDatabase
from livecontent.runtime.private_files import make_data_folder
from livecontent.services import make_tables
from livecontent.sources.place.geoip import PLACES, GeoIp


def refresh() -> None:
    """Downloads new lists."""
    settings = load_settings()
    make_data_folder(settings.data)
    outcomes = asyncio.run(_refresh(settings))
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for outcome in outcomes:
        if outcome.problem:
            console.print(f"{outcome.name:<22} {outcome.before}, kept: {outcome.problem}", style="red")
        else:
            console.print(f"{outcome.name:<22} {outcome.before} -> {outcome.after}, {datetime.now(UTC):%Y-%m-%d}")
    raise typer.Exit(1 if any(outcome.problem for outcome in outcomes) else 0)


async def _refresh(settings: Settings) -> list[RefreshOutcome]:
    """All at the same time, so that a slow one delays no other."""
    asked, http = settings.refresh, Http(DEADLINE)
    tables = Refresh(http, settings.data / "tables")
    try:
        outcomes = await asyncio.gather(
            *([tables.relay(asked.relay_url)] if asked.relay_url else ()),
            tables.networks(asked.google_urls, asked.microsoft_url),
            *([tables.geoip(asked.geoip_url, settings.geoip, PLACES)] if asked.geoip_url else ()),
        )
    finally:
        await http.aclose()
    return [outcome for table in outcomes for outcome in table]


def show_tables() -> None:
    """Shows the lists in use: rows, age in days, and where they come from."""
    settings = load_settings()
    table = Table("list", "content", "age", "from", box=None, pad_edge=False)
    for info in make_tables(settings).info():
        table.add_row(info.name, f"{info.rows:,} rows", _age(info.age), str(info.file or "shipped with livecontent"))
    for name, file in (("GeoIP", GeoIp(settings.geoip).info()), ("ASN", AsnDatabase(settings.asn).info())):
        if file.path:
            table.add_row(name, file.type or file.problem, _age(file.age), str(file.path))
    Console(highlight=False, markup=False).print(table)


def _age(days: float | None) -> str:
    return "" if days is None else f"{days:.0f} days"

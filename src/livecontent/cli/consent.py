"""`consent`: what recipients have decided holds at once; what was recorded against it is erased at once."""

import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from rich.progress import DownloadColumn

from livecontent.cli.screen import progress_bar, report_kept
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.config import Settings
from livecontent.errors import DataError
from livecontent.facts import Consent
from livecontent.imports.consents import STATES, read_decisions, read_state
from livecontent.imports.csv_reader import CsvTable
from livecontent.imports.refused import RefusedRows
from livecontent.imports.table_file import open_table
from livecontent.persons import ref_of_anybody
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.private_files import make_data_folder
from livecontent.storage.base import ConsentDecision, Storage, decide_consent
from livecontent.storage.refs import Refs


def put_consent(who: str, state: str) -> None:
    """Sets what a recipient consents to."""
    settings = settings_or_demo()
    wanted = read_state(state)

    async def run(storage: Storage) -> tuple[Consent, bool]:
        ref, known = await ref_of_anybody(who, settings, storage)
        refs = Refs(SecretKeys(settings.key_path, settings.data), storage)
        profile = await storage.recipients.get(ref) or {"id": who}
        await decide_consent(refs.spread(str(profile["id"]), ConsentDecision(ref, wanted, time.time())), storage)
        return (await storage.people.look_up(ref)).consent, known

    found, known = with_storage(settings, run)
    if found != wanted:
        raise DataError(f"a decision in the future is recorded: {found}; is the clock of this machine right?")
    typer.echo(f"{who}: {found}" + ("" if known else " (no recipient with this id was imported)"), err=True)


def tell_consent(who: str) -> None:
    """Shows what a recipient consents to, and since when."""
    settings = settings_or_demo()

    async def find(storage: Storage) -> ConsentDecision | None:
        ref, _ = await ref_of_anybody(who, settings, storage)
        return await storage.consents.find(ref)

    typer.echo(consent_words(with_storage(settings, find), settings))


def consent_words(decision: ConsentDecision | None, settings: Settings) -> str:
    """What somebody consents to, and since when."""
    if decision is None:
        return f"{settings.consent} (the setting consent; no decision is known)"
    since = datetime.fromtimestamp(decision.at, ZoneInfo(settings.timezone or "UTC"))
    return f"{decision.state} since {since}"


def import_consent_file(file: Path) -> None:
    """Imports the decisions of a CSV."""
    settings = settings_or_demo()
    make_data_folder(settings.data)
    zone = settings.timezone or "UTC"

    async def take(storage: Storage) -> None:
        refs = Refs(SecretKeys(settings.key_path, settings.data), storage)
        taken: list[ConsentDecision] = []
        for one in decisions:
            ref = await refs.find_and_carry_over(one.id)
            taken += refs.spread(one.id, ConsentDecision(ref, one.state, one.at))
        await decide_consent(taken, storage)

    with progress_bar(DownloadColumn()) as progress, open_table(file) as opened:
        table = CsvTable(opened)
        with RefusedRows(settings.refused, file, table.top, opened.encoding) as refused:
            decisions = list(read_decisions(table, zone, time.time(), refused, progress))
            with_storage(settings, take)
    counts = Counter(decision.state for decision in decisions)
    states = ", ".join(f"{counts[state]:,} {state}" for state in STATES)
    typer.echo(f"{counted(len(decisions), 'decision')}: {states}; the newest of each recipient counts", err=True)
    report_kept(refused, taken=bool(decisions))

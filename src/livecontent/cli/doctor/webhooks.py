"""Checks of what triggers call."""

import asyncio
from collections.abc import Iterator

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.storage import with_storage
from livecontent.cli.words import counted
from livecontent.config import Settings
from livecontent.errors import SourceError
from livecontent.services import make_workshop
from livecontent.storage.alerts import AlertStanding
from livecontent.storage.base import Storage
from livecontent.triggers.rules import FILE, read_triggers
from livecontent.triggers.webhook import Webhooks


def check_triggers_lead(settings: Settings) -> Iterator[Finding]:
    """Whether each trigger leads to where it may call, by the settings and the look-up of the name."""
    if not (settings.templates / FILE).is_file():
        return
    triggers = read_triggers(settings.templates, make_workshop(settings).vocabulary)
    webhooks = Webhooks(settings.webhooks, 1)

    async def ask(url: str) -> str:
        try:
            await webhooks.look_up(url)
        except SourceError as error:
            return str(error)
        return ""

    for name, trigger in triggers.items():
        problem = asyncio.run(ask(trigger.url))
        remedy = "it fires nothing until then: see docs/triggers.md"
        yield judged(f"trigger {name}", not problem, problem or "may be called", remedy, "warning")


def check_alerts(settings: Settings) -> Iterator[Finding]:
    """What could not be told."""
    if not (settings.data / "history.db").is_file():
        return

    async def ask(storage: Storage) -> AlertStanding:
        return storage.history.alerts.standing()

    waiting, dead, _ = with_storage(settings, ask)
    if waiting or dead:
        remedy = "livecontent webhooks tells why; then --retry all"
        yield judged("webhooks", not dead, f"{counted(waiting, 'alert')} waiting, {dead:,} dead", remedy, "warning")

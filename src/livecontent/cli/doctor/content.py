"""Checks of what is shown and told: creatives, products, codes, recommendations, triggers."""

import asyncio
import time
from collections.abc import Collection, Iterator

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.storage import with_storage
from livecontent.cli.words import counted
from livecontent.config import Settings
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import DrawingError, SourceError
from livecontent.publish import Publisher
from livecontent.services import make_workshop
from livecontent.storage.alerts import AlertStanding
from livecontent.storage.base import Storage
from livecontent.triggers.rules import FILE, read_triggers
from livecontent.triggers.webhook import Webhooks

OLD_CATALOGUE = 8  # days after which a catalogue is out of date
OLD_PICKS = 24  # hours after which recommendations are


def check_creatives(settings: Settings) -> Iterator[Finding]:
    """Whether all can be published, and stand in for themselves where nothing is known."""
    publisher = Publisher(settings.templates, make_workshop(settings))
    compiled, problems = publisher.library, publisher.problems
    seen = f"{', '.join(compiled) or 'none'} in {settings.templates}"
    first = f"; {problems[0].file}:{problems[0].line}: {problems[0].message}" if problems else ""
    remedy = "run livecontent check" if problems else "livecontent init DIR makes a first one"
    yield judged("creatives", bool(compiled) and not problems, seen + first, remedy)
    yield from _published(settings, compiled)
    broken = []
    for name, creative in compiled.items():
        try:
            creative.fallback(creative.loaded.creative.format)
        except DrawingError as error:
            broken.append(f"{name}: {error}")
    drawn = f"drawn for {counted(len(compiled) - len(broken), 'creative')}"
    yield judged("fallback", not broken, "; ".join([drawn, *broken]), "give them another picture: fallback: FILE")


def _published(settings: Settings, usable: Collection[str]) -> Iterator[Finding]:
    """Which creatives are served as they were published, as their folder has none that can be used."""
    kept = PublishedVersions(settings.data)
    gone = {
        name: "its folder has errors" if (settings.templates / name).is_dir() else "its folder is gone"
        for name in kept.served
        if name not in usable
    }
    seen = "; ".join(f"{name}: {why}, what was published before is served" for name, why in gone.items())
    remedy = "mend its folder, or take it out: livecontent creatives remove NAME"
    if kept.current:
        yield judged("published", not gone, seen or f"{counted(len(kept.served), 'creative')}, kept", remedy)


def check_products(settings: Settings) -> Iterator[Finding]:
    """How old the catalogue and its live values are."""
    if not (settings.data / "products.db").is_file():
        return
    about = with_storage(settings, lambda storage: storage.products.about())
    if about.imported_at is None:
        return
    days = (time.time() - about.imported_at) / 86_400
    seen = f"{about.products:,}, imported {f'{days:.0f} days' if days >= 1 else f'{days * 24:.0f} hours'} ago"
    remedy = "import them again: livecontent import products FILE"
    yield judged("products", days <= OLD_CATALOGUE, seen, remedy, "warning")
    if about.oldest is not None and about.newest is not None:
        age = (time.time() - about.newest) / 60
        most = settings.products.max_age / 60
        remedy = f"live values are told for {most:g} minutes: send them more often, or set products.max_age"
        late = with_storage(settings, lambda storage: storage.products.count_older(time.time() - most * 60))
        seen = f"{about.live:,}, the newest {age:.0f} min old, {late:,} too old to be told"
        yield judged("live values", not late, seen, remedy, "warning")


def check_codes(settings: Settings) -> Iterator[Finding]:
    """What is left in pools of codes."""
    if (settings.data / "codes.db").is_file():
        for pool in with_storage(settings, lambda storage: storage.codes.pools()):
            remedy = f"livecontent import codes FILE --pool {pool.name}"
            yield judged(f"pool {pool.name}", not pool.low, str(pool), remedy, "warning")


def check_recommended(settings: Settings) -> Iterator[Finding]:
    """How old recommendations are, where there are some."""
    made = (settings.data / "picks.db").is_file() and with_storage(settings, lambda storage: storage.picks.made_at())
    if made:
        hours = (time.time() - made) / 3600
        seen, remedy = f"picked {hours:.1f} hours ago", "run livecontent recommend"
        yield judged("recommended", hours <= OLD_PICKS, seen, remedy, "warning")


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

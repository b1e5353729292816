"""Checks of products, and of what is given to recipients and picked for them."""

import time
from collections.abc import Iterator

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.storage import with_storage
from livecontent.config import Settings

OLD_CATALOGUE = 8  # days after which a catalogue is out of date
OLD_PICKS = 24  # hours after which recommendations are


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

"""What `doctor` finds, and what it finds of what is given to recipients and picked for them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from livecontent.cli.storage import with_storage
from livecontent.config import Settings

OLD_PICKS = 24  # hours after which recommendations are out of date


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check: what was found, whether that is well, and the fix if it is not."""

    what: str
    well: bool
    seen: str
    remedy: str = ""


def check_codes(settings: Settings) -> Iterator[Finding]:
    """What is left in pools of codes."""
    if (settings.data / "codes.db").is_file():
        for pool in with_storage(settings, lambda storage: storage.codes.pools()):
            remedy = f"livecontent import codes FILE --pool {pool.name}"
            yield Finding(f"pool {pool.name}", not pool.low, str(pool), remedy)


def check_recommended(settings: Settings) -> Iterator[Finding]:
    """How old recommendations are, where there are some."""
    made = (settings.data / "picks.db").is_file() and with_storage(settings, lambda storage: storage.picks.made_at())
    if made:
        hours = (time.time() - made) / 3600
        yield Finding("recommended", hours <= OLD_PICKS, f"picked {hours:.1f} hours ago", "run livecontent recommend")

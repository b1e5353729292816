"""Openings with a flaw in, a warning for people and a count out: a broken template shows at the first test send."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from livecontent.facts import Opening
from livecontent.pipeline import Answer
from livecontent.web.metrics import Metrics

log = logging.getLogger(__name__)

PAUSE = 3600.0  # seconds before the same is said again

_SAYINGS: Mapping[str, str] = MappingProxyType(
    {
        "merge-tag": "the merge tag of the email was not filled in; look at the snippet in your email tool",
        "empty": "the merge tag of the email was filled in with nothing; look at the contact field in your email tool",
    }
)


class MergeTagMonitor:
    """Counts flaws, and warns of those that whoever wrote the email can mend; never says a ref or an address."""

    def __init__(self, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._clock = clock
        self._told: dict[tuple[str, str], float] = {}

    def look(self, opening: Opening, found: Answer) -> None:
        """Takes note of an opening and its answer."""
        if not opening.flaw or opening.preview is not None:
            return
        self._metrics.flawed(found, opening.flaw)
        if found.version and opening.flaw in _SAYINGS:  # names of creatives that are none know no end
            self._warn(found.creative, opening.flaw)

    def _warn(self, creative: str, flaw: str) -> None:
        now = self._clock()
        if now - self._told.get((creative, flaw), -PAUSE) >= PAUSE:
            self._told[creative, flaw] = now
            log.warning("%s: %s", creative, _SAYINGS[flaw])

"""What goes on beside the opens of one process of a machine: triggers fire, and alerts are told, again where needed."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from livecontent.errors import Problem
from livecontent.runtime.private_files import alone
from livecontent.sources.gather import Gatherer
from livecontent.storage.alerts import AlertStanding
from livecontent.storage.base import Storage
from livecontent.triggers.check import lost_triggers
from livecontent.triggers.firing import Firer, TriggerWatch
from livecontent.triggers.known import TriggerFacts
from livecontent.triggers.rules import Triggers
from livecontent.triggers.telling import AlertTeller
from livecontent.triggers.webhook import Webhooks

log = logging.getLogger(__name__)

LOOK = 0.1  # seconds between two looks
OURS = 1.0  # and between two tries to be the one who looks
COUNTED = 1.0  # seconds between two times that alerts are counted
AGAIN = 600.0  # seconds until the log tells the same again
TIDIED = 3600.0  # seconds between two times that what is over is erased
NOTHING = AlertStanding(0, 0, None)


class TriggerJob:
    """Fires triggers and tells alerts; who has the lock does."""

    def __init__(
        self,
        triggers: Triggers,
        storage: Storage,
        gatherer: Gatherer,
        webhooks: Webhooks,
        stores: Mapping[str, str],
        lock: Path,
    ) -> None:
        """`stores` has names of stores by id."""
        self.outcomes: Counter[tuple[str, str]] = Counter()  # by trigger: fired, resting, late, delivered ...
        self.standing = NOTHING
        usable = {name: one for name, one in triggers.items() if not webhooks.problem(one.url)}
        self.watch = TriggerWatch(usable, stores, self.outcomes)
        self._triggers = triggers
        self._alerts = storage.history.alerts
        self._webhooks = webhooks
        self._lock = lock
        known = TriggerFacts(storage, gatherer, stores)
        self._firer = Firer(tuple(usable.values()), self._alerts, known, self.outcomes)
        self._teller = AlertTeller(self._alerts, webhooks, known, self.outcomes)
        self._counted = 0.0
        self._tidied = -TIDIED

    @property
    def problems(self) -> list[Problem]:
        """Triggers that lead nowhere."""
        return lost_triggers(self._triggers, self._webhooks)

    async def run(self) -> None:
        """Waits for its turn, then looks again and again. Whatever goes wrong, it goes on."""
        failed, told = "", 0.0
        while True:
            try:
                with alone(self._lock) as ours:
                    if ours:
                        await self._serve()
            except Exception as error:
                if failed != repr(error) or time.monotonic() - told > AGAIN:  # not at each look
                    log.exception("triggers can't be looked at, and nobody is told of anything yet")
                    failed, told = repr(error), time.monotonic()
            await asyncio.sleep(OURS)

    async def _serve(self) -> None:
        try:
            while True:
                if not await self._look():
                    await asyncio.sleep(LOOK if self._triggers else TIDIED)
        finally:
            await self._teller.finish()

    async def _look(self) -> bool:
        """Fires what is to be fired, and begins to tell what is due; whether there may be more to fire."""
        more = await self._firer.look()
        for trigger in self._triggers.values():
            self._teller.begin(trigger)
        if time.monotonic() - self._counted > COUNTED:
            self._counted = time.monotonic()
            self.standing = self._alerts.standing()
        if time.monotonic() - self._tidied > TIDIED:
            await self._tidy(time.time())
            self._tidied = time.monotonic()
        return more

    async def _tidy(self, now: float) -> None:
        await self._alerts.tidy(now)
        await self._alerts.bury(self._triggers, now, "there is no such trigger")

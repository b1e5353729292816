"""What goes on beside the opens of one process of a machine: triggers fire, and alerts are told, again where needed."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from livecontent.errors import Problem, SourceError, StorageError
from livecontent.expressions.template import MissingValueError
from livecontent.runtime.private_files import alone
from livecontent.sources.gather import Gatherer
from livecontent.storage.alerts import Alert, AlertStanding
from livecontent.storage.base import Storage
from livecontent.triggers.check import lost_triggers
from livecontent.triggers.firing import Firer, TriggerWatch
from livecontent.triggers.known import KnownPerson, TriggerFacts, say
from livecontent.triggers.rules import Trigger, Triggers
from livecontent.triggers.webhook import DEADLINE, Webhooks, after_answer, after_failure, body_of

log = logging.getLogger(__name__)

LOOK = 0.1  # seconds between two looks
OURS = 1.0  # and between two tries to be the one who looks
AT_ONCE = 4  # calls for a trigger: whoever answers slowly holds up nobody else
COUNTED = 1.0  # seconds between two times that alerts are counted
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
        self._known = TriggerFacts(storage, gatherer, stores)
        self._firer = Firer(tuple(usable.values()), self._alerts, self._known, self.outcomes)
        self._calls: dict[tuple[str, int], asyncio.Task[None]] = {}  # by trigger and message
        self._failing: dict[str, str] = {}  # triggers of whose failing the log has told
        self._wordless: set[str] = set()  # and those of whose words it has
        self._counted = 0.0
        self._tidied = -TIDIED

    @property
    def problems(self) -> list[Problem]:
        """Triggers that lead nowhere."""
        return lost_triggers(self._triggers, self._webhooks)

    async def run(self) -> None:
        """Waits for its turn, then looks again and again."""
        while True:
            with alone(self._lock) as ours:
                if ours:
                    await self._serve()
            await asyncio.sleep(OURS)

    async def _serve(self) -> None:
        failed = ""
        try:
            while True:
                try:
                    await self.look()
                    failed = ""
                except StorageError as error:
                    if failed != str(error):  # not at each look
                        log.warning("triggers can't be looked at: %s", error)
                    failed = str(error)
                await asyncio.sleep(LOOK if self._triggers else TIDIED)
        finally:
            await self._finish()

    async def look(self) -> None:
        """Fires what is to be fired, and begins to tell what is due. Raises `StorageError`."""
        while await self._firer.look():
            pass
        for trigger in self._triggers.values():
            self._begin(trigger)
        if time.monotonic() - self._counted > COUNTED:
            self._counted = time.monotonic()
            self.standing = self._alerts.standing()
        if time.monotonic() - self._tidied > TIDIED:
            self._tidied = time.monotonic()
            await self._tidy(time.time())

    async def calls(self) -> None:
        """Waits until all calls that have begun are over."""
        await asyncio.gather(*self._calls.values())

    async def _tidy(self, now: float) -> None:
        await self._alerts.tidy(now)
        for alert in self._alerts.alerts():
            if alert.state == "waiting" and alert.trigger not in self._triggers:
                await self._alerts.settle(alert._replace(state="dead", due=now, problem="there is no such trigger"))

    def _begin(self, trigger: Trigger) -> None:
        under_way = sum(name == trigger.name for name, _ in self._calls)
        if under_way >= AT_ONCE:
            return
        for alert in self._alerts.due(trigger.name, time.time(), AT_ONCE):
            key = (alert.trigger, alert.seq)
            if key not in self._calls and under_way < AT_ONCE:
                under_way += 1
                task = self._calls[key] = asyncio.create_task(self._tell(alert, trigger))
                task.add_done_callback(lambda _, key=key: self._calls.pop(key))  # type: ignore[misc]

    async def _tell(self, alert: Alert, trigger: Trigger) -> None:
        try:
            known = await self._known.gather(alert.message, trigger.say.needs if trigger.say else frozenset())
            if known is None:
                await self._alerts.drop([alert])
                return
            text, who = self._text(trigger, known), known.person
            body = body_of(alert, known.event, text, who.ref, (who.profile or {}).get("id"))
            after = await self._call(alert, trigger, body)
            await self._alerts.settle(after)
            self._note(after)
        except StorageError as error:  # then it is told again
            log.warning("trigger %s: what became of an alert can't be kept: %s", trigger.name, error)

    def _text(self, trigger: Trigger, known: KnownPerson) -> str | None:
        """None where there are no words, or something that they name is not known."""
        try:
            return say(trigger.say, known.moment) if trigger.say else None
        except MissingValueError as error:
            if trigger.name not in self._wordless:
                self._wordless.add(trigger.name)
                log.warning("trigger %s: told without its text: %s; give it a default", trigger.name, error)
            return None

    async def _call(self, alert: Alert, trigger: Trigger, body: bytes) -> Alert:
        try:
            status, headers = await self._webhooks.call(trigger.url, alert.id, body, time.time())
        except SourceError as error:
            return after_failure(alert, str(error), time.time())
        return after_answer(alert, status, headers, time.time())

    def _note(self, alert: Alert) -> None:
        """Counts what became of it; the log tells once that a trigger's calls fail, and once that they don't."""
        name = alert.trigger
        outcome = {"done": "delivered", "dead": "dead", "waiting": "retried"}[alert.state]
        self.outcomes[name, outcome] += 1
        if outcome == "delivered":
            if self._failing.pop(name, None):
                log.warning("trigger %s: its webhook answers again", name)
        elif self._failing.get(name) != outcome:
            self._failing[name] = outcome
            then = "see livecontent webhooks" if outcome == "dead" else "it is tried again"
            log.warning("trigger %s: an alert could not be told (%s); %s", name, alert.problem, then)

    async def _finish(self) -> None:
        """Lets calls come to their end, as what is not known to have come is told again."""
        if self._calls:
            _, late = await asyncio.wait(self._calls.values(), timeout=DEADLINE / 4)
            for call in late:
                call.cancel()

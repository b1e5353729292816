"""Tells alerts by webhooks: some of each trigger at a time, and again where nobody takes them."""

import asyncio
import logging
import time
from collections import Counter

from livecontent.errors import SourceError
from livecontent.expressions.template import MissingValueError
from livecontent.storage.alerts import Alert, AlertStore
from livecontent.triggers.event import told_of
from livecontent.triggers.known import KnownPerson, TriggerFacts, say
from livecontent.triggers.rules import Trigger
from livecontent.triggers.webhook import DEADLINE, PAUSES, Webhooks, after_answer, after_failure, body_of

log = logging.getLogger(__name__)

AT_ONCE = 4  # calls for a trigger: whoever answers slowly holds up nobody else


class AlertTeller:
    """Tells what is due, of one trigger after the other; its calls go on beside."""

    def __init__(
        self, alerts: AlertStore, webhooks: Webhooks, known: TriggerFacts, outcomes: Counter[tuple[str, str]]
    ) -> None:
        """`outcomes` counts what became of alerts, by trigger."""
        self._alerts = alerts
        self._webhooks = webhooks
        self._known = known
        self._outcomes = outcomes
        self._calls: dict[tuple[str, int], asyncio.Task[None]] = {}  # by trigger and message
        self._failing: dict[str, str] = {}  # triggers of whose failing the log has told
        self._wordless: set[str] = set()  # and those of whose words it has

    def begin(self, trigger: Trigger) -> None:
        """Begins to tell what is due. Raises `StorageError`."""
        under_way = sum(name == trigger.name for name, _ in self._calls)
        if under_way >= AT_ONCE:
            return
        for alert in self._alerts.due(trigger.name, time.time(), AT_ONCE):
            key = (alert.trigger, alert.seq)
            if key not in self._calls and under_way < AT_ONCE:
                under_way += 1
                task = self._calls[key] = asyncio.create_task(self._try(alert, trigger))
                task.add_done_callback(lambda _, key=key: self._calls.pop(key))  # type: ignore[misc]

    async def finish(self) -> None:
        """Lets calls come to their end, as what is not known to have come is told again."""
        if self._calls:
            _, late = await asyncio.wait(self._calls.values(), timeout=DEADLINE / 4)
            for call in late:
                call.cancel()

    async def _try(self, alert: Alert, trigger: Trigger) -> None:
        try:
            await self._tell(alert, trigger)
        except Exception:  # then it is still due, and nobody is to be called without a pause
            log.exception("trigger %s: what became of an alert is not known; it is told again", trigger.name)
            await asyncio.sleep(PAUSES[0])

    async def _tell(self, alert: Alert, trigger: Trigger) -> None:
        known = await self._known.gather(alert.message, trigger.say.needs if trigger.say else frozenset())
        if known is None:
            await self._alerts.drop([alert])
            return
        text, who = self._text(trigger, known), known.person
        body = body_of(alert, told_of(known.event, trigger.sent), text, who.ref, (who.profile or {}).get("id"))
        after = await self._call(alert, trigger, body)
        await self._alerts.settle(after, alert)
        self._note(after)

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
        self._outcomes[name, outcome] += 1
        if outcome == "delivered":
            if self._failing.pop(name, None):
                log.warning("trigger %s: its webhook answers again", name)
        elif self._failing.get(name) != outcome:
            self._failing[name] = outcome
            then = "see livecontent webhooks" if outcome == "dead" else "it is tried again"
            log.warning("trigger %s: an alert could not be told (%s); %s", name, alert.problem, then)

"""Which messages triggers look at, and which triggers they fire, for whom."""

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from threading import Lock

from livecontent.errors import StorageError
from livecontent.expressions.rule import RuleFacts
from livecontent.facts import Need
from livecontent.history.messages import Message
from livecontent.storage.alerts import AlertStore, Firing
from livecontent.triggers.event import trigger_event
from livecontent.triggers.known import TriggerFacts
from livecontent.triggers.rules import Trigger, Triggers

log = logging.getLogger(__name__)

LATE = 3600.0  # seconds after which a message is no news
MOST = 100  # messages that are looked at together


class TriggerWatch:
    """Tells which messages triggers are to look at, before they are kept: of most it is clear that they fire none."""

    def __init__(self, triggers: Triggers, stores: Mapping[str, str], outcomes: Counter[tuple[str, str]]) -> None:
        """`stores` has names by id; `outcomes` counts what became of messages, by trigger."""
        self._triggers = triggers
        self._stores = stores
        self._outcomes = outcomes
        self._lock = Lock()

    async def pick(self, messages: Sequence[Message], now: float) -> frozenset[bytes]:
        """The ids of those that may fire one, of messages that come now."""
        return await asyncio.to_thread(self._pick, messages, now) if self._triggers else frozenset()

    def _pick(self, messages: Sequence[Message], now: float) -> frozenset[bytes]:
        return frozenset(message.mid for message in messages if self._may_fire(message, now))

    def _may_fire(self, message: Message, now: float) -> bool:
        event = trigger_event(message, self._stores)
        names = [name for name, trigger in self._triggers.items() if trigger.may_fire(event)]
        if names and message.at < now - LATE:
            with self._lock:
                self._outcomes.update((name, "late") for name in names)
            return False
        return bool(names)


class Firer:
    """Looks at the messages that are watched; in one process at a time."""

    def __init__(
        self,
        triggers: Collection[Trigger],
        alerts: AlertStore,
        known: TriggerFacts,
        outcomes: Counter[tuple[str, str]],
    ) -> None:
        self._triggers = triggers
        self._alerts = alerts
        self._known = known
        self._outcomes = outcomes
        self._needs = frozenset[Need]().union(*(trigger.when.needs for trigger in triggers))

    async def look(self) -> bool:
        """Looks at some; whether there may be more. Raises `StorageError`."""
        found = self._alerts.watched(MOST)
        if found:
            fired = [firing for seq, message in found for firing in await self._safely(seq, message)]
            kept = await self._alerts.fire([one.seq for one in found], fired)
            self._outcomes.update((one.trigger, "fired") for one in kept)
            self._outcomes.update((one.trigger, "resting") for one in fired if one not in kept)
        return len(found) == MOST

    async def _safely(self, seq: int, message: Message) -> Sequence[Firing]:
        """One message that nobody can look at must not hold up all others."""
        try:
            return await self._firings(seq, message)
        except StorageError:
            raise
        except Exception:
            log.exception("a message can't be looked at, and fires nothing")
            return ()

    async def _firings(self, seq: int, message: Message) -> Sequence[Firing]:
        known = await self._known.gather(message, self._needs)
        if known is None:
            return ()
        facts = RuleFacts(known.moment.words)
        at = known.at.timestamp()
        return [Firing(seq, one.name, at, one.rest) for one in self._triggers if one.when.test(facts).value]

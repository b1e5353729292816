"""Looks at messages once they are kept: which triggers they fire, for whom, and in which words."""

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from zoneinfo import ZoneInfo

from livecontent.compose.resources import known_locale
from livecontent.expressions.rule import RuleFacts
from livecontent.expressions.template import MissingValueError
from livecontent.facts import Fact, Moment, Need, Opening, Person, Reason
from livecontent.history.messages import VISITOR, Message
from livecontent.sources.gather import Gatherer
from livecontent.storage.alerts import Firing
from livecontent.storage.base import Storage
from livecontent.triggers.event import EVENT, trigger_event
from livecontent.triggers.rules import Trigger, Triggers

log = logging.getLogger(__name__)

LATE = 3600.0  # seconds after which a message is no news
MOST = 100  # messages that are looked at together
PATIENCE = 2.0  # seconds to gather the facts of one


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
        storage: Storage,
        gatherer: Gatherer,
        stores: Mapping[str, str],
        outcomes: Counter[tuple[str, str]],
    ) -> None:
        self._triggers = triggers
        self._storage = storage
        self._gatherer = gatherer.patient(PATIENCE)
        self._stores = stores
        self._outcomes = outcomes
        self._needs = frozenset[Need]().union(*(trigger.needs for trigger in triggers))
        self._told: set[str] = set()  # triggers of whose words the log has told

    async def look(self) -> bool:
        """Looks at some; whether there may be more. Raises `StorageError`."""
        alerts = self._storage.history.alerts
        found = alerts.watched(MOST)
        if found:
            fired = [firing for seq, message in found for firing in await self._firings(seq, message)]
            kept = await alerts.fire([one.seq for one in found], fired)
            self._outcomes.update((one.trigger, "fired") for one in kept)
            self._outcomes.update((one.trigger, "resting") for one in fired if one not in kept)
        return len(found) == MOST

    async def _firings(self, seq: int, message: Message) -> Sequence[Firing]:
        person = await who_did(message, self._storage)
        if person is None:
            return ()
        now = datetime.now(UTC)
        opening = Opening("", person.ref, now, person=person)
        event = Fact(trigger_event(message, self._stores), Reason.FRESH)
        moment = await self._gatherer.gather(self._needs, opening, Moment({EVENT.root: event}))
        facts = RuleFacts(moment.words)
        return [
            Firing(seq, one.name, self._text(one, moment), now.timestamp(), one.rest)
            for one in self._triggers
            if one.when.test(facts).value
        ]

    def _text(self, trigger: Trigger, moment: Moment) -> str | None:
        """None where there are no words, or something that they name is not known."""
        if trigger.say is None:
            return None
        words = moment.words
        recipient, now = words.get("recipient"), words.get("now")
        wanted = str(recipient.get("language")).replace("_", "-") if isinstance(recipient, dict) else ""
        language = trigger.say.spoken(wanted)
        zone = now["at"].tzinfo if isinstance(now, dict) and "hour" in now else ZoneInfo("UTC")
        own = {"locale": known_locale(language or "en", "en"), "timezone": zone, "currency": "EUR"}
        try:
            return trigger.say.speak(language).fill({**words, **own})
        except MissingValueError as error:
            if trigger.name not in self._told:
                self._told.add(trigger.name)
                log.warning("trigger %s: told without its text: %s; give it a default", trigger.name, error)
            return None


async def who_did(message: Message, storage: Storage) -> Person | None:
    """Whose a message is, as a recipient where they are one; None where they don't consent to be recorded (now)."""
    keys = [message.who, *storage.history.identities(message.who)]
    for key in sorted(keys, key=lambda one: one.startswith(VISITOR)):  # theirs first
        person = await storage.people.look_up(key)
        if person.consent == "full":
            return person
        if not key.startswith(VISITOR):
            return None
    return None

"""What is known of who has done something: for rules, and for the words of an alert."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from livecontent.compose.resources import known_locale
from livecontent.errors import StorageError
from livecontent.expressions.template import LocalizedTemplate
from livecontent.facts import Fact, Moment, Need, Opening, Person, Reason
from livecontent.history.messages import VISITOR, Message
from livecontent.sources.gather import Gatherer
from livecontent.storage.base import Storage
from livecontent.triggers.event import EVENT, TriggerEvent, trigger_event

PATIENCE = 2.0  # seconds to gather facts


class KnownPerson(NamedTuple):
    """Who did what, and the facts about them now."""

    person: Person
    event: TriggerEvent
    at: datetime
    moment: Moment


class TriggerFacts:
    """Gathers facts as an open does, of somebody who opens nothing."""

    def __init__(self, storage: Storage, gatherer: Gatherer, stores: Mapping[str, str]) -> None:
        """`stores` has names of stores by their ids."""
        self._storage = storage
        self._gatherer = gatherer.patient(PATIENCE)
        self._stores = stores

    async def gather(self, message: Message, needs: frozenset[Need]) -> KnownPerson | None:
        """Some facts; None of who does not consent to be recorded by now. Raises `StorageError`."""
        person = await self._who(message)
        if person is None:
            return None
        now, event = datetime.now(UTC), trigger_event(message, self._stores)
        opening = Opening("", person.ref, now, person=person)
        moment = Moment({EVENT.root: Fact(event, Reason.FRESH)})
        return KnownPerson(person, event, now, await self._gatherer.gather(needs - {EVENT.root}, opening, moment))

    async def _who(self, message: Message) -> Person | None:
        """As a recipient where they are one, else as a visitor."""
        keys = [message.who, *self._storage.history.identities(message.who)]
        for key in sorted(keys, key=lambda one: one.startswith(VISITOR)):  # theirs first
            person = await self._storage.people.look_up(key)
            if person.consent == "full":
                return person
            if person.problem and person.consent == "none":  # what they decided can't be read
                raise StorageError(person.problem)
            if not key.startswith(VISITOR):
                return None
        return None


def say(words: LocalizedTemplate, moment: Moment) -> str:
    """The words in the person's language, else in the first. Raises `MissingValueError`."""
    known = moment.words
    recipient, now = known.get("recipient"), known.get("now")
    wanted = str(recipient.get("language")).replace("_", "-") if isinstance(recipient, dict) else ""
    language = words.spoken(wanted)
    zone = now["at"].tzinfo if isinstance(now, dict) and "hour" in now else ZoneInfo("UTC")
    own = {"locale": known_locale(language or "en", "en"), "timezone": zone, "currency": "EUR"}
    return words.speak(language).fill({**known, **own})

"""Opens teach at which hour people read: beside what they did, and nothing else of it.

They are taken from the events that are recorded, so that nothing is added to an open: each one once, from where the
last look ended. To look again changes nothing, as all opens of a person and send are one.
"""

from datetime import UTC, datetime

from livecontent.errors import StorageError
from livecontent.facts import Client, Moment, Now, Opening
from livecontent.history.messages import Message, open_message
from livecontent.showings import slot_of_time
from livecontent.sources.gather import Gatherer
from livecontent.storage.base import Storage
from livecontent.storage.events import Event, SpoolMark

MARK = "opens"  # beside the marks of spools: up to which event this has learned
BATCH = 100  # events at a time: others write in between, and opens are answered
MOST = 20  # batches of a look: creatives learn in between, however much is left of before
_CLOCK = frozenset({"now"})
_READING = Client(time="live")


class BestHours:
    """Puts opens among what people do, each on the clock of who read."""

    def __init__(self, storage: Storage, gatherer: Gatherer) -> None:
        self._storage = storage
        self._gatherer = gatherer

    async def learn(self) -> None:
        """Of the next that were recorded. Raises `StorageError`, and begins with the same ones again."""
        events = self._storage.events
        done = events.done(MARK)
        for _ in range(MOST):
            last, opens = await events.opens_after(done, BATCH)
            if last == done:
                return
            if messages := [message for one in opens if (message := await self._message(one))]:
                await self._storage.history.put(messages)
            await events.append([], SpoolMark(MARK, last))
            done = last

    async def _message(self, opened: Event) -> Message | None:
        offset = await self._offset(opened)
        if offset is None:
            return None
        return open_message(opened.ref, slot_of_time(opened.send, opened.at), opened.at, offset)

    async def _offset(self, opened: Event) -> int | None:
        """Of their clock from UTC, in seconds, as an image would tell the time: where they live, or were last.

        None where their profile is damaged: a wrong hour is worse than none, and others don't wait for it.
        """
        person = await self._storage.people.look_up(opened.ref)
        if person.passing:
            raise StorageError(f"profiles can't be read, so best hours are learned later: {person.problem}")
        if person.problem:
            return None
        at = datetime.fromtimestamp(opened.at, UTC)
        opening = Opening("", person.ref, at, client=_READING, person=person)
        now = (await self._gatherer.gather(_CLOCK, opening, Moment({}))).value("now")
        away = now.at.utcoffset() if isinstance(now, Now) else None
        return None if away is None else int(away.total_seconds())

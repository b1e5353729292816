"""Opens teach at which hour people read: beside what they did, and nothing else of it.

They are taken from the events that are recorded, so that nothing is added to an open: each one once, from where the
last look ended. To look again changes nothing, as all opens of a person and send are one.
"""

from datetime import UTC, datetime

from livecontent.facts import Client, Moment, Now, Opening
from livecontent.history.messages import Message, open_message
from livecontent.showings import slot_of_time
from livecontent.sources.gather import Gatherer
from livecontent.storage.base import Storage
from livecontent.storage.events import Event, SpoolMark

MARK = "opens"  # beside the marks of spools: up to which event this has learned
BATCH = 500  # events at a time: others write in between
_CLOCK = frozenset({"now"})
_READING = Client(time="live")


class BestHours:
    """Puts opens among what people do, each on the clock of who read."""

    def __init__(self, storage: Storage, gatherer: Gatherer) -> None:
        self._storage = storage
        self._gatherer = gatherer

    async def learn(self) -> None:
        """Of all that was recorded since the last time. Raises `StorageError`."""
        events = self._storage.events
        done = events.done(MARK)
        while True:
            last, opens = await events.opens_after(done, BATCH)
            if last == done:
                return
            if opens:
                await self._storage.history.put([await self._message(one) for one in opens])
            await events.append([], SpoolMark(MARK, last))
            done = last

    async def _message(self, opened: Event) -> Message:
        return open_message(opened.ref, slot_of_time(opened.send, opened.at), opened.at, await self._offset(opened))

    async def _offset(self, opened: Event) -> int:
        """Of their clock from UTC, in seconds, as an image would tell the time: where they live, or were last."""
        person = await self._storage.people.look_up(opened.ref)
        at = datetime.fromtimestamp(opened.at, UTC)
        opening = Opening("", person.ref, at, client=_READING, person=person)
        now = (await self._gatherer.gather(_CLOCK, opening, Moment({}))).value("now")
        away = now.at.utcoffset() if isinstance(now, Now) else None
        return int(away.total_seconds()) if away else 0

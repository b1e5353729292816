"""All that an open needs to know of its recipient, in one statement over the files of recipients and consents.

Two files, so that an import that holds one for minutes does not keep a withdrawal out of the other.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import apsw

from livecontent.facts import Consent, Person, Place
from livecontent.storage.sqlite.connection import READ_WAIT
from livecontent.storage.sqlite.consents import PLACE

log = logging.getLogger(__name__)

SLOW = 0.01  # seconds; a file that fails after more than that is left alone for a while
PAUSE = 1.0  # seconds that it is left alone

# A quarter of the time that three joins take.
_PERSON = f"""
SELECT (SELECT state FROM consents.consents WHERE ref = ?1), (SELECT profile FROM recipients WHERE ref = ?1),
    (SELECT json_array({PLACE}) FROM consents.places WHERE ref = ?1)
"""  # noqa: S608  ours
_CONSENT = "SELECT state FROM consents.consents WHERE ref = ?"


class SqlitePeople:
    """Looks people up, from any thread; everybody waits while one is looked up."""

    def __init__(
        self, recipients: Path, consents: Path, default: Consent, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Two files that are there already. Who has not decided has the default; the clock is in seconds."""
        self._default = default
        self._clock = clock
        self._again_at = clock()
        self._connection = apsw.Connection(str(recipients))
        self._connection.set_busy_timeout(READ_WAIT)
        self._connection.execute("ATTACH ? AS consents", (str(consents),))
        self._cursor = self._connection.cursor()
        self._lock = threading.Lock()  # apsw refuses two threads at once
        self.close = self._connection.close

    async def look_up(self, ref: str) -> Person:
        """By the primary keys. Where the profile can't be read, consent may still be."""
        asked_at = self._clock()
        if asked_at < self._again_at:
            return self._without_profile(ref, "the store has just failed, and is asked again in a second")
        try:
            with self._lock:
                state, text, place = self._cursor.execute(_PERSON, (ref,)).get
        except (apsw.Error, UnicodeError) as error:
            # Each open would wait for the lock in turn.
            if self._clock() - asked_at > SLOW:
                self._again_at = self._clock() + PAUSE
            self._renew_cursor()
            return self._without_profile(ref, str(error))
        consent = state or self._default
        if consent == "none":
            return Person("", "none", decided=state is not None)
        profile, problem = _read_profile(text) if text is not None else (None, "")
        person = Person(ref, consent, profile, state is not None, problem=problem)
        if place and consent == "full":
            *where, day = json.loads(place)
            return person._replace(last_place=Place(*where), last_seen=day)
        return person

    def _without_profile(self, ref: str, problem: str) -> Person:
        try:
            with self._lock:
                state = self._cursor.execute(_CONSENT, (ref,)).get
        except (apsw.Error, UnicodeError) as error:
            log.warning("consents can't be read, so nobody is recorded: %s", error)
            self._renew_cursor()
            return Person("", "none", problem=problem)
        consent = state or self._default
        return Person(ref if consent != "none" else "", consent, decided=state is not None, problem=problem)

    def _renew_cursor(self) -> None:
        """The one before may be in the middle of a row, and keep the log."""
        with suppress(apsw.Error):
            self._cursor = self._connection.cursor()


def _read_profile(text: str) -> tuple[Mapping[str, object] | None, str]:
    """The profile, without what nobody knows of it; or what is wrong with it."""
    try:
        profile: Mapping[str, object] = json.loads(text)
    except ValueError as error:
        return None, f"the profile is damaged: {error}"
    if None in profile.values():
        profile = {name: value for name, value in profile.items() if value is not None}
    return profile, ""

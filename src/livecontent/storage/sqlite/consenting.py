"""Whose messages are kept, in an open transaction: after a withdrawal, nothing is written."""

from collections.abc import Callable, Collection

import apsw

from livecontent.facts import Consent
from livecontent.history.messages import VISITOR, Message

KEYS = """
SELECT other.key FROM identities AS one JOIN identities AS other USING (person) WHERE one.key = ? ORDER BY other.key
"""


class Consents:
    """Whose messages are kept: of who consents, or is known to be somebody who does, and has not said no."""

    def __init__(self, consent_of: Callable[[str], Consent], writer: apsw.Connection) -> None:
        self._ask = consent_of
        self._execute = writer.execute
        self._known: dict[str, Consent] = {}
        self._people: dict[str, bool] = {}

    def allow(self, message: Message) -> bool:
        """Whether a message may be kept."""
        return self.allow_all(message.who, message.also)

    def allow_all(self, who: str, also: Collection[str]) -> bool:
        """Whether messages may be kept that are of one key, and name others."""
        if who not in self._people:
            self._people[who] = self._of(who) == "full" or (self._of(who) != "none" and self._as_person(who))
        return self._people[who] and all(self._of(other) != "none" for other in also)

    def _of(self, key: str) -> Consent:
        if key not in self._known:
            self._known[key] = self._ask(key)
        return self._known[key]

    def _as_person(self, key: str) -> bool:
        others = [str(other) for (other,) in self._execute(KEYS, (key,)).fetchall()] if key.startswith(VISITOR) else []
        return any(self._of(other) == "full" for other in others if not other.startswith(VISITOR))

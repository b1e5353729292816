"""Who is whom, in SQLite: identities, links between them, and the person that each belongs to.

Two recipients are one person where an alias says so. A visitor belongs to one recipient alone, the first who was known
by name there: whoever else uses the same device is not taken for them. Links are sums of what was told, in any order.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

import apsw

from livecontent.history.messages import VISITOR, Message

SCHEMA = """
CREATE TABLE IF NOT EXISTS identities (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, person INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS identities_by_person ON identities (person);
CREATE TABLE IF NOT EXISTS links (
    user INTEGER NOT NULL, other INTEGER NOT NULL, first REAL, last REAL, parted REAL, PRIMARY KEY (user, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_by_other ON links (other);
"""
_LINK = """
INSERT INTO links VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET
    first = coalesce(min(first, ?3), first, ?3), last = coalesce(max(last, ?4), last, ?4),
    parted = coalesce(max(parted, ?5), parted, ?5)
"""
_LINKED = "last IS NOT NULL AND (parted IS NULL OR last > parted)"
_OF_USER = f"SELECT other, key FROM links JOIN identities ON id = other WHERE user = ? AND {_LINKED}"  # noqa: S608
# The first comes first; of two at once, the one by key.
_OF_OTHER = f"""
SELECT user, key FROM links JOIN identities ON id = user WHERE other = ? AND {_LINKED} ORDER BY first, key
"""  # noqa: S608

# A link that nobody told has no time: it is of a ref that was renamed.
LINKS = f"""
SELECT one.key, (SELECT nullif(min(first), 0) FROM links WHERE (user = one.id OR other = one.id) AND {_LINKED})
FROM identities AS me JOIN identities AS one USING (person) WHERE me.key = ? ORDER BY one.key
"""  # noqa: S608


class Identity(NamedTuple):
    """An identity, and the person that it belongs to: the smallest of the ids of theirs."""

    id: int
    person: int


class Identities:
    """Those of a file, in an open transaction."""

    def __init__(self, writer: apsw.Connection) -> None:
        self._execute: Callable[..., Any] = writer.execute
        self._last = 0  # the last id, once one is made: nobody else writes meanwhile
        self._known: dict[str, Identity] = {}
        self.outdated: set[int] = set()  # people who are part of others now

    def find(self, key: str) -> Identity | None:
        """The identity of a key."""
        if found := self._known.get(key):
            return found
        row = self._execute("SELECT id, person FROM identities WHERE key = ?", (key,)).get
        if row:
            self._known[key] = Identity(*row)
        return self._known.get(key)

    def make(self, key: str) -> Identity:
        """The identity of a key, a new one where there is none: a person on its own."""
        if found := self.find(key):
            return found
        self._last = 1 + (self._last or self._execute("SELECT coalesce(max(id), 0) FROM identities").get)
        made = Identity(self._last, self._last)
        self._execute("INSERT INTO identities VALUES (?, ?, ?)", (made.id, key, made.person))
        self._known[key] = made
        return made

    def members(self, people: Collection[int]) -> list[int]:
        """The ids of the identities of people."""
        return [id_ for one in people for (id_,) in self._execute("SELECT id FROM identities WHERE person = ?", (one,))]

    def link(self, messages: Iterable[Message]) -> set[int]:
        """Links and parts, as messages say; the people who are others now, by their new ids."""
        asked: dict[tuple[str, str], list[float | None]] = {}
        for message in messages:
            for other in message.also:
                if other != message.who:
                    _sum_up(asked.setdefault(_pair(message.who, other), [None, None, None]), message)
        touched: set[int] = set()
        for (who, other), (first, last, parted) in asked.items():
            user, second = self.make(who), self.make(other)
            before = self._owner_or_user(second.id, other), self._is_linked(user.id, second.id)
            self._execute(_LINK, (user.id, second.id, first, last, parted))
            if before != (self._owner_or_user(second.id, other), self._is_linked(user.id, second.id)):
                touched |= {user.id, second.id}
        return self.settle(touched)

    def rename(self, old: str, new: str) -> set[int]:
        """Gives an identity another key; the ids of both where there are two, which are linked, and to be settled."""
        one, other = self.find(old), self.find(new)
        if one is None or old == new:
            return set()
        if other is None:
            self._execute("UPDATE identities SET key = ? WHERE id = ?", (new, one.id))
            self._known.clear()
            return set()
        user, second = (one, other) if old < new else (other, one)
        self._execute(_LINK, (user.id, second.id, 0.0, 0.0, None))
        return {one.id, other.id}

    def _is_linked(self, user: int, other: int) -> bool:
        return bool(self._execute(f"SELECT 1 FROM links WHERE user = ? AND other = ? AND {_LINKED}", (user, other)).get)  # noqa: S608

    def _owner_or_user(self, id_: int, key: str) -> int:
        """Whom a visitor belongs to, 0 if nobody; of a recipient always themselves."""
        if not key.startswith(VISITOR):
            return id_
        row = self._execute(_OF_OTHER, (id_,)).fetchall()
        return int(row[0][0]) if row else 0

    def settle(self, touched: Collection[int]) -> set[int]:
        """Notes who is whom now, among the people of these identities; the people there are."""
        if not touched:
            return set()
        marks = ", ".join("?" * len(touched))
        sought = f"SELECT DISTINCT person FROM identities WHERE id IN ({marks})"  # noqa: S608
        rows = self._execute(sought, tuple(touched)).fetchall()
        left = set(self.members([person for (person,) in rows]))
        people: set[int] = set()
        for first in sorted(left):
            if first in left:
                found = self._component(first)
                person = min(found)
                for id_ in found:
                    self._execute("UPDATE identities SET person = ? WHERE id = ?", (person, id_))
                people.add(person)
                left -= found
        self._known.clear()
        self.outdated |= {person for (person,) in rows} - people
        return people

    def _component(self, first: int) -> set[int]:
        """All that are linked to this one."""
        found: set[int] = set()
        waiting = [first]
        while waiting:
            id_ = waiting.pop()
            if id_ not in found:
                found.add(id_)
                waiting += self._beside(id_)
        return found

    def _beside(self, id_: int) -> list[int]:
        key = self._execute("SELECT key FROM identities WHERE id = ?", (id_,)).get
        if key.startswith(VISITOR):
            owner = self._owner_or_user(id_, key)
            return [owner] if owner else []
        users = [user for user, _ in self._execute(_OF_OTHER, (id_,)).fetchall()]
        others: Sequence[tuple[int, str]] = self._execute(_OF_USER, (id_,)).fetchall()
        return users + [other for other, key in others if self._owner_or_user(other, key) in (id_, other)]


def _pair(user: str, other: str) -> tuple[str, str]:
    """The two of a link; of two recipients, the same whoever of them is named first."""
    return (user, other) if other.startswith(VISITOR) else (min(user, other), max(user, other))


def _sum_up(link: list[float | None], message: Message) -> None:
    """When it was first and last linked, and last parted."""
    first, last, parted = link
    if message.apart:
        link[2] = message.at if parted is None else max(parted, message.at)
    else:
        link[:2] = [
            message.at if first is None else min(first, message.at),
            message.at if last is None else max(last, message.at),
        ]

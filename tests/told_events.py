"""What a store of events holds, for tests that compare two."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw


def told_by_file(file: Path) -> dict[str, Any]:
    """What all tables of a store mean, whatever numbers it has given to identities."""
    with closing(apsw.Connection(str(file))) as opened:
        keys = {id_: (key, person) for id_, key, person in opened.execute("SELECT id, key, person FROM identities")}
        people: dict[int, list[str]] = {}
        for key, person in keys.values():
            people.setdefault(person, []).append(key)
        rows = opened.execute("SELECT mid, identity, kind, name, at, zone, body FROM messages ORDER BY mid").fetchall()
        states = opened.execute("SELECT person, sums, history, habits FROM states").fetchall()
        links = opened.execute("SELECT user, other, first, last, parted FROM links").fetchall()
    return {
        "messages": [(mid, keys[identity][0], *rest) for mid, identity, *rest in rows],
        "people": sorted(map(sorted, people.values())),
        "states": {min(people[person]): tuple(map(json.loads, rest)) for person, *rest in states},
        "links": sorted((keys[user][0], keys[other][0], *rest) for user, other, *rest in links),
    }

"""Everybody at a time, in SQLite: by ref, through the files of recipients, of consents, and of what people do."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from livecontent.facts import Consent
from livecontent.storage.audience import AudienceRow
from livecontent.storage.sqlite.connection import looking
from livecontent.storage.sqlite.people import PLACE

_SPAN = "{0} >= :start AND (:end = '' OR {0} < :end)"
_DECIDED = f"SELECT ref, state FROM consents.consents WHERE {_SPAN.format('ref')}"  # noqa: S608  ours
_PLACES = "LEFT JOIN consents.places AS at ON at.ref = one.ref"
_STATES = "LEFT JOIN history.identities ON key = one.ref LEFT JOIN history.states USING (person)"
# One row that is damaged holds up no other.
_TRAITS = "iif(history <> 'null' AND json_valid(sums), sums -> '$.traits', NULL)"
_KEPT = {"history": "history", "habit": "habits", "trait": _TRAITS}


class SqliteAudience:
    """Reads with a connection of its own, which goes as soon as a part is read."""

    def __init__(self, recipients: Path, consents: Path, history: Path, default: Consent) -> None:
        """Three files that are there already. Who has not decided has the default."""
        self._recipients = recipients
        self._others = {"consents": consents, "history": history}
        self._default = default

    def people(self, wanted: Collection[str], start: str = "", end: str = "") -> Iterator[AudienceRow]:
        """In one pass, of no more columns than are wanted; decisions first, as few have made one."""
        with looking(self._recipients) as connection:
            for name, file in self._others.items():
                connection.execute(f"ATTACH ? AS {name}", (str(file),)).fetchall()
            span = {"start": start, "end": end}
            rows: list[Any] = connection.execute(_DECIDED, span).fetchall()
            decided: dict[str, Consent] = dict(rows)
            for row in connection.execute(_query(wanted), span):
                consent = decided.get(row[0], self._default)
                if consent == "full":
                    yield AudienceRow._make(row)
                else:
                    yield AudienceRow(row[0], consent, None if consent == "none" else row[2])


def _query(wanted: Collection[str]) -> str:
    names = ", ".join(f"at.{name}" for name in PLACE.split(", "))
    place = f"iif(at.ref IS NULL, NULL, json_array({names}))" if "place" in wanted else "NULL"
    kept = [column if root in wanted else "NULL" for root, column in _KEPT.items()]
    joined = [_PLACES] * ("place" in wanted) + [_STATES] * any(root in wanted for root in _KEPT)
    return f"""
    SELECT one.ref, 'full', profile, {", ".join([place, *kept])} FROM recipients AS one {" ".join(joined)}
    WHERE {_SPAN.format("one.ref")} ORDER BY one.ref
    """  # noqa: S608  ours

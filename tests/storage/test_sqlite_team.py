"""Tokens, sessions and the audit log in SQLite."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.errors import StorageError
from livecontent.facts import Consent
from livecontent.storage.sqlite.team import SqliteTeam
from livecontent.storage.team import BEGINNING, AuditEntry, new_token


@pytest.fixture
def team(tmp_path: Path) -> SqliteTeam:
    return SqliteTeam(tmp_path / "team.db", lambda _: "full", lambda: 1_800_000_000.0)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(rows=st.lists(st.tuples(NAMES, NAMES, NAMES, st.dictionaries(NAMES, NAMES, max_size=3)), max_size=6))
def test_each_entry_is_chained_to_the_one_before(rows: list[tuple[str, str, str, dict[str, str]]]) -> None:
    chain, seen = BEGINNING, set()
    for number, (who, action, creative, details) in enumerate(rows, 1):
        entry = AuditEntry(number, 1.5, who, action, creative, details)
        chain = entry.chained_to(chain)
        assert entry.chained_to(chain) != chain
        seen.add(chain)
    assert len(seen) == len(rows)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        ("UPDATE audit SET who = 'somebody else' WHERE number = 3", 3),
        ('UPDATE audit SET details = \'{"version": "x"}\' WHERE number = 2', 2),
        ("UPDATE audit SET at = at + 1 WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("UPDATE audit SET number = 99 WHERE number = 5", 5),
        ("SELECT 1", 0),
    ],
)
def test_what_was_changed_in_the_log_is_found(team: SqliteTeam, tmp_path: Path, spoil: str, found: int) -> None:
    for number in range(5):
        asyncio.run(team.record("anna", "publish", "umbrella", version=str(number)))
    other = apsw.Connection(str(tmp_path / "team.db"))
    if found:
        with pytest.raises(apsw.ConstraintError):
            other.execute(spoil).fetchall()
        other.execute("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_deleted").fetchall()
    other.execute(spoil).fetchall()
    other.close()
    assert asyncio.run(team.broken_at()) == found


def test_two_who_write_at_once_make_one_chain(tmp_path: Path) -> None:
    one, other = (SqliteTeam(tmp_path / "team.db", lambda _: "full") for _ in "ab")

    async def write() -> None:
        await asyncio.gather(*(team.record("x", "edit", str(n)) for n in range(20) for team in (one, other)))

    asyncio.run(write())
    assert asyncio.run(one.broken_at()) == 0
    assert [entry.number for entry in asyncio.run(other.entries(100))] == list(range(40, 0, -1))


def test_sessions_end_by_themselves(team: SqliteTeam) -> None:
    token, _ = new_token("Anna", "editor", 100.0)
    asyncio.run(team.add_token(token, "x"))
    asyncio.run(team.begin_session(b"1" * 32, token.id, 100.0, 200.0))
    assert team.session(b"1" * 32, 199.9) is not None
    assert team.session(b"1" * 32, 200.0) is None
    assert team.session(b"2" * 32, 100.0) is None


def test_a_store_that_can_not_be_written_is_told(team: SqliteTeam) -> None:
    team.close()
    with pytest.raises(StorageError):
        asyncio.run(team.record("x", "y"))


def test_a_token_holds_until_it_expires() -> None:
    token, _ = new_token("a", "viewer", time.time(), 50.0)
    assert (token.holds(49.9), token.holds(50.0)) == (True, False)


def test_who_withdraws_while_a_look_waits_to_be_written_is_not_named(tmp_path: Path) -> None:
    said: Iterator[Consent] = iter(["full", "no-record"])
    team = SqliteTeam(tmp_path / "team.db", lambda _: next(said))
    asyncio.run(team.record_look("anna", "r" * 26, 3600.0))
    assert [entry.ref for entry in asyncio.run(team.entries(9))] == [""]

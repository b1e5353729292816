"""Sums of what was shown and clicked: exact, whatever happened, and read without reading all again."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.showings import Decided, Tally
from livecontent.storage.events import Event
from livecontent.storage.sqlite.renaming import rename_people
from livecontent.storage.sqlite.showings import SqliteShowings
from livecontent.storage.sqlite.tries import RECOUNT

PEOPLE = ["a" * 26, "b" * 26, "c" * 26]
people = st.sampled_from(PEOPLE)
sends = st.sampled_from(["n-1", "n-2"])
times = st.integers(0, 9).map(float)
shown = st.builds(
    lambda who, send, at, variant, arm, silence, context: Event(
        *("shown", at, "today", who),
        variant=variant,
        who="human",
        send=send,
        choice=Decided(send, silence=silence, arm=arm, share=0.5 if arm else 0.0, context=context),
    ),
    *(people, sends, times, st.sampled_from(["red", "blue"]), st.sampled_from(["red", "blue", ""])),
    *(st.sampled_from(["", "", "threshold"]), st.sampled_from(["", "loyal = true"])),
)
clicked = st.builds(
    lambda who, send, at, person: Event("clicked", at, "today", who, who=person, send=send),
    *(people, st.sampled_from(["n-1", "n-2", ""]), times, st.sampled_from(["human", "human", "machine"])),
)
steps = st.one_of(
    st.tuples(st.just("count"), st.lists(st.one_of(shown, clicked), min_size=1, max_size=5)),
    st.tuples(st.just("forget"), people),
    st.tuples(st.just("rename"), st.tuples(people, people)),
    st.tuples(st.just("tidy"), times),
)


def kept(file: Path, statement: str) -> list[Any]:
    with closing(apsw.Connection(str(file))) as connection:
        return connection.execute(statement).fetchall()


def counted_anew(file: Path) -> list[Any]:
    """As a whole, beside what is kept."""
    with closing(apsw.Connection(str(file))) as connection, connection:
        connection.execute("SAVEPOINT anew; DELETE FROM tries").fetchall()
        connection.execute(RECOUNT).fetchall()
        found = connection.execute("SELECT * FROM tries").fetchall()
        connection.execute("ROLLBACK TO anew").fetchall()
        return found


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=12))
def test_sums_are_those_of_a_full_recount(done: list[tuple[str, Any]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        store: Any = Blocking(SqliteShowings(folder / "showings.db"))
        for step, what in done:
            match step:
                case "count":
                    store.count(what)
                case "forget":
                    store.forget([what])
                case "rename":
                    rename_people(folder, {what[0]: what[1]})
                case _:
                    store.tidy(what)
            file = folder / "showings.db"
            assert kept(file, "SELECT * FROM tries") == counted_anew(file)
        store.close()


OLD = """
CREATE TABLE showings (
    person TEXT NOT NULL, creative TEXT NOT NULL, slot TEXT NOT NULL, variant TEXT NOT NULL,
    shown_in TEXT NOT NULL, at REAL NOT NULL, counts INTEGER NOT NULL, silence TEXT NOT NULL,
    rank INTEGER, score REAL, draw REAL, arm TEXT NOT NULL, share REAL NOT NULL, learned INTEGER NOT NULL,
    clicked REAL, PRIMARY KEY (person, creative, slot, variant)
) STRICT, WITHOUT ROWID;
CREATE INDEX showings_by_creative ON showings (creative, at);
CREATE TABLE learned (
    creative TEXT PRIMARY KEY, version INTEGER NOT NULL, at REAL NOT NULL, threshold TEXT NOT NULL,
    weights TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO showings VALUES ('a', 'today', 'n-1', 'red', '', 1, 1, '', NULL, NULL, NULL, 'red', 0.5, 3, 9.0);
INSERT INTO showings VALUES ('b', 'today', 'n-1', 'red', '', 2, 1, '', NULL, NULL, NULL, 'red', 0.5, 3, NULL);
INSERT INTO learned VALUES ('today', 3, 5.0, '', '{"red": 1.0}');
"""


VERSION_1 = "ALTER TABLE learned DROP COLUMN chances; PRAGMA user_version = 1"


@pytest.mark.parametrize("statements", ["", VERSION_1])
def test_a_file_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, statements: str) -> None:
    file = tmp_path / "showings.db"
    with closing(apsw.Connection(str(file))) as connection:
        connection.execute(OLD).fetchall()
    if statements:
        SqliteShowings(file).close()
        with closing(apsw.Connection(str(file))) as connection:
            connection.execute(statements).fetchall()
    store: Any = Blocking(SqliteShowings(file))
    assert store.tallies("today") == [Tally("", "red", drawn=True, shown=2, clicked=1)]
    assert store.learned()["today"].weights == {"red": 1.0}
    store.forget(["a"])
    assert store.tallies("today") == [Tally("", "red", drawn=True, shown=1, clicked=0)]
    assert not list(tmp_path.glob("*.before-upgrade")), "a copy would still name who was forgotten"


def test_a_context_that_only_the_forgotten_had_is_not_kept(tmp_path: Path) -> None:
    store: Any = Blocking(SqliteShowings(tmp_path / "showings.db"))
    choice = Decided("n-1", context="a word of theirs")
    store.count([Event("shown", 1.0, "today", PEOPLE[0], variant="red", who="human", choice=choice)])
    store.forget([PEOPLE[0]])
    assert store.tallies("today") == []
    assert not any(b"a word of theirs" in file.read_bytes() for file in tmp_path.iterdir())


def test_a_showing_is_compared_with_those_of_its_send_alone(tmp_path: Path) -> None:
    """By the index on times it would be compared with all that are older."""
    store: Any = Blocking(SqliteShowings(tmp_path / "showings.db"))
    store.count([event(number) for number in range(3000)])
    with closing(apsw.Connection(str(tmp_path / "showings.db"))) as connection:
        assert steps_of(connection, RECOUNT) < 3000 * 300


def event(number: int) -> Event:
    choice = Decided("n-1", arm="red", share=0.5)
    return Event("shown", float(number), "today", f"p{number}", variant="red", who="human", send="n-1", choice=choice)


def steps_of(connection: apsw.Connection, statement: str) -> int:
    """Steps of SQLite's machine, which do not depend on how busy the computer is."""
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += 100
        return False

    connection.set_progress_handler(count, 100)
    connection.execute("SAVEPOINT steps").fetchall()
    connection.execute(statement).fetchall()
    connection.execute("ROLLBACK TO steps; RELEASE steps").fetchall()
    return steps

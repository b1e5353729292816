from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from alert_store_contract import NOW, REFS, AlertStoreContract, due, fire, message, put

from blocking import Blocking
from livecontent.storage.sqlite.history import SqliteHistory


def opened(folder: Path) -> Blocking:
    return Blocking(SqliteHistory(folder / "history.db", lambda _: "full"))


@pytest.fixture
def store(tmp_path: Path) -> Blocking:
    """An empty store in a file of its own."""
    return opened(tmp_path)


@pytest.fixture
def again(store: Blocking, tmp_path: Path) -> Blocking:
    """The same, as another process has it."""
    assert store
    return opened(tmp_path)


@pytest.fixture
def make() -> Callable[[], AbstractContextManager[Blocking]]:
    """Makes empty ones."""

    @contextmanager
    def making() -> Iterator[Blocking]:
        with TemporaryDirectory() as folder:
            made = opened(Path(folder))
            yield made
            made.close()

    return making


class TestSqliteAlerts(AlertStoreContract):
    pass


DAMAGE = {
    "short": b"{",
    "no text": b"\xff\xfe",
    "a list": b"[1]",
    "null": b"null",
    "deep": b'{"a":' * 5000,
    "zero": b"\0",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("column", ["body", "name"])
def test_a_message_that_is_damaged_holds_up_no_other(
    store: Blocking, again: Blocking, tmp_path: Path, damage: bytes, column: str
) -> None:
    """Neither those that are watched or due, nor what comes of the same person."""
    put(store, *(message(number, properties={"store_id": f"s-{number}"}) for number in range(3)))
    other = apsw.Connection(str(tmp_path / "history.db"))
    other.execute(f"UPDATE messages SET {column} = CAST(? AS TEXT) WHERE seq = 2", (damage,))  # noqa: S608
    other.execute("UPDATE states SET sums = CAST(? AS TEXT)", (damage,))
    other.close()
    tells = [{"store_id": "s-0"}, {} if column == "body" else {"store_id": "s-1"}, {"store_id": "s-2"}]
    assert [one.message.values for one in again.alerts.watched(9)] == tells
    fire(store, NOW, 0.0)
    assert [one.message.values for one in due(again)] == tells
    assert store.put([message(3)]).taken == 1
    found = [one.values for one in again.of_person(REFS["ann"])]
    assert sorted(map(str, found)) == sorted(map(str, [*tells, {}]))
    assert len(again.newest(REFS["ann"], (), (float("inf"), 0), 9)) == 4

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alert_store_contract import AlertStoreContract

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

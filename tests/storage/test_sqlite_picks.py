from __future__ import annotations

from pathlib import Path

import pytest
from pick_store_contract import PickStoreContract

from blocking import Blocking
from livecontent.storage.sqlite.picks import SqlitePicks


@pytest.fixture
def store(tmp_path: Path) -> Blocking:
    """An empty store in a file of its own."""
    return Blocking(SqlitePicks(tmp_path / "picks.db"))


@pytest.fixture
def again(store: Blocking, tmp_path: Path) -> Blocking:
    """The same, as another process has it."""
    assert store
    return Blocking(SqlitePicks(tmp_path / "picks.db"))


class TestSqlitePicks(PickStoreContract):
    pass

from __future__ import annotations

from pathlib import Path

import pytest
from code_store_contract import ANN, CodeStoreContract, give

from blocking import Blocking
from livecontent.storage.sqlite.codes import SqliteCodes


@pytest.fixture
def silent() -> set[str]:
    """Who consents to nothing."""
    return set()


def opened(folder: Path, silent: set[str]) -> Blocking:
    return Blocking(SqliteCodes(folder / "codes.db", lambda ref: "none" if ref in silent else "full"))


@pytest.fixture
def store(tmp_path: Path, silent: set[str]) -> Blocking:
    """An empty store in a file of its own."""
    return opened(tmp_path, silent)


@pytest.fixture
def again(store: Blocking, tmp_path: Path, silent: set[str]) -> Blocking:
    """The same, as another process has it."""
    assert store
    return opened(tmp_path, silent)


class TestSqliteCodes(CodeStoreContract):
    pass


def test_of_somebody_who_is_forgotten_nothing_is_left_in_the_files(store: Blocking, tmp_path: Path) -> None:
    store.add("summer", [f"CODE-{number}" for number in range(500)])
    for number in range(300):
        give(store, "summer", f"{number:026}")
    give(store, "summer", ANN)
    assert any(ANN.encode() in file.read_bytes() for file in tmp_path.iterdir())
    store.forget([ANN])
    assert not any(ANN.encode() in file.read_bytes() for file in tmp_path.iterdir())

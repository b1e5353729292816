from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from code_store_contract import ANN, CodeStoreContract, give

from blocking import Blocking
from livecontent.storage.sqlite.codes import SqliteCodes


@pytest.fixture
def opened() -> Callable[[Path, set[str]], Blocking]:
    return lambda folder, silent: Blocking(
        SqliteCodes(folder / "codes.db", lambda ref: "none" if ref in silent else "full")
    )


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

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from product_store_contract import ProductStoreContract, look_up, put

from blocking import Blocking
from livecontent.storage.products import LiveValue
from livecontent.storage.sqlite.products import SqliteProducts


def opened(folder: Path) -> Blocking:
    return Blocking(SqliteProducts(folder / "products.db", folder / "live.db"))


@pytest.fixture
def store(tmp_path: Path) -> Blocking:
    """An empty store in files of its own."""
    return opened(tmp_path)


@pytest.fixture
def again(store: Blocking, tmp_path: Path) -> Blocking:
    """The same, as another process has it."""
    assert store
    return opened(tmp_path)


class TestSqliteProducts(ProductStoreContract):
    pass


def test_a_process_killed_once_it_has_answered_loses_no_live_value(store: Blocking, tmp_path: Path) -> None:
    put(store, {"sku": "a"})
    script = """if True:
        import asyncio, os, signal, sys
        from pathlib import Path
        from livecontent.storage.sqlite.products import SqliteProducts
        store = SqliteProducts(Path(sys.argv[1]) / "products.db", Path(sys.argv[1]) / "live.db")
        for stock in range(100):
            asyncio.run(store.put_live({"a": {"stock": stock}}, float(stock)))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert killed.returncode == -9
    found = look_up(store, "a")
    assert found
    assert found.live == {"stock": LiveValue(99, 99.0)}

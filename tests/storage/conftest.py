"""What the tests of stores share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from blocking import Blocking

Opened = Callable[[Path, set[str]], Blocking]  # a store in a folder, with those who consent to nothing

pytest.register_assert_rewrite(
    "recipient_store_contract",
    "event_store_contract",
    "storage_contract",
    "product_store_contract",
    "code_store_contract",
    "vote_store_contract",
    "pick_store_contract",
)


@pytest.fixture
def silent() -> set[str]:
    """Who consents to nothing."""
    return set()


@pytest.fixture
def store(opened: Opened, tmp_path: Path, silent: set[str]) -> Blocking:
    """An empty store in a file of its own."""
    return opened(tmp_path, silent)


@pytest.fixture
def again(store: Blocking, opened: Opened, tmp_path: Path, silent: set[str]) -> Blocking:
    """The same, as another process has it."""
    assert store
    return opened(tmp_path, silent)

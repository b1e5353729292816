"""What the tests of recipients share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from livecontent.storage.sqlite.recipients import SqliteRecipients

pytest.register_assert_rewrite("recipient_store_contract")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteRecipients]:
    """An empty store in a file of its own."""
    store = SqliteRecipients(tmp_path / "recipients.db")
    yield store
    store.close()

"""What the tests of imports share."""

from pathlib import Path

import pytest

from blocking import Blocking
from livecontent.storage.sqlite.recipients import SqliteRecipients


@pytest.fixture
def store(tmp_path: Path) -> Blocking:
    """An empty store in a file of its own."""
    return Blocking(SqliteRecipients(tmp_path / "recipients.db"))

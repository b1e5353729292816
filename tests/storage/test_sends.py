"""Sends: what was sent when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from blocking import Blocking
from livecontent.errors import StorageError
from livecontent.storage.base import Send
from livecontent.storage.sqlite.storage import SqliteSends

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)


@pytest.fixture
def sends(tmp_path: Path) -> Iterator[Blocking]:
    sends = Blocking(SqliteSends(tmp_path / "sends.db"))
    yield sends
    sends.close()


def test_where_sends_can_not_be_read_there_is_none(
    sends: Blocking, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with apsw.Connection(str(tmp_path / "sends.db")) as other:
        other.execute("DROP TABLE sends")
    assert sends.since("friday", AT) is None
    assert "can't be read" in caplog.text
    for ask in (sends.list, lambda: sends.put(Send("a", 1.0))):
        with pytest.raises(StorageError, match=r"sends\.db"):
            ask()
    (tmp_path / "text.db").write_text("no database at all, but long enough to be read as one" * 50)
    with pytest.raises(StorageError, match=r"text\.db"):
        SqliteSends(tmp_path / "text.db")

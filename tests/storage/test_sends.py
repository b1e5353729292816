"""Sends: what was sent when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.errors import StorageError
from livecontent.storage.sends import Send
from livecontent.storage.sqlite.sends import SqliteSends

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)


@pytest.fixture
def sends(tmp_path: Path) -> Iterator[Blocking]:
    sends = Blocking(SqliteSends(tmp_path / "sends.db"))
    yield sends
    sends.close()


def test_a_send_is_told_by_the_seconds_since_it(sends: Blocking, tmp_path: Path) -> None:
    assert sends.since("friday", AT) is None
    other = Blocking(SqliteSends(tmp_path / "sends.db"))  # of another process
    other.put(Send("friday", AT.timestamp() - 90, ("umbrella",), "brevo", "Black Friday"))
    assert sends.since("friday", AT) == 90
    other.put(Send("friday", AT.timestamp() + 60))
    assert sends.since("friday", AT) == -60
    assert sends.since("monday", AT) is None
    other.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_id_is_looked_up(sends: Blocking, text: str) -> None:
    assert sends.since(text, AT) is None


def test_sends_are_listed_the_newest_first(sends: Blocking) -> None:
    kept = [Send("a", 1.0), Send("b", 3.0, ("umbrella", "card"), "brevo", "B"), Send("c", 2.0)]
    for send in kept:
        sends.put(send)
    assert sends.list() == [kept[1], kept[2], kept[0]]


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

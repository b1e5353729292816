"""An import gives way: whoever sends events meanwhile waits for a few of its transactions, not for its end."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from livecontent.facts import Consent
from livecontent.history.gathering import gather, record_of
from livecontent.history.messages import Message, MessageReader
from livecontent.storage.sqlite import history
from livecontent.storage.sqlite.history import SqliteHistory

SENT, MOST = 5, 10  # messages sent one by one, and the transactions of the import that one may have to wait for


def message(number: int) -> Message:
    raw = {"event": "Store Visited", "anonymousId": f"v{number % 50}", "messageId": f"m{number}"}
    return MessageReader().read(raw, 1.7e9 + number, {})


def everybody(_: str) -> Consent:
    return "full"


def test_messages_are_taken_in_the_midst_of_an_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "TURN", 0.0)  # it gives way after each transaction, so that the test is short
    people = list(gather(record_of(message(number)) for number in range(1000)))
    waits = []

    async def send_while_importing() -> None:
        with (
            closing(SqliteHistory(file, lambda _: "full")) as one,
            closing(SqliteHistory(file, lambda _: "full")) as two,
        ):
            done, parts = asyncio.Event(), 0

            async def import_all() -> None:
                nonlocal parts
                while not done.is_set():
                    await one.put_gathered(people)
                    parts += 1

            importing = asyncio.create_task(import_all())
            for number in range(SENT):
                before = parts
                await two.put([message(10_000 + number)])
                waits.append(parts - before)
            done.set()
            await importing

    file = tmp_path / "history.db"
    asyncio.run(send_while_importing())
    assert max(waits) <= MOST, waits

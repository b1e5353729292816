"""Who has a damaged profile holds up no trigger."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from livecontent.config import Settings
from livecontent.errors import StorageError
from livecontent.facts import Consent
from livecontent.history.messages import MessageReader
from livecontent.services import make_services
from livecontent.storage.base import ConsentDecision
from livecontent.triggers.known import TriggerFacts

REF = "r" * 26
VISITED = MessageReader().read({"event": "Store Visited", "userId": "ann"}, time.time(), {"ann": REF})


@pytest.mark.parametrize("default", ["full", "no-record", "none"])
@pytest.mark.parametrize("profile", ["'{\"id\":'", "CAST(x'c3' AS TEXT)"], ids=["cut", "no text"])
def test_only_unreadable_consent_is_waited_for(tmp_path: Path, default: Consent, profile: str) -> None:
    shop = make_services(Settings(data=tmp_path, consent=default), None)
    facts = TriggerFacts(shop.storage, shop.kit.gatherer, {})

    async def look() -> None:
        await shop.storage.recipients.count()
        with closing(apsw.Connection(str(tmp_path / "recipients.db"))) as other:
            other.execute(f"INSERT INTO recipients VALUES ('{REF}', 'ann', '', {profile})").fetchall()  # noqa: S608
        found = await facts.gather(VISITED, frozenset())
        assert (found is not None) == (default == "full")
        await shop.storage.consents.put([ConsentDecision(REF, "no-record", 1.0)])
        assert await facts.gather(VISITED, frozenset()) is None
        with closing(apsw.Connection(str(tmp_path / "consent.db"))) as other:
            other.execute("DROP TABLE consents").fetchall()
        with pytest.raises(StorageError):
            await facts.gather(VISITED, frozenset())

    asyncio.run(look())

"""Reads openings where nobody is known, and no send."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from blocking import wait_for
from livecontent.clients.tables import Tables
from livecontent.facts import Opening, Person
from livecontent.net.mmdb import AsnDatabase
from livecontent.web.opening import OpeningParser


class Nobody:
    async def look_up(self, ref: str) -> Person:
        return Person(ref)


class NoSends:
    async def since(self, send_id: str, at: datetime) -> float | None:
        return None


TABLES = Tables()
_PARSER = OpeningParser((), False, TABLES, AsnDatabase(None), Nobody(), NoSends())  # type: ignore[arg-type]


def opening_of_request(scope: dict[str, Any], **settings: Any) -> Opening:
    return wait_for(replace(_PARSER, **settings).opening(scope))

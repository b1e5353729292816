"""What the shop's own server does for its tills and mixers: it tells livecontent, with the token that no page sees."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

from livecontent.config import Settings

PATH = "/v1/events"
_PATIENCE = 5.0  # seconds


class SentRequest(NamedTuple):
    """A request as an engineer reads it: its body and what was answered, as JSON; status 0 where nobody answered."""

    address: str
    body: str
    status: int
    answer: str


class ShopServer:
    """Sends events to the address of the settings, never to the one that a page was asked for by."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, event: str, user: str, properties: Mapping[str, object], message: str) -> SentRequest:
        """Tells what a person did; sent again with the same id of the message, it counts once."""
        told = {
            "event": event,
            "userId": user,
            "messageId": message,
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "properties": properties,
        }
        body = json.dumps(told, ensure_ascii=False, indent=2)
        address = f"{self._settings.url}{PATH}"
        try:
            status, answer = await asyncio.to_thread(_post, address, self._settings.api_token, body)
        except (OSError, HTTPException, ValueError) as error:
            return SentRequest(address, body, 0, str(error))
        return SentRequest(address, body, status, answer)


def _post(address: str, token: str, body: str) -> tuple[int, str]:
    """Status and body of the answer. Raises `OSError`, `HTTPException`, `ValueError`."""
    parts = urlsplit(address)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with closing(HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)) as connection:
        connection.request("POST", parts.path, body.encode(), headers)
        answer = connection.getresponse()
        return answer.status, json.dumps(json.loads(answer.read()), ensure_ascii=False)

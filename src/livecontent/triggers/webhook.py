"""One call of a webhook: what it says, how it is signed, and what an answer means.

Signed as Standard Webhooks say: https://www.standardwebhooks.com
"""

import hmac
import json
import random
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime

from livecontent.errors import SourceError
from livecontent.net.guarded import GuardedHttp, allowed, named_host
from livecontent.net.http import retry_after
from livecontent.setting_sections import SECRET, WebhookSettings
from livecontent.storage.alerts import Alert

DEADLINE = 10.0  # seconds until a receiver has to answer
PAUSES = (5.0, 30.0, 120.0, 600.0, 3600.0, 4 * 3600.0)  # seconds between two tries; after the last, it is dead
JITTER = 0.2  # the share that they may differ by
LONGEST = 86_400.0  # seconds that a receiver may ask us to wait

_LARGEST = 64 * 1024  # bytes of an answer
_TYPE = "trigger.fired"


class Webhooks:
    """Calls webhooks by the URLs and names that triggers give them."""

    def __init__(self, settings: WebhookSettings, at_once: int) -> None:
        """`at_once` is how many calls there may be at a time."""
        self._urls = settings.urls
        self._hosts = frozenset(host.lower() for host in (*settings.hosts, *map(named_host, settings.urls.values())))
        self._secret = b64decode(settings.secret.removeprefix(SECRET))
        self._http = GuardedHttp(self._hosts, _LARGEST, DEADLINE, "in webhooks.hosts", at_once)
        self.aclose = self._http.aclose

    def problem(self, url: str) -> str:
        """Why nothing can be sent there, "" if it can."""
        address = self._urls.get(url, url)
        host = named_host(address)
        if not host and url in self._urls:
            return f"webhooks.urls.{url} is no URL that may be called: write it without a user and a password"
        if not host:
            return f'there is no webhook {url} in the settings: write webhooks.urls.{url} = "https://..."'
        if not allowed(host, self._hosts):
            return f"{host} may not be called: add it to webhooks.hosts, or name the URL in webhooks.urls"
        return "" if self._secret else f"no secret to sign with: set webhooks.secret, such as {SECRET}..."

    async def look_up(self, url: str) -> None:
        """Raises `SourceError` where nothing can be sent there now, also by the number that the host has."""
        if problem := self.problem(url):
            raise SourceError(problem)
        await self._http.look_up(self._urls.get(url, url))

    async def call(self, url: str, id_: str, body: bytes, now: float) -> tuple[int, Mapping[str, str]]:
        """The status and headers of the answer. Raises `SourceError`."""
        if problem := self.problem(url):
            raise SourceError(problem)
        headers = {"content-type": "application/json", **signature(self._secret, id_, int(now), body)}
        return await self._http.post(self._urls.get(url, url), body, headers)


def signature(secret: bytes, id_: str, at: int, body: bytes) -> dict[str, str]:
    """The headers that sign a body, at a time in seconds since 1970."""
    signed = hmac.digest(secret, f"{id_}.{at}.".encode() + body, "sha256")
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }


def body_of(alert: Alert, event: Mapping[str, object], text: str | None, ref: str, recipient_id: object) -> bytes:
    """What is sent: the words, who it is, and what is to be told of the event; nothing else of the person."""
    told = {
        "id": alert.id,
        "type": _TYPE,
        "trigger": alert.trigger,
        "at": datetime.fromtimestamp(alert.at, UTC).isoformat(timespec="milliseconds"),
        "text": text,
        "person": {"ref": ref, "id": recipient_id},
        "event": event,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def after_answer(alert: Alert, status: int, headers: Mapping[str, str], now: float) -> Alert:
    """What becomes of an alert by an answer."""
    if 200 <= status < 300:
        return alert._replace(state="done", tries=alert.tries + 1, problem="")
    if 400 <= status < 500 and status not in (408, 429):
        return alert._replace(state="dead", tries=alert.tries + 1, due=now, problem=f"status {status}")
    return after_failure(alert, f"status {status}", now, retry_after(status, headers))


def after_failure(alert: Alert, problem: str, now: float, wait: float = 0.0) -> Alert:
    """What becomes of an alert that could not be told: it waits, at least as long as it was asked to; or is dead."""
    tries = alert.tries + 1
    if tries > len(PAUSES):
        return alert._replace(state="dead", tries=tries, due=now, problem=problem)
    pause = PAUSES[tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  no secret
    return alert._replace(tries=tries, due=now + max(pause, min(wait, LONGEST)), problem=problem)

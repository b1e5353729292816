"""`POST /live`: what visitors do on the shop's own pages, told by `live.js`; anybody may write, of themselves only.

A page tells of a visitor by a number of its own. Who they are is told by what nobody can guess: the ref of a recipient,
or a token that stands in the address after a click in an email.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from livecontent.config import Settings
from livecontent.errors import StorageError
from livecontent.history.messages import visitor_key
from livecontent.links import is_ref
from livecontent.net.address import client_address
from livecontent.runtime.rate_limit import RateLimit
from livecontent.storage.base import ConsentDecision, Storage, decide_consent
from livecontent.web.click_tokens import ClickTokens
from livecontent.web.messages import MessageTaker
from livecontent.web.taking import RefusedError, read_body

MOST, LARGEST = 50, 64 * 1024  # messages of a request, bytes of its body
MOST_OF_ONE, WITHIN = 1200, 60.0  # messages of an address in so many seconds: of an office, too
_KINDS = frozenset({"track", "page", "identify"})
_TOLD = ("type", "anonymousId", "messageId", "timestamp", "event", "name", "properties", "traits")  # of a message


class PageEndpoint:
    """Takes messages of the pages of some sites."""

    def __init__(
        self,
        taker: MessageTaker,
        storage: Storage,
        tokens: ClickTokens,
        settings: Settings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """The clock is in seconds since 1970."""
        self._taker = taker
        self._storage = storage
        self._tokens = tokens
        self._sites = frozenset(settings.sites)
        self._trusted = settings.trusted_proxies
        self._limit = RateLimit(clock, MOST_OF_ONE, WITHIN)
        self._clock = clock

    @property
    def routes(self) -> list[Route]:
        """One address."""
        return [Route("/live", self._take, methods=["POST"])]

    async def _take(self, request: Request) -> Response:
        origin = request.headers.get("origin", "")
        if origin not in self._sites:
            return RefusedError(403, "pages of this site may not write here; see the setting sites").answer()
        headers = {"access-control-allow-origin": origin, "vary": "origin", "cache-control": "no-store"}
        followed = request.headers.get("sec-gpc") != "1"
        try:
            self._hold_back(request)
            batch, shared = _read(await read_body(request, LARGEST))
            self._limit.count(self._network(request), len(batch))
            refused = await self._keep(batch, shared, followed=followed)
        except RefusedError as error:
            answer = error.answer()
            answer.headers.update(headers)
            return answer
        except StorageError:
            return Response(status_code=503, headers=headers)
        return Response(status_code=422 if refused else 204, headers=headers)

    def _hold_back(self, request: Request) -> None:
        """Raises `RefusedError` where an address tells too much."""
        if wait := self._limit.wait(self._network(request)):
            raise RefusedError(429, f"at most {MOST_OF_ONE:,} messages a minute from one address", wait)

    def _network(self, request: Request) -> int | None:
        """The address of who asks; of IPv6 the network of 64 bits that one household has."""
        peer = request.client.host if request.client else None
        address = client_address(peer, request.headers, self._trusted)
        return int(address) >> (0 if address.version == 4 else 64) if address else None

    async def _keep(self, batch: list[dict[str, Any]], shared: Mapping[str, Any], *, followed: bool) -> bool:
        """Keeps decisions first; whether any message was refused."""
        decisions = [one for raw in batch if raw.get("type") == "consent" and (one := self._decision(raw, followed))]
        if decisions:
            await decide_consent(decisions, self._storage)
        allowed = [raw for raw in batch if followed and raw.get("type") in _KINDS and await self._has_agreed(raw)]
        told = [await self._message(raw) for raw in allowed]
        if not told:
            return False
        known = {str(one["userId"]): str(one["userId"]) for one in told if "userId" in one}
        _, refused = await self._taker.take(told, batch=shared, known=known)
        return bool(refused)

    def _decision(self, raw: Mapping[str, Any], followed: bool) -> ConsentDecision | None:
        """Of a visitor: a yes, unless the browser says no to all; a no."""
        who, given = raw.get("anonymousId"), raw.get("given")
        if not isinstance(who, str) or not who or not isinstance(given, bool) or (given and not followed):
            return None
        return ConsentDecision(visitor_key(who), "full" if given else "none", self._clock())

    async def _has_agreed(self, raw: Mapping[str, Any]) -> bool:
        """Whether the visitor has; what holds for recipients who have not decided does not hold for visitors."""
        who = raw.get("anonymousId")
        found = await self._storage.consents.find(visitor_key(who)) if isinstance(who, str) else None
        return found is not None and found.state == "full"

    async def _message(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """A message without what a page can't know: whose it is by name, and when others say it came."""
        told = {name: raw[name] for name in _TOLD if name in raw}
        who = raw.get("ref") if raw["type"] == "identify" else None
        if isinstance(who, str) and (ref := who if is_ref(who) else self._tokens.read(who, self._clock())):
            person = await self._storage.people.look_up(ref)
            return {**told, "userId": ref} if person.known else told
        return told


def _read(body: bytes) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(422, "the body is not JSON") from None
    batch = told.get("batch") if isinstance(told, dict) else None
    if not isinstance(batch, list) or not 0 < len(batch) <= MOST or not all(isinstance(one, dict) for one in batch):
        raise RefusedError(422, f'write {{"batch": [ ... ]}}, with at most {MOST} messages')
    return batch, {"sentAt": told["sentAt"]} if isinstance(told.get("sentAt"), str) else {}

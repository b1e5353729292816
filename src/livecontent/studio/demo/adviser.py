"""The adviser's screen of the demo: alerts of triggers, as the shop's own webhook takes them."""

import hmac
import json
import time
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from livecontent.history.messages import VISITOR
from livecontent.setting_sections import SECRET
from livecontent.studio.demo.page import SHOP, DemoPages
from livecontent.studio.forms import read_whole_body
from livecontent.studio.pages.wish import FoundPerson
from livecontent.studio.site import Site, StudioRoute
from livecontent.triggers.webhook import signature

PATH = f"{SHOP}adviser"
WEBHOOK = f"{PATH}/alerts"  # where the demo's settings let triggers lead
_MOST = 50  # alerts that are kept, in memory alone
_LARGEST = 64 * 1024  # bytes of one
_RECENT = 300  # seconds: what was signed before may have been sent by somebody who listened


class ReceivedAlert(NamedTuple):
    """An alert as it came; `person` is the id of a recipient, "" where it is none."""

    id: str
    at: datetime
    text: str
    event: str
    ref: str
    person: str
    body: str


class AlertInbox:
    """Takes alerts that are signed, each once, and keeps the last."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        """The secret is that of the settings, such as `whsec_...`; without one nothing is taken."""
        self._secret = b64decode(secret.removeprefix(SECRET))
        self._clock = clock
        self._alerts: deque[ReceivedAlert] = deque(maxlen=_MOST)

    def take(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether it is signed with the secret. Raises for what is no alert: `ValueError`, `KeyError`, `TypeError`."""
        if not self._is_signed(headers, body):
            return False
        told = json.loads(body)
        if all(one.id != told["id"] for one in self._alerts):
            pretty = json.dumps(told, ensure_ascii=False, indent=2)
            at, person = datetime.fromisoformat(told["at"]), told["person"]
            names = (told["text"], told["event"]["name"], person["ref"], person["id"] or "", pretty)
            self._alerts.append(ReceivedAlert(told["id"], at, *map(str, names)))
        return True

    def newest(self) -> Sequence[ReceivedAlert]:
        """All that are kept; they come in no certain order."""
        return sorted(self._alerts, key=lambda one: one.at, reverse=True)

    def drop(self, refs: frozenset[str]) -> None:
        """Lets go of all alerts of these people."""
        self._alerts = deque((one for one in self._alerts if one.ref not in refs), _MOST)

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        id_, at, signed = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
        if not self._secret or not at.isdecimal() or len(at) > 12 or abs(self._clock() - int(at)) > _RECENT:
            return False
        right = signature(self._secret, id_, int(at), body)["webhook-signature"]
        return any(hmac.compare_digest(right.encode(), one.encode()) for one in signed.split())


class AdviserScreen:
    """The page, and the webhook that fills it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pages = DemoPages(site)
        self._inbox = AlertInbox(site.parts.settings.webhooks.secret)
        self.pages = [StudioRoute(PATH, self._page, "open")]
        self.webhook = Route(WEBHOOK, self._receive, methods=["POST"])  # what is signed needs no guard

    async def _page(self, request: Request) -> Response:
        refs = {one.ref for one in self._inbox.newest()}
        self._inbox.drop(frozenset([ref for ref in refs if not await self._consents(ref)]))
        alerts = self._inbox.newest()
        now = self._site.moment(self._site.clock())
        customers = await self._pages.customers()
        wanted = request.query_params.get("as")
        person = next((one for one in customers if one.id == wanted), FoundPerson())
        return self._pages.page(request, "adviser.html", person, alerts=alerts, webhook=WEBHOOK, now=now)

    async def _consents(self, ref: str) -> bool:
        storage = self._site.parts.storage
        if ref.startswith(VISITOR):  # who has not decided has not agreed
            decision = await storage.consents.find(ref)
            return decision is not None and decision.state == "full"
        return (await storage.people.look_up(ref)).consent == "full"

    async def _receive(self, request: Request) -> Response:
        body = await read_whole_body(request, _LARGEST)
        try:
            taken = self._inbox.take(request.headers, body)
        except (ValueError, KeyError, TypeError, RecursionError):
            return Response(status_code=422)
        return Response(status_code=204 if taken else 401)

"""Where clicks of the demo lead: to a page of its shop; where there is none, a page says where, why, what was kept."""

import asyncio
import re
from urllib.parse import quote, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from livecontent.errors import StorageError
from livecontent.storage.base import Storage
from livecontent.storage.events import Event
from livecontent.storage.queue import Recorder
from livecontent.studio.pages.why import PreviewImage

PATH = "/studio/shop"
INVENTED = ".example"  # hosts that nobody can have (RFC 2606)
_THERE = re.compile("/(p/[a-z0-9-]+|basket)")  # pages of the shop
PAUSE, PAUSES = 0.02, 100  # seconds, and how often the page waits so long for what was recorded


class DemoShop:
    """The click endpoint, whose redirects to hosts that do not exist lead to pages here; all others are left alone."""

    def __init__(self, click: ASGIApp) -> None:
        self._click = click

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""

        async def on_the_way(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 302:
                message["headers"] = [(name, _instead(name, value, scope)) for name, value in message["headers"]]
            await send(message)

        await self._click(scope, receive, on_the_way)


def _instead(name: bytes, value: bytes, scope: Scope) -> bytes:
    """The value of a header; that of a redirect to a host that does not exist is a page of the demo."""
    link = urlsplit(value.decode()) if name == b"location" else None
    if link is None or not (link.hostname or "").endswith(INVENTED):
        return value
    if there := _THERE.fullmatch(link.path):
        path, query = f"/shop/{there[1].removeprefix('basket')}", link.query.encode()
    else:
        path, query = PATH + quote(scope["path"].removeprefix("/c")), scope.get("query_string", b"")
    return path.encode() + (b"?" + query if query else b"")


async def last_click(picture: PreviewImage, storage: Storage, recorder: Recorder) -> Event | None:
    """What was recorded of the click on a picture; None where it was only counted, or is a preview."""
    opening = picture.opening
    if opening.preview is not None or not picture.recorded:
        return None
    for _ in range(PAUSES):
        if recorder.waiting:
            await asyncio.sleep(PAUSE)
    try:
        events = await storage.events.of_person(opening.ref)
    except StorageError:
        return None
    clicks = (event for event in reversed(events) if event.kind == "clicked" and event.creative == opening.creative)
    return next(clicks, None)

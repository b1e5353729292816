"""How tests ask the studio: as somebody with a role, or as nobody."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from livecontent.services import Services
from livecontent.storage.team import Token, new_token
from livecontent.studio.access.roles import Action

ACTIONS = frozenset(get_args(Action))
OWN = {"sec-fetch-site": "same-origin"}  # what a browser says of the studio's own pages
# Values for what stands in addresses.
PLACES = {"creative": "umbrella", "ref": "a" * 26, "token": "abcdefgh", "file": "README.md", "address": "umbrella"}


def make_token(services: Services, role: str, *, expires: float = 0.0, made: float | None = None) -> tuple[Token, str]:
    """A token that is in the store, and its text."""
    token, text = new_token(f"The {role}", role, time.time() if made is None else made, expires)
    asyncio.run(services.storage.team.add_token(token, "a test"))
    return token, text


def bearer(services: Services, role: str) -> dict[str, str]:
    """The header of a script with a role."""
    return {"authorization": f"Bearer {make_token(services, role)[1]}"}


@contextmanager
def asking(app: Starlette, base: str = "http://127.0.0.1:8100", **options: object) -> Iterator[TestClient]:
    """Asks an app that is not started: no lifespan, as its parts are shared by several."""
    options.setdefault("client", ("127.0.0.1", 50000))
    client = TestClient(app, base, follow_redirects=False, raise_server_exceptions=True, **options)  # type: ignore[arg-type]
    yield client
    client.close()


def studio_addresses(app: Starlette) -> list[tuple[str, str, str]]:
    """Method, address and action of all pages of the studio; what is for others under /v1 has tokens of its own."""
    found = []
    for route in app.routes:
        if isinstance(route, Route) and (route.path.startswith("/studio") or route.name in ACTIONS):
            path = re.sub(r"\{(\w+)(:\w+)?\}", lambda place: PLACES.get(place[1], "x"), route.path)
            found += [(method, path, route.name) for method in sorted((route.methods or set()) - {"HEAD"})]
    return found

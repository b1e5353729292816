"""Routes requests for images and clicks, however their addresses were mangled.

They do not pass the router, which answers 404 where a path is not written as it expects.
"""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class PathDispatcher:
    """Takes requests to the door that the first segment of their path names, all others further on."""

    def __init__(self, app: ASGIApp, doors: Mapping[str, ASGIApp]) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        app = self._app
        if scope["type"] == "http":
            scope["path"] = plain_path(scope["path"])
            app = self._doors.get(scope["path"].split("/", 2)[1], app)
        await app(scope, receive, send)


def plain_path(path: str) -> str:
    """A path without what was added on the way: `//I;x/./a/` is `/i/a`."""
    first, *others = [part for part in path.split("/") if part not in ("", ".")] or [""]
    return "/".join(("", first.partition(";")[0].lower(), *others))

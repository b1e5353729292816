"""The mock inbox of the demo."""

from __future__ import annotations

from starlette.routing import Route


def inbox_routes(*args: object) -> list[Route]:
    return []

"""The stores of the settings, for a command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from livecontent.app import open_storage
from livecontent.config import Settings
from livecontent.storage.base import Storage

T = TypeVar("T")


def with_storage(settings: Settings, work: Callable[[Storage], Awaitable[T]]) -> T:
    """What work with the stores answers; then they are closed. Raises `LivecontentError`."""

    async def run() -> T:
        storage = open_storage(settings)
        try:
            return await work(storage)
        finally:
            await storage.close()

    return asyncio.run(run())

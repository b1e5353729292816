"""The stores of the settings, for commands."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from livecontent.app import open_storage
from livecontent.config import Settings
from livecontent.storage.base import RecipientStore, Storage

T = TypeVar("T")


def with_storage(settings: Settings, work: Callable[[Storage], Awaitable[T]]) -> T:
    """Does work with the stores, then closes them. Raises `LivecontentError`."""

    async def run() -> T:
        storage = open_storage(settings)
        try:
            return await work(storage)
        finally:
            await storage.close()

    return asyncio.run(run())


async def find_ref(who: str, recipients: RecipientStore) -> str | None:
    """The ref of an imported recipient, by id or ref."""
    if found := await recipients.find(who):
        return found.ref
    return who.lower() if await recipients.get(who.lower()) is not None else None

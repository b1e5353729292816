"""Orders on their way into the store, with what the catalogue knows of their products."""

import asyncio
from collections.abc import Sequence

from livecontent.history.catalogue import is_order, skus_bought, with_known
from livecontent.history.messages import Message
from livecontent.storage.products import ProductStore


async def complete_orders(messages: Sequence[Message], products: ProductStore) -> Sequence[Message]:
    """In threads: a batch may name many products, while images are asked for. Raises `StorageError`."""
    if not any(map(is_order, messages)):
        return messages
    skus = await asyncio.to_thread(lambda: set(skus_bought(messages)))
    return await asyncio.to_thread(with_known, messages, await products.values_of(skus))

"""Bodies of requests and answers, read up to a size."""

from collections.abc import AsyncIterable


async def read_at_most(parts: AsyncIterable[bytes], most: int) -> bytes | None:
    """All parts together; None as soon as they have more bytes."""
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) > most:
            return None
    return bytes(body)

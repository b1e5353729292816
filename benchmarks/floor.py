"""The floor: a server with the same Starlette and uvicorn that does nothing but answer constant bytes.

python -m benchmarks.floor PORT; `/110000` answers 110,000 bytes, made once, with the headers of an image.
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from random import Random
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

Message = MutableMapping[str, Any]
_HEADERS = (
    (b"content-type", b"image/jpeg"),
    (b"content-disposition", b'inline; filename="image.jpg"'),
    (b"cache-control", b"no-store, no-cache, must-revalidate, max-age=0"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
)


@cache
def _answer(size: int) -> tuple[Message, Message]:
    headers = [*_HEADERS, (b"content-length", str(size).encode())]
    start: Message = {"type": "http.response.start", "status": 200, "headers": headers}
    return start, {"type": "http.response.body", "body": Random(size).randbytes(size)}


async def constant(
    scope: Message, _receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answers as many bytes as the path says."""
    digits = scope["path"].rpartition("/")[2]
    start, body = _answer(int(digits) if digits.isdigit() else 2)
    await send(start)
    await send(body)


if __name__ == "__main__":
    app = Starlette(routes=[Mount("/", constant)])
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False, server_header=False)

"""What browsers and scripts send: forms, bodies, and addresses to go back to."""

import re
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from livecontent.net.bodies import read_at_most

MAX_FORM = 256 * 1024  # bytes


async def read_form(request: Request, most: int = MAX_FORM) -> dict[str, str]:
    """The fields of a form without files. Raises `HTTPException` where it has more bytes."""
    body = await read_whole_body(request, most)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000))
    except ValueError:
        raise HTTPException(422, "a form has at most 1,000 fields") from None


async def read_whole_body(request: Request, most: int) -> bytes:
    """The body of a request. Raises `HTTPException` where it has more bytes."""
    body = await read_at_most(request.stream(), most)
    if body is None:
        raise HTTPException(413, f"the body has more than {most:,} bytes")
    return body


def local_path(text: str, otherwise: str = "/studio/") -> str:
    """An address of this server that somebody may be sent back to, else another."""
    return text if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", text) else otherwise


def reads_pages(request: Request) -> bool:
    """Whether who asks is a browser that shows a page."""
    return "text/html" in request.headers.get("accept", "")


def here(request: Request) -> str:
    """The address that was asked for, with its query."""
    parts = urlsplit(str(request.url))
    return quote(parts.path, safe="/%") + (f"?{parts.query}" if parts.query else "")

"""What stands around the picture: where a click leads, and what the picture says in words."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from livecontent.compose.desk import Desk
from livecontent.creative.check import host_of
from livecontent.creative.words import Texts, UnfilledError, Words

MAX_LENGTH = 2000
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"


def compose_link(link: Words | None, desk: Desk) -> str | None:
    """The address, on the host that stands written in the creative; None where a fact of it is not known."""
    if link is None:
        return None
    try:
        address = quote(desk.say(link).strip(), safe=_KEPT)
        parts = urlsplit(address)
    except (UnfilledError, ValueError):
        return None
    right = parts.scheme in ("http", "https") and parts.netloc.lower() == host_of(link)
    return address if right and len(address) <= MAX_LENGTH else None


def compose_alt(alt: Texts | None, desk: Desk) -> str:
    """The alt text; "" where a fact of it is not known."""
    try:
        return " ".join(desk.say(alt).split()) if alt else ""
    except UnfilledError:
        return ""

"""What stands around the picture: where a click leads, and what the picture says in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from urllib.parse import quote, urlsplit

from livecontent.compose.context import ComposeContext
from livecontent.expressions.template import LocalizedTemplate, MissingValueError, Template

MAX_LENGTH = 2000
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"


def compose_link(links: Sequence[Template], desk: ComposeContext) -> str | None:
    """The first address that can be filled in, on the host that stands written in the creative, else that host's root.

    None where there is no link at all.
    """
    for link in links:
        if address := _address(link, desk):
            return address
    roots = (f"{link.source.partition(':')[0]}://{host}/" for link in links if (host := host_of(link)))
    return next(roots, None)


def _address(link: Template, desk: ComposeContext) -> str | None:
    try:
        address = quote(desk.write(link), safe=_KEPT)
        parts = urlsplit(address)
    except (MissingValueError, ValueError):
        return None
    right = parts.scheme in ("http", "https") and parts.netloc.lower() == host_of(link)
    return address if right and len(address) <= MAX_LENGTH else None


def compose_alt(alt: LocalizedTemplate | None, said: Iterable[str], desk: ComposeContext) -> str:
    """The alt text; where there is none, or a fact of it is not known, what is written in the picture."""
    if alt is not None:
        with suppress(MissingValueError):
            return " ".join(desk.say(alt).split())
    sentences = (" ".join(words.split()) for words in said)
    return " ".join(words if words.endswith((".", "!", "?", "…")) else f"{words}." for words in sentences)


def host_of(link: Template) -> str | None:
    """The host a link leads to, where it is written out; None where the link is not a plain http(s) address."""
    head = re.split(r"\{\{|\{%", link.source, maxsplit=1)[0]
    match = re.match(r"https?://([a-zA-Z0-9.-]+(?::\d+)?)(/|\?|#|$)", head)
    if not match or (match[2] == "" and not link.fixed):
        return None
    return urlsplit(head).netloc.lower()

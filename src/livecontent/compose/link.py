"""The link and the alt text of an image."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from urllib.parse import quote, urlsplit

from livecontent.compose.context import ContentContext
from livecontent.expressions.template import LocalizedTemplate, MissingValueError, Template

MAX_LENGTH = 2000
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"
_TAG = re.compile(r"\{\{|\{%")
_ADDRESS = re.compile(r"https?://([a-zA-Z0-9.-]+(?::\d+)?)(/|\?|#|$)")


def compose_link(links: Sequence[Template], context: ContentContext) -> str | None:
    """The first address that can be filled in, on the host written in it, else that host's root; None without links."""
    for link in links:
        if address := _address(link, context):
            return address
    roots = (f"{link.source.partition(':')[0]}://{host}/" for link in links if (host := host_of(link)))
    return next(roots, None)


def host_of(link: Template) -> str | None:
    """The host a link leads to, where it is written out; None where the link is not a plain http(s) address."""
    head = _TAG.split(link.source, maxsplit=1)[0]
    match = _ADDRESS.match(head)
    if not match or (match[2] == "" and not link.fixed):
        return None
    return urlsplit(head).netloc.lower()


def _address(link: Template, context: ContentContext) -> str | None:
    try:
        address = quote(context.write(link), safe=_KEPT)
        parts = urlsplit(address)
    except (MissingValueError, ValueError):
        return None
    right = parts.scheme in ("http", "https") and parts.netloc.lower() == host_of(link)
    return address if right and len(address) <= MAX_LENGTH else None


def compose_alt(alt: LocalizedTemplate | None, said: Iterable[str], context: ContentContext) -> str:
    """The alt text; where there is none, or a fact of it is not known, what is written in the image."""
    if alt is not None:
        with suppress(MissingValueError):
            return " ".join(context.say(alt).words.split())
    sentences = (" ".join(words.split()) for words in said)
    return " ".join(words if words.endswith((".", "!", "?", "…")) else f"{words}." for words in sentences)

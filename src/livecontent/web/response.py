"""The headers of an answer.

An image built for one recipient at one moment must be asked for again at each open, by every client and cache on
the way: its headers are the union of what Gmail, Yahoo and browsers are known to honour. It has no ETag (that would be
an identifier stored with the reader), and nothing tells a stranger whether a recipient exists. An image that is the
same for all may be kept, and asked about by its ETag.
"""

from hashlib import blake2b
from types import MappingProxyType

from livecontent.facts import Opening
from livecontent.links import MEDIA_TYPES, Format
from livecontent.pipeline import Answer
from livecontent.web.asked import BROWSERS

_PERSONAL = (
    (b"cache-control", b"private, no-cache, no-store, max-age=0, must-revalidate"),
    (b"pragma", b"no-cache"),
    (b"expires", b"0"),
)
_ON_PAGES = ((b"cache-control", b"private, no-cache, max-age=0"),)
_SAME_FOR_ALL = ((b"cache-control", b"no-cache, max-age=0"),)
_FOR_PAGES = ((b"access-control-allow-origin", b"*"), (b"timing-allow-origin", b"*"))


def _always(format_: Format, type_: str) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that every image of a format has."""
    return (
        (b"content-type", type_.encode()),
        (b"content-disposition", f'inline; filename="image.{format_}"'.encode()),
        (b"accept-ranges", b"none"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; sandbox"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-robots-tag", b"noindex"),
    )


_ALWAYS = MappingProxyType({format_: _always(format_, type_) for format_, type_ in MEDIA_TYPES.items()})


def image_headers(opening: Opening, answer: Answer) -> list[tuple[bytes, bytes]]:
    """The headers of an image: for one recipient, for a web page that names none, or the same for all."""
    headers = [(b"content-length", b"%d" % len(answer.data)), *_ALWAYS[answer.format]]
    if opening.format in (None, "webp"):  # others may be given another format
        headers.append((b"vary", b"accept"))
    if opening.named:
        headers += _PERSONAL
        return headers
    browser = opening.client.name in BROWSERS
    headers += _FOR_PAGES if browser else ()
    if answer.same_for_all:
        return [*headers, *_SAME_FOR_ALL, (b"etag", etag(answer.data))]
    return [*headers, *(_ON_PAGES if browser else _PERSONAL)]


def etag(data: bytes) -> bytes:
    """A strong one."""
    return b'"%s"' % blake2b(data, digest_size=16).hexdigest().encode()


def unchanged(asked: bytes, headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether what a client has (its If-None-Match) is what it would get; only where there is an ETag."""
    own = dict(headers).get(b"etag")
    known = (part.strip().removeprefix(b"W/") for part in asked[:4096].split(b","))
    return own is not None and bool(asked) and any(part in (own, b"*") for part in known)

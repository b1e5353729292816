"""Responses: answer in, bytes and headers out.

An image built for one recipient at one moment must be asked for again at each opening, by every client and cache on the
way: the headers are the union of what Gmail, Yahoo and browsers are known to honour. There is no ETag (it would be an
identifier stored with the reader) and nothing that tells a stranger whether a recipient exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from livecontent.links import Format
from livecontent.pipeline import Answer

MEDIA_TYPES: Mapping[Format, str] = MappingProxyType(
    {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
)

_HEADERS = (
    (b"cache-control", b"private, no-cache, no-store, max-age=0, must-revalidate"),
    (b"pragma", b"no-cache"),
    (b"expires", b"0"),
    (b"accept-ranges", b"none"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
)


def image_headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    """The headers of an image."""
    return [
        (b"content-type", MEDIA_TYPES[answer.format].encode()),
        (b"content-length", str(len(answer.data)).encode()),
        (b"content-disposition", f'inline; filename="image.{answer.format}"'.encode()),
        *_HEADERS,
    ]

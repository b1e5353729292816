"""Tokens that tell the shop's page who has clicked in an email, for an hour: nobody else can read or make them."""

import secrets
import struct
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection
from urllib.parse import urlsplit, urlunsplit

from livecontent.facts import Opening
from livecontent.runtime.keys import SecretKeys

PARAMETER = "lc"
GOOD_FOR = 3600  # seconds

_NONCE, _REF, _TIME = 8, 16, 4  # bytes


class ClickTokens:
    """Makes and reads them, by the newest key."""

    def __init__(self, keys: SecretKeys) -> None:
        self._keys = keys

    def make(self, ref: str, at: float) -> str:
        """The token of a ref, at a time in seconds since 1970."""
        nonce = secrets.token_bytes(_NONCE)
        said = nonce + struct.pack(">I", int(at) + GOOD_FOR) + self._hidden(nonce, _bytes_of(ref))
        return urlsafe_b64encode(said + self._keys.sign("click", said)).decode().rstrip("=")

    def maker(self, sites: Collection[str]) -> Callable[[str, Opening], str]:
        """What adds a token to a link to one of these sites, for a person who consents to be recorded."""

        def add(link: str, opening: Opening) -> str:
            now = opening.preview is None and opening.client.time == "live"  # and no machine, nor a look ahead
            told = now and opening.person.known and opening.person.consent == "full" and origin_of(link) in sites
            return with_token(link, self.make(opening.ref, opening.at.timestamp())) if told else link

        return add

    def read(self, token: str, now: float) -> str:
        """The ref in a token; "" for one that nobody made, or that is too old."""
        try:
            data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return ""
        said, signature = data[:-16], data[-16:]
        if len(said) != _NONCE + _TIME + _REF or not self._keys.verify("click", said, signature):
            return ""
        nonce, until, hidden = said[:_NONCE], said[_NONCE : _NONCE + _TIME], said[_NONCE + _TIME :]
        if struct.unpack(">I", until)[0] < now:
            return ""
        return b32encode(self._hidden(nonce, hidden)).decode().lower().rstrip("=")

    def _hidden(self, nonce: bytes, data: bytes) -> bytes:
        """With what only the key makes of the nonce; done twice, it is as before."""
        return bytes(one ^ other for one, other in zip(data, self._keys.sign("click ref", nonce), strict=True))


def _bytes_of(ref: str) -> bytes:
    return b32decode(ref.upper() + "=" * (-len(ref) % 8))


def with_token(link: str, token: str) -> str:
    """A link with a token in its query."""
    parts = urlsplit(link)
    query = f"{parts.query}&{PARAMETER}={token}" if parts.query else f"{PARAMETER}={token}"
    return urlunsplit(parts._replace(query=query))


def origin_of(link: str) -> str:
    """The origin of a link, such as https://shop.example."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()

"""What is kept of those who work in the studio: tokens, sessions, and a log of who did what.

No secret is kept, only a digest of each: 256 random bits need no slow hash.
"""

import json
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b, sha256
from types import MappingProxyType
from typing import NamedTuple, Protocol

_TOKEN = re.compile(r"lc_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # without those that look like others
LOOK = "person.look"  # the action of who looks somebody up
BEGINNING = b"\0" * 32  # what the first entry of the log is chained to


class Token(NamedTuple):
    """Lets somebody, or a script, in: times in seconds since 1970, 0 where there is none."""

    id: str
    name: str  # whose it is
    role: str
    digest: bytes  # of its secret
    made: float
    expires: float = 0.0
    revoked: float = 0.0
    used: float = 0.0  # when it last signed somebody in, or a script showed it

    def holds(self, at: float) -> bool:
        """Whether it lets in at a time."""
        return not self.revoked and (not self.expires or at < self.expires)


class AuditEntry(NamedTuple):
    """What somebody did: `at` in seconds since 1970; the chain is a digest of it and of the entry before."""

    number: int
    at: float
    who: str
    action: str
    creative: str = ""
    details: Mapping[str, str] = MappingProxyType({})
    chain: bytes = b""
    ref: str = ""  # who was looked up: beside the chain, as it is erased with the person

    def chained_to(self, before: bytes) -> bytes:
        """The digest that it has behind another."""
        row = [self.number, self.at, self.who, self.action, self.creative, dict(sorted(self.details.items()))]
        return blake2b(before + json.dumps(row).encode(), digest_size=32, person=b"audit").digest()


class TeamStore(Protocol):
    """Keeps them. Each method raises `StorageError`."""

    async def add_token(self, token: Token, who: str) -> None:
        """Keeps a new token, and that somebody made it."""

    async def tokens(self) -> Sequence[Token]:
        """All tokens, the newest first."""

    def token(self, token_id: str) -> Token | None:
        """The token with an id; at once."""

    async def note_use(self, token_id: str, at: float) -> None:
        """Keeps when a token was last used."""

    async def revoke(self, token_id: str, at: float, who: str) -> bool:
        """Takes a token out of use, with all sessions that it began; False where there is none in use."""

    async def begin_session(self, digest: bytes, token_id: str, at: float, expires: float) -> None:
        """Keeps a session, by the digest of its cookie; those that have ended are deleted."""

    def session(self, digest: bytes, at: float) -> Token | None:
        """The token that began a session which goes on; at once."""

    async def end_session(self, digest: bytes) -> None:
        """Ends a session."""

    async def end_sessions(self, token_id: str) -> None:
        """Ends all sessions that a token began."""

    async def record(self, who: str, action: str, creative: str = "", **details: str) -> AuditEntry:
        """Writes an entry at the end of the log."""

    async def record_look(self, who: str, ref: str, within: float) -> None:
        """Writes that somebody looked a person up, unless they did so in the last seconds.

        Who does not consent to be recorded is not named.
        """

    async def unname(self, refs: Collection[str]) -> None:
        """Takes people out of what says that they were looked up, without a trace."""

    async def entries(self, limit: int, before: int = 0) -> Sequence[AuditEntry]:
        """The newest of the log, or those before a number, from the newest."""

    async def broken_at(self) -> int:
        """The number of the first entry that was changed, or that one before it is missing; 0 where all is whole."""


def new_token(name: str, role: str, at: float, expires: float = 0.0) -> tuple[Token, str]:
    """A token, and the text that is told once."""
    token_id = "".join(secrets.choice(_LETTERS) for _ in range(8))
    secret = secrets.token_urlsafe(32)
    return Token(token_id, name, role, secret_digest(secret), at, expires), f"lc_{token_id}_{secret}"


def parse_token(text: str) -> tuple[str, str] | None:
    """Id and secret of the text of a token; None where it is none."""
    found = _TOKEN.fullmatch(text.strip())
    return (found[1], found[2]) if found else None


def secret_digest(secret: str) -> bytes:
    """What is kept in place of a secret."""
    return sha256(secret.encode()).digest()

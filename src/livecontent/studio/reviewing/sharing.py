"""Links for whoever has them: signed, for one creative, one right, and a while."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Literal, NamedTuple, get_args

from livecontent.runtime.keys import SIGNATURE_BYTES, SecretKeys

Right = Literal["view", "comment", "approve"]
RIGHTS: tuple[Right, ...] = get_args(Right)
DAYS = (1, 7, 30)  # that a link may hold
_PURPOSE = "studio share"
_LONGEST = 2000  # characters


class SharedLink(NamedTuple):
    """What a link opens: a creative in a version (of its draft), the facts as a query, a right, until when."""

    creative: str
    version: str
    facts: str
    right: Right
    until: float  # seconds since 1970
    token: str = ""  # the id of the token of who made it, with which it ends

    def allows(self, right: Right) -> bool:
        """Whether it gives this right: who may approve may comment, and who may comment may look."""
        return RIGHTS.index(right) <= RIGHTS.index(self.right)


def write_link(link: SharedLink, keys: SecretKeys) -> str:
    """The last part of its address."""
    payload = json.dumps(link, separators=(",", ":")).encode()
    return urlsafe_b64encode(keys.sign(_PURPOSE, payload) + payload).decode().rstrip("=")


def read_link(text: str, keys: SecretKeys) -> SharedLink | None:
    """The link of an address; None where nobody here has signed it, or its time is over."""
    if len(text) > _LONGEST:
        return None
    try:
        whole = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        signature, payload = whole[:SIGNATURE_BYTES], whole[SIGNATURE_BYTES:]
        if not keys.verify(_PURPOSE, payload, signature):
            return None
        link = SharedLink(*json.loads(payload))
    except (ValueError, TypeError):
        return None
    return link if link.right in RIGHTS and link.until > time.time() else None

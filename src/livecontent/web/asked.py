"""What an address asks of a creative, as far as it may: its formats, and values that the brand has signed or listed.

A stranger can write any address under the brand's domain. A deadline or a price in it would be the brand's word: such
values count only with a signature. It is for all readers, as one HTML is sent to all of them. What merely chooses needs
none.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace

from livecontent.creative.model import Creative
from livecontent.facts import Opening
from livecontent.runtime.keys import SecretKeys

SIGNATURE = "sig"  # the parameter
UNSIGNED = "unsigned"  # the flaw of an address with a value that does not count
BROWSERS = frozenset({"browser", "safari-private-relay"})

_PURPOSE = "parameters"
_MARK = "v"  # before a signature: no tool takes it, with the = before it, for a byte in quoted-printable


def with_signature(params: Mapping[str, str], name: str, creative: Creative, keys: SecretKeys) -> dict[str, str]:
    """Parameters of an address of the creative of that name, signed if any of them needs it."""
    message = _message(params, name, creative)
    return {**params, SIGNATURE: _written(keys.sign(_PURPOSE, message))} if message else dict(params)


def as_allowed(opening: Opening, creative: Creative, keys: SecretKeys | None) -> Opening:
    """The open without what its address may not ask for; without keys all values are taken, as for who previews.

    Values that do not count are a flaw of the address.
    """
    format_ = _format(opening, creative)
    if format_ != opening.format:
        opening = replace(opening, format=format_)
    if not opening.params or keys is None or _is_signed(opening, creative, keys):
        return opening
    kept = {name: value for name, value in opening.params.items() if name not in creative.signed_params}
    return replace(opening, params=kept, flaw=opening.flaw or UNSIGNED)


def _format(opening: Opening, creative: Creative) -> str | None:
    """The format asked for, where it may be; None for the creative's own.

    Only an address without an ending leaves the choice to the client: a browser that takes WebP gets it.
    """
    asked = opening.format
    if asked is None and opening.client.webp and opening.client.name in BROWSERS:
        asked = "webp"
    return asked if asked == creative.format or asked in creative.further_formats else None


def _is_signed(opening: Opening, creative: Creative, keys: SecretKeys) -> bool:
    """Whether all values that need a signature have one."""
    message = _message(opening.params, opening.creative, creative)
    return not message or keys.verify(_PURPOSE, message, _read(opening.params.get(SIGNATURE, "")))


def _message(params: Mapping[str, str], name: str, creative: Creative) -> bytes:
    """What is signed; empty where nothing needs it."""
    pairs = [(param, params[param]) for param in sorted(creative.signed_params & params.keys())]
    return repr((name, pairs)).encode() if pairs else b""


def _written(signature: bytes) -> str:
    return _MARK + base64.b32encode(signature).decode().rstrip("=").lower()


def _read(text: str) -> bytes:
    """The signature that a text is; empty where it is none."""
    letters = text.lower().removeprefix(_MARK).upper()
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError):
        return b""

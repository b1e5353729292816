"""Builds and reads addresses: the two directions are inverse functions.

An image is `/i/{creative}/{ref}.{format}`, its link `/c/{creative}/{ref}`; for nobody in particular, as on a web page,
`/i/{creative}.{format}`, or without the format. Reading never fails: mail clients, email tools and people break
addresses in many ways, and whatever is left must still lead to an image.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from html import unescape
from types import MappingProxyType
from typing import Literal
from urllib.parse import unquote

Format = Literal["jpg", "png", "gif", "webp"]

FORMATS: dict[str, Format] = {"jpg": "jpg", "jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp"}
MEDIA_TYPES: Mapping[Format, str] = MappingProxyType(
    {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
)

CREATIVE_NAME = "[a-z0-9][a-z0-9-]{0,63}"  # also of variants and groups
FACT_NAME = "[a-z][a-z0-9_]{0,39}"

_WHOLE = re.compile(rf"/[a-z]/({CREATIVE_NAME})/([a-z2-7]{{26}})(?:\.([a-z]+))?")  # as this module writes it
_REF = re.compile(r"[a-z2-7]{26}")
_NAME, _FACT_NAME = re.compile(CREATIVE_NAME), re.compile(FACT_NAME)
# What email tools leave behind when a merge tag is not filled in: signs that stand nowhere else (Mailchimp, Liquid and
# Handlebars, Salesforce, GetResponse, Adobe Campaign, MailerLite, Mailgun, Mautic), a percent sign at the end
# (ActiveCampaign; the one at the start may be gone, as %FA of %FACE% is a byte), or a whole ref between two signs ([x],
# {x}, $x$, @x@, ~x~, #x#). Each tool in email_tools.toml leaves one of them; its tests hold it.
_MERGE_TAG = re.compile(
    r"\*\||\|\*|\{\{|\}\}|\{%|%%|\[\[|<%|\{\$|%recipient|\{contactfield|%(?=[./]|$)"
    r"|/(?:\[[^/\]]+\]|\{[^/}]+\}|([$@~#])[^/]+?\1)(?=[./]|$)",
    re.IGNORECASE,
)
_END = re.compile(r"[;&?#]")  # what follows was added on the way
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = tuple(first + second for first in _BASE32 for second in _BASE32)
_SHIFTS = tuple(range(120, -1, -10))
_TAIL = " \t\r\n\0)]>.,:'\"="  # so was this, at the end


@dataclass(frozen=True, slots=True)
class ImageAddress:
    """What an image or click address names. `flaw` says in a word what was wrong: merge-tag, malformed or empty."""

    creative: str
    ref: str = ""
    format: Format | None = None
    flaw: str = ""


def ref_of(recipient_id: str, key: bytes) -> str:
    """The opaque id of a recipient in addresses: 128 bits of keyed BLAKE2b in 26 letters of lower-case base32.

    Ids that look alike (Unicode forms NFC, NFD, NFKC; spaces around) are one recipient.
    """
    text = unicodedata.normalize("NFKC", recipient_id).strip()
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=16, key=key, person=b"recipient")
    bits = int.from_bytes(digest.digest(), "big") << 2
    return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])


def image_path(creative: str, ref: str, format_: Format | None = None, send: str = "") -> str:
    """The path of an image and its send, in the creative's own format unless told; of nobody's, with the ref empty."""
    file = f"{ref}.{format_}" if format_ else ref
    return f"/i/{creative}{'/' if ref else ''}{file}{_query(send)}"


def click_path(creative: str, ref: str, send: str = "") -> str:
    """The path of the link around an image, and the send that it is in."""
    return f"/c/{creative}{'/' if ref else ''}{ref}{_query(send)}"


def _query(send: str) -> str:
    return f"?s={send}" if send else ""


def read_path(path: str) -> ImageAddress:
    """The address in a path such as `/i/umbrella/abc.jpg` or `/c/umbrella/abc`."""
    if whole := _WHOLE.fullmatch(path):
        creative, ref, ending = whole.groups()
        return ImageAddress(creative, ref, FORMATS.get(ending))
    return _read_any(path[:4096])


def _read_any(path: str) -> ImageAddress:
    decoded = unquote(path)  # one layer more than the server took off: some tools encode twice
    parts = [part for part in decoded.split("/") if part]
    shared = len(parts) == 2 and not _END.split(decoded, maxsplit=1)[0].endswith("/")
    name, format_ = _file(parts[1]) if shared else (parts[1].lower() if len(parts) > 1 else "", None)
    creative = name if is_name(name) else ""
    ref, format_ = _file(parts[-1]) if len(parts) > 2 else ("", format_)
    if creative and len(parts) < 4 and _REF.fullmatch(ref):
        return ImageAddress(creative, ref, format_)
    if any(_MERGE_TAG.search(text) for text in (path, decoded, unescape(decoded))):
        return ImageAddress(creative, "", format_, "merge-tag")
    if len(parts) > 3 or not creative or ref:
        return ImageAddress(creative, "", format_, "malformed")
    return ImageAddress(creative, "", format_, "" if shared else "empty")


def _file(text: str) -> tuple[str, Format | None]:
    """What stands before the ending, and the format that the ending tells."""
    stem, dot, ending = _END.split(text, maxsplit=1)[0].rstrip(_TAIL).rpartition(".")
    return (stem if dot else ending).strip().lower(), format_of(ending)


def is_name(text: str) -> bool:
    """Whether a text can be the name of a creative: lower-case letters, digits and hyphens, at most 64."""
    return bool(_NAME.fullmatch(text))


def is_fact_name(text: str) -> bool:
    """Whether a text can be a name in facts, as behind let. or code.: a-z, digits and underscores, at most 40."""
    return bool(_FACT_NAME.fullmatch(text))


def is_ref(text: str) -> bool:
    """Whether a text can be a ref."""
    return bool(_REF.fullmatch(text))


def format_of(text: str) -> Format | None:
    """The format a file ending stands for."""
    return FORMATS.get(text.lower().lstrip("."))

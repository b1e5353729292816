"""Builds and reads addresses: the two directions are inverse functions.

An image is `/i/{creative}/{ref}.{format}`, its link `/c/{creative}/{ref}`. Reading never fails: mail clients,
email tools and people break addresses in many ways, and whatever is left must still lead to a picture.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b32encode
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal
from urllib.parse import unquote

Format = Literal["jpg", "png", "gif", "webp"]

FORMATS: dict[str, Format] = {"jpg": "jpg", "jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp"}

_REF = re.compile(r"[a-z2-7]{26}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
# What email tools leave behind when a merge tag is not filled in: Mailchimp, Liquid and Handlebars, Salesforce,
# Mailjet, Adobe Campaign, Mailgun, Mautic.
_MERGE_TAG = re.compile(r"\*\||\|\*|\{\{|\}\}|\{%|%%|\[\[|<%|\{\$|%recipient|\{contactfield", re.IGNORECASE)
_JUNK = re.compile(r"[\s)\]>.,;:'\"=&]+$|[;&?#].*$")


@dataclass(frozen=True, slots=True)
class Address:
    """What an image or click address names. `flaw` says in a word what was wrong: merge-tag, malformed or empty."""

    creative: str
    ref: str = ""
    format: Format | None = None
    flaw: str = ""


def ref_of(recipient_id: str, key: bytes) -> str:
    """The opaque id of a recipient in addresses: 128 bits of keyed BLAKE2b in 26 letters of lower-case base32.

    Ids that look alike (Unicode forms NFC, NFD, NFKC; spaces around) are one recipient.
    """
    text = unicodedata.normalize("NFKC", recipient_id.strip())
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=16, key=key, person=b"recipient")
    return b32encode(digest.digest()).decode().rstrip("=").lower()


def image_path(creative: str, ref: str, format_: Format) -> str:
    """The path of an image."""
    return f"/i/{creative}/{ref}.{format_}"


def click_path(creative: str, ref: str) -> str:
    """The path of the link around an image."""
    return f"/c/{creative}/{ref}"


def read_path(path: str) -> Address:
    """The address in a path such as `/i/umbrella/abc.jpg` or `/c/umbrella/abc`."""
    path = path[:4096]
    if _MERGE_TAG.search(path):
        return Address(_creative(path), flaw="merge-tag")
    path = unquote(path)  # one layer more than the server took off: some tools encode twice
    if _MERGE_TAG.search(path):
        return Address(_creative(path), flaw="merge-tag")
    parts = [part for part in path.split("/") if part]
    if len(parts) != 3:
        return Address(_creative(path), flaw="malformed")
    stem, dot, ending = _JUNK.sub("", parts[2]).rpartition(".")
    format_ = FORMATS.get(_JUNK.sub("", ending.lower())) if dot else None
    ref = (stem if format_ else stem + dot + ending).lower()
    if not _REF.fullmatch(ref):
        return Address(_creative(path), format=format_, flaw="malformed" if ref else "empty")
    creative = _creative(path)
    return Address(creative, ref, format_, flaw="" if creative else "malformed")


def _creative(path: str) -> str:
    parts = [part for part in path.split("/") if part]
    name = parts[1].lower() if len(parts) > 1 else ""
    return name if _NAME.fullmatch(name) else ""


def is_name(text: str) -> bool:
    """Whether a text can be the name of a creative: lower-case letters, digits and hyphens, at most 64."""
    return bool(_NAME.fullmatch(text))


def format_of(text: str) -> Format | None:
    """The format a file ending stands for."""
    return FORMATS.get(text.lower().lstrip("."))

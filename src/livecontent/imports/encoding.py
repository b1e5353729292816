"""The encoding of a file."""

import codecs
from typing import BinaryIO

_CHUNK = 1 << 20


def find_encoding(raw: BinaryIO) -> str:
    """UTF-8 or UTF-16 where the bytes say so; else Windows-1252."""
    raw.seek(0)
    start = raw.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8" if _is_utf8(raw) else "cp1252"


def _is_utf8(raw: BinaryIO) -> bool:
    """Whether letters beyond ASCII are UTF-8; some of them may be damaged."""
    raw.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = broken = 0
    while chunk := raw.read(_CHUNK):
        if not chunk.isascii():
            text = decoder.decode(chunk)
            lost = sum("\udc80" <= letter <= "\udcff" for letter in text) if _has_lost(text) else 0
            broken += lost
            good += len(text) - len(text.encode("ascii", "ignore")) - lost
    return good >= broken


def _has_lost(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False

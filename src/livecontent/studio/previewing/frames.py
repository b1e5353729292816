"""One answer that holds many pictures: frames, each some words as JSON and a file, read while it arrives.

A frame is the lengths of both (two 32-bit numbers, the high byte first), the JSON, and the bytes of the file.
"""

import json
from collections.abc import Iterator, Mapping
from struct import Struct
from typing import Any

FRAMES_TYPE = "application/octet-stream"
_LENGTHS = Struct(">II")


def make_frame(head: Mapping[str, Any], data: bytes = b"") -> bytes:
    """A frame."""
    words = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join((_LENGTHS.pack(len(words), len(data)), words, data))


def read_frames(stream: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """All frames of an answer."""
    place = 0
    while place < len(stream):
        words, data = _LENGTHS.unpack_from(stream, place)
        start = place + _LENGTHS.size
        place = start + words + data
        yield json.loads(stream[start : start + words]), stream[start + words : place]

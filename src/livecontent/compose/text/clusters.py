"""What is never parted in a text: a letter with its marks, joined emoji, flags; and which letters may stand apart."""

import re
import unicodedata
from collections.abc import Iterator

_JOINER = "\u200d"
# Letters that join, hang from one line or stand around each other: from Arabic to Mongolian, from Devanagari to Khmer.
_JOINED = re.compile(
    "[\u0600-\u077f\u07c0-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1aaf\u1b00-\u1c7f\u1cd0-\u1cff"
    "\ua800-\ua8ff\ua930-\uabff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefe\U00010a80-\U00010aff\U00010d00-\U00010d3f"
    "\U00010f00-\U00011fff\U0001e900-\U0001e95f]"
)


def may_spread(text: str) -> bool:
    """Whether letters may stand further apart than usual: none of them joins another."""
    return _JOINED.search(text) is None


def clusters(text: str) -> Iterator[str]:
    """A text in pieces that can't be parted: a base with its marks, joined emoji, flags, keycaps."""
    current = ""
    for character in text:
        code = ord(character)
        extends = (
            unicodedata.category(character).startswith("M")
            or code in (0x200D, 0x200C, 0x20E3)
            or 0x1F3FB <= code <= 0x1F3FF
            or 0xE0020 <= code <= 0xE007F
        )
        flag = 0x1F1E6 <= code <= 0x1F1FF and len(current) == 1 and 0x1F1E6 <= ord(current) <= 0x1F1FF
        if current and (extends or flag or current.endswith(_JOINER)):
            current += character
        else:
            if current:
                yield current
            current = character
    if current:
        yield current

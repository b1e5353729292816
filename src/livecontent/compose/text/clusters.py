"""What is never parted in a text: a letter with its marks, joined emoji, flags; and which letters may stand apart."""

import re
import unicodedata
from collections.abc import Iterator

JOINER = "\u200d"
# Letters that join, hang from one line or stand around each other: from Arabic to Mongolian, from Devanagari to Khmer.
_JOINED = re.compile(
    "[\u0600-\u077f\u07c0-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1aaf\u1b00-\u1c7f\u1cd0-\u1cff"
    "\ua800-\ua8ff\ua930-\uabff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefe\U00010a80-\U00010aff\U00010d00-\U00010d3f"
    "\U00010f00-\U00011fff\U0001e900-\U0001e95f]"
)


# A letter of Arabic that joins the next, with its marks: not one of those that join only the one before, or none.
_JOINS = re.compile(
    "(?![\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2-\u06d5"
    "\u06ee\u06ef\u0759-\u075b\u076b\u076c\u0771\u0773\u0774\u0778\u0779\u08aa-\u08ae\u08b1\u08b2\u08b9])"
    "[\u0620-\u064a\u066e-\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9][\u064b-\u065f\u0670\u06d6-\u06ed\u08ca-\u08ff]*\\Z"
)
_JOINED_TO = re.compile("[\u0620\u0622-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9]")


def joined_across(before: str, behind: str) -> bool:
    """Whether the last letter of a text joins the first of another, as Arabic ones do."""
    return bool(_JOINED_TO.match(behind) and _JOINS.search(before))


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
        if current and (extends or flag or current.endswith(JOINER)):
            current += character
        else:
            if current:
                yield current
            current = character
    if current:
        yield current

"""A text, filled in: its words, with marks around the values in them, and the language that they are in."""

import re
from typing import NamedTuple

from livecontent.compose.text.look import Look

# Letters that run from left to right, with spaces between words, and signs: values among them need no marks.
PLAIN = re.compile("[\0-\u058f\u1e00-\u200b\u2010-\u2e7f\ufb00-\ufb06\ufdd0\ufdd1\U0001f000-\U0001faff]*")
# Languages and scripts that run from right to left, as CLDR has them.
RIGHT_TO_LEFT = re.compile(
    "(?:ar|apc|arc|ary|arz|bal|bgn|ckb|dv|fa|he|iw|ks|lrc|mzn|nqo|pnb|ps|rhg|sd|sdh|skr|syr|trw|ug|ur|yi)"
    "(?![a-z]|[-_](?:Cyrl|Deva|Latn))|[a-z]+[-_](?:Adlm|Arab|Hebr|Nkoo|Rohg|Syrc|Thaa)"
)


class Said(NamedTuple):
    """What a text says."""

    words: str
    language: str = "en"
    rtl: bool = False
    marked: str = ""  # the words with marks around values, where these matter for order or line breaks
    shapes: str = ""  # the language whose shapes Chinese letters have, where it is not that of the words
    looks: tuple[Look, ...] = ()  # where letters do not all look alike
    look_of: tuple[int, ...] = ()  # each letter of the words: its place in `looks`

"""Cleans text from anywhere, so that it is safe to lay out.

Names come from forms, files and feeds: they may hold control characters, thousands of accents on one letter, or
marks that turn the rest of the line around.
"""

import re
import unicodedata

from livecontent.expressions.marks import END, MARKS, START

MAX_CHARACTERS = 500
MAX_MARKS = 4  # on one letter; Vietnamese needs 2, pointed Hebrew 3

# What stays as it is: the letters and signs of western Europe, and our marks around values.
_PLAIN = re.compile(f"[\n -~\xa0-\u02ff\u2010-\u2027\u202f\u20ac{START}{END}]*")
_JOINERS = "\u200c\u200d"
_LINE_BREAKS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# C0, C1, lone surrogates, the byte order mark, noncharacters, and what overrides direction (isolates stay harmless
# only when paired, so that all explicit marks go).
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\uffff\U000e0000-\U000e001f]"
    "|[\\U0001fffe\\U0001ffff\\U0010fffe\\U0010ffff]"
)


def sanitize(text: str) -> str:
    """The text without what can't be drawn, in composed form (NFC), at most 500 characters and 4 marks a letter."""
    if _PLAIN.fullmatch(text):
        return text[:MAX_CHARACTERS]
    text = _LINE_BREAKS.sub("\n", text[: MAX_CHARACTERS * 2]).replace("\t", " ")
    text = unicodedata.normalize("NFC", _DROPPED.sub("", text))
    kept: list[str] = []
    letter, marks = False, 0  # whether one stands before, and its marks
    for character in text:
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
            if not letter or marks > MAX_MARKS:
                continue
        elif character in MARKS:  # accents that begin a value have no letter of its
            letter, marks = letter and character != START, 0
        elif category != "Cf":
            letter, marks = not character.isspace(), 0
        elif character in _JOINERS and not letter:
            continue
        kept.append(character)
    return "".join(kept)[:MAX_CHARACTERS]


def mark_alone(value: str) -> str:
    """The accent or other mark that a value begins with; "" where it begins with something else."""
    first = value.strip()[:1]
    return first if first and unicodedata.category(first) in ("Mn", "Me") else ""

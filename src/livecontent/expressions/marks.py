"""Marks in a text: where values stand in it, and where letters begin to look otherwise.

They are noncharacters, so that no value has them itself. Whoever sets the text takes them out: a value neither decides
how the words around it run, nor is it broken inside.
"""

import re

START, END = "\ufdd0", "\ufdd1"
LOOKS = "".join(map(chr, range(0xFDD2, 0xFDF0)))  # from here on letters have the look of this place in a list
MARKS = frozenset(map(chr, range(0xFDD0, 0xFDF0)))  # all of them
_MARKS = re.compile("[\ufdd0-\ufdef]")
_OF_LOOKS = re.compile("([\ufdd2-\ufdef])")


def marked(value: str) -> str:
    """A value between marks, line by line."""
    lines = unmarked(value).split("\n")
    return "\n".join([f"{START}{line}{END}" if line.strip() else line for line in lines])


def unmarked(text: str) -> str:
    """A text as people read it."""
    return _MARKS.sub("", text)


def read_looks(text: str) -> tuple[str, tuple[int, ...]]:
    """A text without marks of looks, and the look of each of its letters; marks of values are none of these."""
    parts: list[str] = []
    found: list[int] = []
    look = 0
    for part in _OF_LOOKS.split(text):
        if part and part in LOOKS:
            look = LOOKS.index(part)
        else:
            parts.append(part)
            found += [look] * (len(part) - part.count(START) - part.count(END))
    return "".join(parts), tuple(found)


def places(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text as people read it, and where values start and end in it."""
    if START not in text:
        return unmarked(text), ()
    found: list[tuple[int, int]] = []
    parts: list[str] = []
    length, start = 0, None
    for part in re.split(f"([{START}{END}])", text):
        if part == START:
            start = length
        elif part == END:
            if start is not None and length > start:
                found.append((start, length))
            start = None
        else:
            parts.append(part)
            length += len(part)
    if start is not None and length > start:  # the text was cut within the value
        found.append((start, length))
    return "".join(parts), tuple(found)

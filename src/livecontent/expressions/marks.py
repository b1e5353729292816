"""Where values stand in a text: each between two marks, which are noncharacters, so that no text has them itself.

Whoever sets the text takes the marks out: a value neither decides how the words around it run, nor is it broken inside.
"""

import re

START, END = "\ufdd0", "\ufdd1"
_MARKS = re.compile(f"[{START}{END}]")


def marked(value: str) -> str:
    """A value between marks, line by line."""
    lines = unmarked(value).split("\n")
    return "\n".join([f"{START}{line}{END}" if line.strip() else line for line in lines])


def unmarked(text: str) -> str:
    """A text as people read it."""
    return _MARKS.sub("", text) if START in text or END in text else text


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

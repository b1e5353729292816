"""What is told of a draft's text: problems from where to where, and the lines that an edit has written."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from livecontent.creative.load import FILE
from livecontent.errors import Problem

MOST_LINES = 12  # of what was written
_QUOTED = re.compile(r"'[^']*'?|\"(?:[^\"\\]|\\.)*\"?")
_WORD = re.compile(r"[^\s,\[\]{}'\"]+")


def problems_json(problems: Iterable[Problem], text: str) -> list[dict[str, object]]:
    """Problems as scripts take them; `end` is the column behind what is wrong. Of other files without a place."""
    lines = text.splitlines()
    found: list[dict[str, object]] = []
    for one in problems:
        own = PurePath(one.file).name == FILE
        line = min(one.line, max(len(lines), 1)) if own else 0
        written = lines[line - 1] if own and line <= len(lines) else ""
        found.append(
            {
                "line": line,
                "column": one.column if own else 0,
                "end": end_column(written, one.column) if own else 0,
                "kind": "advice" if one.advice else "warning" if one.warning else "error",
                "message": one.message if own else f"{PurePath(one.file).name}:{one.line}: {one.message}",
                "help": one.help,
            }
        )
    return found


def end_column(line: str, column: int) -> int:
    """The column behind the value that begins at a column, all counted from 1."""
    start = column - 1
    match = _QUOTED.match(line, start) or _WORD.match(line, start)
    return max((match.end() if match else len(line)) + 1, column + 1)


def written_lines(before: str, after: str) -> tuple[int, Sequence[str]]:
    """The lines that differ in the text after an edit, and the number of the first; none where lines only went."""
    old, new = before.splitlines(), after.splitlines()
    most = min(len(old), len(new))
    first = next((place for place in range(most) if old[place] != new[place]), most)
    last = next((place for place in range(most - first) if old[-1 - place] != new[-1 - place]), most - first)
    return first + 1, new[first : len(new) - last][:MOST_LINES]


def as_before(text: str, before: str) -> str:
    """A text out of a form with the line ends and the byte order mark of the one that it was made from."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    text = text.replace("\n", "\r\n") if "\r\n" in before else text
    return f"\ufeff{text}" if before.startswith("\ufeff") else text

"""What is wrong with settings, in plain words: where each stands, and what would be right."""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from pydantic_core import ErrorDetails

Step = int | str
SHOWN = 60  # characters of a wrong value

# By pydantic's kinds of errors: https://pydantic.dev/docs/validation/latest/errors/validation_errors/
_WANTED: Mapping[str, str] = {
    "bool": "true or false",
    "float": "a number, such as 0.25",
    "finite_number": "a finite number",
    "int": "a whole number, such as 12",
    "string": 'text in quotes, such as "text"',
    "path": 'a path in quotes, such as "folder/file"',
    "tuple": 'a list, such as ["first", "second"]',
    "mapping": "a section with settings of its own",
    "dict": "a section with settings of its own",
    "model": "a section with settings of its own",
    "greater_than": "greater than {gt:g}",
    "greater_than_equal": "greater than or equal to {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "less than or equal to {le:g}",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "too_short": "a list of {min_length}",
    "too_long": "a list of {max_length}",
    "string_too_short": "text that is not empty",
}


def wrong_settings(errors: Sequence[ErrorDetails], file: Path | None, known: Sequence[str], prefix: str) -> str:
    """All errors, each on a line with its file and line, or its variable, where it is from one.

    Of what is known, `*` stands for a name that people choose.
    """
    lines = file.read_text("utf-8").splitlines() if file else []
    return "\n".join(f"{_place(_steps(error), file, lines, prefix)}{_told(error, known)}" for error in errors)


def nearest(name: str, known: Iterable[str]) -> str:
    """A question about what may be meant, to add to a sentence; "" where nothing is near."""
    names = list(known)
    found = (
        [one for one in names if one.endswith(f".{name}")]
        or [one for one in names if _one_letter_apart(name, one)]
        or get_close_matches(name, names, 1)
    )
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _told(error: ErrorDetails, known: Sequence[str]) -> str:
    steps = _steps(error)
    name = ".".join(map(str, steps))
    if error["type"] == "extra_forbidden":
        middle = str(steps[1]) if len(steps) == 3 else ""
        names = [one.replace("*", middle) for one in known if middle or "*" not in one]
        return f"no such setting: {name}{nearest(name, names)}"
    if error["type"] == "missing":
        return f"{name} is missing"
    if error["type"] == "value_error":  # one of ours, which says all of it
        return f"{name}: {error['ctx']['error']}"
    kind = error["type"]
    wanted = _WANTED.get(kind) or _WANTED.get(kind.partition("_")[0]) or "another value"
    return f"{name}: {_shown(error['input'])} should be {wanted.format_map(error.get('ctx', {}))}"


def _steps(error: ErrorDetails) -> list[Step]:
    return [step for step in error["loc"] if step != "[key]"]


def _shown(value: object) -> str:
    """As a file of settings writes it."""
    text = json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, bool | list | dict) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _place(steps: Sequence[Step], file: Path | None, lines: Sequence[str], prefix: str) -> str:
    names = [step for step in steps if isinstance(step, str)]
    for some in range(len(names), 0, -1):
        variable = prefix + "__".join(names[:some]).upper()
        if variable in (name.upper() for name in os.environ):
            return f"{variable}: "
    line = _line_of(names, lines)
    return f"{file}:{line}: " if line else ""


def _line_of(names: Sequence[str], lines: Sequence[str]) -> int:
    """The line, from 1, of the longest part of a name that stands in the file; 0 where none does."""
    section: list[str] = []
    best, found = 0, 0
    for number, line in enumerate(lines, 1):
        if header := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            section = here = _parts(header[1])
        elif key := re.match(r"""\s*([\w."'-]+)\s*=""", line):
            here = section + _parts(key[1])
        else:
            continue
        if len(here) > best and here == list(names[: len(here)]):
            best, found = len(here), number
    return found


def _parts(name: str) -> list[str]:
    return [part.strip().strip("\"'") for part in name.split(".")]


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether a letter was left out, added or changed, or two have changed places."""
    pairs = zip(one, other, strict=False)
    start = next((place for place, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
    rest, others = one[start:], other[start:]
    return others in (rest[1:], rest[1::-1] + rest[2:]) or rest == others[1:] or rest[1:] == others[1:]

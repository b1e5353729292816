"""What an import tells of values: those taken as empty, left out, or damaged, counted by column."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

SHOWN = 3  # values of a note
_LENGTH = 40  # characters of each


class Remark(NamedTuple):
    """A value to keep, None for none, and what to tell of the text that stood there."""

    value: object
    what: str
    text: str


@dataclass(slots=True)
class Note:
    """What is told of some values of a column: how many, the line of the first, and some of them."""

    column: str
    what: str
    line: int
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        times = f"{self.count:,} times, first on line" if self.count > 1 else "line"
        shown = ", ".join(map(repr, self.examples))
        return f"{self.column}: {self.what} ({times} {self.line}): {shown}"


class Notes:
    """Notes by column, in the order in which they came up."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], Note] = {}

    def add(self, column: str, what: str, value: object, line: int) -> None:
        """Counts a value; `what` is one of few sentences."""
        note = self._notes.get((column, what))
        if note is None:
            note = self._notes[column, what] = Note(column, what, line)
        note.count += 1
        if len(note.examples) < SHOWN and (text := str(value)[:_LENGTH]) not in note.examples:
            note.examples.append(text)

    def __iter__(self) -> Iterator[Note]:
        return iter(self._notes.values())

    def __len__(self) -> int:
        return len(self._notes)

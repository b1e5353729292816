"""What an import tells of values: those taken as empty, left out, or damaged, also before they came, by column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ftfy import fix_encoding
from ftfy.badness import is_bad

SHOWN = 3  # values of a note
SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+\d{2,3}", re.IGNORECASE)  # 3.36123E+11
BROKEN = re.compile("[\udc80-\udcff]")  # bytes that the encoding of the file does not know
ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_LENGTH = 40  # characters of each
# UTF-8 read as Windows-1251: every second letter is Р or С; as MacRoman: a root sign within a word.
_AS_CYRILLIC = re.compile(r"(?:[РС][\u0400-\u04ff\u00a0-\u00bf\u2010-\u2122]){3}")
_AS_MAC = re.compile(f"√[{re.escape(bytes(range(0x80, 0xC0)).decode('mac-roman'))}]")


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


def damage_in(text: str) -> str:
    """What has happened to a text of a file, "" if nothing is seen."""
    if "&" in text and ENTITY.search(text):
        return "looks like HTML"
    if "+" in text and SHORTENED.fullmatch(text):
        return "a number that a spreadsheet has shortened: format the column as text, export again"
    if text.isascii():
        return ""
    if "\ufffd" in text:
        return "letters are lost (\ufffd)"
    if (is_bad(text) and fix_encoding(text) != text) or _AS_CYRILLIC.search(text) or _AS_MAC.search(text):
        return "looks like UTF-8 that was read in another encoding"
    return ""

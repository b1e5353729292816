"""The sign between the fields of a CSV: what Excel tells in a line such as `sep=;`, else what parts the rows best."""

import csv
import re
from collections.abc import Sequence
from itertools import accumulate

SEPARATOR = re.compile(r"\ufeff?\"?sep=([^\w\"\s]|\t)\"?\s*", re.IGNORECASE)

_ENOUGH = 100_000  # characters
_DELIMITERS = ",;\t|"
_QUOTED = re.compile('"(?:[^"]|"")*"')
_NUMBER = re.compile(r"[\d\s.,+-]*")


def find_delimiter(lines: Sequence[str]) -> str:
    """Of the first lines of a file, its header first."""
    sizes = accumulate(map(len, lines))
    enough = [line for line, size in zip(lines, sizes, strict=True) if size <= _ENOUGH]
    return max(_DELIMITERS, key=lambda delimiter: _score(enough or [lines[0][:_ENOUGH]], delimiter))


def has_literal_quotes(lines: Sequence[str]) -> bool:
    """Whether quotes in a table with tabs are signs as all others, as catalogues have them: `"Rain" umbrella, 30"`."""
    rows = [line.rstrip("\r\n").split("\t") for line in lines]
    quoted = [row for row in rows if any('"' in cell for cell in row)]
    odd = any('"' in cell and not _QUOTED.fullmatch(cell) for row in quoted for cell in row)
    return odd and all(len(row) == len(rows[0]) for row in quoted)


def _score(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """How well a delimiter parts: rows as long as the header, a header of names, quotes in pairs; then the columns."""
    rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    width = len(rows[0])
    if width == 1:
        return 0.0, 1
    fitting = sum(1.0 if len(row) == width else 0.5 if len(row) < width else 0.0 for row in rows) / len(rows)
    names = sum(not _NUMBER.fullmatch(cell) for cell in rows[0]) / width
    cells = [cell for row in rows for cell in row]
    odd = sum(cell.count('"') % 2 for cell in cells) / len(cells)
    return fitting * names - odd, width

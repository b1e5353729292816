"""Workbooks as CSV, read in a process of their own with limits: a small file can ask for all memory.

`python -m livecontent.imports.workbook FILE` writes the first sheet that is shown and not empty.
"""

import csv
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import IO

from livecontent.errors import DataError
from livecontent.imports.converting import LIMITS, REFUSED
from livecontent.runtime.memory import limit_process

MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # of .xlsx and .ods, and of .xls
MAX_CELLS = 25_000_000  # in the rectangle around all cells
_EXACT = 2**53  # whole numbers that a cell keeps
_CHUNK = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"')
_ROW = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="([0-9]{1,7})"')


def convert(file: Path) -> None:
    """What the process does. Exits with 1, and says why, where it can't."""
    limit_process(*LIMITS)
    try:
        _check_extent(file)
        name, others, rows = _first_sheet(file)
    except DataError as error:
        sys.exit(f"{REFUSED}{error}")
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for row in rows:
        cells = [cell_text(cell) for cell in row]
        writer.writerow(cells if any(cells) else [])
    more = f"; not read: {', '.join(map(repr, others))}" if others else ""
    sys.stderr.write(f"sheet {name!r}{more}\n")


def _check_extent(file: Path) -> None:
    """Looks at the addresses of all cells before anything makes room for them. Raises `DataError`."""
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as parts:
        for name in parts.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                with parts.open(name) as sheet:
                    rows, columns = _extent(sheet)
                if rows * columns > MAX_CELLS:
                    raise DataError(
                        f"the sheet reaches to row {rows:,} and column {columns:,}: delete what stands far off the "
                        "table, or save the table as CSV in UTF-8"
                    )


def _extent(sheet: IO[bytes]) -> tuple[int, int]:
    rows = columns = 1
    rest = b""
    while chunk := sheet.read(_CHUNK):
        text = rest + chunk
        for match in _CELL.finditer(text):
            columns = max(columns, _column(match[1]))
            rows = max(rows, int(match[2]))
        rows = max([rows, *(int(row) for row in _ROW.findall(text))])
        rest = text[text.rfind(b"<") :]
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _first_sheet(file: Path) -> tuple[str, list[str], Iterator[Sequence[object]]]:
    """The name of the first sheet that is shown and has cells, those of the others, and its rows."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(str(file))
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        for name in shown:
            sheet = book.get_sheet_by_name(name)
            if sheet.height:
                others = [other for other in shown if other != name]
                return name, others, iter(sheet.to_python(skip_empty_area=False))
    except Exception as error:  # noqa: BLE001  whatever is wrong with a file
        raise DataError(f"this is no workbook that can be read: {error}") from None
    raise DataError("the workbook is empty")


def cell_text(cell: object) -> str:
    """A cell as the text of a CSV. Numbers are made so that no sign in them can group thousands."""
    match cell:
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer() and abs(cell) < _EXACT:
            return str(int(cell))
        case float():
            text = repr(cell)
            return f"{text}0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            return " ".join(str(cell).split("\n")).replace("\r", " ")


if __name__ == "__main__":
    convert(Path(sys.argv[1]))

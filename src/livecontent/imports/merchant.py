"""Catalogues in XML, as Google Merchant takes them, as CSV: RSS 2.0 and Atom, whose items have names of `xmlns:g`.

`python -m livecontent.imports.merchant FILE` writes a line for each item, under those of the names. Nothing that an XML
declares is taken in: no entity but those of XML itself, no other file.
https://support.google.com/merchants/answer/14987622
"""

import csv
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO
from xml.parsers import expat

from livecontent.errors import DataError
from livecontent.imports.converting import LIMITS, REFUSED
from livecontent.runtime.memory import limit_process

MAX_FIELD = 32 * 1024  # characters
MAX_NAMES = 1000
MAX_DEPTH = 50
STARTS = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|rss|feed|rdf|!--|!doctype)", re.IGNORECASE)

_ITEMS = frozenset({"item", "entry"})
_CHUNK = 1 << 20


class _Items:
    """Writes items as they are read; names get their column when they first come."""

    def __init__(self, out: TextIO) -> None:
        self.count = 0
        self.names: dict[str, int] = {}
        self._write = csv.writer(out, lineterminator="\n").writerow
        self._depth = 0
        self._item_at = 0  # the depth of the item under way, 0 for none
        self._values: dict[str, list[str]] = {}
        self._text: list[str] = []
        self._size = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise DataError(f"elements are nested more than {MAX_DEPTH} deep")
        if self._item_at:
            self._text, self._size = [attributes["href"]] if name.endswith("link") and "href" in attributes else [], 0
        elif name.rpartition(" ")[2] in _ITEMS:
            self._item_at, self._values = self._depth, {}

    def text(self, part: str) -> None:
        """Some characters."""
        if self._item_at:
            self._text.append(part)
            self._size += len(part)
            if self._size > MAX_FIELD:
                raise DataError(f"an element has more than {MAX_FIELD:,} characters")

    def end(self, name: str) -> None:
        """An element ends; what is inside of those of an item, such as `shipping`, is not read."""
        if self._depth == self._item_at + 1 and self._item_at and (text := " ".join("".join(self._text).split())):
            self._values.setdefault(name.rpartition(" ")[2], []).append(text)
        elif self._depth == self._item_at:
            self._finish()
            self._item_at = 0
        self._depth -= 1
        self._text = []

    def _finish(self) -> None:
        for name in self._values:
            if name not in self.names:
                self.names[name] = len(self.names)
        if len(self.names) > MAX_NAMES:
            raise DataError(f"items have more than {MAX_NAMES} names")
        cells = [""] * len(self.names)
        for name, texts in self._values.items():
            cells[self.names[name]] = "|".join(texts) if name == "additional_image_link" else texts[0]
        self.count += 1
        self._write(cells if any(cells) else ['""'])


def _refuse_doctype(*_: object) -> None:
    raise DataError("it declares a DOCTYPE, which no catalogue needs: is this a web page?")


def read_items(file: Path, out: TextIO) -> tuple[int, list[str]]:
    """Writes the items of an XML as rows, and returns how many there are, and the names of the columns.

    Raises `DataError`.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    items = _Items(out)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = items.start, items.end
    parser.CharacterDataHandler = items.text
    try:
        with file.open("rb") as raw:
            while chunk := raw.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise DataError(f"line {error.lineno}, column {error.offset + 1}: {expat.ErrorString(error.code)}") from None
    except DataError as error:
        raise DataError(f"line {parser.CurrentLineNumber}: {error}") from None
    if not items.count:
        raise DataError("there is no item and no entry in this XML")
    return items.count, list(items.names)


def convert_items(file: Path) -> None:
    """What the process does. Exits with 1, and says why, where it can't."""
    limit_process(*LIMITS)
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    with TemporaryFile("w+", encoding="utf-8", newline="") as rows:
        try:
            count, names = read_items(file, rows)
        except (DataError, ValueError) as error:
            sys.exit(f"{REFUSED}{error}")
        csv.writer(sys.stdout, lineterminator="\n").writerow(names)
        rows.seek(0)
        shutil.copyfileobj(rows, sys.stdout)
    sys.stderr.write(f"{count:,} items of XML; the first is line 2\n")


if __name__ == "__main__":
    convert_items(Path(sys.argv[1]))

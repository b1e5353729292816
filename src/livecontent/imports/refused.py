"""Rows that can't be used, kept as they came: to be corrected, and imported again."""

import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from livecontent.errors import DataError
from livecontent.imports.csv_reader import JSON_ENDINGS, Refusal

FIRST = 20  # of which the reason is kept at hand
MAX_REFUSED = 1_000_000  # rows; a file with more is not what it should be


class RefusedRows:
    """Counts rows, and writes them to a file for its owner only, under the first lines of the file they are from.

    The reasons are in a file beside. Both are there once it is closed, and in place of those of the import before.
    """

    def __init__(self, folder: Path | None, source: Path, top: str = "", encoding: str = "utf-8") -> None:
        """Without a folder nothing is written."""
        self.source = source
        ending = source.suffix if source.suffix.lower() in JSON_ENDINGS else ".csv"
        self.file = folder / f"{source.stem.removesuffix('.refused')}.refused{ending}" if folder else None
        self.count = 0
        self.first: list[Refusal] = []
        self._top, self._encoding = top, encoding
        self._out: list[tuple[TextIO, Path, Path]] = []  # streams, their drafts, and what these become

    def add(self, refusal: Refusal, raw: str) -> None:
        """A row as it stands in the file. Raises `DataError` where there are too many."""
        self.count += 1
        if len(self.first) < FIRST:
            self.first.append(refusal)
        if self.count > MAX_REFUSED:
            line, reason = self.first[0]
            raise DataError(f"{self.source}:{line}: {reason}; and so more than {MAX_REFUSED:,} rows")
        if self.file:
            rows, reasons = (out for out, _, _ in self._out or self._open(self.file))
            rows.write(raw if raw.endswith(("\n", "\r")) else f"{raw}\n")
            reasons.write(f"{self.source}:{refusal.line}: {refusal.reason}\n")

    def _open(self, file: Path) -> list[tuple[TextIO, Path, Path]]:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for target, encoding in ((file, self._encoding), (self._reasons(file), "utf-8")):
            draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
            descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            stream = os.fdopen(descriptor, "w", encoding=encoding, errors="surrogateescape", newline="")
            self._out.append((stream, draft, target))
        self._out[0][0].write(self._top)
        return self._out

    def _reasons(self, file: Path) -> Path:
        return file.with_suffix(".txt")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """After an error nothing stays; without a refused row, nothing of the import before."""
        for stream, draft, target in self._out:
            stream.close()
            if kind is None:
                draft.replace(target)
            else:
                draft.unlink()
        if kind is None and self.file and not self.count:
            for old in (self.file, self._reasons(self.file)):
                if old.resolve() != self.source.resolve():
                    old.unlink(missing_ok=True)


def delete_refused(folder: Path) -> None:
    """Deletes the rows of all imports that were refused; no other file of the folder."""
    for file in (*folder.glob("*.refused.*"), *folder.glob(".*.refused.*")):
        file.unlink(missing_ok=True)

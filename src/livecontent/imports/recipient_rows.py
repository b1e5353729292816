"""A CSV or JSON Lines file in, checked profiles out, each row that can't be used with its line and the reason.

The first line of a CSV names the columns. https://jsonlines.org
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple, NoReturn

from livecontent.errors import DataError
from livecontent.imports.columns import attribute_name, bare, listing, name_columns
from livecontent.imports.csv_reader import TOO_LONG, CsvRecord, read_table
from livecontent.imports.lines import FileLine, Progress, read_lines
from livecontent.imports.recipient_values import TEXTS, check_profile, clean_text, read_cell, read_json
from livecontent.storage.recipients import Profile, to_json

_JSON_ENDINGS = (".json", ".jsonl", ".ndjson")


class RecipientRow(NamedTuple):
    """A profile with a sound `id`, the line it starts on, and what of the line is not understood."""

    line: int
    profile: Profile
    left_out: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """A row that can't be used: the line it starts on, and why."""

    line: int
    reason: str


def read_recipient_rows(file: Path, columns: Mapping[str, str], progress: Progress) -> Iterator[RecipientRow | Refusal]:
    """The rows of a file in its order; `columns` gives some of them a name of one's choice.

    Raises `DataError` where the file as a whole can't be used.
    """
    for column, name in columns.items():
        if not name or name != attribute_name(name):
            raise DataError(f"column {column!r} can't be called {name!r}: use lower-case letters, digits, underscores")
    lines = read_lines(file, progress)
    try:
        yield from (_json_rows if file.suffix.lower() in _JSON_ENDINGS else _csv_rows)(lines, columns)
    except DataError as error:
        raise DataError(f"{file}: {error}") from None


def _checked(line: int, read: Callable[[], Mapping[str, object]]) -> RecipientRow | Refusal:
    try:
        values = read()
        profile = check_profile(values)
        to_json(profile)
    except DataError as error:
        return Refusal(line, str(error))
    lost = (name for name in sorted(TEXTS - profile.keys()) if values.get(name) not in (None, ""))
    return RecipientRow(line, profile, tuple(f"{name} {str(values[name])[:40]!r}" for name in lost))


def _json_rows(lines: Iterator[FileLine], columns: Mapping[str, str]) -> Iterator[RecipientRow | Refusal]:
    names_of = lru_cache(64)(partial(_names, chosen=columns))
    for number, raw in lines:
        if raw is None or raw.strip():
            yield _checked(number, partial(_json_values, raw, names_of))


def _json_values(raw: bytes | None, names_of: Callable[[tuple[str, ...]], tuple[str, ...]]) -> dict[str, object]:
    found = _object(raw)
    return {name: read_json(value) for name, value in zip(names_of(tuple(found)), found.values(), strict=True)}


def _object(raw: bytes | None) -> dict[str, object]:
    if raw is None:
        raise DataError(TOO_LONG)
    try:
        found = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise DataError("the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise DataError("the line is not JSON") from None
    if not isinstance(found, dict):
        raise DataError("the line is not a JSON object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _csv_rows(lines: Iterator[FileLine], columns: Mapping[str, str]) -> Iterator[RecipientRow | Refusal]:
    table = read_table(lines)
    first = next(table.records, None)
    names = _header([clean_text(column) for column in first.cells] if first else [], columns)
    commas = table.delimiter == ";"  # where a semicolon parts fields, a comma parts decimals
    for record in table.records:
        if record.cells or record.flaw:
            yield _checked(record.line, partial(_csv_values, names, record, commas))


def _header(header: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    if not header:
        raise DataError("the file is empty; its first line names the columns")
    names = _names(header, columns)
    missing = [column for column in columns if bare(column) not in map(bare, header)]
    if missing:
        raise DataError(f"there is no column {listing(missing)}; found: {listing(header)}")
    if "id" not in names:
        raise DataError(f"no column is called id, and none is mapped to it; found: {listing(header)}")
    return names


def _names(columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Consent is kept apart: it has a time, and counts although a profile is not imported."""
    names = name_columns(columns, chosen)
    if "consent" in names:
        raise DataError(
            "a column is called consent: take it in with livecontent consent import FILE (id,consent[,at]), and leave "
            "it out here; or give it another name with --map NAME=COLUMN"
        )
    return names


def _csv_values(names: Sequence[str], record: CsvRecord, commas: bool) -> dict[str, object]:
    if record.flaw:
        raise DataError(record.flaw)
    if len(record.cells) != len(names):
        raise DataError(f"{len(record.cells)} fields here, {len(names)} in the first line")
    return {name: read_cell(name, cell, commas=commas) for name, cell in zip(names, record.cells, strict=True)}

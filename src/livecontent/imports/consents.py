"""Reads decisions on consent from a CSV with the columns id, consent and, where it is known, at."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, get_args

from livecontent.errors import DataError
from livecontent.facts import Consent
from livecontent.imports.csv_reader import CsvTable, Refusal
from livecontent.imports.headers import listing, name_columns
from livecontent.imports.refused import RefusedRows
from livecontent.imports.table_file import Progress
from livecontent.imports.values import clean_text, read_time

COLUMNS = ("id", "consent", "at")
STATES: tuple[Consent, ...] = get_args(Consent)
CLOCKS = 300.0  # seconds that two clocks may differ


class ReadDecision(NamedTuple):
    """What a recipient has decided, `at` in seconds since 1970."""

    id: str
    state: Consent
    at: float


def read_decisions(
    table: CsvTable, zone: str, now: float, refused: RefusedRows, progress: Progress
) -> Iterator[ReadDecision]:
    """The decisions of a file in its order; times without an offset are of an IANA time zone, missing ones `now`.

    Raises `DataError` where the file as a whole can't be used.
    """
    names = _header(table)
    for line, cells, flaw in table.rows(progress, exact=True):
        try:
            yield _decision(dict(zip(names, map(clean_text, cells), strict=True)), flaw, zone, now)
        except DataError as error:
            refused.add(Refusal(line, str(error)), table.raw)


def read_state(text: str) -> Consent:
    """One of the three states. Raises `DataError`."""
    state = text.strip().lower()
    if state not in STATES:
        raise DataError(f"consent {text!r}: write {', '.join(STATES[:-1])} or {STATES[-1]}")
    return state


def _decision(cells: Mapping[str, str], flaw: str, zone: str, now: float) -> ReadDecision:
    if flaw:
        raise DataError(flaw)
    if not cells["id"]:
        raise DataError("there is no id")
    at = read_time(cells["at"], zone).timestamp() if cells.get("at") else now
    if at > now + CLOCKS:
        raise DataError(f"{cells['at']!r} is in the future")
    return ReadDecision(cells["id"], read_state(cells["consent"]), min(at, now))


def _header(table: CsvTable) -> Sequence[str]:
    columns = [clean_text(column) for column in table.columns]
    names = name_columns(columns, {})
    if missing := [name for name in ("id", "consent") if name not in names]:
        raise table.error(table.line, f"no column is called {missing[0]}; found: {listing(columns) or 'none'}")
    unknown = [column for column, name in zip(columns, names, strict=True) if name not in COLUMNS]
    if unknown:  # it could be the time by another name, and a decision without a time is of now
        message = f"only the columns {', '.join(COLUMNS)} are read; rename or leave out {listing(unknown)}"
        raise table.error(table.line, message)
    return names

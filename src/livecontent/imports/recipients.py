"""Recipients from a CSV or JSON Lines into a store: named columns, checked profiles, and what became of each row.

The first line of a CSV names the columns. https://jsonlines.org
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple, NoReturn

from livecontent.errors import DataError
from livecontent.imports.csv_reader import TOO_LONG, CsvRecord, CsvTable, Progress, Refusal, read_lines
from livecontent.imports.values import TEXTS, Names, check_profile, clean_text, read_cell, read_json
from livecontent.links import ref_of
from livecontent.runtime.names import fold
from livecontent.storage.base import ImportOutcome, Profile, Recipient, RecipientStore, to_json

_JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
_CONSENT = (
    "a column is called consent: import it with livecontent consent import FILE (id,consent[,at]), and leave it out "
    "here; or give it another name with --map NAME=COLUMN"
)

Values = Mapping[str, object]

MAX_REFUSED = 1_000_000  # rows; a file with more is not a file of recipients
MAX_LEFT_OUT = 1000  # values reported

MAX_COLUMNS = 1000
MAX_NAME = 64  # characters
_SHOWN = 20  # columns in a message

# Known attributes by what files call them, in English and French. Case, accents and signs do not count.
_ALIASES: Mapping[str, str] = {
    "id": "identifiant, customer id, contact id, recipient id, subscriber id, subscriber key, contact key",
    "first_name": "prenom, fname, given name, forename",
    "last_name": "nom, surname, lname, family name, nom de famille",
    "email": "courriel, mail, email address, adresse email",
    "language": "langue, lang, locale",
    "city": "ville, town",
    "country": "pays, country code, code pays",
    "postcode": "code postal, zip, zip code, postal code, cp",
    "latitude": "lat",
    "longitude": "lon, lng, long",
    "timezone": "fuseau, fuseau horaire, tz",
}


class RecipientRow(NamedTuple):
    """A profile with a valid `id`, the line it starts on, and the values that were left out as not understood."""

    line: int
    profile: Profile
    left_out: tuple[str, ...] = ()


def read_recipient_rows(file: Path, columns: Mapping[str, str], progress: Progress) -> Iterator[RecipientRow | Refusal]:
    """The rows of a file in its order; `columns` gives the attributes that some columns hold.

    Raises `DataError` where the file as a whole can't be used.
    """
    for column, name in columns.items():
        if not name or name != attribute_name(name):
            raise DataError(f"--map {name}={column}: {name!r} can't be a name: use a-z, 0-9 and underscores")
    read = _json_rows if file.suffix.lower() in _JSON_ENDINGS else _csv_rows
    names = Names()
    for line, values_of in read(file, columns, progress):
        yield _checked(line, values_of, names)


def _checked(line: int, values_of: Callable[[], Values], names: Names) -> RecipientRow | Refusal:
    try:
        values = values_of()
        profile = check_profile(values, names)
        to_json(profile)
    except DataError as error:
        return Refusal(line, str(error))
    lost = (name for name in sorted(TEXTS - profile.keys()) if values.get(name) not in (None, ""))
    return RecipientRow(line, profile, tuple(f"{name} {str(values[name])[:40]!r}" for name in lost))


def _json_rows(
    file: Path, columns: Mapping[str, str], progress: Progress
) -> Iterator[tuple[int, Callable[[], Values]]]:
    names_of = lru_cache(64)(partial(_attributes, chosen=columns))
    for number, raw in read_lines(file, progress):
        if raw is None or raw.strip():
            yield number, partial(_json_values, raw, names_of)


def _json_values(raw: bytes | None, names_of: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Values:
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
    return {name: read_json(value) for name, value in zip(names_of(tuple(found)), found.values(), strict=True)}


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _csv_rows(file: Path, columns: Mapping[str, str], progress: Progress) -> Iterator[tuple[int, Callable[[], Values]]]:
    table = CsvTable(file, progress)
    try:
        names = _header([clean_text(column) for column in table.columns], columns)
    except DataError as error:
        raise table.error(table.line, error) from None
    commas = table.delimiter == ";"  # then a comma is a decimal sign
    for record in table:
        yield record.line, partial(_csv_values, names, record, commas=commas)


def _header(header: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    if not header:
        raise DataError("the file is empty; its first line names the columns")
    names = _attributes(header, columns)
    missing = [column for column in columns if bare(column) not in map(bare, header)]
    if missing:
        raise DataError(f"there is no column {listing(missing)}; found: {listing(header)}")
    if "id" not in names:
        raise DataError(
            f"no column is called id; name the one that holds it, --map id=COLUMN; found: {listing(header)}"
        )
    return names


def _attributes(columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Consent is kept apart from profiles: it has a time, and holds for people who were not imported too."""
    names = name_columns(columns, chosen)
    if "consent" in names:
        raise DataError(_CONSENT)
    return names


def _csv_values(names: Sequence[str], record: CsvRecord, *, commas: bool) -> Values:
    cells = record.fields(len(names))
    return {name: read_cell(name, cell, commas=commas) for name, cell in zip(names, cells, strict=True)}


@dataclass(frozen=True, slots=True)
class Report:
    """Recipients added, changed and unchanged, the rows refused, and the first 1000 values left out, by line."""

    added: int
    changed: int
    unchanged: int
    refused: tuple[Refusal, ...]
    left_out: tuple[Refusal, ...] = ()


async def import_recipients(
    file: Path, store: RecipientStore, key: bytes, columns: Mapping[str, str], progress: Progress
) -> Report:
    """Imports a CSV or JSON Lines file in one transaction; the same file twice changes nothing.

    `key` makes the refs, `columns` says which attributes columns hold. After an exception, also one of `progress`,
    the store is as before. Raises `DataError` where the file can't be used, and `StorageError` where the store can't.
    """
    outcomes: Counter[ImportOutcome] = Counter()
    refused: list[Refusal] = []
    left_out: list[Refusal] = []
    async with store.batch() as batch:
        for row in read_recipient_rows(file, columns, progress):
            if isinstance(row, Refusal):
                refused.append(row)
            else:
                recipient_id = str(row.profile["id"])
                outcome = await batch.put(Recipient(ref_of(recipient_id, key), row.profile))
                outcomes[outcome] += 1
                left_out += [Refusal(row.line, f"{what} is not known, left out") for what in row.left_out]
                del left_out[MAX_LEFT_OUT:]
                if outcome == "repeated":
                    refused.append(Refusal(row.line, f"the id {recipient_id!r} is in a row above"))
            if len(refused) > MAX_REFUSED:
                line, reason = refused[0]
                raise DataError(f"{file}:{line}: {reason}; and so more than {MAX_REFUSED:,} rows")
    return Report(outcomes["added"], outcomes["changed"], outcomes["unchanged"], tuple(refused), tuple(left_out))


def name_columns(columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """The attribute of each column: the chosen one, else the known one that it means, else its own words.

    Raises `DataError` where two columns mean one attribute, or there are more than 1000.
    """
    if len(columns) > MAX_COLUMNS:
        raise DataError(f"there are {len(columns)} columns, at most {MAX_COLUMNS} are read: {listing(columns)}")
    signs = [bare(column) for column in columns]
    # A column `id` beside a `customer_id`: the first is the id, the other an attribute.
    exact = {bare(name): name for name in _ALIASES} | {bare(column): name for column, name in chosen.items()}
    taken = {exact[sign] for sign in signs if sign in exact}
    aliases = {sign: name for sign, name in _BY_ALIAS.items() if name not in taken}
    found = tuple(
        exact.get(sign) or aliases.get(sign) or attribute_name(column) or f"column_{number}"
        for number, (sign, column) in enumerate(zip(signs, columns, strict=True), 1)
    )
    for number, name in enumerate(found):
        if name in found[:number]:
            pair = listing([columns[found.index(name)], columns[number]])
            raise DataError(f"two columns mean {name}: {pair}. Rename one, or give one another name with --map")
    return found


def attribute_name(text: str) -> str:
    """A text as a name in rules: lower-case letters, digits, underscores, at most 64; "" if it has none of them."""
    return re.sub(r"[\W_]+", "_", fold(text)).strip("_")[:MAX_NAME].rstrip("_")


def listing(columns: Sequence[str]) -> str:
    """Columns for a message."""
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    return ", ".join(repr(column[:MAX_NAME]) for column in columns[:_SHOWN]) + more


def bare(text: str) -> str:
    """The letters and digits of a name, without case and accents."""
    return re.sub(r"[\W_]+", "", fold(text))


_BY_ALIAS: Mapping[str, str] = {
    bare(alias): name for name, aliases in _ALIASES.items() for alias in aliases.split(", ")
}

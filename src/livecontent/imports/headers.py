"""The columns of files by the attributes they hold."""

import re
from collections.abc import Mapping, Sequence

from livecontent.errors import DataError
from livecontent.runtime.names import fold

MAX_COLUMNS = 1000
MAX_NAME = 64  # characters
_SHOWN = 20  # columns in a message

_CONSENT = (
    "a column is called consent: import it with livecontent consent import FILE (id,consent[,at]), and leave it out "
    "here; or give it another name with --map NAME=COLUMN"
)

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


def read_header(header: Sequence[str], columns: Mapping[str, str]) -> tuple[str, ...]:
    """The attributes of the columns of a CSV, of which one is the id. Raises `DataError`."""
    if not header:
        raise DataError("the file is empty; its first line names the columns")
    names = attributes_of(header, columns)
    missing = [column for column in columns if bare(column) not in map(bare, header)]
    if missing:
        raise DataError(f"there is no column {listing(missing)}; found: {listing(header)}")
    if "id" not in names:
        raise DataError(
            f"no column is called id; name the one that holds it, --map id=COLUMN; found: {listing(header)}"
        )
    return names


def attributes_of(columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """The attributes of columns. Raises `DataError`, also for consent.

    It is kept apart from profiles: it has a time, and holds for people who were not imported too.
    """
    names = name_columns(columns, chosen)
    if "consent" in names:
        raise DataError(_CONSENT)
    return names


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

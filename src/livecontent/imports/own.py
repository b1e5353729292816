"""Columns that only the shop knows: identifiers, texts, true and false, numbers and dates."""

from livecontent.imports.dates import is_serial
from livecontent.imports.kinds import ColumnKind
from livecontent.imports.known import BROKEN_BYTES, EMPTY, Reading, is_word_for_nothing, means_nothing
from livecontent.imports.notes import BROKEN, Remark, damage_in
from livecontent.imports.survey import TRUTH, ColumnSurvey
from livecontent.imports.values import clean_text

KEPT = "a word for nothing, kept as it is"
SERIAL = "the number that a spreadsheet keeps for a day, left out: format the column as a date"

# Words in the names of columns that are text, whatever they look like; after some words, a number is one too.
_IDENTIFIERS = """
id ids uid uuid guid key sku ean gtin isbn upc asin mpn barcode code zip plz cap cp postcode postal phone tel telephone
telefon telefono mobile handy fax msisdn iban bic siret siren vat ref reference serial voucher coupon
passport token hash
"""
_NUMBERED = "customer client order card account member phone loyalty invoice tracking contract"
_NUMBER = "no nr num number numero nummer"
_DAYS = """
date dates day birthday birth born dob expires expiry expiration since until joined created updated visited purchased
anniversary datum geburtstag geburtsdatum anniversaire naissance fecha
"""


def is_identifier(name: str) -> bool:
    """Whether a column names things: its digits are no number."""
    words = name.split("_")
    numbered = words[-1] in _NUMBER.split() and any(word in _NUMBERED.split() for word in words)
    return numbered or any(word in _IDENTIFIERS.split() for word in words)


def why_text(name: str, survey: ColumnSurvey) -> str:
    """What to tell of a column that is text although it may look like numbers, "" where it may be numbers."""
    if is_identifier(name):
        return "text, an identifier"
    code = next((seen for shape, seen in survey.filled.items() if shape.code), None)
    if code:
        return f"text, as {code.example!r} on line {code.line} is no number"
    return ""


def names_days(name: str) -> bool:
    """Whether a column names days."""
    return any(word in _DAYS.split() for word in name.split("_"))


def read_own_text(value: object) -> object:
    """A text as it stands, with a remark where it looks odd."""
    cell = str(value)
    if not cell.isascii() and BROKEN.search(cell):
        return Remark(None, BROKEN_BYTES, clean_text(cell))
    text = clean_text(cell)
    if is_word_for_nothing(text):
        return Remark(text, KEPT, text)
    damage = damage_in(text)
    return Remark(text, damage, text) if damage else text or None


def read_nothing(value: object) -> object:
    """Nothing, in a column of words for it."""
    return _not("anything", clean_text(str(value)))


def read_truth(value: object) -> object:
    """True or false."""
    text = clean_text(str(value))
    return TRUTH.get(text.lower(), _not("true or false", text))


def reads(kind: ColumnKind, style: str) -> Reading:
    """Numbers, or dates, in a style."""

    def reading(cell: object) -> object:
        text = clean_text(str(cell))
        found = kind.read(text, style)
        return _not(f"a {kind.noun}", text) if found is None else found

    return reading


def _not(what: str, text: str) -> object:
    """What to tell of a value that is no such thing."""
    if not text:
        return None
    if means_nothing(text):
        return Remark(None, EMPTY, text)
    return Remark(None, SERIAL if what == "a date" and is_serial(text) else f"not {what}, left out", text)

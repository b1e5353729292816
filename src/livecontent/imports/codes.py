"""Reads single-use codes from a file: one a line, or a column of a table."""

from collections.abc import Iterator, Mapping

from livecontent.errors import DataError
from livecontent.imports.csv_reader import CsvTable, Refusal
from livecontent.imports.headers import bare, listing
from livecontent.imports.refused import RefusedRows
from livecontent.imports.table_file import Progress
from livecontent.imports.values import clean_text

MAX_CODE = 100  # characters

# What files call the column, without case and signs.
_WORDS = """
    code codes coupon coupons couponcode couponcodes discountcode discountcodes giftcode promo promocode promocodes
    promotioncode voucher vouchers vouchercode vouchercodes codepromo codespromo codepromotionnel bonreduction
    bondereduction coderemise gutschein gutscheine gutscheincode gutscheincodes rabattcode rabattcodes codigo
    codigopromocional cupon codigodedescuento codice codicesconto codicepromozionale cupom kortingscode rabattkod kod
    kodrabatowy kodypromocyjne
"""
_NAMES = frozenset(_WORDS.split())


class CodeColumn:
    """The column of a table that holds codes. Where a file has but one, its first line may be a code already."""

    def __init__(self, table: CsvTable, chosen: Mapping[str, str]) -> None:
        """Names are chosen by column. Raises `DataError` where nobody can tell which column it is."""
        self._table = table
        header = [clean_text(column) for column in table.columns]
        if not header:
            raise DataError(f"{table.file.name}: the file is empty")
        names = {bare(column) for column, name in chosen.items() if name == "code"} or _NAMES
        places = [place for place, column in enumerate(header) if bare(column) in names]
        self.headless = len(header) == 1 and not places and not chosen
        if not places and not self.headless:
            message = "no column is called code; name the one that holds the codes, --map code=COLUMN; found: "
            raise table.error(table.line, message + listing(header))
        if len(places) > 1:
            raise table.error(
                table.line, f"several columns may hold the codes, say --map code=COLUMN: {listing(header)}"
            )
        self._place = places[0] if places else 0

    @property
    def told(self) -> str:
        """What is to be told of it."""
        return f"the first line is taken for a code: {self._table.columns[0]!r}" if self.headless else ""

    def codes(self, refused: RefusedRows, progress: Progress) -> Iterator[str]:
        """The codes in the order of the file, each once."""
        seen: set[int] = set()
        for line, cell, flaw, raw in self._cells(progress):
            try:
                code = read_code(cell, flaw)
            except DataError as error:
                refused.add(Refusal(line, str(error)), raw)
                continue
            if hash(code) in seen:  # of 64 bits, as texts take more room
                refused.add(Refusal(line, f"{code!r} is in a row above"), raw)
                continue
            seen.add(hash(code))
            yield code

    def _cells(self, progress: Progress) -> Iterator[tuple[int, str, str, str]]:
        """The line, the cell, what is wrong with the row, and the row as it stands there."""
        table = self._table
        if self.headless:
            yield table.line, table.columns[0], "", table.columns[0]
        for line, cells, flaw in table.rows(progress):
            yield line, cells[self._place], flaw, table.raw


def read_code(text: str, flaw: str) -> str:
    """A code as it stands there, upper and lower case and zeros in front included. Raises `DataError`.

    A flaw is what is wrong with its row.
    """
    code = text.strip().lstrip("\ufeff")
    if flaw or not code:
        raise DataError(flaw or "there is no code")
    if len(code) > MAX_CODE:
        raise DataError(f"the code has {len(code)} characters, at most {MAX_CODE} are kept")
    if not code.isprintable() or any(sign.isspace() for sign in code):
        raise DataError(f"{code!r} has spaces, or signs that nobody can type")
    return code

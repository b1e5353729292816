"""Products from a file into a store, and what became of each row."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from livecontent.imports.columns import Choices
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.product_attributes import ProductAttributes
from livecontent.imports.refused import RefusedRows
from livecontent.imports.report import ImportReport, NotAgreedError, count_others
from livecontent.imports.row_files import NO_CHOICES, RowFile, open_rows
from livecontent.imports.table_file import ImportOutcome, Progress, no_progress
from livecontent.storage.products import ProductStore


def open_products(
    file: Path,
    columns: Mapping[str, str],
    choices: Choices = NO_CHOICES,
    progress: Progress = no_progress,
    language: str = "",
) -> AbstractContextManager[RowFile]:
    """A catalogue, in one language where one is given. Raises `DataError`, also when it is opened."""
    return open_rows(file, ProductAttributes(language), columns, choices, progress)


async def import_products(
    rows: RowFile,
    store: ProductStore,
    refused: RefusedRows,
    agree: Callable[[ImportReport], bool] = lambda _report: True,
    progress: Progress = no_progress,
    *,
    replace: bool = False,
) -> ImportReport:
    """Imports a file in one transaction; the same file twice changes nothing.

    `agree` is asked at the end, whether to keep what was done; with `replace`, products that are not in the file are
    deleted. Without the agreement, and after an exception, the store is as before. Raises `DataError` where the file
    can't be used, and `StorageError` where the store can't.
    """
    outcomes: Counter[ImportOutcome] = Counter()
    report = ImportReport(0, 0, 0, 0)
    with suppress(NotAgreedError):
        async with store.batch() as batch:
            for row in rows.rows(progress):
                if isinstance(row, Refusal):
                    refused.add(row, rows.raw)
                    continue
                sku = str(row.values["sku"])
                outcome = await batch.put(sku, row.values, str(row.values.get("language", "")))
                outcomes[outcome] += 1
                if outcome == "repeated":
                    refused.add(Refusal(row.line, f"the SKU {sku!r} is in a row above"), rows.raw)
            others = await count_others(batch, refused, outcomes, "product") if replace else 0
            counts = (outcomes["added"], outcomes["changed"], outcomes["unchanged"])
            report = ImportReport(*counts, refused.count, others, tuple(rows.notes))
            if not agree(report):
                raise NotAgreedError
            if replace:
                await batch.delete_others()
    return report

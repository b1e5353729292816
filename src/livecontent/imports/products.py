"""Products from a file into a store, and what became of each row."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from livecontent.imports.product_attributes import ProductAttributes
from livecontent.imports.refused import RefusedRows
from livecontent.imports.report import ImportReport, Taking, store_rows
from livecontent.imports.row_files import RowFile, open_rows
from livecontent.imports.table_file import ImportOutcome, Progress, no_progress
from livecontent.storage.products import ProductBatch, ProductStore


def open_products(file: Path, columns: Mapping[str, str], language: str = "") -> AbstractContextManager[RowFile]:
    """A catalogue, in one language where one is given. Raises `DataError`, also when it is opened."""
    return open_rows(file, ProductAttributes(language), columns)


async def import_products(
    rows: RowFile,
    store: ProductStore,
    refused: RefusedRows,
    agree: Callable[[ImportReport], bool] = lambda _report: True,
    progress: Progress = no_progress,
    *,
    replace: bool = False,
) -> ImportReport:
    """Imports a file in one transaction, see `store_rows`; with `replace`, products that are not in it are deleted."""

    async def put(batch: ProductBatch, values: Mapping[str, object]) -> ImportOutcome:
        return await batch.put(str(values["sku"]), values, str(values.get("language", "")))

    async def delete(batch: ProductBatch) -> None:
        await batch.delete_others()

    taking = Taking("product", "sku", "SKU", put, delete if replace else None)
    return await store_rows(rows, store.batch(), taking, refused, agree, progress)

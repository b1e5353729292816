"""`import products`: a catalogue in, and what was understood of its file."""

from collections.abc import Awaitable
from functools import partial
from pathlib import Path

from rich.progress import DownloadColumn

from livecontent.cli.options import ImportOptions
from livecontent.cli.recipients import UnderWay, import_rows
from livecontent.config import load_settings
from livecontent.errors import DataError
from livecontent.imports.names import Names
from livecontent.imports.product_attributes import ProductAttributes
from livecontent.imports.products import import_products
from livecontent.imports.report import ImportReport
from livecontent.runtime.private_files import make_data_folder
from livecontent.storage.base import Storage


def import_product_file(file: Path, options: ImportOptions, language: str) -> None:
    """Imports the products of a file, in one language where one is named, after telling what is understood of it."""
    settings = load_settings()  # never the demo's
    make_data_folder(settings.data)

    def work(storage: Storage, under_way: UnderWay) -> Awaitable[ImportReport]:
        agree = partial(under_way.agree, tuple)
        rows, refused, bar = under_way.rows, under_way.refused, under_way.bar(DownloadColumn())
        return import_products(rows, storage.products, refused, agree, bar, replace=options.replace)

    import_rows(file, options, settings, "product", ProductAttributes(_read_language(language)), work)


def _read_language(text: str) -> str:
    """A language tag. Raises `DataError`."""
    try:
        return Names().language(text) if text else ""
    except ValueError:
        raise DataError(f"--language {text}: write a language such as fr or fr-CA") from None

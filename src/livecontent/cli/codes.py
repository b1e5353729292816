"""`import codes`: a file of single-use codes into a pool, and what became of each."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import typer
from rich.progress import DownloadColumn

from livecontent.cli.importing import read_map
from livecontent.cli.screen import progress_bar, report_kept, show_lines
from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.cli.words import counted
from livecontent.errors import DataError
from livecontent.imports.codes import CodeColumn
from livecontent.imports.csv_reader import CsvTable
from livecontent.imports.refused import RefusedRows
from livecontent.imports.table_file import open_table
from livecontent.links import is_fact_name
from livecontent.runtime.private_files import make_data_folder
from livecontent.storage.base import Storage
from livecontent.storage.codes import PoolCount

_CHUNK = 5000  # codes that are added at a time, so that nobody waits long who is given one

_SAID = {
    "known": "in the pool already",
    "given": "given already, and given to nobody else",
    "elsewhere": "in another pool, and left there",
}


def import_code_file(file: Path, pool: str, columns: Sequence[str]) -> None:
    """Adds the codes of a file to a pool."""
    if not is_fact_name(pool):
        raise DataError(f"--pool {pool}: use a-z, 0-9 and underscores, at most 40, as in code.summer_2026")
    settings = settings_or_demo()
    make_data_folder(settings.data)
    outcomes: Counter[str] = Counter()

    async def add(storage: Storage) -> PoolCount | None:
        codes = column.codes(refused, progress)
        while chunk := list(islice(codes, _CHUNK)):
            outcomes.update(await storage.codes.add(pool, chunk))
        return next((one for one in await storage.codes.pools() if one.name == pool), None)

    with progress_bar(DownloadColumn()) as progress, open_table(file) as opened:
        table = CsvTable(opened)
        column = CodeColumn(table, read_map(columns))
        top = "" if column.headless else table.top
        with RefusedRows(settings.refused, file, top, opened.encoding) as refused:
            found = with_storage(settings, add)
    show_lines([column.told] if column.told else [])
    typer.echo(f"{pool}: {counted(outcomes['added'], 'code')} added; {found or 'no codes'}", err=True)
    show_lines(f"{counted(outcomes[one], 'code')} {said}" for one, said in _SAID.items() if outcomes[one])
    report_kept(refused, taken=bool(outcomes))

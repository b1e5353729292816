"""`recommend`: products for all recipients."""

from functools import partial

import typer

from livecontent.cli.storage import settings_or_demo
from livecontent.cli.words import counted
from livecontent.errors import DataError
from livecontent.runtime.private_files import make_data_folder
from livecontent.sources.recommended.job import BOUGHT, VIEWED, pick_alone
from livecontent.stores import open_storage


def make_recommendations() -> None:
    """Makes them now."""
    settings = settings_or_demo()
    make_data_folder(settings.data)
    found = pick_alone(settings.data, partial(open_storage, settings))
    if found is None:
        raise DataError("another process is at it; run this again later")
    hint = "" if found else f"; it needs products, and the columns {BOUGHT} and {VIEWED} of recipients with their SKUs"
    typer.echo(f"products are picked for {counted(found, 'recipient')}{hint}", err=True)

"""The command line: the groups (`import`, `recipients`, `consent` ...), with the options of their commands."""

from pathlib import Path
from typing import Annotated

import typer

from livecontent.cli.options import ColumnMap, ImportOptions, Output, RecipientId, Yes, with_options

importing = typer.Typer(help="Import data.", no_args_is_help=True)
people = typer.Typer(help="List, show, delete and export recipients.", no_args_is_help=True)
consent = typer.Typer(help="Record what recipients consent to.", no_args_is_help=True)
sends = typer.Typer(help="Name the emails that you send.", no_args_is_help=True)
data = typer.Typer(help="Keep the lists of networks up to date.", no_args_is_help=True)


@importing.command("recipients")
@with_options
def recipients(
    file: Annotated[Path, typer.Argument(help="CSV, Excel workbook or JSON Lines.", exists=True, dir_okay=False)],
    options: ImportOptions,
) -> None:
    """Import recipients from a CSV, an Excel workbook, or JSON Lines.

    Tells what each column is read as, and what is odd in its values. All usable rows are imported at once; the
    others are kept in the data folder, to be corrected and imported. A recipient with the same id is replaced;
    importing the same file again changes nothing. With --replace the others are deleted, after a question, if every row
    can be read. No import gives back a consent that was withdrawn. The exit code is 1 if no row could be used.
    """
    from livecontent.cli.importing import import_recipient_file

    import_recipient_file(file, options)


@importing.command("products")
@with_options
def products(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV, TSV, Excel workbook, JSON Lines, or Google Merchant XML.", exists=True, dir_okay=False
        ),
    ],
    options: ImportOptions,
    language: Annotated[str, typer.Option(help="The language of the file, where each language has its own.")] = "",
) -> None:
    """Import products from a CSV, a table with tabs, an Excel workbook, JSON Lines, or the XML of Google Merchant.

    Tells what each column is read as, and what is odd in its values. All usable rows are imported at once; the
    others are kept in the data folder, to be corrected and imported. A product with the same SKU is replaced;
    importing the same file again changes nothing. With --replace the others are deleted, after a question, if every row
    can be read. Live values stay. The exit code is 1 if no row could be used.
    """
    from livecontent.cli.importing import import_product_file

    import_product_file(file, options, language)


@importing.command("codes")
def codes(
    file: Annotated[Path, typer.Argument(help="One a line; or CSV or Excel workbook.", exists=True, dir_okay=False)],
    pool: Annotated[str, typer.Option(help="The pool, as creatives name it: summer, for code.summer.")],
    map_: ColumnMap = None,
) -> None:
    """Import single-use codes into a pool.

    They go behind those in it. Tells how many were there or given already, twice in the file, or in another pool. Codes
    that were given stay with who has them. The exit code is 1 if no row could be used.
    """
    from livecontent.cli.codes import import_code_file

    import_code_file(file, pool, map_ or ())


@importing.command("events")
def events(
    file: Annotated[
        Path,
        typer.Argument(
            help="JSON Lines as Segment's, or CSV: userId,event,timestamp,product_id.", exists=True, dir_okay=False
        ),
    ],
) -> None:
    """Import what people have bought and seen, for `recommended`.

    Reads the events Order Completed and Product Viewed, and adds their products to the columns bought and viewed of
    recipients, in the order of their time, the oldest file first. Importing the same file again changes nothing. Rows
    that can't be used are kept in the data folder. The exit code is 1 if no row could be used.
    """
    from livecontent.cli.events import import_event_file

    import_event_file(file)


@people.command("list")
def list_people(
    text: Annotated[str, typer.Argument(help="The start of their id, or a part of their name; else all.")] = "",
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=10_000)] = 50,
    after: Annotated[str, typer.Option(help="List those after this id.")] = "",
) -> None:
    """List recipients, by id."""
    from livecontent.cli import people

    people.list_recipients(text, limit, after)


@people.command("show")
def show_person(who: RecipientId) -> None:
    """Show a recipient: attributes, consent, last known place."""
    from livecontent.cli import people

    people.show_recipient(who)


@people.command("delete")
def delete_people(
    who: Annotated[list[str] | None, typer.Argument(metavar="[ID|REF]...", help="Ids, or refs in URLs.")] = None,
    file: Annotated[Path | None, typer.Option("--recipients", help="A file of recipients, with their ids.")] = None,
    columns: ColumnMap = None,
    yes: Yes = False,
) -> None:
    """Delete the profiles of recipients.

    All of them at once, after a question. What they have decided stays, and so does what was recorded of them.
    """
    from livecontent.cli import people

    people.delete_recipients(who or [], file, columns, yes=yes)


@people.command("export")
def export_people(
    output: Output = None,
    lines: Annotated[bool, typer.Option("--jsonl", help="JSON Lines, also without a file that ends so.")] = False,
) -> None:
    """Write all profiles, as CSV or JSON Lines.

    JSON Lines keep the types of all values; in a CSV, lists and objects are JSON.
    """
    from livecontent.cli import people

    people.export_recipients(output, as_lines=lines)


@consent.command("set")
def set_consent(
    who: RecipientId, state: Annotated[str, typer.Argument(metavar="STATE", help="full, no-record or none.")]
) -> None:
    """Set what a recipient consents to.

    It holds from the next open on, also for emails already sent. Anything less than full erases what was recorded of
    this recipient.
    """
    from livecontent.cli.consent import put_consent

    put_consent(who, state)


@consent.command("show")
def show_consent(who: RecipientId) -> None:
    """Show what a recipient consents to, and since when."""
    from livecontent.cli.consent import tell_consent

    tell_consent(who)


@consent.command("import")
def import_consents(
    file: Annotated[Path, typer.Argument(help="CSV: id,consent[,at].", exists=True, dir_okay=False)],
) -> None:
    """Import decisions from a CSV file.

    All usable rows are imported at once, the others listed. The newest decision of a recipient counts; one without a
    time is of now. The exit code is 1 if no row could be used.
    """
    from livecontent.cli.consent import import_consent_file

    import_consent_file(file)


@sends.command("add")
def add_send(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Letters, digits, dots, underscores and hyphens.")],
    at: Annotated[str, typer.Option(help="When it is sent, such as 2026-11-21T08:00.")],
    creative: Annotated[list[str] | None, typer.Option(help="A creative in it; may be repeated.")] = None,
    esp: Annotated[str, typer.Option(help="The email tool that sends it.")] = "",
    name: Annotated[str, typer.Option(help="A name for people.")] = "",
) -> None:
    """Add a send, or replace the one with this id."""
    from livecontent.cli.sends import add

    add(id_, at, creative or [], esp, name)


@sends.command("list")
def list_sends() -> None:
    """List the sends, newest first."""
    from livecontent.cli.sends import tell_sends

    tell_sends()


@data.command("refresh")
def refresh_data() -> None:
    """Download new lists; running servers take them over.

    The exit code is 1 if one could not be downloaded or failed its checks; the current one then stays in use.
    """
    from livecontent.cli.data import refresh

    refresh()


@data.command("show")
def show_data() -> None:
    """Show the lists in use, their age and source."""
    from livecontent.cli.data import show_tables

    show_tables()

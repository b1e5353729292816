"""The command line: each command with its options. What it does is in a module that is imported when it runs.

So `--help` and shell completion answer at once.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from livecontent import __version__
from livecontent.cli.groups import consent, data, importing, people, sends
from livecontent.cli.operating import creatives, keeping, keys, team
from livecontent.cli.options import (
    ColumnMap,
    CreativeName,
    EmailTool,
    Host,
    Json,
    OfOffers,
    Output,
    Params,
    Port,
    RecipientId,
    SendId,
    Sentences,
    SnippetOptions,
    Viewer,
    Yes,
    with_options,
)
from livecontent.errors import LivecontentError, in_words

program = typer.Typer(
    epilog="Exit codes: 0 done, 1 failed or problems found, 2 wrong usage, 3 the server can't start, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"livecontent {__version__}")
        raise typer.Exit


@program.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """An image server for email: builds each image when the email is opened."""


groups = {"import": importing, "recipients": people, "consent": consent, "sends": sends, "data": data}
for name, group in (*groups.items(), ("creatives", creatives), ("keys", keys)):
    program.add_typer(group, name=name)
program.add_typer(keeping)
program.add_typer(team)


@program.command()
def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; . for this one.")]) -> None:
    """Make a folder to start from: settings, a creative, a brand, recipients. No file is replaced."""
    from livecontent.cli.starting import start_folder

    start_folder(folder)


@program.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int | None, typer.Option(help="How many processes; one per core if left out.", min=1)] = None,
) -> None:
    """Start the server, with the settings of livecontent.toml."""
    from livecontent.cli import serving

    serving.run_server(host, port, workers or serving.cores())


@program.command()
def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Start the demo, a fictional umbrella shop.

    Its data is kept in .livecontent/demo, apart from your own.
    """
    typer.echo("Starting the demo ...", err=True)  # at once: what follows is imported for a second
    from livecontent.cli.demo import run_demo

    run_demo(host, port)


@program.command()
def links(
    creative: CreativeName,
    recipients: Annotated[Path | None, typer.Option(help="A file of recipients; else all that were imported.")] = None,
    columns: ColumnMap = None,
    send: SendId = "",
    at: Annotated[str, typer.Option(help="The time of the alt texts; that of the send, or now, if left out.")] = "",
    alt: Annotated[bool, typer.Option("--alt/--no-alt", help="With alt texts; or without, which is quick.")] = True,
    param: Params = None,
    output: Output = None,
) -> None:
    """Write a CSV of recipients to load into an email tool.

    The columns are id, ref, image (its URL), click (the link's URL) and alt: the alt text at the time of the send.
    Leave alt out if the tool needs the refs alone: the snippet has an alt text of its own.
    """
    from livecontent.cli.links import write_links

    write_links(creative, recipients, columns, send, at, output, alt=alt, params=param or ())


@program.command()
def audience(
    creative: Annotated[str, typer.Option(help="Only what this creative writes of them.")] = "",
) -> None:
    """Count recipients with letters that no font draws.

    By column and script, with an example of each. Such a value counts as unknown: its default is written, or the layer
    is left out.
    """
    from livecontent.cli.audience import print_audience

    print_audience(creative)


@program.command()
@with_options
def snippet(
    creative: CreativeName,
    esp: EmailTool,
    options: SnippetOptions,
    field: Annotated[str, typer.Option(help="The contact field that holds the ref.")] = "liveref",
    send: SendId = "",
    output: Output = None,
) -> None:
    """Write the HTML to paste into an email tool.

    It is a link around the image, with the tool's merge tag in place of the ref. Parameters stand in the URLs; facts
    and the variant are those of the alt text.
    """
    from livecontent.cli.creatives import print_snippet

    print_snippet(creative, esp, field, send, output, options)


@program.command()
def report(
    send: Annotated[str, typer.Option(help="Only this send.")] = "",
    creative: Annotated[str, typer.Option(help="Only this creative.")] = "",
    days: Annotated[int, typer.Option(help="How many days back.", min=1, max=36_500)] = 30,
    as_json: Json = False,
) -> None:
    """Count fetches, opens and clicks of each email.

    Fetches and clicks are by humans, machines and unknown (h/m/u). Fetches within ten seconds are one open; a prefetch
    is none. Unrecorded are those of recipients who do not consent: they are only counted.
    """
    from livecontent.cli.sends import print_report

    print_report(send, creative, days, as_json=as_json)


@program.command()
@with_options
def render(
    viewer: Viewer,
    creative: Annotated[str, typer.Argument(help="The name of a creative; with --all, all if left out.")] = "",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The file to write: .jpg, .png, .gif or .webp; with --all, a folder."),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="All variants, light and dark, and a page that shows them.")
    ] = False,
) -> None:
    """Write the image that a recipient would see."""
    if whole:
        from livecontent.cli.contact_sheet import write_sheet

        write_sheet(creative, viewer, output or Path(f"{creative or 'creatives'}-variants"))
    else:
        from livecontent.cli.preview import write_image

        write_image(creative, viewer, output)


@program.command()
@with_options
def explain(creative: CreativeName, viewer: Viewer, language: Sentences = "en") -> None:
    """Explain why a recipient gets this image: facts with their reasons, rules with their values, and sentences."""
    from livecontent.cli.preview import print_explanation

    print_explanation(creative, viewer, language)


@program.command()
def classify(
    file: Annotated[Path | None, typer.Argument(help="Requests, as JSON or JSON Lines; - for standard input.")] = None,
    agent: Annotated[str, typer.Option(help="The User-Agent of one request.")] = "",
    ip: Annotated[str | None, typer.Option(help="Its IP address.")] = None,
    method: Annotated[str, typer.Option(help="Its method.")] = "GET",
    header: Annotated[list[str] | None, typer.Option(help="A header of it, such as 'Accept: image/webp'.")] = None,
    asn: Annotated[int | None, typer.Option(help="The autonomous system of its address.")] = None,
    since: Annotated[float | None, typer.Option(help="Seconds since the send.")] = None,
    as_json: Json = False,
) -> None:
    """Classify requests: which client, open or prefetch, which place."""
    from livecontent.cli import classify as requests

    if file:
        requests.classify_file(file, as_json=as_json)
    else:
        one = requests.Row(user_agent=agent, ip=ip, method=method, asn=asn, seconds_since_send=since)
        requests.classify_one(one, header or [], as_json=as_json)


@program.command()
def check(
    creative: Annotated[str, typer.Argument(help="A creative's name or folder, or a folder of them; else all.")] = "",
    costs: Annotated[bool, typer.Option("--costs", help="Also how much of each image is redrawn, and why.")] = False,
    truth: Annotated[
        bool, typer.Option("--truth", help="Also what clients that prefetch show, and what they leave out.")
    ] = False,
) -> None:
    """Check creatives; each error has file, line and column, and makes the exit code 1."""
    from livecontent.cli import creatives

    creatives.check_folders(creative, costs=costs, truth=truth)


@program.command()
def schema(output: Output = None, offers: OfOffers = False) -> None:
    """Write the JSON Schema of creative.yaml, or of offers, for editors."""
    from livecontent.cli import creatives

    creatives.write_schema(output, offers=offers)


@program.command("export")
def export_one(who: RecipientId, output: Output = None) -> None:
    """Write all that is kept of a person, as JSON.

    Profile, consent, last known place, every open and click, and the sends that they were in.
    """
    from livecontent.cli.people import export_person

    export_person(who, output)


@program.command()
def forget(
    who: Annotated[list[str], typer.Argument(metavar="ID|REF...", help="Ids, or refs in URLs.")], yes: Yes = False
) -> None:
    """Forget people: erase them from every store and cache.

    Opens and clicks lose the person, and go on being counted. That they consent to nothing is kept under their ref, so
    that neither emails already sent nor imports bring them back. Running servers empty their caches within seconds.
    """
    from livecontent.cli.people import forget_by_name

    forget_by_name(who, yes=yes)


@program.command()
def recommend() -> None:
    """Pick products for all recipients, by what they and others have bought and seen.

    A running server does so every hour, if a creative shows recommendations.
    """
    from livecontent.cli.recommending import make_recommendations

    make_recommendations()


@program.command()
def doctor(as_json: Json = False) -> None:
    """Check the installation, and suggest fixes. The exit code is 1 if there is an error; warnings are advice."""
    from livecontent.cli.doctor import examine

    examine(as_json=as_json)


def main() -> None:
    """Runs the command that the arguments name."""
    try:
        program()
    except (LivecontentError, OSError) as error:
        sys.exit(in_words(error))

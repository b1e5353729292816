"""Options that commands share or have many of. Whatever takes long to import is left to the commands' own modules."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer


def _clients() -> Iterable[str]:
    from livecontent.clients.classify import known_clients
    from livecontent.clients.user_agents import load_agents

    return sorted(known_clients(load_agents()))


def _tools() -> Iterable[str]:
    from livecontent.web.email_tools import load_tools

    return (*load_tools(), "web")


CreativeName = Annotated[str, typer.Argument(help="The name of a creative.")]
RecipientId = Annotated[str, typer.Argument(metavar="ID|REF", help="A recipient's id, or the ref in a URL.")]
ColumnMap = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="NAME=COLUMN", help="The column that holds an attribute; may be repeated."),
]
SendId = Annotated[str, typer.Option(help="The id of the send; see `livecontent sends add`.")]
EmailTool = Annotated[
    str, typer.Option(help="The email tool, such as mailchimp or brevo; web for a web page.", autocompletion=_tools)
]
Params = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="A parameter of the address; may be repeated."),
]
Facts = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="FACT=VALUE", help="A fact, such as recipient.tier=gold or store.open=true; may be repeated."
    ),
]
ForcedVariant = Annotated[str | None, typer.Option("--variant", help="A variant, whatever its rule says.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]
OfOffers = Annotated[bool, typer.Option("--offers", help="Of the files in offers/.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="The file to write; the screen if left out.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Sentences = Annotated[str, typer.Option(help="The language of the sentences: en or fr.")]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who opens the email, where, when and with which client: the options of `render` and `explain`."""

    recipient: Annotated[str | None, typer.Option(help="The recipient's id or ref.")] = None
    ip: Annotated[str | None, typer.Option(help="The IP address that the request comes from.")] = None
    city: Annotated[str | None, typer.Option(help="A city, instead of the recipient's place.")] = None
    at: Annotated[str | None, typer.Option(help="The recipient's local time, such as 2026-11-21T08:00.")] = None
    weather: Annotated[str | None, typer.Option(help="Weather and degrees Celsius, such as rain:12.")] = None
    client: Annotated[
        str | None, typer.Option(help="The mail client, such as gmail or apple-mpp.", autocompletion=_clients)
    ] = None
    param: Params = None
    given: Facts = None
    variant: ForcedVariant = None


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is read, and what becomes of its rows: the options of `import recipients` and `import products`."""

    map: ColumnMap = None
    encoding: Annotated[str, typer.Option(help="The encoding of the file, such as cp1250 or shift_jis.")] = ""
    decimal: Annotated[str, typer.Option(metavar="SIGN", help="The sign before decimals: . or ,")] = ""
    date: Annotated[str, typer.Option(metavar="ORDER", help="The order in dates: dmy, mdy or ymd.")] = ""
    columns: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[=TYPE],...",
            help="Columns to store, others are not; or their types: text, number, date, boolean, skip.",
        ),
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be imported, no more.")] = False
    replace: Annotated[
        bool, typer.Option("--replace", help="The file is the whole truth: delete those that are not in it.")
    ] = False
    yes: Yes = False


@dataclass(frozen=True, slots=True)
class SnippetOptions:
    """What is set of a snippet: parameters of its addresses, facts and the variant of its alt text."""

    param: Params = None
    given: Facts = None
    variant: ForcedVariant = None


@dataclass(frozen=True, slots=True)
class RecallOptions:
    """What shall stand in for a creative, if anything: the options of `creatives recall`."""

    version: Annotated[str, typer.Option(help="Show another version, by its first letters.")] = ""
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Show a picture.", exists=True, dir_okay=False)
    ] = None
    nothing: Annotated[bool, typer.Option("--nothing", help="Show nothing: one pixel.")] = False
    freeze: Annotated[bool, typer.Option("--freeze", help="Keep showing what is served now.")] = False
    undo: Annotated[bool, typer.Option("--undo", help="Show again what was shown before.")] = False
    link: Annotated[str, typer.Option(metavar="URL", help="Where a picture leads; else where all variants do.")] = ""
    why: Annotated[str, typer.Option(help="The reason, for the history.")] = ""
    yes: Yes = False

    @property
    def chosen(self) -> int:
        """How many ways were named; one is right, none tells the head count alone."""
        return sum(map(bool, (self.version, self.picture, self.nothing, self.freeze, self.undo)))


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command, in place of its parameter that is one of the classes above, the options in that class."""
    parameters = inspect.signature(command).parameters.values()
    name, kind = next(
        (one.name, one.annotation)
        for one in parameters
        if isinstance(one.annotation, type) and is_dataclass(one.annotation)
    )

    @wraps(command)
    def run(**given: Any) -> None:
        options = kind(**{field.name: given.pop(field.name) for field in fields(kind)})
        command(**given, **{name: options})

    own = [option for option in parameters if option.name != name]
    further = inspect.signature(kind).parameters.values()
    signature = inspect.Signature([option.replace(kind=option.KEYWORD_ONLY) for option in (*own, *further)])
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {option.name: option.annotation for option in signature.parameters.values()}
    return run

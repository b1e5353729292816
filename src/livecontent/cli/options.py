"""Options that several commands share. Whatever takes long to import is left to the commands' own modules."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
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


def with_viewer(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options of `Viewer` in place of its parameter `viewer`."""

    @wraps(command)
    def run(**given: Any) -> None:
        viewer = Viewer(**{field.name: given.pop(field.name) for field in fields(Viewer)})
        command(**given, viewer=viewer)

    own = [option for option in inspect.signature(command).parameters.values() if option.name != "viewer"]
    viewers = inspect.signature(Viewer).parameters.values()
    signature = inspect.Signature([option.replace(kind=option.KEYWORD_ONLY) for option in (*own, *viewers)])
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {option.name: option.annotation for option in signature.parameters.values()}
    return run

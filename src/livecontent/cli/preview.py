"""`render` and `explain`: one opening as somebody, somewhere, at some time, without a server."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from livecontent.app import Services, make_services
from livecontent.cli.demo import settings_or_demo
from livecontent.creative.load import FILE
from livecontent.errors import ConfigError, CreativeError, DataError
from livecontent.facts import NOBODY, Opening, Preview
from livecontent.links import format_of
from livecontent.net.client_ip import parse_address
from livecontent.pipeline import Answer, answer
from livecontent.sources.weather.source import read_given
from livecontent.storage.recipients import RecipientStore

PATIENCE = 60.0  # seconds: who looks at a creative waits for its picture

Name = Annotated[str, typer.Argument(help="The name of a creative.")]
Recipient = Annotated[str | None, typer.Option(help="The id or the ref of a recipient.")]
Ip = Annotated[str | None, typer.Option(help="The address the image is asked from.")]
City = Annotated[str | None, typer.Option(help="A place by name, instead of the recipient's.")]
At = Annotated[str | None, typer.Option(help="A time, such as 2026-11-21T08:00, on the recipient's clock.")]
Weather = Annotated[str | None, typer.Option(help="A condition and degrees Celsius, such as rain:12.")]
As = Annotated[str | None, typer.Option("--client", help="A mail client, such as gmail; an unknown one lists all.")]


def add_commands(program: typer.Typer) -> None:
    """Adds the commands of this file."""
    program.command()(render)
    program.command()(explain)


def render(
    creative: Name,
    recipient: Recipient = None,
    ip: Ip = None,
    city: City = None,
    at: At = None,
    weather: Weather = None,
    client: As = None,
    output: Annotated[Path | None, typer.Option("-o", help="The file to write: .jpg, .png, .gif or .webp.")] = None,
) -> None:
    """Writes the picture that somebody would see."""
    format_ = format_of(output.suffix) if output else None
    if output and format_ is None:
        raise ConfigError(f"{output}: the name ends in .jpg, .png, .gif or .webp")
    found = _open(creative, _Wish(recipient, ip, city, at, weather, client, format_))
    target = output or Path(f"{creative}.{found.format}")
    target.write_bytes(found.data)
    typer.echo(f"{target}: {found.variant}, {len(found.data):,} bytes", err=True)


def explain(
    creative: Name,
    recipient: Recipient = None,
    ip: Ip = None,
    city: City = None,
    at: At = None,
    weather: Weather = None,
    client: As = None,
) -> None:
    """Tells why somebody would see what they see: facts with reasons, every rule with its value, the winner."""
    found = _open(creative, _Wish(recipient, ip, city, at, weather, client, None))
    console = Console(highlight=False)
    _tell_facts(found, console)
    _tell_rules(found, console)
    console.print(f"\n[bold]{escape(found.variant)}[/] wins, step {found.level}")
    for text in found.left_out:
        console.print(f"  left out  {escape(text)}", style="yellow")
    for substitutions in found.substitutions:
        console.print(f"  for later {escape(str(substitutions))}", style="cyan")
    console.print(f"  link      {escape(found.link or '-')}\n  alt       {escape(found.alt or '-')}")
    laps = ", ".join(f"{station} {micros:,} µs" for station, micros in found.micros.items())
    console.print(f"  time      {laps}; {len(found.data):,} bytes")


def _tell_facts(found: Answer, console: Console) -> None:
    console.print("[bold]Facts[/]")
    for root, fact in sorted(found.moment.facts.items()):
        age = f", {fact.age:.0f} s old" if fact.age else ""
        console.print(f"  {root:<10} {fact.reason.value:<9} {escape(fact.source)}{age}", soft_wrap=True)
        value = found.moment.words.get(root)
        shown = " · ".join(f"{name} {item}" for name, item in value.items()) if isinstance(value, dict) else value
        text = escape(str(shown)[:500]) if shown else escape(fact.note)
        if text:
            console.print(Padding(text, (0, 0, 0, 13)), style="dim")


def _tell_rules(found: Answer, console: Console) -> None:
    console.print("\n[bold]Rules[/]")
    for tried in found.decision.trace if found.decision else ():
        value = {True: "true", False: "false", None: "unknown"}[tried.value]
        note = f"  ({tried.note})" if tried.note else ""
        console.print(
            f"  {value:<8} {tried.variant:<12} {escape(tried.rule or 'always')}{escape(note)}", soft_wrap=True
        )


@dataclass(frozen=True, slots=True)
class _Wish:
    recipient: str | None
    ip: str | None
    city: str | None
    at: str | None
    weather: str | None
    client: str | None
    format: str | None


def _open(creative: str, wish: _Wish) -> Answer:
    settings = settings_or_demo()
    if not (settings.templates / creative / FILE).is_file():
        names = sorted(file.parent.name for file in settings.templates.glob(f"*/{FILE}"))
        raise ConfigError(f"there is no creative {creative!r}; there are: {', '.join(names)}")
    parts = make_services(settings, creative)
    if parts.problems:
        raise CreativeError(list(parts.problems))

    async def run() -> Answer:
        try:
            kit = replace(parts.kit, renderer=parts.kit.renderer.patient(PATIENCE))
            return await answer(await _opening(creative, wish, parts), kit)
        finally:
            await parts.aclose()

    return asyncio.run(run())


async def _opening(creative: str, wish: _Wish, parts: Services) -> Opening:
    """Raises `ConfigError` or `DataError` for a wish that can't be read."""
    address = parse_address(wish.ip) if wish.ip else None
    if wish.ip and address is None:
        raise ConfigError(f"--ip {wish.ip}: not an address, such as 192.0.2.7")
    known = parts.tables.known
    if wish.client and wish.client not in known:
        raise ConfigError(f"--client {wish.client}: one of {', '.join(sorted(known))}")
    if wish.weather:
        read_given(wish.weather)
    if wish.city and parts.gazetteer.find(wish.city) is None:
        raise DataError(f"--city {wish.city}: not in the gazetteer; the setting `places` names a file of places")
    ref = await _ref(wish.recipient, parts.storage.recipients)
    person = await parts.storage.people.look_up(ref) if ref else NOBODY
    return Opening(
        creative=creative,
        ref=person.ref,
        at=_moment(wish.at),
        format=wish.format,
        address=address if person.consent != "none" else None,
        client=known[wish.client or "browser"],
        preview=Preview(wish.city, wish.weather, wish.client),
        person=person,
    )


async def _ref(recipient: str | None, recipients: RecipientStore) -> str:
    if recipient is None:
        return ""
    found = await recipients.find(recipient)
    if found:
        return found.ref
    if await recipients.get(recipient.lower()) is not None:
        return recipient.lower()
    known = ", ".join(one.id for one in await recipients.sample(3))
    raise DataError(f"no recipient {recipient!r}" + (f"; there are, for example, {known}" if known else " yet"))


def _moment(text: str | None) -> datetime:
    try:
        return datetime.fromisoformat(text) if text else datetime.now().astimezone()
    except ValueError:
        raise ConfigError(f"--at {text}: not a time such as 2026-11-21T08:00") from None

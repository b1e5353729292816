"""`render` and `explain`: one open as any recipient, anywhere, at any time, without a server."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from livecontent.app import Services, make_services
from livecontent.cli.layers import tell_layers
from livecontent.cli.options import Viewer
from livecontent.cli.screen import counted
from livecontent.cli.storage import find_ref, settings_or_demo
from livecontent.creative.load import FILE
from livecontent.errors import ConfigError, CreativeError, DataError
from livecontent.expressions.unknown import spelled
from livecontent.facts import NOBODY, Opening, Preview, spell_out
from livecontent.links import format_of
from livecontent.net.ranges import parse_address
from livecontent.pipeline import Answer, answer
from livecontent.sources.weather.source import read_given
from livecontent.storage.base import RecipientStore

PATIENCE = 60.0  # seconds; whoever looks at a creative waits for its image and its facts


def write_image(creative: str, viewer: Viewer, output: Path | None) -> None:
    """Writes the image to a file, named after the creative if no other name is given."""
    format_ = format_of(output.suffix) if output else None
    if output and format_ is None:
        raise ConfigError(f"{output}: the name has to end in .jpg, .png, .gif or .webp")
    found = _open(creative, viewer, format_)
    target = output or Path(f"{creative}.{found.format}")
    target.write_bytes(found.data)
    typer.echo(f"{target}: {found.variant}, {len(found.data):,} bytes", err=True)


def print_explanation(creative: str, viewer: Viewer) -> None:
    """Prints the facts, the rules, and what was chosen."""
    found = _open(creative, viewer)
    console = Console(highlight=False)
    _tell_facts(found, console)
    _tell_rules(found, console)
    tell_layers(found, console)
    console.print(f"\n[bold]{escape(found.variant)}[/] is shown, fallback level: {found.level}{_why(found)}")
    for text in found.left_out:
        console.print(f"  left out  {escape(text)}", style="yellow", soft_wrap=True)
    for sign in found.undrawn:
        undrawn = f"no font has {spelled(sign)}: the fact counts as unknown"
        console.print(f"  undrawn   {escape(undrawn)}", style="yellow", soft_wrap=True)
    for substitutions in found.substitutions:
        console.print(f"  prefetch  {escape(str(substitutions))}", style="cyan")
    console.print(f"  link      {escape(found.link or '-')}\n  alt       {escape(found.alt or '-')}")
    laps = ", ".join(f"{station} {micros:,} µs" for station, micros in found.micros.items())
    console.print(f"  time      {laps}; {len(found.data):,} bytes")


def _why(found: Answer) -> str:
    """Whether a level is that low only because of layers that are left out."""
    known = all(fact.reason.known for _, fact in found.moment.named())
    return f" ({counted(len(found.left_out), 'layer')} left out)" if found.left_out and known else ""


def _tell_facts(found: Answer, console: Console) -> None:
    console.print("[bold]Facts[/]")
    for name, fact in sorted(found.moment.named()):
        age = f", {fact.age:.0f} s old" if fact.age else ""
        console.print(f"  {name:<10} {fact.reason.value:<9} {escape(fact.source)}{age}", soft_wrap=True)
        value = spell_out(fact.value)
        shown = " · ".join(map(_named, value.items())) if isinstance(value, dict) else value
        text = escape(str(shown)[:500]) if shown else escape(fact.note)
        if text:
            console.print(Padding(text, (0, 0, 0, 13)), style="dim")
        if shown and fact.note and fact.note not in str(shown):
            console.print(Padding(escape(fact.note), (0, 0, 0, 13)), style="yellow")


def _named(pair: tuple[str, object]) -> str:
    """A name with its value; of a list in a fact only how long it is."""
    name, value = pair
    return f"{name} ({len(value)})" if isinstance(value, list) else f"{name} {value}"


def _tell_rules(found: Answer, console: Console) -> None:
    console.print("\n[bold]Rules[/]")
    for tried in found.decision.trace if found.decision else ():
        value = {True: "true", False: "false", None: "unknown"}[tried.value]
        note = f"  ({tried.note})" if tried.note else ""
        console.print(
            f"  {value:<8} {tried.variant:<12} {escape(tried.rule or 'always')}{escape(note)}", soft_wrap=True
        )


def _open(creative: str, viewer: Viewer, format_: str | None = None) -> Answer:
    settings = settings_or_demo()
    if not (settings.templates / creative / FILE).is_file():
        names = sorted(file.parent.name for file in settings.templates.glob(f"*/{FILE}"))
        known = ", ".join(names) or "none"
        raise ConfigError(f"unknown creative {creative!r}; known: {known} (in {settings.templates})")
    parts = make_services(settings, creative)
    if parts.problems:
        raise CreativeError(list(parts.problems))

    async def run() -> Answer:
        try:
            renderer, gatherer = parts.kit.renderer.patient(PATIENCE), parts.kit.gatherer.patient(PATIENCE)
            kit = replace(parts.kit, renderer=renderer, gatherer=gatherer)
            return await answer(await _opening(creative, viewer, format_, parts), kit)
        finally:
            await parts.aclose()

    return asyncio.run(run())


async def _opening(creative: str, viewer: Viewer, format_: str | None, parts: Services) -> Opening:
    """Raises `ConfigError` or `DataError` for an option that can't be used."""
    address = parse_address(viewer.ip) if viewer.ip else None
    if viewer.ip and address is None:
        raise ConfigError(f"--ip {viewer.ip}: not an IP address such as 192.0.2.7")
    known = parts.tables.known
    if viewer.client and viewer.client not in known:
        raise ConfigError(f"--client {viewer.client}: unknown client; known: {', '.join(sorted(known))}")
    if viewer.weather:
        read_given(viewer.weather)
    if viewer.city and parts.gazetteer.find(viewer.city) is None:
        raise DataError(f"--city {viewer.city}: unknown city; the setting `places` names a CSV of places")
    ref = await _ref(viewer.recipient, parts.storage.recipients)
    person = await parts.storage.people.look_up(ref) if ref else NOBODY
    return Opening(
        creative=creative,
        ref=person.ref,
        at=_moment(viewer.at),
        format=format_,
        address=address if person.consent != "none" else None,
        client=known[viewer.client or "browser"],
        preview=Preview(viewer.city, viewer.weather, viewer.client),
        person=person,
    )


async def _ref(recipient: str | None, recipients: RecipientStore) -> str:
    if recipient is None:
        return ""
    if ref := await find_ref(recipient, recipients):
        return ref
    known = ", ".join(one.id for one in await recipients.sample(3))
    hint = f"known are, for example, {known}" if known else "none was imported"
    raise DataError(f"unknown recipient {recipient!r}; {hint}")


def _moment(text: str | None) -> datetime:
    try:
        return datetime.fromisoformat(text) if text else datetime.now().astimezone()
    except ValueError:
        raise ConfigError(f"--at {text}: not a time such as 2026-11-21T08:00") from None

"""`snippet`: HTML of a creative, to paste into an email tool."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from livecontent.app import make_workshop
from livecontent.cli.demo import settings_or_demo
from livecontent.cli.sends import since_send
from livecontent.config import Settings
from livecontent.errors import ConfigError, DataError
from livecontent.lint.check import load_checked
from livecontent.render.compile import CompiledCreative, compile_creative
from livecontent.storage.sends import is_send
from livecontent.web.email_tools import FIELD, Tool, load_tools
from livecontent.web.snippet import write_snippet

TOOLS = load_tools()

_PASTE = (
    "Paste it into a block of raw HTML: an editor that asks for an image's address may copy the image, and freeze it."
)
_UNCHECKED = "This merge tag was not checked against the tool's own documents: look at a test send first."
_NEAR = "The addresses lead to this machine: set `url` to how the outside reaches the server."
_NOWHERE = "The creative has no link, nor the settings a landing page: a click leads to a short page that says so."


def add_commands(program: typer.Typer) -> None:
    """Adds the command of this file."""
    program.command()(snippet)


def snippet(
    creative: Annotated[str, typer.Argument(help="The name of a creative.")],
    esp: Annotated[str, typer.Option(help=f"The email tool: {', '.join(TOOLS)}.")],
    field: Annotated[str, typer.Option(help="The contact field that holds the ref.")] = FIELD,
    send: Annotated[str, typer.Option(help="The id of the send, as in `livecontent sends add`.")] = "",
    output: Annotated[Path | None, typer.Option("-o", help="The file to write; else the screen.")] = None,
) -> None:
    """Writes HTML to paste into an email tool: a link around the picture, with the tool's merge tag for the ref."""
    if esp not in TOOLS:
        raise ConfigError(f"--esp {esp}: one of {', '.join(TOOLS)}")
    if send and not is_send(send):
        raise ConfigError(f"--send {send}: letters, digits, dots, underscores, hyphens, at most 64")
    tool = TOOLS[esp]
    tag = tool.tag_of(field)
    settings = settings_or_demo()
    workshop = make_workshop(settings)
    loaded = load_checked(settings.templates / creative, workshop.vocabulary, workshop.available)
    compiled = compile_creative(loaded, workshop)
    html = write_snippet(compiled, tag, settings.url, send)
    if output:
        output.write_text(html, encoding="utf-8")
    else:
        typer.echo(html, nl=False)
    for note in (*_notes(tool, tag, compiled, settings), *_no_send(settings, send)):
        typer.echo(note, err=True)


def _no_send(settings: Settings, send: str) -> tuple[str, ...]:
    """That nobody knows the send yet: until then, openings are not told by it."""
    try:
        if send:
            since_send(settings, send, datetime.now(UTC))
    except DataError as error:
        return (str(error),)
    return ()


def _notes(tool: Tool, tag: str, compiled: CompiledCreative, settings: Settings) -> list[str]:
    """What has to be known before the first send."""
    name, creative = compiled.loaded.name, compiled.loaded.creative
    linked = settings.landing or creative.link or any(variant.link for variant in creative.variants)
    return [
        f"{tool.name}: {tag} is a contact field; fill it with the column ref of `livecontent links {name}`.",
        _PASTE,
        *tool.notes,
        *(() if tool.checked else (_UNCHECKED,)),
        *(() if linked else (_NOWHERE,)),
        *((_NEAR,) if re.match(r"https?://(127\.|localhost\b|\[::1\])", settings.url) else ()),
    ]

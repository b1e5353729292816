"""`snippet`: the HTML of a creative, to paste into an email tool."""

import re
from datetime import UTC, datetime
from pathlib import Path

import typer

from livecontent.app import available_assets, make_fonts
from livecontent.cli.demo import settings_or_demo
from livecontent.cli.sends import since_send
from livecontent.config import Settings
from livecontent.creative.load import load_creative
from livecontent.errors import ConfigError, DataError
from livecontent.render.compile import CompiledCreative, compile_creative
from livecontent.render.paint.painter import Painter
from livecontent.storage.sends import is_send
from livecontent.web.email_tools import Tool, load_tools
from livecontent.web.snippet import write_snippet

_PASTE = "Paste it into a block of raw HTML: an editor that asks for an image's URL may copy the image, and freeze it."
_UNCHECKED = "This merge tag was not checked against the tool's own documentation: send a test first."
_LOCAL = "The URLs lead to this machine: set `url` to the public base URL of the server."
_NO_LINK = "Clicks lead to a page that says there is no link: add `link` to the creative, or set `landing`."


def print_snippet(creative: str, esp: str, field: str, send: str, output: Path | None) -> None:
    """Prints the HTML, and on standard error what to know before the first send."""
    tools = load_tools()
    if esp not in tools:
        raise ConfigError(f"--esp {esp}: unknown email tool; known: {', '.join(tools)}")
    if send and not is_send(send):
        raise ConfigError(f"--send {send}: use letters, digits, dots, underscores and hyphens, at most 64")
    tool = tools[esp]
    tag = tool.tag_of(field)
    settings = settings_or_demo()
    painter = Painter(make_fonts(settings))
    compiled = compile_creative(load_creative(settings.templates / creative, available_assets(painter.fonts)), painter)
    html = write_snippet(compiled, tag, settings.url, send)
    if output:
        output.write_text(html, encoding="utf-8")
    else:
        typer.echo(html, nl=False)
    for note in (*_notes(tool, tag, compiled, settings), *_no_send(settings, send)):
        typer.echo(note, err=True)


def _no_send(settings: Settings, send: str) -> tuple[str, ...]:
    """A note where the send is unknown: opens are not counted by it until it is added."""
    try:
        if send:
            since_send(settings, send, datetime.now(UTC))
    except DataError as error:
        return (str(error),)
    return ()


def _notes(tool: Tool, tag: str, compiled: CompiledCreative, settings: Settings) -> list[str]:
    """What to know before the first send."""
    name, creative = compiled.published.name, compiled.published.creative
    linked = settings.landing or creative.link or any(variant.link for variant in creative.variants)
    return [
        f"{tool.name}: {tag} stands for a contact field; fill it with the column ref of `livecontent links {name}`.",
        _PASTE,
        *tool.notes,
        *(() if tool.checked else (_UNCHECKED,)),
        *(() if linked else (_NO_LINK,)),
        *((_LOCAL,) if re.match(r"https?://(127\.|localhost\b|\[::1\])", settings.url) else ()),
    ]

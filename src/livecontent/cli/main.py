"""The program: a command line in, an exit code out (0 done, 1 problems found or can't be done, 2 misused)."""

from __future__ import annotations

import sys

import typer

from livecontent.cli import (
    classify,
    consent,
    creatives,
    data,
    doctor,
    preview,
    recipients,
    report,
    sends,
    serving,
    snippet,
)
from livecontent.errors import LivecontentError

program = typer.Typer(
    help="Images for emails and web pages, built at the instant they are opened.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
for room in (serving, recipients, consent, sends, snippet, report, preview, classify, creatives, data, doctor):
    room.add_commands(program)


def main() -> None:
    """Runs the command that the arguments name."""
    try:
        program()
    except LivecontentError as error:
        sys.exit(f"{error}")
    except OSError as error:  # a file that can't be written, a full disk
        sys.exit(f"{error.filename}: {error.strerror}" if error.filename else f"{error}")

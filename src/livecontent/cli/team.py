"""The command line: what a team of marketers needs, with the options of each command."""

from enum import StrEnum
from typing import Annotated

import typer

team = typer.Typer()  # commands without a group
tokens = typer.Typer(help="Let people and scripts into the studio.", no_args_is_help=True)
team.add_typer(tokens, name="token")


class TokenRole(StrEnum):
    """The roles that a token can have."""

    VIEWER = "viewer"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    ADMIN = "admin"


@team.command()
def studio() -> None:
    """Start the studio: the pages for marketers, at the address of the setting studio.listen.

    It stands beside the server, on the same data folder. Who uses it signs in with a token.
    """
    from livecontent.cli.studio import run_studio

    run_studio()


@tokens.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whose it is: the name in the audit log.")],
    role: Annotated[TokenRole, typer.Option(help="What it allows.")] = TokenRole.VIEWER,
    days: Annotated[int, typer.Option(help="How long it is valid; 0: until it is revoked.", min=0, max=3650)] = 90,
) -> None:
    """Make a token, and print it once: only a digest is kept.

    A viewer sees all and comments, an editor also changes drafts, a publisher also approves, publishes, recalls and
    looks people up, an admin also exports and forgets people, and manages tokens.
    """
    from livecontent.cli.tokens import create_token

    create_token(name, role.value, days)


@tokens.command("list")
def list_() -> None:
    """List all tokens, newest first."""
    from livecontent.cli.tokens import list_tokens

    list_tokens()


@tokens.command("revoke")
def revoke(token: Annotated[str, typer.Argument(metavar="ID", help="The id; see livecontent token list.")]) -> None:
    """Take a token out of use: whoever signed in with it is signed out."""
    from livecontent.cli.tokens import revoke_token

    revoke_token(token)

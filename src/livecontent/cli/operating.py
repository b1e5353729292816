"""The command line: groups for those who run the server, and what a team needs, with the options of their commands."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from livecontent.cli.options import CreativeName, RecallOptions, Yes, with_options

creatives = typer.Typer(help="List, take back, recall and take out what was published.", no_args_is_help=True)
keys = typer.Typer(help="Replace the key that refs are made with.", no_args_is_help=True)
keeping = typer.Typer()  # commands without a group


@creatives.command("versions")
def versions(creative: CreativeName) -> None:
    """List the published versions of a creative, newest first."""
    from livecontent.cli.published import list_versions

    list_versions(creative)


@creatives.command("rollback")
def rollback(
    creative: CreativeName,
    version: Annotated[
        str, typer.Argument(help="The version, or its first letters; the one before, if left out.")
    ] = "",
) -> None:
    """Serve another published version of a creative, or one that was removed.

    Running servers take it over within seconds. It holds until the files of the creative change.
    """
    from livecontent.cli.published import roll_back

    roll_back(creative, version)


@creatives.command("remove")
def remove(creative: CreativeName) -> None:
    """Take a creative out: emails show an empty image in its size.

    Clicks lead to the setting landing. Deleting its folder alone takes nothing out: the last version is still served.
    """
    from livecontent.cli.published import take_out

    take_out(creative)


@creatives.command("recall")
@with_options
def recall(creative: CreativeName, options: RecallOptions) -> None:
    """Show something else in all mail that was sent, and tell how many people it is too late for.

    It holds until it is undone or a new version is published in the studio, whatever becomes of the files of the
    creative. Running servers take it over within a second. Without an option it only tells how many people saw the
    image in force, and how many have it in a cache of their mail service.
    """
    from livecontent.cli.recalling import recall_creative

    recall_creative(creative, options)


@keys.command("list")
def list_keys() -> None:
    """List the keys, and how many recipients have refs of each."""
    from livecontent.cli.keys import tell_keys

    tell_keys()


@keys.command("add")
def add_key() -> None:
    """Make a new key for new refs.

    Recipients who are known keep their refs, also when they are imported again; so emails already sent go on working.
    """
    from livecontent.cli.keys import add_newest

    add_newest()


@keys.command("retire")
def retire_key(key: Annotated[str, typer.Argument(metavar="KEY", help="The id of a key.")], yes: Yes = False) -> None:
    """Stop a key: its refs in emails already sent become unknown.

    Those who have one get a ref of the newest key, with all that is known of them. Says how many that are, and asks.
    """
    from livecontent.cli.keys import retire_named

    retire_named(key, yes=yes)


@keeping.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="A new .tar, .tar.gz or .tgz, or a new folder.")],
) -> None:
    """Back up the data folder while the server runs.

    With the key and what was published; without what is made or fetched again: fonts, static images, feeds, lists.
    """
    from livecontent.cli.backup import make_backup

    make_backup(target)


@keeping.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="A backup.", exists=True)],
    replace: Annotated[bool, typer.Option("--replace", help="Delete what is in the data folder.")] = False,
) -> None:
    """Put a backup in the data folder, while no server runs.

    What people have decided since, in the data folder that is there, goes on to hold, and who was forgotten since is
    forgotten again.
    """
    from livecontent.cli.restore import restore_backup

    restore_backup(source, replace=replace)


@keeping.command()
def results(
    creative: CreativeName,
    days: Annotated[int, typer.Option(help="Of how many days until now.", min=1, max=400)] = 90,
) -> None:
    """Tell what people saw, clicked and bought, and whether that is more than chance, however often one looks.

    Counts people who consent and read: no prefetch, no machine.
    """
    from livecontent.cli.results import print_results

    print_results(creative, days)


@keeping.command()
def webhooks(
    retry: Annotated[str, typer.Option(metavar="ID|all", help="Try again, from the beginning.")] = "",
    forget: Annotated[str, typer.Option(metavar="ID|all", help="Erase, so that nobody is told.")] = "",
    yes: Yes = False,
) -> None:
    """List alerts of triggers that are still to be told, and those that nobody took, with the reason."""
    from livecontent.cli import webhooks as alerts

    if retry:
        alerts.retry_alerts(retry)
    if forget:
        alerts.forget_alerts_of(forget, yes=yes)
    if not retry and not forget:
        alerts.list_alerts()


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

"""The command line: what a team of marketers needs, with the options of each command."""

import typer

team = typer.Typer()  # commands without a group


@team.command()
def studio() -> None:
    """Start the studio: the pages for marketers, at the address of the setting studio.listen.

    It stands beside the server, on the same data folder.
    """
    from livecontent.cli.studio import run_studio

    run_studio()

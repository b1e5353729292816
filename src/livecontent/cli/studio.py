"""`studio`: the pages for marketers, on a listener of their own."""

import sys

import typer

from livecontent.app import make_studio
from livecontent.cli.logs import set_up_logs
from livecontent.cli.serving import address_of, bound
from livecontent.cli.storage import settings_or_demo
from livecontent.cli.worker import answer_requests, tell_problems, told_served
from livecontent.runtime.listening import is_loopback, parse_listening
from livecontent.services import make_services


def run_studio() -> None:
    """Serves the studio. Raises `LivecontentError`."""
    set_up_logs()
    settings = settings_or_demo()
    place = parse_listening(settings.studio.listen)
    if place is None:
        typer.echo("studio.listen is off: write an address, such as 127.0.0.1:8100", err=True)
        raise typer.Exit(3)
    with bound(*place) as listening:
        services = make_services(settings)
        tell_problems(services)
        stop = " Stop with Ctrl-C." if sys.stderr.isatty() else ""
        greeting = iter([f"The studio of {told_served(services)}: {address_of(listening)}/studio/{stop}\n"])
        app = make_studio(services, local=is_loopback(place[0]))
        answer_requests(listening, app, lambda: typer.echo(next(greeting, ""), err=True, nl=False))

"""`studio`: the pages for marketers, on a listener of their own."""

import sys

import typer

from livecontent.app import make_studio
from livecontent.cli.logs import set_up_logs
from livecontent.cli.serving import address_of, bound
from livecontent.cli.storage import settings_or_demo
from livecontent.cli.worker import answer_requests, tell_problems, told_served
from livecontent.config import Settings
from livecontent.errors import ConfigError
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
    refuse_exposed(settings, place[0])
    with bound(*place) as listening:
        services = make_services(settings)
        tell_problems(services)
        stop = " Stop with Ctrl-C." if sys.stderr.isatty() else ""
        greeting = iter([f"The studio of {told_served(services)}: {address_of(listening)}/studio/{stop}\n"])
        app = make_studio(services)
        answer_requests(listening, app, lambda: typer.echo(next(greeting, ""), err=True, nl=False))


def refuse_exposed(settings: Settings, host: str) -> None:
    """Raises `ConfigError` for settings with which strangers could come in, or nobody could."""
    studio = settings.studio
    if studio.user_header and not settings.trusted_proxies:
        raise ConfigError(
            f"studio.user_header is {studio.user_header}, and anybody could write that header: "
            "name the proxy that writes it in trusted_proxies"
        )
    if studio.user_header and not studio.people:
        raise ConfigError('studio.user_header needs roles: [studio.people], such as "*" = "viewer"')
    if not is_loopback(host) and not studio.url:
        raise ConfigError(
            f"{host} can be reached from outside, where tokens need HTTPS: put a proxy with a certificate in front "
            "of the studio, and write its address in studio.url"
        )

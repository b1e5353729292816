"""`token`: lets people and scripts into the studio, and out again."""

import time
from datetime import UTC, datetime

import typer
from rich.console import Console
from rich.table import Table

from livecontent.cli.storage import settings_or_demo, with_storage
from livecontent.errors import ConfigError
from livecontent.storage.base import Storage
from livecontent.storage.team import new_token

WHO = "livecontent token"  # in the audit log: this command
_DAY = 24 * 3600


def create_token(name: str, role: str, days: int) -> None:
    """Makes a token, and prints it: once, as only a digest is kept. Raises `ConfigError`."""
    if not name.strip() or not name.isprintable():
        raise ConfigError("write whose token it is, such as Anna")
    settings = settings_or_demo()
    now = time.time()
    token, text = new_token(" ".join(name.split()), role, now, now + days * _DAY if days else 0.0)

    async def work(storage: Storage) -> None:
        await storage.team.add_token(token, WHO)

    with_storage(settings, work)
    base = settings.studio.url or f"http://{settings.studio.listen}"
    end = f"until {_day(token.expires)}" if token.expires else "until it is revoked"
    typer.echo(text)
    typer.echo(
        f"{token.name}: {role}, {end}. It is shown this once.\nTo sign in: {base}/studio/sign-in#token={text}", err=True
    )


def list_tokens() -> None:
    """Prints all tokens, the newest first."""
    settings = settings_or_demo()
    tokens = with_storage(settings, lambda storage: storage.team.tokens())
    table = Table("id", "name", "role", "made", "last used", "expires", "", box=None)
    for token in tokens:
        state = "revoked" if token.revoked else "" if token.holds(time.time()) else "expired"
        used, expires = _day(token.used) or "never", _day(token.expires) or "never"
        table.add_row(token.id, token.name, token.role, _day(token.made), used, expires, state)
    Console(highlight=False, markup=False).print(table)


def revoke_token(token_id: str) -> None:
    """Takes a token out of use: whoever signed in with it is signed out. Raises `ConfigError`."""
    settings = settings_or_demo()
    if not with_storage(settings, lambda storage: storage.team.revoke(token_id, time.time(), WHO)):
        raise ConfigError(f"no token {token_id!r} is in use; see livecontent token list")
    typer.echo(f"{token_id} is revoked: whoever signed in with it is signed out", err=True)


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}" if at else ""

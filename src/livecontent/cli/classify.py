"""`verdict`: what a request for an image may be believed in, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from livecontent.app import make_tables
from livecontent.clients.classify import ClientClassifier, ClientRequest
from livecontent.config import load_settings
from livecontent.errors import DataError
from livecontent.facts import Client
from livecontent.net.asn import AsnDatabase
from livecontent.net.client_ip import parse_address


class Row(BaseModel):
    """A request in a file; whatever else stands there is left alone."""

    model_config = ConfigDict(extra="ignore")

    id: int | str | None = None
    user_agent: str | None = None
    ip: str | None = None
    method: str | None = None
    headers: Mapping[str, str | None] | None = None
    asn: int | None = None
    seconds_since_send: float | None = None

    def asked(self, systems: AsnDatabase) -> ClientRequest:
        """As the server would see it; its autonomous system from the file of the settings where it is not told."""
        headers = {name.lower(): value for name, value in (self.headers or {}).items() if value is not None}
        if self.user_agent is not None:
            headers["user-agent"] = self.user_agent
        address = parse_address(self.ip or "")
        system = systems.find(address) if self.asn is None and address else self.asn
        method = (self.method or "GET").upper()
        return ClientRequest(headers, address, method, system, self.seconds_since_send)


def add_commands(program: typer.Typer) -> None:
    """Adds the commands of this file."""
    program.command()(verdict)


def verdict(
    file: Annotated[
        Path | None, typer.Argument(help="Requests, as a JSON list or JSON Lines; - for standard input.")
    ] = None,
    agent: Annotated[str, typer.Option(help="The User-Agent of one request.")] = "",
    ip: Annotated[str | None, typer.Option(help="The address it comes from.")] = None,
    method: Annotated[str, typer.Option(help="Its method.")] = "GET",
    header: Annotated[list[str] | None, typer.Option(help="A header, such as 'Accept: image/webp'.")] = None,
    asn: Annotated[int | None, typer.Option(help="The autonomous system of the address.")] = None,
    since: Annotated[float | None, typer.Option(help="Seconds since the send.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, one object for each request.")] = False,
) -> None:
    """Tells whose address a request has, whether now is the moment of reading, and whether its place counts."""
    one = Row(user_agent=agent, ip=ip, method=method, headers=_headers(header or ()), asn=asn, seconds_since_send=since)
    rows = _read(file) if file else [one]
    settings = load_settings()
    judge, systems = make_tables(settings).judge, AsnDatabase(settings.asn)
    judged = [_verdict(row.id, row.asked(systems), judge) for row in rows]
    if as_json:
        typer.echo(json.dumps(judged, ensure_ascii=False, indent=1))
    else:
        _show(judged)


def _verdict(row_id: int | str | None, asked: ClientRequest, judge: ClientClassifier) -> dict[str, Any]:
    client, place = judge.judge(asked)
    found = None if place is None else ", ".join(filter(None, (place.city, place.region, place.country)))
    return {"id": row_id, **_plain(client), **({"place": found} if found else {})}


def _plain(client: Client) -> dict[str, Any]:
    return {
        "client": client.name,
        "proxy": client.proxy,
        "time": client.time,
        "place_trust": client.place_trust,
        "reason": client.why,
    }


def _read(file: Path) -> list[Row]:
    """The requests of a file. Raises `DataError` that names the row."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        rows = json.loads(text) if text.lstrip().startswith("[") else [json.loads(line) for line in _lines(text)]
    except (OSError, ValueError) as error:
        raise DataError(f"{file}: {error}") from None
    try:
        return TypeAdapter(list[Row]).validate_python(rows)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"{file}: row {where}: {first['msg']}") from None


def _lines(text: str) -> Iterable[str]:
    return (line for line in text.splitlines() if line.strip())


def _headers(given: Iterable[str]) -> dict[str, str]:
    pairs = (text.partition(":") for text in given)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _show(judged: list[dict[str, Any]]) -> None:
    table = Table("id", "client", "proxy", "time", "place", "why", box=None, pad_edge=False)
    words = {True: "yes", False: "no", None: "?"}
    for row in judged:
        name = "" if row["id"] is None else str(row["id"])
        trust = f"{row['place_trust']} ({row['place']})" if "place" in row else row["place_trust"]
        table.add_row(name, row["client"], words[row["proxy"]], row["time"], trust, row["reason"])
    Console(highlight=False).print(table)

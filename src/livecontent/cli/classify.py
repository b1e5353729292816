"""`classify`: which client a request comes from, whether it is an open or a prefetch, and whose place it tells."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from livecontent.clients.classify import ClientClassifier, ClientRequest
from livecontent.config import load_settings
from livecontent.errors import DataError
from livecontent.net.mmdb import AsnDatabase
from livecontent.net.ranges import parse_address
from livecontent.services import make_tables


class Row(BaseModel):
    """A request in a file; other keys are ignored."""

    model_config = ConfigDict(extra="ignore")

    id: int | str | None = None
    user_agent: str | None = None
    ip: str | None = None
    method: str | None = None
    headers: Mapping[str, str | None] | None = None
    asn: int | None = None
    seconds_since_send: float | None = None

    def asked(self, systems: AsnDatabase) -> ClientRequest:
        """As the server sees it; the setting `asn` tells its autonomous system where the row does not."""
        headers = {name.lower(): value for name, value in (self.headers or {}).items() if value is not None}
        if self.user_agent is not None:
            headers["user-agent"] = self.user_agent
        address = parse_address(self.ip or "")
        system = systems.find(address) if self.asn is None and address else self.asn
        method = (self.method or "GET").upper()
        return ClientRequest(headers, address, method, system, self.seconds_since_send)


def classify_file(file: Path, *, as_json: bool) -> None:
    """Classifies the requests of a file."""
    _classify(_read(file), as_json=as_json)


def classify_one(row: Row, headers: list[str], *, as_json: bool) -> None:
    """Classifies one request, with headers such as `Accept: image/webp`."""
    pairs = (text.partition(":") for text in headers)
    row.headers = {name.strip(): value.strip() for name, _, value in pairs}
    _classify([row], as_json=as_json)


def _classify(rows: list[Row], *, as_json: bool) -> None:
    settings = load_settings()
    classifier, systems = make_tables(settings).judge, AsnDatabase(settings.asn)
    found = [_classified(row.id, row.asked(systems), classifier) for row in rows]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _show(found)


def _classified(row_id: int | str | None, asked: ClientRequest, classifier: ClientClassifier) -> dict[str, Any]:
    client, place = classifier.judge(asked)
    told = {
        "id": row_id,
        "client": client.name,
        "proxy": client.proxy,
        "time": client.time,
        "place_trust": client.place_trust,
        "reason": client.why,
    }
    found = None if place is None else ", ".join(filter(None, (place.city, place.region, place.country)))
    return {**told, "place": found} if found else told


def _read(file: Path) -> list[Row]:
    """The requests of a file. Raises `DataError` that names the row."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.strip()]
        rows = json.loads(text) if text.lstrip().startswith("[") else [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise DataError(f"{file}: {error}") from None
    try:
        return TypeAdapter(list[Row]).validate_python(rows)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"{file}: request {where}: {first['msg']}") from None


def _show(found: list[dict[str, Any]]) -> None:
    table = Table("id", "client", "proxy", "time", "place", "why", box=None, pad_edge=False)
    words = {True: "yes", False: "no", None: "?"}
    for row in found:
        name = "" if row["id"] is None else str(row["id"])
        trust = f"{row['place_trust']} ({row['place']})" if "place" in row else row["place_trust"]
        table.add_row(name, row["client"], words[row["proxy"]], row["time"], trust, row["reason"])
    Console(highlight=False).print(table)

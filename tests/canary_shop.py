"""A shop with one person whose every value is written nowhere else, and all that a server can come to know of them."""

from __future__ import annotations

import http.server
import io
import json
import os
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import pytest
from benchmarks.processes import Server, serve
from PIL import Image
from tools.demo.seed import DATA
from typer.testing import CliRunner, Result

from livecontent.cli.main import program
from livecontent.links import ref_of
from livecontent.runtime.private_files import load_secret
from livecontent.storage.events import Event
from livecontent.storage.spool import Spool

PERSON = {
    "id": "zq-id-0001",
    "first_name": "Zqanaïs",
    "last_name": "Zqdupont",
    "street": "Zqrue 7",
    "path": "zqpath",
    "photo": "zqphoto",
    "tags": ["zqtag", "zqother"],
    "basket": [{"name": "Zqumbrella"}],
    "points": 774411,
    "bought": ["u-1"],
    "viewed": ["u-2"],
}
VISIT = {"ip": "192.0.2.1", "ip6": "2001:db8:0:7777::9"}
PLACE = "Lille"  # where both are
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 Zqreader/9"
PARAMETER = "zqparameter"
ORDER = "zqorder"  # what a feed says of them
REFUSED = "Zqrefused"  # in rows that no import takes
QUARANTINED = "zqquarantined"  # in an event that no store takes
BOUGHT = "Zqkettle"  # in what the shop tells of what they did
TOKEN = "a-token-of-a-shop-7"  # noqa: S105  of nobody
SETTINGS = """
consent = "full"
api_token = "a-token-of-a-shop-7"
preview = false
geoip = "{data}/places.mmdb"
trusted_proxies = ["127.0.0.0/8"]
timezone = "Europe/Paris"

[weather]
provider = "file"
file = "{data}/weather.json"

[feeds.orders]
url = "{url}/orders.json"
key = "id"
fresh = 3600

[images]
hosts = ["{host}"]

[webhooks]
secret = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
urls = {{ nobody = "http://127.0.0.1:1/alerts" }}
"""
TRIGGERS = """
boiled:
  when: event.name == "Zqkettle Boiled"
  say: "{{ recipient.first_name }} {{ recipient.last_name }} of {{ recipient.street }}"
  url: nobody
"""
CREATIVES = {
    "hello": """
title: Hello
size: 240x100
format: png
link: "https://shop.example/{{ recipient.path | default: 'you' }}?o={{ feed.orders[recipient.id].state }}"
variants:
  - name: card
    when: recipient.points >= 0 && place.city != ""
    layers:
      - fill: white
      - {text: "{{ recipient.first_name }} {{ recipient.last_name }}", box: [0, 0, 240, 20], font: {size: 9}}
      - {text: "{{ feed.orders[recipient.id].state }} {{ code.summer }}", box: [0, 20, 240, 20], font: {size: 9}}
      - {text: "{{ place.city }}", box: [120, 40, 100, 20], font: {size: 9}}
      - {image: "URL/{{ recipient.photo }}.png", box: [0, 40, 40, 40]}
      - {image: "URL/gone/{{ recipient.photo }}.png?t={{ recipient.path }}", box: [40, 40, 40, 40]}
      - {text: "{{ weather.temperature }}", box: [80, 40, 40, 40], font: {size: 9}}
  - name: plain
    layers: [{fill: "#eeeeee"}]
""",
    "tips": """
title: Tips
size: 240x100
format: png
variants:
  - name: some
    when: size(recommended) > 0
    layers: [{repeat: recommended, limit: 1, layers: [{text: "{{ item.name }}", font: {size: 9}}]}]
  - name: none
    layers: [{fill: white}]
""",
    "ask": """
title: Which colour?
size: 240x100
format: png
polls: {colour: {answers: [red, blue]}}
link: "https://shop.example/{{ param.colour | default: 'colours' }}"
variants:
  - name: button
    layers: [{text: "{{ param.colour }}", font: {size: 9}}]
""",
}


def spellings(value: str) -> set[bytes]:
    """How a value may stand in a file: as it is, in JSON, in a URL, in UTF-16, in a packed address."""
    found = {value.encode(), json.dumps(value).strip('"').encode(), quote(value).encode(), value.encode("utf-16-le")}
    try:
        address = ip_address(value)
    except ValueError:
        return found
    return found | ({address.packed, address.exploded.encode()} if address.version == 6 else set())


def words(value: object) -> Iterator[str]:
    """All texts and numbers in a value of a profile."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from words(item)
    elif str(value).lower().startswith(("zq", "7744")):
        yield str(value)


PROFILE = {word for value in PERSON.values() for word in words(value)}
CLIENT = {*VISIT.values(), "Zqreader", PARAMETER}
DONE = {BOUGHT, "zqvisitor", "zqmessage", "zqmail@x.example"}
EVERYTHING = {*PROFILE, *CLIENT, *DONE, PLACE, ORDER, REFUSED, QUARANTINED}


@dataclass
class Shop:
    """A folder, and a server that may run in it."""

    folder: Path
    url: str  # of what is outside

    @property
    def data(self) -> Path:
        return self.folder / ".livecontent"

    @property
    def ref(self) -> str:
        return ref_of(str(PERSON["id"]), load_secret(self.data / "key"))

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""

    def run(self, *words_: str) -> Result:
        """A command that works."""
        done = CliRunner().invoke(program, list(words_))
        assert done.exit_code == 0, (words_, done.output, done.exception)
        return done

    def files_with(self, *values: str) -> dict[str, set[str]]:
        """The files of the data folder that hold any of these values."""
        return files_with(self.data, *values)


def files_with(folder: Path, *values: str) -> dict[str, set[str]]:
    """The files of a folder that hold any of these values, whatever part of them: rows, free pages, logs."""
    found: dict[str, set[str]] = {}
    for file in folder.rglob("*"):
        held = file.read_bytes() if file.is_file() else b""
        for value in values:
            if any(spelt in held for spelt in spellings(value)):
                found.setdefault(file.relative_to(folder).as_posix(), set()).add(value)
    return found


class Outside(http.server.BaseHTTPRequestHandler):
    """A feed of everybody's orders, and images by address, some of which are gone."""

    def do_GET(self) -> None:
        status, body, kind = 200, b"", "image/png"
        if self.path == "/orders.json":
            body, kind = json.dumps([{"id": PERSON["id"], "state": ORDER}]).encode(), "application/json"
        elif "/gone/" in self.path:
            status = 404
        else:
            out = io.BytesIO()
            Image.new("RGB", (40, 40), "red").save(out, "PNG")
            body = out.getvalue()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def made(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop that knows the person, thirty others, and what each of its parts can know."""
    patch.chdir(folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Outside) as outside:
        threading.Thread(target=outside.serve_forever, daemon=True).start()
        shop = Shop(folder, f"http://127.0.0.1:{outside.server_port}")
        for name, text in CREATIVES.items():
            (folder / "templates" / name).mkdir(parents=True)
            (folder / "templates" / name / "creative.yaml").write_text(text.replace("URL", shop.url))
        (folder / "templates" / "triggers.yaml").write_text(TRIGGERS)
        host = shop.url.partition("//")[2]
        (folder / "livecontent.toml").write_text(SETTINGS.format(data=DATA.as_posix(), url=shop.url, host=host))
        _import(shop)
        yield shop
        outside.shutdown()


def _import(shop: Shop) -> None:
    folder = shop.folder
    others = [{"id": f"o-{number}", "first_name": f"Ann{number}", "points": number} for number in range(30)]
    (folder / "people.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in (PERSON, *others)))
    (folder / "products.csv").write_text("sku,name,category\n" + "".join(f"u-{n},Thing {n},Rain\n" for n in range(9)))
    (folder / "codes.csv").write_text("code\n" + "".join(f"CODE{n}\n" for n in range(9)))
    shop.run("import", "recipients", "people.jsonl")
    shop.run("import", "products", "products.csv")
    shop.run("import", "codes", "codes.csv", "--pool", "summer")
    shop.run("sends", "add", "friday", "--at", "2026-11-27T08:00")
    (folder / "more.csv").write_text(f"id,first_name\no-1,Ann1\no-1,{REFUSED}\n")
    shop.run("import", "recipients", "more.csv")
    shop.run("recommend")
    spool = Spool(shop.data / "spool")
    spool.set_aside(
        Event("shown", 1_764_460_000.0, "hello", shop.ref, "v1", "card", link=f"https://x.example/{QUARANTINED}")
    )


@contextmanager
def served(shop: Shop) -> Iterator[Server]:
    """A server, in a process of its own."""
    command = [sys.executable, "-m", "livecontent", "serve", "--port", "{port}", "--workers", "1"]

    with (
        (shop.folder / "log").open("ab") as log,
        serve(command, os.environ, os.sched_getaffinity(0), log=log) as server,
    ):
        yield server


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def ask(server: Server, path: str, ip: str = VISIT["ip"]) -> tuple[int, str, bytes]:
    """Status, where it leads to, and body, asked by the person's browser."""
    headers = {"User-Agent": AGENT, "X-Forwarded-For": ip}
    asked = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=headers)
    try:
        with urllib.request.build_opener(_Stay()).open(asked, timeout=60) as answer:
            return answer.status, "", answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get("Location", ""), answer.read()


def tell(server: Server) -> None:
    """The shop tells what the person did, before and after it knew who they are."""
    context = {"ip": VISIT["ip"], "userAgent": AGENT, "traits": {"first_name": PERSON["first_name"]}}
    visitor = {"anonymousId": "zqvisitor", "context": context}
    batch = [
        {
            "type": "track",
            "event": "Product Viewed",
            "messageId": "zqmessage",
            "properties": {"name": BOUGHT},
            **visitor,
        },
        {"type": "identify", "userId": PERSON["id"], "traits": {"email": "zqmail@x.example"}, **visitor},
        {"type": "track", "event": "Zqkettle Boiled", "userId": PERSON["id"], "properties": {"sku": BOUGHT}},
    ]
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    body = json.dumps({"batch": batch}).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{server.port}/v1/batch", body, headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310  ours
        assert answer.status == 200


def live(shop: Shop, server: Server) -> None:
    """The person does what the shop tells, opens, clicks, votes, from two addresses, again and again."""
    tell(server)
    for ip in VISIT.values():
        for _ in range(3):
            assert ask(server, f"/i/hello/{shop.ref}.png?s=friday&x={PARAMETER}", ip)[0] == 200
            assert ask(server, f"/i/tips/{shop.ref}.png", ip)[0] == 200
            assert ask(server, f"/c/hello/{shop.ref}?s=friday&x={PARAMETER}", ip)[0] == 302
            assert ask(server, f"/c/ask/{shop.ref}?colour=red", ip)[0] == 302

"""R1 through HTTP beside others: takumi, satori with resvg and sharp, canvas on Skia, and Chromium, in one run.

Each has the same core for itself in its turns; all take turns in each round. They get the background of R1 flattened, a
font, decoded icons, and the recipient's name, city, icon and temperature in the address. livecontent gets the address
of an email, and looks all that up.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.check import check_ours, check_peer
from benchmarks.design import write_design
from benchmarks.figures import ratios
from benchmarks.inprocess import ICONS
from benchmarks.load import closed
from benchmarks.options import Options
from benchmarks.processes import LOAD_CORE, SERVER_CORE, Server, livecontent, pinned, serve
from benchmarks.serving import Turns, requests_of, turn, warm
from benchmarks.shop import Shop, make_shop
from benchmarks.traffic import FORMATS, Hit, unique_r1
from livecontent.services import make_services

PEERS = Path(__file__).parent / "peers"
ENGINES = ("takumi", "satori", "canvas", "chromium")
CASES = {"r1_jpeg": ("r1", ENGINES), "r1_png": ("r1-png", ("takumi",))}
CONNECTIONS = 4
ONE_THREAD = {"UV_THREADPOOL_SIZE": "1", "RAYON_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1", "OMP_NUM_THREADS": "1"}


@dataclass(slots=True)
class Contender:
    """A server, its requests, and what it did."""

    name: str
    server: Server
    requests: Iterator[bytes]
    turns: Turns = field(default_factory=Turns)


def measure(options: Options) -> dict[str, object]:
    """Requests a second of each, and how many times as many livecontent answers."""
    install()
    with make_shop() as shop, pinned(LOAD_CORE), ExitStack() as stack:
        folder = shop.folder / "design"
        ours = stack.enter_context(serve(livecontent(), shop.environment, {SERVER_CORE}))
        checks: dict[str, object] = {"livecontent": asyncio.run(_prepare(shop, ours, folder))}
        peers = {name: stack.enter_context(_start(name, folder)) for name in ENGINES}
        _keep(shop, ours, peers)
        results: dict[str, object] = {}
        for case, (creative, engines) in CASES.items():
            for name in engines:
                paths = [peer_path(hit) for hit in islice(unique_r1(shop, creative), 12)]
                checks[f"{name} {case}"] = check_peer(peers[name], paths)
            contenders = [Contender("livecontent", ours, requests_of(shop, unique_r1(shop, creative)))]
            contenders += [Contender(name, peers[name], _requests(shop, creative)) for name in engines]
            results[case] = _rounds(contenders, options)
        memory = {name: server.memory() for name, server in {"livecontent": ours, **peers}.items()}
    return {
        "cores": {"server": SERVER_CORE, "load": LOAD_CORE},
        "connections": CONNECTIONS,
        "threads_each": 1,
        "peers": versions(),
        "checks": checks,
        "cases": results,
        "memory_after": memory,
    }


def install() -> None:
    """Fetches the peers as the lock file says, where they are not there."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise SystemExit("The peers need node and npm (Node 20 or newer).")
    marker = PEERS / "node_modules" / ".package-lock.json"
    if not marker.exists() or marker.stat().st_mtime < (PEERS / "package-lock.json").stat().st_mtime:
        subprocess.run(["npm", "ci", "--silent"], cwd=PEERS, check=True)
        marker.touch()


def versions() -> dict[str, str]:
    """Of the peers, of Node and of Chromium."""
    wanted = json.loads((PEERS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    found = {
        name: json.loads((PEERS / "node_modules" / name / "package.json").read_text(encoding="utf-8"))["version"]
        for name in wanted
    }
    return {**found, "node": _said("node"), "chromium": _said(os.environ.get("CHROMIUM", "/usr/bin/chromium"))}


def peer_path(hit: Hit) -> str:
    """The address of the same picture at a peer."""
    city = hit.person.city
    said = {
        "name": hit.person.name,
        "city": city.name,
        "icon": ICONS[city.condition],
        "temperature": city.temperature,
    }
    return f"/r1.{FORMATS[hit.creative]}?{urlencode(said)}"


def _said(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return found[0] if found else done.stdout.strip()


def _start(name: str, folder: Path) -> AbstractContextManager[Server]:
    command = ["node", str(PEERS / "serve.mjs"), name, "{port}", str(folder)]
    return serve(command, {**os.environ, **ONE_THREAD}, {SERVER_CORE})


async def _prepare(shop: Shop, server: Server, folder: Path) -> dict[str, object]:
    """Writes what the peers need, and looks whether livecontent answers right."""
    parts = make_services(shop.settings())
    try:
        await write_design(parts, folder)
        warm(server, shop)
        return await check_ours(server, shop, parts, unique_r1(shop))
    finally:
        await parts.aclose()


def _keep(shop: Shop, ours: Server, peers: dict[str, Server]) -> None:
    """One picture of each in `benchmarks/out`, to be looked at."""
    out = PEERS.parent / "out"
    out.mkdir(exist_ok=True)
    hit = next(unique_r1(shop))
    (out / "r1-livecontent.jpg").write_bytes(ours.get(hit.path(shop), hit.headers)[1])
    for name, server in peers.items():
        (out / f"r1-{name}.jpg").write_bytes(server.get(peer_path(hit))[1])


def _requests(shop: Shop, creative: str) -> Iterator[bytes]:
    hits = islice(unique_r1(shop, creative), len(shop.unique))
    return cycle([f"GET {peer_path(hit)} HTTP/1.1\r\nHost: live\r\n\r\n".encode() for hit in hits])


def _rounds(contenders: list[Contender], options: Options) -> dict[str, object]:
    for contender in contenders:
        closed(contender.server.port, contender.requests, CONNECTIONS, min(options.seconds, 2.0))
    for _ in range(options.rounds):
        for one in contenders:
            turn(one.server, one.requests, CONNECTIONS, options.seconds, one.turns)
    ours, *others = contenders
    return {
        "engines": {one.name: one.turns.summary() for one in contenders},
        "times_faster": {one.name: ratios(ours.turns.rates, one.turns.rates) for one in others},
    }

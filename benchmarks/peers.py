"""R1 and three product cards through HTTP beside others: takumi, satori with resvg and sharp, canvas on Skia, Chromium.

Each has the same core for itself in its turns; all take turns in each round. Of R1 they get the background flattened, a
font, decoded icons, and the recipient's name, city, icon and temperature in the address; of the cards the same flexbox,
fonts and photos, and all words in the address. livecontent gets the address of an email, and looks all that up.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image

from benchmarks.cards import parted, with_baskets, write_parts
from benchmarks.check import SAMPLE, SIZES, check_ours, check_peer, decode
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
CONNECTIONS = 4
ONE_THREAD = {"UV_THREADPOOL_SIZE": "1", "RAYON_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Case:
    """The engines that draw a picture, openings of it, and its addresses at the peers."""

    engines: Sequence[str]
    hits: Sequence[Hit]
    paths: Sequence[str]
    warm: Sequence[Hit] = ()  # opened before, so that what should be known is


@dataclass(slots=True)
class Contender:
    """A server, its requests, and what it did."""

    name: str
    server: Server
    requests: Iterator[bytes]
    turns: Turns = field(default_factory=Turns)


def measure_hero(options: Options) -> dict[str, object]:
    """R1: requests a second of each, how many times as many livecontent answers, and with how much less time of a core.

    Raises `WrongAnswerError` where pictures are not alike.
    """
    return _measure(options, "r1")


def measure_cards(options: Options) -> dict[str, object]:
    """The same of three product cards."""
    return _measure(options, "cards")


def _measure(options: Options, creative: str) -> dict[str, object]:
    install()
    with make_shop() as made, pinned(LOAD_CORE), ExitStack() as stack:
        shop, every = _cases(made)
        cases = {name: case for name, case in every.items() if name.startswith(creative)}
        engines = sorted({engine for case in cases.values() for engine in case.engines})
        folder = shop.folder / "design"
        ours = stack.enter_context(serve(livecontent(), shop.environment, {SERVER_CORE}))
        checks = asyncio.run(_prepare(shop, ours, folder, cases))
        peers = {name: stack.enter_context(_start(name, folder)) for name in engines}
        results: dict[str, object] = {}
        for name, case in cases.items():
            pictures = [_kept(ours, hit, shop, f"{name}-livecontent") for hit in case.hits[:SAMPLE]]
            for engine in case.engines:
                _keep(f"{name}-{engine}", peers[engine].get(case.paths[SAMPLE - 1])[1])
                checks[f"{engine} {name}"] = check_peer(peers[engine], case.paths[:SAMPLE], pictures)
            contenders = [Contender("livecontent", ours, requests_of(shop, case.hits))]
            contenders += [Contender(engine, peers[engine], _requests(case.paths)) for engine in case.engines]
            results[name] = _rounds(contenders, options)
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


def _cases(made: Shop) -> tuple[Shop, dict[str, Case]]:
    """A shop that has all pictures, and these."""
    shop, baskets = with_baskets(made)
    seen, new = parted(baskets)
    hero, png = ([*islice(unique_r1(shop, name), len(shop.unique))] for name in ("r1", "r1-png"))
    return shop, {
        "r1_jpeg": Case(ENGINES, hero, [peer_path(hit) for hit in hero]),
        "r1_png": Case(("takumi",), png, [peer_path(hit) for hit in png]),
        "cards_jpeg": Case(
            ("takumi", "satori", "chromium"),
            [basket.hit for basket in new],
            [basket.peer_path for basket in new],
            [basket.hit for basket in seen],
        ),
    }


async def _prepare(shop: Shop, server: Server, folder: Path, cases: Mapping[str, Case]) -> dict[str, object]:
    """Writes what the peers need, and looks whether livecontent answers right."""
    parts = make_services(shop.settings())
    try:
        await write_design(parts, folder)
        write_parts(folder / "cards")
        warm(server, shop)
        for case in filter(lambda case: case.warm, cases.values()):
            closed(server.port, requests_of(shop, case.warm), 4, count=len(case.warm))
        return {
            f"livecontent {name}": await check_ours(server, shop, parts, iter(case.hits))
            for name, case in cases.items()
        }
    finally:
        await parts.aclose()


def _kept(server: Server, hit: Hit, shop: Shop, name: str) -> Image.Image:
    """The picture of livecontent."""
    status, data = server.get(hit.path(shop), hit.headers)
    _keep(name, data)
    return decode(data, SIZES[hit.creative], f"{name}: {status}")


def _keep(name: str, data: bytes) -> None:
    """A picture in `benchmarks/out`, to be looked at."""
    out = PEERS.parent / "out"
    out.mkdir(exist_ok=True)
    ending = "png" if data.startswith(b"\x89PNG") else "jpg"
    (out / f"{name}.{ending}").write_bytes(data)


def _requests(paths: Sequence[str]) -> Iterator[bytes]:
    return cycle([f"GET {path} HTTP/1.1\r\nHost: live\r\n\r\n".encode() for path in paths])


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
        "times_less_cpu": {one.name: ratios(one.turns.cpu_micros, ours.turns.cpu_micros) for one in others},
    }

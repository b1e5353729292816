"""How what a server stands on fails: a context manager for each kind, which mends it at its end."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import apsw
from PIL import Image

from tools.demo.seed import DATA
from tools.torture.outside import KINDS as ASKED
from tools.torture.outside import Outside, badly
from tools.torture.servers import delete
from tools.torture.shop import FORMATS, MAY_MOUNT, Shop, write_creative

KINDS = ("down", "hangs", "slow", "garbage", "huge", "wrong")
HELD, FREE = 0.4, 0.1  # seconds, of a lock that is slow
HUGE = 20 << 20  # bytes


@dataclass(frozen=True)
class World:
    """What can be broken."""

    shop: Shop
    outside: Outside
    chance: Random


Fault = Callable[[World], AbstractAsyncContextManager[None]]


def _asked(name: str, kind: str) -> Fault:
    @asynccontextmanager
    async def fault(world: World) -> AsyncIterator[None]:
        good = world.outside.handlers[name]
        if kind == "down":
            await world.outside.down(name)
        else:
            world.outside.handlers[name] = badly(name, kind, world.chance)
        yield
        world.outside.handlers[name] = good
        if kind == "down":
            await world.outside.up(name)

    return fault


@asynccontextmanager
async def _held(file: Path, kind: str) -> AsyncIterator[None]:
    """By somebody else: all the time, or most of it."""
    other = apsw.Connection(str(file))
    other.set_busy_timeout(20_000)

    async def hold(seconds: float) -> None:
        await asyncio.to_thread(lambda: other.execute("BEGIN EXCLUSIVE").fetchall())
        try:
            await asyncio.sleep(seconds)
        finally:
            other.execute("ROLLBACK")

    async def again() -> None:
        while True:
            await hold(HELD)
            await asyncio.sleep(FREE)

    task = asyncio.create_task(hold(3600) if kind == "hangs" else again())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        other.close()


def _break(file: Path, kind: str, chance: Random) -> None:
    if kind == "down":
        delete(file)
    elif kind == "wrong":
        other = file.with_name("other")
        with apsw.Connection(str(other)) as made:
            made.execute("CREATE TABLE events (x); CREATE TABLE recipients (x)").fetchall()
        made.close()
        other.replace(file)
    else:
        with file.open("r+b") as target:
            size = file.stat().st_size
            target.seek(size if kind == "huge" else 0)
            target.write(chance.randbytes(HUGE if kind == "huge" else size))


def _database(kind: str, *names: str) -> Fault:
    @asynccontextmanager
    async def fault(world: World) -> AsyncIterator[None]:
        files = [world.shop.data / name for name in names]
        if kind in ("hangs", "slow"):
            async with _held(files[0], kind):
                yield
            return
        for file in files:
            _break(file, kind, world.chance)
        yield

    return fault


def _pipe(file: Path) -> None:
    """In place of a file, what nobody ever writes to: who reads it waits."""
    file.unlink()
    os.mkfifo(file)


def _unpipe(file: Path) -> None:
    """Those who read it go on."""
    with suppress(OSError):
        os.close(os.open(file, os.O_WRONLY | os.O_NONBLOCK))
    file.unlink()


@asynccontextmanager
async def _again_and_again(work: Callable[[int], None]) -> AsyncIterator[None]:
    async def run() -> None:
        number = 0
        while True:
            work(number := number + 1)
            await asyncio.sleep(0.2)

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _place_file(kind: str) -> Fault:
    good = (DATA / "places.mmdb").read_bytes()

    @asynccontextmanager
    async def fault(world: World) -> AsyncIterator[None]:
        file = world.shop.folder / "places.mmdb"
        if kind == "slow":  # written anew all the time, half of it
            async with _again_and_again(lambda number: _write(file, good[: number * 700 % len(good)])):
                yield
        else:
            _do(
                {
                    "down": file.unlink,
                    "hangs": lambda: _pipe(file),
                    "garbage": lambda: _write(file, world.chance.randbytes(len(good))),
                    "huge": lambda: os.truncate(file, 2_000_000_000),
                    "wrong": lambda: _write(file, good[:-2000] + bytes(2000)),
                }[kind]
            )
            yield
        if kind == "hangs":
            _unpipe(file)
        _write(file, good)

    return fault


def _do(work: Callable[[], object]) -> None:
    work()


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)


def _templates(kind: str) -> Fault:
    @asynccontextmanager
    async def fault(world: World) -> AsyncIterator[None]:
        folder = world.shop.folder / "templates"
        files = [folder / name / "creative.yaml" for name in FORMATS]
        if kind == "slow":  # published anew all the time
            text = files[0].read_text()
            async with _again_and_again(lambda number: _write(files[0], f"{text}# {number}\n".encode())):
                yield
        else:
            for file in files:
                _spoil(file, kind, world.chance)
            yield
            for file in files if kind == "hangs" else ():
                _unpipe(file)
        for file in files:
            write_creative(file.parent, world.outside.urls["images"])

    return fault


def _spoil(file: Path, kind: str, chance: Random) -> None:
    picture = file.with_name("ground.png")
    if kind == "down":
        shutil.rmtree(file.parent)
    elif kind == "hangs":
        _pipe(file)
    elif kind == "garbage":
        _write(file, chance.randbytes(2000))
        _write(picture, picture.read_bytes()[:500])
    elif kind == "huge":
        _write(file, file.read_bytes() + b"# x\n" * (HUGE // 4))
        Image.new("1", (12_000, 12_000)).save(picture)
    else:
        _write(file, b"title: [\n" if chance.random() < 0.5 else b"title: A\nsize: 9\nvariants: []\n")


def _spool(kind: str) -> Fault:
    @asynccontextmanager
    async def fault(world: World) -> AsyncIterator[None]:
        data, spool = world.shop.data, world.shop.data / "spool"
        if kind == "down":  # its place is taken
            shutil.rmtree(spool)
            spool.write_bytes(b"")
        elif kind == "garbage":
            for file in spool.glob("*.spool"):
                with file.open("ab") as out:
                    out.write(world.chance.randbytes(5000))
            _write(spool / "0123456789abcdef.spool", world.chance.randbytes(5000))
        elif kind == "huge":
            fill(data / "ballast")
        else:
            status = os.statvfs(data)
            _remount(data, f"nr_inodes={status.f_files - status.f_ffree}")
        yield
        if kind == "down":
            spool.unlink()
        elif kind == "huge":
            (data / "ballast").unlink()
        elif kind == "wrong":
            _remount(data, "nr_inodes=100000")

    return fault


def fill(file: Path) -> None:
    """Writes until the disk is full."""
    with file.open("wb", buffering=0) as out, suppress(OSError):
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    out.write(bytes(size))


def _remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", folder], check=True)


def _all(make: Callable[[str], Fault], kinds: Sequence[str] = KINDS) -> Mapping[str, Fault]:
    return {kind: make(kind) for kind in kinds}


NAMES = {"weather": "weather, over HTTP", "feed": "feeds", "images": "images by address"}
DISK = ("down", "garbage", *(("huge", "wrong") if MAY_MOUNT else ()))

FAULTS: Mapping[str, Mapping[str, Fault]] = {
    **{NAMES[name]: _all(lambda kind, name=name: _asked(name, kind)) for name in ASKED},  # type: ignore[misc]
    "products and live values": _all(lambda kind: _database(kind, "products.db", "live.db")),
    "recipients.db": _all(lambda kind: _database(kind, "recipients.db")),
    "events.db": _all(lambda kind: _database(kind, "events.db")),
    "consent.db": _all(lambda kind: _database(kind, "consent.db")),
    "GeoIP file": _all(_place_file),
    "templates folder": _all(_templates),
    "spool and disk": _all(_spool, DISK),  # no disk of ours can hang
}

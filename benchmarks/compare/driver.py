"""The process of one side: requests in, what each took and what came back out. Works for any commit of livecontent.

It is run as a file, with the PYTHONPATH of the commit, and uses nothing of livecontent but `create_app`: all else may
be named differently there. Lines of JSON come in, each a list of requests (path, query, agent, address);
for each line one goes out. Times are those of this process's processor, so that waiting for others does not count.
"""

import asyncio
import base64
import json
import os
import sys
import time
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop
from PIL import Image
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

IDLE = 0.3  # seconds in which a process that has finished starting takes next to no processor time
PEER = ("127.0.0.1", 40000)


class App:
    """The application of the commit on an event loop."""

    def __init__(self) -> None:
        self._counts = TemporaryDirectory(prefix="livecontent-compare-")
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = self._counts.name
        import livecontent.app

        self.folder = Path(livecontent.app.__file__).parents[2]
        self._app: Any = livecontent.app.create_app()
        self._inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._outbox: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()

    async def start(self) -> None:
        """Starts it, and waits until what it does at its start is done."""
        lifespan = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        self._life = asyncio.create_task(self._app(lifespan, self._inbox.get, self._outbox.put))
        await self._say("startup")
        await asyncio.sleep(1)
        used = IDLE
        while used > IDLE / 20:
            before = time.process_time()
            await asyncio.sleep(IDLE)
            used = time.process_time() - before

    async def stop(self) -> None:
        """Stops it in order."""
        await self._say("shutdown")
        await self._life

    async def _say(self, event: str) -> None:
        await self._inbox.put({"type": f"lifespan.{event}"})
        said = await self._outbox.get()
        if said["type"] != f"lifespan.{event}.complete":
            raise RuntimeError(f"{event}: {said}")

    async def answer(self, requests: list[list[str]]) -> dict[str, object]:
        """One request after the other; the last answer in whole, to be looked at."""
        scopes = [_scope(*request) for request in requests]
        thread: list[int] = []
        process: list[int] = []
        sizes: list[str] = []
        body = b""
        for scope in scopes:
            await asyncio.sleep(0)  # what the application does beside is not timed
            sent: list[Mapping[str, Any]] = []

            async def send(message: Mapping[str, Any], sent: list[Mapping[str, Any]] = sent) -> None:
                sent.append(message)

            whole, own = time.process_time_ns(), time.thread_time_ns()
            await self._app(scope, _receive, send)
            thread.append(time.thread_time_ns() - own)
            process.append(time.process_time_ns() - whole)
            body = b"".join(message.get("body", b"") for message in sent)
            sizes.append(_size(sent[0]["status"], body))
        return {"thread_ns": thread, "process_ns": process, "sizes": sizes, "last": base64.b64encode(body).decode()}

    async def metrics(self) -> str:
        """What it tells of itself, at `/metrics` or in files."""
        sent: list[Mapping[str, Any]] = []

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        await self._app(_scope("/metrics", "", "", ""), _receive, send)
        if sent[0]["status"] == 200:
            return b"".join(message.get("body", b"") for message in sent).decode()
        registry = CollectorRegistry()
        MultiProcessCollector(registry, self._counts.name)  # type: ignore[no-untyped-call]
        return generate_latest(registry).decode()


def _scope(path: str, query: str, agent: str, address: str) -> dict[str, object]:
    """As uvicorn makes it."""
    headers = {"host": "live", "user-agent": agent, "x-forwarded-for": address}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items() if value],
        "client": PEER,
        "server": ("127.0.0.1", 8000),
        "state": {},
    }


async def _receive() -> dict[str, object]:
    return {"type": "http.request", "body": b"", "more_body": False}


def _size(status: int, body: bytes) -> str:
    """Width and height of an image; what is wrong where it is none."""
    try:
        with Image.open(BytesIO(body)) as image:
            return f"{image.width}x{image.height}" if status == 200 else f"status {status}"
    except OSError as error:
        return f"status {status}, {error}"


async def _main() -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else is printed is no answer
    app = App()
    await app.start()
    print(json.dumps({"folder": str(app.folder)}), file=out, flush=True)
    for line in sys.stdin:  # nothing runs while the other side has its turn
        asked = json.loads(line)
        said = await app.answer(asked) if asked else {"metrics": await app.metrics()}
        print(json.dumps(said), file=out, flush=True)
    await app.stop()


if __name__ == "__main__":
    uvloop.run(_main())

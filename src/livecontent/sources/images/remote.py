"""Images by address: fetched once, decoded in a process with limits, kept in a size that can be used, asked for again.

An open looks only into memory. What is not there yet is fetched beside it, and the open waits for it no longer than
its deadline lasts. What is kept is in files that all workers read; an image that nobody has asked for in a while goes.
"""

import asyncio
import json
import logging
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from livecontent.config import ImageSettings, Settings
from livecontent.errors import SourceError
from livecontent.net.guarded import GuardedHttp
from livecontent.runtime.private_files import make_folder
from livecontent.sources.base import SourceHealth

log = logging.getLogger(__name__)

MAX_BYTES = 5 * 1024 * 1024
DEADLINE = 10.0  # seconds of a download
MOST = 10_000  # addresses that are known in memory
AT_ONCE, DECODERS = 8, 2
FIRST_REST, LAST_REST = 10.0, 3600.0  # seconds that an address is left alone after a failure
STEP = 600.0  # seconds after which content that was made with an image is made again, to see whether that is still it
AHEAD = 10.0  # seconds between looks at what is to be fetched ahead
AHEAD_BYTES = 1024 * 1024 * 1024  # of images that are kept, from which on nothing new is fetched ahead
ROUND = 100  # images that are fetched ahead after one look
FORGOTTEN = 30 * 86_400.0  # seconds; files are removed that nobody has asked for
DECODER = "livecontent.render.paint.foreign"


@dataclass(frozen=True, slots=True)
class RemoteImage:
    """What is known of an address: the digest of its image, "" where there is none, when it was asked for."""

    address: str
    digest: str = ""
    at: float = 0.0  # seconds since 1970
    conditions: Mapping[str, str] = field(default_factory=dict)  # headers by which it is asked for again
    problem: str = ""  # of the last time
    failures: int = 0
    again_at: float = 0.0


class RemoteImages:
    """The images of all addresses."""

    def __init__(self, settings: ImageSettings, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """The folder is made when something is kept; the clock is in seconds since 1970."""
        self._settings = settings
        self._folder = folder
        self._clock = clock
        self._http = GuardedHttp(settings.hosts, MAX_BYTES, DEADLINE)
        self._known: dict[str, RemoteImage] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._downloads, self._decoders = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(DECODERS)
        self._changes = 0
        self._told: set[tuple[str, str]] = set()  # hosts and what is wrong there, in the log
        self._updated = 0.0  # when the last answer came, in seconds since 1970
        self.failures = 0  # of all that was asked for
        self._problem = ""  # of the last one, if it failed

    @property
    def health(self) -> SourceHealth:
        """How it goes with asking for them."""
        return SourceHealth(self._updated, self.failures, self._problem)

    @property
    def stamp(self) -> object:
        """Changes whenever an image may be another than before."""
        return self._changes, self._clock() // STEP

    def kept(self) -> Sequence[RemoteImage]:
        """All that is known in files."""
        notes = [self._read(note) for note in self._folder.glob("*.json")]
        return [note for note in notes if note]

    def find(self, address: str) -> str | None:
        """The digest of the image at an address, None where it is not there (yet)."""
        known = self._known.get(address)
        if known is None and self._http.allows(address):
            known = self._remember(self._kept(address) or RemoteImage(address))
        return (known and known.digest) or None

    def why_not(self, address: str) -> str:
        """Why there is no image at an address."""
        if not self._http.allows(address):
            return "its host is none of those in the setting images.hosts"
        known = self._known.get(address)
        return (known and known.problem) or "it is not fetched yet"

    def data(self, digest: str) -> bytes | None:
        """The file of a digest."""
        try:
            return self._file(digest).read_bytes()
        except OSError:
            return None

    def ask(self, addresses: Iterable[str]) -> None:
        """Fetches what is not known or no longer fresh, beside all else."""
        for address in addresses:
            if self._is_due(address):
                task = asyncio.get_running_loop().create_task(self._refresh(self._known[address]))
                self._tasks[address] = task
                task.add_done_callback(lambda _, address=address: self._tasks.pop(address, None))  # type: ignore[misc]

    async def fetch(self, addresses: Iterable[str], seconds: float) -> None:
        """The same, and waits until all is there that can be had, but no longer than this."""
        wanted = list(addresses)
        self.ask(wanted)
        if tasks := [task for address in wanted if (task := self._tasks.get(address))]:
            await asyncio.wait(tasks, timeout=max(seconds, 0.0))

    async def fetch_ahead(self, addresses: Callable[[], Iterable[str]]) -> None:
        """Fetches those of the hosts among all addresses that are known, again and again, for ever.

        Where images take more room than `AHEAD_BYTES`, new ones are fetched when they are shown.
        """
        while True:
            await asyncio.sleep(AHEAD * random.uniform(0.5, 1))  # noqa: S311  no secret; workers take turns
            wanted = list(islice(filter(self._http.allows, addresses()), MOST))
            if wanted and await asyncio.to_thread(self._bytes) > AHEAD_BYTES:
                wanted = [address for address in wanted if self.find(address)]
            self.ask(islice(filter(self._is_due, wanted), ROUND))  # others later: what is shown does not stand behind

    def clear(self) -> None:
        """Forgets in memory what is known; the files tell it again."""
        self._known.clear()
        self._changes += 1

    async def start(self) -> None:
        """Nothing: it works from the beginning."""

    async def close(self) -> None:
        """Fetches no more."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._http.aclose()

    def tidy(self) -> None:
        """Removes files that nobody has asked for in a while. Not for the event loop."""
        self._told.clear()  # what is still wrong is told again
        old = time.time() - FORGOTTEN
        for file in self._folder.glob("*.*"):
            with suppress(OSError):
                if file.is_file() and file.stat().st_mtime < old:
                    file.unlink()

    def _is_due(self, address: str) -> bool:
        """Whether it is to be asked for now, and nobody does."""
        self.find(address)
        known = self._known.get(address)
        if known is None or address in self._tasks:
            return False
        return self._clock() >= (known.again_at if known.problem else known.at + self._settings.fresh)

    def _bytes(self) -> int:
        """Of all images that are kept."""
        total = 0
        for file in self._folder.glob("*.image"):
            with suppress(OSError):
                total += file.stat().st_size
        return total

    def _remember(self, image: RemoteImage) -> RemoteImage:
        if len(self._known) >= MOST:
            self._known.pop(next(iter(self._known)))
        self._known[image.address] = image
        return image

    async def _refresh(self, known: RemoteImage) -> None:
        kept = await asyncio.to_thread(self._kept, known.address)  # another worker may have been faster
        if kept and (kept.at, kept.failures) > (known.at, known.failures):
            self._changed(known, kept)
            return
        try:
            async with self._downloads:
                found = await self._fetched(known)
        except (SourceError, OSError) as error:
            found = self._failed(known, error)
        with suppress(OSError):  # then each worker knows for itself
            await asyncio.to_thread(self._keep, found)
        self._changed(known, found)

    def _failed(self, known: RemoteImage, error: Exception) -> RemoteImage:
        self.failures += 1
        problem = getattr(error, "strerror", None) or str(error) or type(error).__name__
        failures = known.failures + 1
        rest = max(min(FIRST_REST * 2 ** (failures - 1), LAST_REST), getattr(error, "retry_after", 0.0))
        host = urlsplit(known.address).netloc  # the rest of an address may say who opens
        self._problem = f"{host}: {problem}"
        if problem != known.problem and (host, problem) not in self._told:
            self._told.add((host, problem))
            log.warning("images of %s: %s; `livecontent doctor` says which", host, problem)
        return replace(known, problem=problem, failures=failures, again_at=self._clock() + rest)

    def _changed(self, before: RemoteImage, after: RemoteImage) -> None:
        self._remember(after)
        self._changes += before.digest != after.digest

    async def _fetched(self, known: RemoteImage) -> RemoteImage:
        at = self._clock()
        got = await self._http.get(known.address, known.conditions if known.digest else None)
        self._updated, self._problem = at, ""
        if got.status == 304 and known.digest:
            return replace(known, at=at, problem="", failures=0)
        async with self._decoders:
            digest = await self._decoded(got.body)
        told = {"if-none-match": got.headers.get("etag"), "if-modified-since": got.headers.get("last-modified")}
        return RemoteImage(known.address, digest, at, {name: value for name, value in told.items() if value})

    async def _decoded(self, body: bytes) -> str:
        """Keeps the image in some bytes, and gives its digest. Raises `SourceError` where they are none."""
        make_folder(self._folder)
        with TemporaryDirectory(prefix=".", dir=self._folder) as scratch:
            file, draft = Path(scratch, "file"), Path(scratch, "draft")
            await asyncio.to_thread(file.write_bytes, body)
            pipe = asyncio.subprocess.PIPE
            command = (sys.executable, "-m", DECODER, str(file), str(draft))
            process = await asyncio.create_subprocess_exec(*command, stderr=pipe, stdin=asyncio.subprocess.DEVNULL)
            try:
                async with asyncio.timeout(DEADLINE):
                    _, told = await process.communicate()
            except BaseException:
                process.kill()
                await process.wait()
                raise
            if process.returncode:
                lines = told.decode(errors="replace").strip().splitlines()
                raise SourceError(lines[-1][:200] if lines and process.returncode == 1 else "can't be decoded")
            data = await asyncio.to_thread(draft.read_bytes)
            digest = blake2b(data, digest_size=12).hexdigest()
            await asyncio.to_thread(draft.replace, self._file(digest))
        return digest

    def _file(self, digest: str) -> Path:
        return self._folder / f"{digest}.image"

    def _note(self, address: str) -> Path:
        return self._folder / f"{blake2b(address.encode('utf-8', 'replace'), digest_size=12).hexdigest()}.json"

    def _kept(self, address: str) -> RemoteImage | None:
        """What a file says of an address; None where there is none, or its image is gone."""
        note = self._note(address)
        found = self._read(note)
        try:
            for file in (note, self._file(found.digest)) if found and found.digest else ():
                os.utime(file)
        except OSError:
            return None
        return found if found and found.address == address else None

    def _read(self, note: Path) -> RemoteImage | None:
        try:
            return RemoteImage(**json.loads(note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _keep(self, image: RemoteImage) -> None:
        """Raises `OSError`."""
        note = self._note(image.address)
        draft = note.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(image)), encoding="utf-8")
        draft.replace(note)


def make_images(settings: Settings) -> RemoteImages | None:
    """Those of all hosts in the settings, also of the tile server; None where no host is named."""
    tiles = urlsplit(settings.map.url).netloc
    hosts = (*settings.images.hosts, *([tiles] if tiles else ()))
    images = settings.images.model_copy(update={"hosts": hosts})
    return RemoteImages(images, settings.data / "images") if hosts else None

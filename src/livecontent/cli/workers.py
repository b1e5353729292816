"""A worker as a process: what its parent sees of it, and what it tells its parent.

It tells through a pipe, in lines of JSON: that it is ready, why it can't be, and a sign of life each second. By the
pipe it knows, too, when its parent is gone.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from livecontent.errors import LivecontentError

SERVER = "SERVER_NAME"  # the variable by which the workers of a server know it

_LONGEST = 32 * 1024  # characters of a reason: a pipe takes 64 KiB at once


class ParentGoneError(LivecontentError):
    """Nobody reads what a worker tells."""


class Report:
    """The worker's end of the pipe."""

    def __init__(self, pipe: int) -> None:
        """The pipe's number, which processes started from here do not get."""
        self._pipe = pipe
        os.set_inheritable(pipe, False)
        os.set_blocking(pipe, False)  # a parent that was stopped must not stop its workers

    def tell(self, **said: str) -> None:
        """One of `ready` (what is served) and `failed` (why), or nothing: a sign of life. Raises `ParentGoneError`.

        With `ready` come `metrics`, the address at which the parent tells them, and `counts`, where they are.
        """
        try:
            os.write(self._pipe, json.dumps({name: text[:_LONGEST] for name, text in said.items()}).encode() + b"\n")
        except BlockingIOError:
            return
        except OSError as error:
            raise ParentGoneError("the parent of this worker has ended") from error


class WorkerProcess:
    """The parent's end: a process that starts, is ready, and ends."""

    def __init__(self, listening: socket.socket, slot: int, generation: int, *, replaces: bool) -> None:
        """Starts it, with a socket to answer on. No other process has its slot as long as it lives.

        One that replaces another, which goes on if it fails, must be able to draw.
        """
        self.slot = slot
        self.generation = generation
        self.ready = ""  # what it serves, once it does
        self.failed = ""  # why it can't
        self.metrics = self.counts = ""  # where to tell metrics, and the folder that they come from
        self.looks = self.silent = 0  # since its start, and since its last sign
        self._pipe, theirs = os.pipe()
        os.set_blocking(self._pipe, False)
        self._told = b""
        numbers = (listening.fileno(), theirs, slot, int(replaces))
        self._process = subprocess.Popen(  # noqa: S603  ours
            [sys.executable, *_as_here(), "-m", "livecontent.cli.worker", *map(str, numbers)],
            pass_fds=numbers[:2],
            stdin=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"},
            process_group=0,  # Ctrl-C is for the parent, which ends its workers in good order
        )
        os.close(theirs)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it is no more."""
        return self._process.poll() is not None

    @property
    def end(self) -> str:
        """How it has ended."""
        status = self._process.returncode
        return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"

    def look(self) -> None:
        """Reads what it has told. Counts looks, not seconds: after a pause of the machine nobody is late."""
        self.looks += 1
        self.silent += 1
        with suppress(BlockingIOError):
            while part := os.read(self._pipe, 65536):
                self._told += part
                self.silent = 0
        *lines, self._told = self._told.split(b"\n")
        for said in map(json.loads, lines):
            self.ready = said.get("ready", self.ready)
            self.failed = said.get("failed", self.failed)
            self.metrics, self.counts = said.get("metrics", self.metrics), said.get("counts", self.counts)

    def stop(self) -> None:
        """Asks it to end once it has answered."""
        self._process.terminate()

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Lets go of the pipe of one that has ended."""
        os.close(self._pipe)


def _as_here() -> list[str]:
    """Modules of the working folder are imported only where they are imported here, too."""
    return [] if {"", str(Path.cwd())} & set(sys.path) else ["-P"]

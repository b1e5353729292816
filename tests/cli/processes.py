"""Commands as processes of their own, which tests stop with a signal."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 60.0  # seconds


@contextmanager
def started(*words: str, folder: Path, terminal: bool = False) -> Iterator[subprocess.Popen[str]]:
    """A command that runs; with a terminal to be asked on, or without input."""
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "livecontent", *words],
            cwd=folder,
            stdin=theirs if terminal else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        os.close(ours)
        os.close(theirs)


def wait_until_asked(process: subprocess.Popen[str]) -> str:
    """What it has said by the time it asks a question."""
    assert process.stderr
    said = ""
    while "?" not in said:
        letter = process.stderr.read(1)
        assert letter, said
        said += letter
    return said


def feed(pipe: Path, text: str) -> int:
    """Writes to a named pipe, waits until all is read, and leaves it open."""
    writer = os.open(pipe, os.O_WRONLY)
    os.write(writer, text.encode())
    end = time.monotonic() + PATIENCE
    while struct.unpack("i", fcntl.ioctl(writer, termios.FIONREAD, b"\0" * 4))[0]:
        assert time.monotonic() < end
        time.sleep(0.01)
    return writer


def shown_on_terminal(*words: str, folder: Path) -> str:
    """All that a command shows on a terminal, which it is left alone with."""
    ours, theirs = pty.openpty()
    place = os.environ | {"TERM": "xterm"}
    command = [sys.executable, "-m", "livecontent", *words]
    with subprocess.Popen(command, cwd=folder, env=place, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # at its end
            while part := os.read(ours, 65536):
                shown += part
        os.close(ours)
        assert process.wait() == 0, shown
    return shown.decode()

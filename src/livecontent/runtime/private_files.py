"""Folders and files for their owner only, and the secret key that refs are made with."""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from livecontent.errors import ConfigError

KEY_BYTES = 32
SMALLEST = 16


def make_folder(folder: Path) -> None:
    """Makes a folder that only its owner may enter, if there is none. Raises `ConfigError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"the folder {folder} can't be made: {error.strerror}") from None


def make_data_folder(folder: Path) -> None:
    """Makes the folder of all data, which takes the temporary files, too, where nothing else on the machine can be
    written, as in a container whose root is read-only. Raises `ConfigError`.
    """
    make_folder(folder)
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder.resolve())  # also of processes, and of SQLite


def make_file(file: Path) -> None:
    """Makes an empty file that only its owner may read, if there is none; errors show when it is opened.

    An existing one is not opened: closing it would drop this process's locks on it, see 2.2 of
    https://sqlite.org/howtocorrupt.html.
    """
    with suppress(OSError):
        os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def write_private(file: Path, data: str | bytes, at: float | None = None) -> None:
    """Puts a whole file that only its owner may read in the place of another; `at` is its time. Raises `OSError`."""
    with _drafted(file, data.encode() if isinstance(data, str) else data) as draft:
        if at is not None:
            os.utime(draft, (at, at))
        draft.replace(file)


@contextmanager
def _drafted(file: Path, data: bytes) -> Iterator[Path]:
    """A whole file beside another, to be put in its place; gone at the end, where it was not. Raises `OSError`."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def alone(file: Path) -> Iterator[bool]:
    """Whether no other process has this lock now; it is ours until the end. Raises `OSError`."""
    make_folder(file.parent)
    with file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Waits until no other process has this lock; it is ours until the end. Raises `OSError`."""
    make_folder(file.parent)
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def load_secret(file: Path) -> bytes:
    """The key in a file of hexadecimal digits; where there is no file, a new one that only its owner may read.

    Raises `ConfigError`. Without the key, every link already sent stops working: it belongs in the backups.
    """
    try:
        text = file.read_text().strip()
    except FileNotFoundError:
        text = _make(file)
    except UnicodeDecodeError:
        raise ConfigError(f"the key {file} is not hexadecimal digits") from None
    except OSError as error:
        raise ConfigError(f"the key {file} can't be read: {error.strerror}") from None
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise ConfigError(f"the key {file} is not hexadecimal digits") from None
    if not SMALLEST <= len(key) <= 64:
        raise ConfigError(f"the key {file} has {len(key)} bytes; {SMALLEST} to 64 are taken")
    return key


def new_secret() -> str:
    """What stands in the file of a new key."""
    return secrets.token_hex(KEY_BYTES) + "\n"


def _make(file: Path) -> str:
    """Writes a new key beside, then links it: two processes that start at once get the same one."""
    make_folder(file.parent)
    try:
        with _drafted(file, new_secret().encode()) as draft, suppress(FileExistsError):
            os.link(draft, file)
        return file.read_text().strip()
    except OSError as error:
        raise ConfigError(f"the key {file} can't be made: {error.strerror}") from None

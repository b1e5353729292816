"""The secret keys of a data folder, so that one can be replaced while emails that were sent with it go on working.

The newest is the key file itself; those before it are in a folder, each in a file of its own, named by its id. A
retired key makes and verifies nothing: it is kept as only it tells under which ref somebody has withdrawn a consent.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from typing import NamedTuple

from livecontent.errors import ConfigError
from livecontent.runtime.private_files import alone, load_secret, new_secret, write_private

log = logging.getLogger(__name__)

SIGNATURE_BYTES = 16
_RETIRED = ".retired"


class SecretKey(NamedTuple):
    """A key, its id, and when it was made, in seconds since 1970."""

    secret: bytes
    id: str
    made_at: float


class SecretKeys:
    """All keys in use, the newest first: that one signs, any of them verifies."""

    def __init__(self, file: Path, data: Path) -> None:
        """Of a key file and a data folder; makes a first key where there is none.

        Raises `ConfigError` for one that can't be used.
        """
        self._file = file
        self._folder = data / "keys"
        self._told = ""
        load_secret(file)
        self._read()

    def refresh(self) -> None:
        """Reads them again; where one can't be read, all stay as they were, and that is logged once."""
        try:
            self._read()
            self._told = ""
        except ConfigError as error:
            if self._told != str(error):
                log.warning("%s; the keys in use stay", error)
            self._told = str(error)

    def sign(self, purpose: str, message: bytes) -> bytes:
        """A signature by the newest key; one for another purpose (16 bytes at most) is another."""
        return _signature(self.live[0], purpose, message)

    def verify(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Whether any of the keys in use has made a signature."""
        return any(compare_digest(_signature(key, purpose, message), signature) for key in self.live)

    def add(self) -> SecretKey:
        """Makes a new key, which is the newest from now on. Raises `ConfigError`."""
        with self._alone():
            newest = self.live[0]
            write_private(self._folder / newest.id, newest.secret.hex() + "\n", at=newest.made_at)
            write_private(self._file.resolve(), new_secret())
            self._read()
        return self.live[0]

    def check(self, key: SecretKey) -> None:
        """Raises `ConfigError` where a key can't be retired: the newest."""
        if key == self.live[0]:
            raise ConfigError(f"{key.id} is the newest key, which makes new refs: livecontent keys add, then retire it")

    def retire(self, key: SecretKey) -> None:
        """Takes a key out of use. Raises `ConfigError`."""
        self.check(key)
        with self._alone():
            self._folder.joinpath(key.id).rename(self._folder / (key.id + _RETIRED))
            self._read()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps others from changing the keys meanwhile. Raises `ConfigError`."""
        try:
            with alone(self._folder / ".lock") as free:
                if not free:
                    raise ConfigError("another command is changing the keys; try again")
                self._read()
                yield
        except OSError as error:
            raise ConfigError(f"{error.filename}: {error.strerror}; no key was changed") from None

    def _read(self) -> None:
        """Raises `ConfigError`."""
        if not self._file.exists():
            raise ConfigError(f"the key {self._file} is gone")
        newest = _key(self._file)
        try:
            files = [file for file in self._folder.iterdir() if not file.name.startswith(".")]
        except FileNotFoundError:
            files = []
        except OSError as error:
            raise ConfigError(f"the folder of keys {self._folder} can't be read: {error.strerror}") from None
        older = sorted((_key(file) for file in files if file.suffix != _RETIRED), key=lambda key: -key.made_at)
        self.live: Sequence[SecretKey] = (newest, *(key for key in older if key.secret != newest.secret))
        self.retired: Sequence[SecretKey] = tuple(_key(file) for file in files if file.suffix == _RETIRED)


def _key(file: Path) -> SecretKey:
    secret = load_secret(file)
    try:
        made_at = file.stat().st_mtime
    except OSError:
        made_at = time.time()
    return SecretKey(secret, blake2b(secret, digest_size=4, person=b"key id").hexdigest(), made_at)


def _signature(key: SecretKey, purpose: str, message: bytes) -> bytes:
    return blake2b(message, digest_size=SIGNATURE_BYTES, key=key.secret, person=purpose.encode()).digest()

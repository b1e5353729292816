"""Tells other processes that a server runs on a data folder: a lock that servers share, and a restore needs alone."""

import fcntl
import os
from pathlib import Path

from livecontent.errors import ConfigError


class Presence:
    """The lock of one server."""

    def __init__(self, file: Path) -> None:
        """The file is made where there is none."""
        self._path = file
        self._file: int | None = None

    async def start(self) -> None:
        """Raises `ConfigError` while a restore is under way."""
        self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"a restore of {self._path.parent} is under way") from None

    async def close(self) -> None:
        """Lets go of it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

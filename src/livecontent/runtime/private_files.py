"""Folders and files for their owner only."""

import os
from contextlib import suppress
from pathlib import Path

from livecontent.errors import ConfigError


def make_folder(folder: Path) -> None:
    """Makes a folder that only its owner may enter, if there is none. Raises `ConfigError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"the folder {folder} can't be made: {error.strerror}") from None


def make_file(file: Path) -> None:
    """Makes an empty file that only its owner may read, if there is none; errors show when it is opened.

    An existing one is not opened: closing it would drop this process's locks on it, see 2.2 of
    https://sqlite.org/howtocorrupt.html.
    """
    with suppress(OSError):
        os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

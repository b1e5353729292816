"""What was published: a version and what was done with it; its files, each written once and shared."""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple

from livecontent.creative.load import LoadedCreative
from livecontent.links import Format
from livecontent.runtime.private_files import make_folder, write_private

log = logging.getLogger(__name__)

MOST = 20  # versions of a creative
MOST_BYTES = 64 * 1024 * 1024  # of the files of a creative's versions; those that are needed stay however large
_ENDING = ".json"

Deed = Literal["published", "rolled back", "removed", "recalled", "recall undone"]


class Blank(NamedTuple):
    """What is left of a creative that can't be shown: size in pixels of the image, format and background."""

    width: int
    height: int
    format: Format
    background: tuple[int, int, int]


UNKNOWN = Blank(600, 200, "jpg", (255, 255, 255))  # of one that nobody knows: about the size of most


class Version(NamedTuple):
    """A version: `at` in seconds since 1970, and the digest of each file by its path from the creative's folder."""

    id: str
    at: float
    files: Mapping[str, str]
    blank: Blank


class Current(NamedTuple):
    """Which version of a creative is in force, and since when.

    One that a command chose holds as long as the folder has the version that it came in place of; one that stands in
    for a version that was recalled, until that is undone.
    """

    version: str
    at: float
    instead_of: str = ""
    removed: bool = False  # then nothing is served, and the version tells the size
    writing: bool = False  # its files are being put into the folder, which nobody looks at meanwhile
    recalled: str = ""  # the version that was in force, and was recalled

    @property
    def is_held(self) -> bool:
        """Whether the folder has no say."""
        return self.writing or bool(self.recalled)


class VersionChange(NamedTuple):
    """What was done with a version: `at` in seconds since 1970; by nobody where it came from the folder."""

    what: Deed
    version: str
    at: float
    by: str = ""
    why: str = ""


class VersionFiles:
    """A folder with the versions of all creatives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, name: str, version: str) -> bool:
        """Whether a version is kept."""
        return bool(version) and self._file(name, version + _ENDING).exists()

    def has_file(self, name: str, data: bytes) -> bool:
        """Whether a version has a file with these bytes."""
        return self._file(name, file_digest(data)).exists()

    def write(self, loaded: LoadedCreative) -> None:
        """Writes a version, if it is not there: its files, then what names them. Raises `OSError`."""
        if self.has(loaded.name, loaded.version):
            return
        digests = store_files(self._file(loaded.name, ""), loaded.files)
        made = {"at": time.time(), "files": digests, "blank": _blank_of(loaded)}
        write_private(self._file(loaded.name, loaded.version + _ENDING), json.dumps(made))

    def of(self, name: str) -> Sequence[Version]:
        """All versions of a creative that are kept, the newest first."""
        found = []
        for file in self._file(name, "").glob(f"*{_ENDING}"):
            try:
                made = json.loads(file.read_text())
                width, height, format_, background = made["blank"]
                blank = Blank(width, height, format_, tuple(background))
                found.append(Version(file.stem, made["at"], made["files"], blank))
            except (OSError, ValueError, TypeError, KeyError) as error:
                log.warning("%s can't be read: %s", file, error)
        return sorted(found, key=lambda version: -version.at)

    def read(self, name: str, version: Version) -> Mapping[str, bytes]:
        """The files of a version, by their path from the creative's folder. Raises `OSError`."""
        return {path: self._file(name, digest).read_bytes() for path, digest in version.files.items()}

    def tidy(self, name: str, versions: Sequence[Version], needed: int) -> None:
        """Lets go of the last of these versions, where there are too many; the first so many are needed."""
        kept: set[str] = set()
        size = 0
        for number, version in enumerate(versions):
            size += sum(self._size(name, digest) for digest in {*version.files.values()} - kept)
            if number >= needed and (number >= MOST or size > MOST_BYTES):
                break
            kept |= {version.id + _ENDING, *version.files.values()}
        for file in self._file(name, "").iterdir():
            if file.name not in kept:
                file.unlink(missing_ok=True)

    def _file(self, name: str, file: str) -> Path:
        return self._folder / name / file

    def _size(self, name: str, digest: str) -> int:
        with suppress(OSError):
            return self._file(name, digest).stat().st_size
        return 0


def store_files(folder: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """Writes files under their digests, where they are not there yet; the digests by path. Raises `OSError`."""
    make_folder(folder)
    digests = {path: file_digest(data) for path, data in files.items()}
    for path, digest in digests.items():
        if not (folder / digest).exists():
            write_private(folder / digest, files[path])
    return digests


def file_digest(data: bytes) -> str:
    """What the bytes of a file are kept under."""
    return blake2b(data, digest_size=16).hexdigest()


def _blank_of(loaded: LoadedCreative) -> Blank:
    creative = loaded.creative
    width, height = (1, 1) if creative.variants[-1].collapse else (side * creative.scale for side in creative.size)
    return Blank(width, height, creative.format, creative.background[:3])

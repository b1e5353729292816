"""What was published, kept in the data folder: it outlives the folder of creatives that it came from.

    current/NAME               which version is in force: one small file, replaced at once
    versions/NAME/ID.json      a version: when it was published, and the digest of each of its files
    versions/NAME/DIGEST       a file, written once; the versions of a creative share those that are the same

The id of a version is a digest of all its files. Several processes may publish the same at once.
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from livecontent.creative.load import LoadedCreative
from livecontent.errors import LivecontentError, StorageError
from livecontent.links import Format, is_name
from livecontent.runtime.private_files import locked, make_folder, write_private

log = logging.getLogger(__name__)

FOLDER = "published"  # in the data folder
MOST = 20  # versions of a creative
MOST_BYTES = 64 * 1024 * 1024  # of the files of a creative's versions; the one in force stays however large it is
_ENDING = ".json"


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

    One that a command chose holds as long as the folder has the version that it came in place of.
    """

    version: str
    at: float
    instead_of: str = ""
    removed: bool = False  # then nothing is served, and the version tells the size


class PublishedVersions:
    """The versions of all creatives of a data folder."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER
        self._warned = ""
        self._marks: dict[str, tuple[int, int]] = {}  # time and inode of each file that tells what is in force
        self._mark = 0
        self.current: dict[str, Current] = {}
        self.refresh()

    def refresh(self) -> set[str]:
        """Looks which version of each creative is in force; the names of those where others have changed it."""
        folder, changed = self._folder / "current", set[str]()
        try:
            mark = folder.stat().st_mtime_ns
            if mark == self._mark and time.time_ns() - mark > 2_000_000_000:  # younger ones may change within a tick
                return changed
            files = {file.name: (now.st_mtime_ns, now.st_ino) for file in folder.iterdir() for now in (file.stat(),)}
        except OSError:  # nothing was published yet, or can't be looked at now
            return changed
        for name, found in files.items():
            if self._marks.get(name) != found and is_name(name):
                before, now = self.current.get(name), self._read(name)
                if now is not None and now != before:
                    self.current[name] = now
                    changed.add(name)
        self._mark, self._marks = mark, files
        return changed

    def _read(self, name: str) -> Current | None:
        file = self._folder / "current" / name
        try:
            return Current(**json.loads(file.read_text()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            log.warning("%s can't be read: %s", file, error)
            return None

    def put(self, name: str, current: Current) -> None:
        """Says which version is in force, from now on and for all processes. Raises `LivecontentError`."""
        try:
            make_folder(self._folder / "current")
            write_private(self._folder / "current" / name, json.dumps(current._asdict()))
        except OSError as error:
            raise StorageError(f"{self._folder}: {error.strerror}") from None
        self.current[name] = current

    def choose(self, name: str, version: str, *, removed: bool = False) -> None:
        """Puts another version in force, or none, until the folder has another than now. Raises `LivecontentError`."""
        try:
            with locked(self._folder / ".lock"):
                now = self._read(name) or self.current[name]
                in_folder = now.instead_of or now.version
                instead_of = in_folder if removed or version != in_folder else ""
                self.put(name, Current(version, time.time(), instead_of, removed))
        except OSError as error:
            raise StorageError(f"{self._folder}: {error.strerror}") from None

    @property
    def served(self) -> list[str]:
        """The names of all creatives that no command took out."""
        return sorted(name for name in self.current if not self.is_removed(name))

    def is_removed(self, name: str) -> bool:
        """Whether a command took a creative out."""
        now = self.current.get(name)
        return now is not None and now.removed

    def is_replaced(self, loaded: LoadedCreative) -> bool:
        """Whether a command put another version in the place of this one, or took the creative out."""
        now = self.current.get(loaded.name)
        return now is not None and now.instead_of == loaded.version

    def keep(self, loaded: LoadedCreative) -> bool:
        """Keeps a creative as its version in force, if no command chose another meanwhile; whether it is.

        Where the disk takes no file, that is logged once.
        """
        name = loaded.name
        if self._is_kept(loaded):
            return True
        try:
            with locked(self._folder / ".lock"):
                if now := self._read(name):
                    self.current[name] = now
                if self.is_replaced(loaded):
                    return False
                if self._is_kept(loaded):  # another process was faster
                    return True
                if not self._file(name, loaded.version + _ENDING).exists():
                    self._write(loaded)
                self.put(name, Current(loaded.version, time.time()))
                self._tidy(name)
            self._warned = ""
        except (OSError, LivecontentError) as error:
            if self._warned != str(error):
                log.warning("%s: what is published can't be kept: %s", name, error)
            self._warned = str(error)
        return True

    def _is_kept(self, loaded: LoadedCreative) -> bool:
        now = self.current.get(loaded.name)
        kept = now is not None and (now.version, now.instead_of) == (loaded.version, "")
        return kept and self._file(loaded.name, loaded.version + _ENDING).exists()

    def _file(self, name: str, file: str) -> Path:
        return self._folder / "versions" / name / file

    def _write(self, loaded: LoadedCreative) -> None:
        """Writes a version: its files, then what names them. Raises `OSError`."""
        make_folder(self._file(loaded.name, ""))
        digests = {}
        for path, data in loaded.files.items():
            digests[path] = digest = blake2b(data, digest_size=16).hexdigest()
            file = self._file(loaded.name, digest)
            if not file.exists():
                write_private(file, data)
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

    def in_force(self, name: str) -> Sequence[Version]:
        """The version that is in force, then those that would do in its place: the newest first."""
        current = self.current.get(name)
        return sorted(self.of(name), key=lambda version: not current or version.id != current.version)

    def blank(self, name: str) -> Blank:
        """What is left of a creative that can't be shown."""
        return next((version.blank for version in self.in_force(name)), UNKNOWN)

    def files(self, name: str, version: Version) -> Mapping[str, bytes]:
        """The files of a version, by their path from the creative's folder. Raises `OSError`."""
        return {path: self._file(name, digest).read_bytes() for path, digest in version.files.items()}

    def _tidy(self, name: str) -> None:
        """Lets go of the oldest versions of a creative, where there are too many."""
        kept: set[str] = set()
        size = 0
        for number, version in enumerate(self.in_force(name)):
            size += sum(self._size(name, digest) for digest in {*version.files.values()} - kept)
            if number and (number >= MOST or size > MOST_BYTES):
                break
            kept |= {version.id + _ENDING, *version.files.values()}
        for file in self._file(name, "").iterdir():
            if file.name not in kept:
                file.unlink(missing_ok=True)

    def _size(self, name: str, digest: str) -> int:
        with suppress(OSError):
            return self._file(name, digest).stat().st_size
        return 0


def _blank_of(loaded: LoadedCreative) -> Blank:
    creative = loaded.creative
    width, height = (1, 1) if creative.variants[-1].collapse else (side * creative.scale for side in creative.size)
    return Blank(width, height, creative.format, creative.background[:3])

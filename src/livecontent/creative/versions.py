"""What was published, kept in the data folder: it outlives the folder of creatives that it came from.

    current/NAME               which version is in force: one small file, replaced at once
    history/NAME               what was done with its versions, by whom and why
    versions/NAME/ID.json      a version: when it was published, and the digest of each of its files
    versions/NAME/DIGEST       a file, written once; the versions of a creative share those that are the same

The id of a version is a digest of all its files. Several processes may publish the same at once.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from livecontent.creative.folder import own_files, put_files
from livecontent.creative.load import LoadedCreative
from livecontent.creative.version_files import UNKNOWN, Blank, Current, Deed, Version, VersionChange, VersionFiles
from livecontent.errors import LivecontentError, StorageError
from livecontent.links import is_name
from livecontent.runtime.private_files import locked, make_folder, write_private

log = logging.getLogger(__name__)

FOLDER = "published"  # in the data folder
MOST_CHANGES = 200  # that are told of a creative


class PublishedVersions:
    """The versions of all creatives of a data folder."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER
        self._files = VersionFiles(self._folder / "versions")
        self._warned = ""
        self._marks: dict[str, tuple[int, int]] = {}  # time and inode of each file that tells what is in force
        self._mark = 0
        self._met = set[str]()  # where a change by others was met between two looks
        self.current: dict[str, Current] = {}
        self.refresh()

    def refresh(self) -> set[str]:
        """Looks which version of each creative is in force; the names of those where others have changed it."""
        folder, changed = self._folder / "current", self._met
        self._met = set()
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

    @contextmanager
    def _alone(self, name: str) -> Iterator[Current | None]:
        """What is in force, while nobody else changes it. Raises `LivecontentError`."""
        try:
            with locked(self._folder / ".lock"):
                yield self._read(name) or self.current.get(name)
        except OSError as error:
            raise StorageError(f"{error.filename or self._folder}: {error.strerror}") from None

    def publish(self, loaded: LoadedCreative, folder: Path | None, by: str = "", why: str = "") -> bool:
        """Puts a version in force at once, then its files into the folder of the creative; whether that took them.

        From the first moment on all processes serve it whole. Whoever is stopped in the middle is finished for by the
        next one that looks. Without a folder it holds until somebody changes the one that there is. A recall ends.
        Raises `LivecontentError` where nothing has changed.
        """
        name = loaded.name
        with self._alone(name) as now:
            self._files.write(loaded)
            in_folder = (now.instead_of or now.version) if now else ""
            other = in_folder if in_folder != loaded.version else ""
            current = Current(loaded.version, time.time(), other, writing=folder is not None)
            self._change(name, current, "published", by, why)
            self._tidy(name)
            return folder is not None and self._finish(name, folder)

    def unkept(self, folder: Path) -> list[str]:
        """The files in a creative's folder that no version has, and publishing would lose. Raises `OSError`."""
        now = self.current.get(folder.name)
        if now and now.writing:  # some are of half a version
            return []
        return [path for path, data in own_files(folder).items() if not self._files.has_file(folder.name, data)]

    def finish(self, folder: Path) -> None:
        """Ends what somebody began who was stopped while publishing into this folder. Raises `LivecontentError`."""
        with self._alone(folder.name) as now:
            if now and now.writing:
                self._finish(folder.name, folder)

    def _finish(self, name: str, folder: Path) -> bool:
        """Where the folder can't be written, the version holds until somebody else changes what is in it."""
        now = self._read(name) or self.current[name]
        version = self.find(name, now.version)
        try:
            if version:
                put_files(folder, self.files(name, version))
            taken, why = version is not None, "the version is gone"
        except OSError as error:
            taken, why = False, str(error.strerror)
        if not taken:
            log.warning("%s: published, but its folder can't be written: %s", name, why)
        self.put(name, now._replace(instead_of="" if taken else now.instead_of, writing=False))
        return taken

    def choose(self, name: str, version: str, by: str = "", why: str = "", *, removed: bool = False) -> None:
        """Puts another version in force, or none, until the folder has another than now. Raises `LivecontentError`."""
        with self._alone(name) as now:
            if now is None:
                raise StorageError(f"{name} was not published")
            in_folder = now.instead_of or now.version
            other = Current(version, time.time(), in_folder if removed or version != in_folder else "", removed)
            self._change(name, other, "removed" if removed else "rolled back", by, why)

    def recall(self, name: str, stand_in: LoadedCreative | str, by: str = "", why: str = "") -> None:
        """Shows something else in all mail that was sent, until that is undone: a version, or one made for this.

        Raises `LivecontentError`.
        """
        with self._alone(name) as now:
            if now is None:
                raise StorageError(f"{name} was not published")
            if isinstance(stand_in, LoadedCreative):
                self._files.write(stand_in)
            version = stand_in if isinstance(stand_in, str) else stand_in.version
            in_folder = now.instead_of or now.version
            other = Current(version, time.time(), in_folder, recalled=now.recalled or now.version)
            self._change(name, other, "recalled", by, why)
            self._tidy(name)

    def undo_recall(self, name: str, by: str = "", why: str = "") -> None:
        """Puts in force again what was before a recall. Raises `LivecontentError` where there is none."""
        with self._alone(name) as now:
            if now is None or not now.recalled:
                raise StorageError(f"{name} is not recalled")
            version = now.recalled
            other = Current(version, time.time(), now.instead_of if version != now.instead_of else "")
            self._change(name, other, "recall undone", by, why)

    @property
    def served(self) -> list[str]:
        """The names of all creatives that no command took out."""
        return sorted(name for name in self.current if not self.is_removed(name))

    @property
    def recalled(self) -> Mapping[str, Current]:
        """What stands in for creatives that were recalled."""
        return {name: now for name, now in self.current.items() if now.recalled}

    @property
    def unfinished(self) -> list[str]:
        """Those whose files somebody is putting into their folder, or was when he was stopped."""
        return [name for name, now in self.current.items() if now.writing]

    def is_removed(self, name: str) -> bool:
        """Whether a command took a creative out."""
        now = self.current.get(name)
        return now is not None and now.removed

    def is_replaced(self, loaded: LoadedCreative) -> bool:
        """Whether another version was put in the place of this one, or the creative was taken out."""
        now = self.current.get(loaded.name)
        return now is not None and (now.is_held or now.instead_of == loaded.version)

    def keep(self, loaded: LoadedCreative) -> bool:
        """Keeps a creative as its version in force, if nobody chose another meanwhile; whether it is.

        Where the disk takes no file, that is logged once.
        """
        name = loaded.name
        if self._is_kept(loaded):
            return True
        try:
            with self._alone(name) as now:
                if now and now != self.current.get(name):  # the files may be of before, or half of each
                    self.current[name] = now
                    self._met.add(name)
                    return self._is_kept(loaded)
                if self.is_replaced(loaded):
                    return False
                self._files.write(loaded)
                self._change(name, Current(loaded.version, time.time()), "published")
                self._met.discard(name)  # who keeps it serves it
                self._tidy(name)
            self._warned = ""
        except (OSError, LivecontentError) as error:
            if self._warned != str(error):
                log.warning("%s: what is published can't be kept: %s", name, error)
            self._warned = str(error)
        return True

    def _is_kept(self, loaded: LoadedCreative) -> bool:
        now = self.current.get(loaded.name)
        kept = now is not None and not now.is_held and (now.version, now.instead_of) == (loaded.version, "")
        return kept and self._files.has(loaded.name, loaded.version)

    def of(self, name: str) -> Sequence[Version]:
        """All versions of a creative that are kept, the newest first."""
        return self._files.of(name)

    def find(self, name: str, version_id: str) -> Version | None:
        """A version by its id, if it is kept."""
        return next((version for version in self.of(name) if version.id == version_id), None)

    def in_force(self, name: str) -> Sequence[Version]:
        """The version that is in force, then those that would do in its place: the newest first."""
        now = self.current.get(name)
        first = (now.version, now.recalled) if now else ()
        return sorted(self.of(name), key=lambda version: first.index(version.id) if version.id in first else len(first))

    def blank(self, name: str) -> Blank:
        """What is left of a creative that can't be shown."""
        return next((version.blank for version in self.in_force(name)), UNKNOWN)

    def files(self, name: str, version: Version) -> Mapping[str, bytes]:
        """The files of a version, by their path from the creative's folder. Raises `OSError`."""
        return self._files.read(name, version)

    def history(self, name: str) -> Sequence[VersionChange]:
        """What was done with the versions of a creative, the newest first."""
        with suppress(OSError, ValueError, TypeError):
            return [VersionChange(*row) for row in json.loads((self._folder / "history" / name).read_text())]
        return []

    def _change(self, name: str, current: Current, what: Deed, by: str = "", why: str = "") -> None:
        """Puts a version in force, and notes that. Raises `OSError`, `LivecontentError`."""
        self.put(name, current)
        self._met.add(name)
        make_folder(self._folder / "history")
        changes = [VersionChange(what, current.version, current.at, by, why), *self.history(name)][:MOST_CHANGES]
        write_private(self._folder / "history" / name, json.dumps(changes))

    def _tidy(self, name: str) -> None:
        """Lets go of the oldest versions of a creative, where there are too many."""
        self._files.tidy(name, self.in_force(name), needed=2 if self.current[name].recalled else 1)

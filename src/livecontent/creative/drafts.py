"""Drafts of creatives in the data folder: changed in the studio, and seen by nobody else until they are published.

    drafts/NAME/draft.json     the files of the draft by digest, and those of the steps before it and after it
    drafts/NAME/DIGEST         a file, written once

All is written beside, and the one small file is replaced at once: whatever stops in the middle leaves the draft as it
was. A draft has the text of the creative and its pictures; what creatives share stays in their folder.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import rmtree
from types import MappingProxyType
from typing import NamedTuple, Self

from livecontent.creative.folder import own_files
from livecontent.creative.load import FILE, MAX_ASSET, PICTURES
from livecontent.creative.source import MAX_BYTES
from livecontent.creative.version_files import file_digest, store_files
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import LivecontentError, StorageError
from livecontent.links import is_name
from livecontent.runtime.private_files import locked, write_private

FOLDER = "drafts"  # in the data folder
MOST_FILES = 200  # of a creative
MOST_STEPS = 100  # back
MOST_BYTES = 64 * 1024 * 1024  # of the files of a draft with its steps; what it has now stays however large it is
_LONGEST = 200  # characters of a path
_MANIFEST = "draft.json"

Digests = Mapping[str, str]  # of files, by their path from the creative's folder


class DraftError(LivecontentError):
    """A draft can't be had or written as it is wished."""


class DraftChangedError(DraftError):
    """Somebody else has written the draft meanwhile; `draft` is what it is now."""

    def __init__(self, draft: "Draft") -> None:
        super().__init__(f"{draft.name}: somebody else has changed the draft meanwhile")
        self.draft = draft


@dataclass(frozen=True, slots=True)
class Draft:
    """A creative as it is being changed; `at` in seconds since 1970, 0 where nothing was changed yet."""

    name: str
    files: Mapping[str, bytes]  # by their path from its folder
    version: str  # a digest of all files
    began: str = ""  # the version that it was made from
    overtaken: bool = False  # whether what it was made from is another by now
    at: float = 0.0
    back: int = 0  # steps that can be undone
    forth: int = 0  # steps that can be done again
    by: str = ""  # who wrote it last

    @property
    def text(self) -> str:
        """Its YAML, as it is written. Raises `UnicodeDecodeError`."""
        return self.files[FILE].decode()

    @property
    def is_changed(self) -> bool:
        """Whether it is another than what it was made from."""
        return self.version != self.began


class _Kept(NamedTuple):
    """What stands in the file of a draft."""

    began: str
    at: float
    files: Digests
    before: Sequence[Digests] = ()
    after: Sequence[Digests] = ()
    by: str = ""

    def step_to(self, files: Digests) -> Self:
        """One step further; what was undone is forgotten."""
        return self._replace(files=files, before=[*self.before, self.files][-MOST_STEPS:], after=[])

    def step_back(self) -> Self:
        """As before the last step."""
        *before, files = self.before
        return self._replace(files=files, before=before, after=[*self.after, self.files])

    def step_forth(self) -> Self:
        """As before the last step back."""
        *after, files = self.after
        return self._replace(files=files, before=[*self.before, self.files], after=after)

    def within(self, sizes: Mapping[str, int]) -> Self:
        """It with as many steps as there is room for."""
        before = list(self.before)
        while before and sum(sizes[digest] for digest in _digests([self.files, *before, *self.after])) > MOST_BYTES:
            del before[0]
        return self._replace(before=before)


class Drafts:
    """The drafts of a data folder. Several processes may write the same; each says which version it has seen."""

    def __init__(self, data: Path, templates: Path, versions: PublishedVersions | None = None) -> None:
        """They are made from the folder of creatives, else from what was published."""
        self._folder = data / FOLDER
        self._templates = templates
        self._versions = versions

    @property
    def names(self) -> list[str]:
        """The creatives that have a draft."""
        return sorted(file.parent.name for file in self._folder.glob(f"*/{_MANIFEST}"))

    def open(self, name: str) -> Draft:
        """The draft of a creative, else a copy of what it is. Raises `DraftError`, `StorageError`."""
        with self._locked(name):
            return self._opened(name)

    def write(self, name: str, files: Mapping[str, bytes], expected: str, by: str = "") -> Draft:
        """Writes all files of a draft, where its version is the one expected; "" for a creative that is not there.

        Raises `DraftChangedError`, `DraftError`, `StorageError`.
        """
        check_files(files)
        with self._locked(name):
            draft = self._expected(name, expected)
            if draft and draft.version == version_of(files):
                return draft
            began = draft.version if draft else ""
            folder = self._folder / name
            kept = self._read(name) or _Kept(began, 0.0, store_files(folder, draft.files) if draft else {})
            return self._put(name, kept.step_to(store_files(folder, files)), by)

    def undo(self, name: str, expected: str, by: str = "") -> Draft:
        """The draft as before the last step. Raises `DraftChangedError`, `DraftError`, `StorageError`."""
        with self._locked(name):
            kept = self._stepped(name, expected)
            if kept is None or not any(kept.before[-1:]):
                raise DraftError(f"{name}: there is no step to undo")
            return self._put(name, kept.step_back(), by)

    def redo(self, name: str, expected: str, by: str = "") -> Draft:
        """The draft as before it was undone. Raises `DraftChangedError`, `DraftError`, `StorageError`."""
        with self._locked(name):
            kept = self._stepped(name, expected)
            if kept is None or not kept.after:
                raise DraftError(f"{name}: there is no step to do again")
            return self._put(name, kept.step_forth(), by)

    def discard(self, name: str) -> None:
        """Forgets a draft and its steps. Raises `DraftError`, `StorageError`."""
        with self._locked(name):
            (self._folder / name / _MANIFEST).unlink(missing_ok=True)
            rmtree(self._folder / name, ignore_errors=True)

    def _locked(self, name: str) -> AbstractContextManager[None]:
        if not is_name(name):
            raise DraftError(f"{name!r} is not a valid name: use lower-case letters, digits, hyphens")
        return _alone(self._folder)

    def _stepped(self, name: str, expected: str) -> _Kept | None:
        self._expected(name, expected)
        return self._read(name)

    def _expected(self, name: str, expected: str) -> Draft | None:
        try:
            draft = self._opened(name)
        except DraftError:
            if expected:
                raise
            return None
        if draft.version != expected:
            raise DraftChangedError(draft)
        return draft

    def _opened(self, name: str) -> Draft:
        kept, origin = self._read(name), self._origin(name)
        if kept is None:
            if FILE not in origin:
                raise DraftError(f"there is no creative {name}")
            version = version_of(origin)
            return Draft(name, MappingProxyType(origin), version, version)
        files = {path: (self._folder / name / digest).read_bytes() for path, digest in kept.files.items()}
        now = version_of(origin) if origin else ""
        version = _version(kept.files)
        steps = sum(map(bool, kept.before)), len(kept.after)
        overtaken = now not in (kept.began, version)
        return Draft(name, MappingProxyType(files), version, kept.began, overtaken, kept.at, *steps, kept.by)

    def _origin(self, name: str) -> dict[str, bytes]:
        """The files that a draft is made from: of the folder, but where a command put another version in its place."""
        folder = self._templates / name
        current = self._versions.current.get(name) if self._versions else None
        if self._versions and current and (current.instead_of or not (folder / FILE).is_file()):
            for version in self._versions.in_force(name):
                with suppress(OSError):
                    found = self._versions.files(name, version)
                    return {path: data for path, data in found.items() if not path.startswith("../")}
        return own_files(folder)

    def _read(self, name: str) -> _Kept | None:
        file = self._folder / name / _MANIFEST
        try:
            return _Kept(**json.loads(file.read_text()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise StorageError(f"{file} can't be read: {error}") from None

    def _put(self, name: str, kept: _Kept, by: str) -> Draft:
        """From now on this is the draft, by somebody; files that no step has are forgotten."""
        folder = self._folder / name
        sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
        kept = kept._replace(at=time.time(), by=by).within(sizes)
        write_private(folder / _MANIFEST, json.dumps(kept._asdict()))
        used = {_MANIFEST, *_digests([kept.files, *kept.before, *kept.after])}
        for file in folder.iterdir():
            if file.name not in used:
                file.unlink(missing_ok=True)
        return self._opened(name)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Drafts are read and written by one at a time; what the disk refuses is told with its file."""
    try:
        with locked(folder / ".lock"):
            yield
    except OSError as error:
        raise StorageError(f"{error.filename or folder}: {error.strerror}") from None


def version_of(files: Mapping[str, bytes]) -> str:
    """A digest of all files of a draft."""
    return _version({path: file_digest(data) for path, data in files.items()})


def check_files(files: Mapping[str, bytes]) -> None:
    """Raises `DraftError` for what can't be the files of a creative."""
    if FILE not in files:
        raise DraftError(f"a creative has a file {FILE}")
    if len(files) > MOST_FILES:
        raise DraftError(f"{len(files)} files; {MOST_FILES} are the most that a creative may have")
    for path, data in files.items():
        most = MAX_BYTES if path == FILE else MAX_ASSET
        if path != FILE and not is_picture(path):
            raise DraftError(f"{path!r} can't be the name of a picture: it ends in {', '.join(sorted(PICTURES))}")
        if len(data) > most:
            raise DraftError(f"{path} has {len(data):,} bytes; {most:,} are the most")
    if sum(map(len, files.values())) > MOST_BYTES:
        raise DraftError(f"all files together have more than {MOST_BYTES:,} bytes")


def is_picture(path: str) -> bool:
    """Whether a path can name a picture in the folder of a creative: relative, without `..`, nothing hidden."""
    parts = path.split("/")
    plain = path.isprintable() and "\\" not in path and len(path) <= _LONGEST
    whole = all(part and not part.startswith(".") and part == part.strip() for part in parts)
    return plain and whole and PurePosixPath(path).suffix.lower() in PICTURES


def _version(digests: Digests) -> str:
    return file_digest(json.dumps(sorted(digests.items())).encode())


def _digests(steps: Iterable[Digests]) -> set[str]:
    return {digest for files in steps for digest in files.values()}

"""The folder of a creative: its files, written for those who keep it under version control, and what tells a change."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from livecontent.creative.load import FILE, MAX_ASSET, PICTURES
from livecontent.creative.shared import BRAND, COMPONENTS, OFFERS, PICTURES_OF_BRAND

_DRAFT = ".draft"  # how a file ends that is not whole yet


def put_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Gives a creative's folder these files, and no other pictures; only what differs is written.

    What is not the creative's own, whose paths lead out of the folder, is left. All is written beside, then put in
    place: where the disk takes it not, all stays as it was. Raises `OSError`.
    """
    folder.mkdir(exist_ok=True)
    wanted = {folder / path: data for path, data in files.items() if path != FILE and not path.startswith("../")}
    wanted[(folder / FILE).resolve()] = files[FILE]  # it may be a link
    for left in folder.rglob(f".*{_DRAFT}"):  # by somebody who was stopped in the middle
        left.unlink()
    drafts: dict[Path, Path] = {}
    try:
        for file, data in wanted.items():
            if not _is_same(file, data):
                drafts[file] = _draft(file, data)
        gone = [file for file in _pictures(folder) if file not in wanted]
        for file, draft in sorted(drafts.items(), key=lambda pair: pair[0].name == FILE):  # last, as it names others
            draft.replace(file)
        for file in gone:
            file.unlink()
    except OSError:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        raise


def own_files(folder: Path) -> dict[str, bytes]:
    """What is in a creative's folder and is its own, by path from there; pictures that are too large are none.

    Raises `OSError`.
    """
    pictures = {path.relative_to(folder).as_posix(): path for path in sorted(_pictures(folder))}
    small = {name: path.read_bytes() for name, path in pictures.items() if path.stat().st_size <= MAX_ASSET}
    return {FILE: (folder / FILE).read_bytes(), **small} if (folder / FILE).is_file() else {}


def _is_same(file: Path, data: bytes) -> bool:
    try:
        return file.read_bytes() == data
    except FileNotFoundError:
        return False


def _draft(file: Path, data: bytes) -> Path:
    """The new file beside the old one, with its permissions."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}{_DRAFT}")
    with draft.open("xb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    if file.exists():
        draft.chmod(file.stat().st_mode & 0o777)
    return draft


def _pictures(folder: Path) -> Iterator[Path]:
    """Those that are the creative's."""
    for file in folder.rglob("*"):
        if file.suffix.lower() in PICTURES and file.is_file() and not file.is_symlink():
            yield file


Stamp = tuple[tuple[str, int, int], ...]  # path, time of the last change and size of a folder and all in it


def names_in(folder: Path) -> list[str]:
    """The names of all that is in a folder. Raises `OSError`."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def is_now(stamp: Stamp) -> bool:
    """Whether all is as it was: the time of a folder changes when a file in it comes or goes."""
    try:
        return all((now := os.stat(path)).st_mtime_ns == at and now.st_size == size for path, at, size in stamp)  # noqa: PTH116  a third of the time
    except OSError:
        return False


def shared_stamp(folder: Path) -> Stamp:
    """Of what the creatives of a folder share."""
    paths = [folder / BRAND, *(folder / COMPONENTS).glob("*.yaml")]
    paths += [file for shared in (PICTURES_OF_BRAND, OFFERS) for file in (folder / shared).rglob("*")]
    found = []
    for path in sorted(paths):
        with suppress(OSError):
            found.append((str(path), (now := path.stat()).st_mtime_ns, now.st_size))
    return tuple(found)


def stamp_of(folder: Path) -> Stamp:
    """Of a creative's folder and all in it; nothing where it is none."""
    try:
        paths = [folder, *sorted(folder.rglob("*"))] if (folder / FILE).exists() else []
        return tuple([(str(path), (now := path.stat()).st_mtime_ns, now.st_size) for path in paths])
    except OSError:  # a file was taken away meanwhile: the next look tells
        return ()

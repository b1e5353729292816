"""Stamps of files, which tell whether anything has changed in a folder of creatives."""

import os
from contextlib import suppress
from pathlib import Path

from livecontent.creative.load import FILE
from livecontent.creative.shared import BRAND, COMPONENTS, OFFERS, PICTURES_OF_BRAND

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

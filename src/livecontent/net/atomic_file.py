"""Files that take the place of others at once: a draft in; the one before, and where it came from, are kept beside."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


@contextmanager
def scratch(target: Path) -> Iterator[Path]:
    """A folder beside a file, for drafts of it. Raises `OSError`."""
    target = target.resolve()
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
        yield Path(folder)


def put(draft: Path, target: Path) -> None:
    """Puts a draft in the place of a file; the one before stays beside it as `.previous`. Raises `OSError`."""
    target = target.resolve()
    with draft.open("r+b") as written:
        os.fsync(written.fileno())
    with suppress(FileNotFoundError):
        before = draft.with_name("before")
        os.link(target, before)
        before.replace(target.with_name(f"{target.name}.previous"))
    draft.replace(target)


def conditions(url: str, target: Path) -> dict[str, str]:
    """Headers by which nothing is sent again, where a file is still as it came from there; else none."""
    try:
        origin = json.loads(_origin(target).read_text(encoding="utf-8"))
        same = (origin["url"], origin["written"]) == (url, target.stat().st_mtime_ns)
        return {str(name): str(value) for name, value in origin["conditions"].items()} if same else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def remember(url: str, target: Path, fields: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Keeps where a file came from, by the headers of the answer. Where that can't be kept it is fetched again."""
    told = {name: fields[field] for field, name in _CONDITIONS.items() if field in fields} or dict(known)
    with suppress(OSError):
        origin = {"url": url, "written": target.stat().st_mtime_ns, "conditions": told}
        _origin(target).write_text(json.dumps(origin), encoding="utf-8")


def _origin(target: Path) -> Path:
    return target.with_name(f"{target.name}.origin")

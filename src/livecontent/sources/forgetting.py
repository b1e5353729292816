"""What sources keep of people in files, for when somebody is forgotten."""

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import unquote

from livecontent.config import FeedSettings
from livecontent.net.http import Http
from livecontent.sources.feed.reader import FeedReader


def forget_in_feeds(feeds: Mapping[str, FeedSettings], folder: Path, words: Collection[str]) -> None:
    """Takes entries whose key is one of these words out of kept answers; removes those of feeds that are no more.

    Raises `OSError`.
    """
    for file in folder.glob("*.json"):
        if file.stem in feeds:
            FeedReader(file.stem, feeds[file.stem], folder, Http(), Counter()).forget(words)
        else:
            file.unlink(missing_ok=True)


def forget_images(folder: Path, words: Collection[str]) -> None:
    """Removes images by address whose address holds one of these words as a whole. Raises `OSError`."""
    kept: dict[str, set[Path]] = {}  # notes by the digest of the image
    for note in folder.glob("*.json"):
        try:
            known = json.loads(note.read_text(encoding="utf-8"))
        except ValueError:
            known = {}
        address = unquote(str(known.get("address", "")))
        if not address or any(_holds(address, word) for word in words):
            note.unlink(missing_ok=True)
        kept.setdefault(str(known.get("digest", "")), set()).add(note)
    for digest, notes in kept.items():
        if not any(note.exists() for note in notes):
            (folder / f"{digest}.image").unlink(missing_ok=True)


def _holds(address: str, word: str) -> bool:
    """Whether a word stands in an address, no letter or digit before or behind it."""
    return word in address and bool(re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", address))

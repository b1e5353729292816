"""The index of a folder of fonts: all that is to be known of each file, so that none of them is read at the start."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from livecontent.compose.text.words import Stripe
from livecontent.render.paint.coverage import Coverage
from livecontent.render.paint.fontfile import FontFile

NAME = "index.json"


def write_index(folder: Path, fonts: Iterable[FontFile]) -> None:
    """Writes the index of a folder, a line for each of its fonts."""
    lines = [f"{json.dumps(font.key)}: {json.dumps(_entry(font), ensure_ascii=False)}" for font in fonts]
    (folder / NAME).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read_index(folder: Path) -> Mapping[str, FontFile]:
    """The fonts of an index by their keys, as far as their files are still those that it was made of."""
    file = folder / NAME
    if not file.is_file():
        return {}
    entries: Mapping[str, Mapping[str, Any]] = json.loads(file.read_bytes())
    found = (_font(folder / key, key, entry) for key, entry in entries.items())
    return {font.key: font for font in found if font}


def _entry(font: FontFile) -> Mapping[str, object]:
    return {
        "bytes": font.path.stat().st_size,
        "weight": font.weight,
        "italic": font.italic,
        "axes": font.axes,
        "line": (font.ascent, font.descent),
        "under": font.under,
        "through": font.through,
        "emoji": font.emoji,
        "languages": sorted(font.languages),
        "flags": sorted(font.flags),
        "icons": font.icons,
        "covers": {f"{page:x}": f"{mask:x}" for page, mask in font.covers.pages.items()},
    }


def _font(path: Path, key: str, entry: Mapping[str, Any]) -> FontFile | None:
    try:
        if path.stat().st_size != entry["bytes"]:
            return None
    except OSError:
        return None
    ascent, descent = entry["line"]
    return FontFile(
        key=key,
        path=path,
        family=path.parent.name,
        weight=entry["weight"],
        italic=entry["italic"],
        axes=tuple((tag, low, high) for tag, low, high in entry["axes"]),
        ascent=ascent,
        descent=descent,
        covers=Coverage({int(page, 16): int(mask, 16) for page, mask in entry["covers"].items()}),
        emoji=entry["emoji"],
        icons=entry["icons"],
        under=Stripe(*entry["under"]),
        through=Stripe(*entry["through"]),
        languages=frozenset(entry["languages"]),
        flags=frozenset(entry["flags"]),
    )

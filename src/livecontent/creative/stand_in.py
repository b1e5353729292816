"""What stands in for a creative that was recalled: a creative of one variant, which goes the way of all others."""

import json
from collections.abc import Mapping
from pathlib import Path

from livecontent.creative.load import FILE, PICTURES, LoadedCreative, load_kept
from livecontent.errors import ConfigError
from livecontent.vocabulary import Vocabulary

VARIANT = "recalled"  # its name, by which events and results tell it


def stand_in(
    recalled: LoadedCreative, vocabulary: Vocabulary, picture: tuple[str, bytes] | None = None, link: str = ""
) -> LoadedCreative:
    """A picture (its file name and bytes) in the size of a creative, or nothing: one pixel.

    It leads where the creative leads, if that is the same for all, or to `link`. Raises `CreativeError` where the
    picture or the link can't be used.
    """
    suffix = Path(picture[0]).suffix.lower() if picture else ""
    if picture and suffix not in PICTURES:
        raise ConfigError(f"{picture[0]}: a picture ends in {', '.join(sorted(PICTURES))}")
    creative = recalled.creative
    own = recalled.source.data.get("link")
    leads = link or (own if isinstance(own, str) and "{" not in own else "")
    values: dict[str, object] = {
        "title": creative.title,
        "size": "{}x{}".format(*creative.size),
        "scale": creative.scale,
        "format": creative.format,
        **({"link": leads} if leads else {}),
        "variants": [_variant(f"picture{suffix}" if picture else "")],
    }
    text = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
    files: Mapping[str, bytes] = {
        FILE: f"# Stands in for version {recalled.version}, which was recalled.\n{text}".encode(),
        **({f"picture{suffix}": picture[1]} if picture else {}),
    }
    return load_kept(Path(recalled.name), files, vocabulary)


def _variant(file: str) -> dict[str, object]:
    if not file:
        return {"name": VARIANT, "collapse": True}
    return {"name": VARIANT, "layers": [{"image": file, "fit": "contain"}]}

"""A creative of one variant, which goes the way of all others: in place of one that was recalled, or as a preview."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from livecontent.creative.load import FILE, PICTURES, LoadedCreative, load_kept
from livecontent.errors import ConfigError
from livecontent.vocabulary import Vocabulary

VARIANT = "recalled"  # its name, by which events and results tell it
# What is worked out of the others, too: a copy of a model keeps it.
_ALWAYS = MappingProxyType({"when": None, "from_": None, "until": None, "limited": False})
_BY_RULES = MappingProxyType({"ranked": (), "silence": None, "holdout": None, "cap": ()})


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


def with_variant_alone(loaded: LoadedCreative, name: str) -> LoadedCreative:
    """A creative of one of its variants, which is shown whatever its rule says. Raises `KeyError` for no such one."""
    variants = {variant.name: variant for variant in loaded.creative.variants}
    always = variants[name].model_copy(update=_ALWAYS)
    creative = loaded.creative.model_copy(update={**_BY_RULES, "variants": (always,)})
    dark = loaded.dark and with_variant_alone(loaded.dark, name)
    return replace(loaded, creative=creative, version=f"{loaded.version}-{name}", rule_needs=frozenset(), dark=dark)

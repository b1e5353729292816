"""One variant of a creative by itself: for previews of what few would see."""

from dataclasses import replace
from types import MappingProxyType

from livecontent.creative.load import LoadedCreative

# What is worked out of the others, too: a copy of a model keeps it.
_ALWAYS = MappingProxyType({"when": None, "from_": None, "until": None, "limited": False})
_BY_RULES = MappingProxyType({"ranked": (), "silence": None, "holdout": None, "cap": ()})


def with_variant_alone(loaded: LoadedCreative, name: str) -> LoadedCreative:
    """A creative of one of its variants, which is shown whatever its rule says. Raises `KeyError` for no such one."""
    variants = {variant.name: variant for variant in loaded.creative.variants}
    always = variants[name].model_copy(update=_ALWAYS)
    creative = loaded.creative.model_copy(update={**_BY_RULES, "variants": (always,)})
    dark = loaded.dark and with_variant_alone(loaded.dark, name)
    return replace(loaded, creative=creative, version=f"{loaded.version}-{name}", rule_needs=frozenset(), dark=dark)

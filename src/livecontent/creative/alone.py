"""One variant of a creative by itself: for previews of what few would see."""

from dataclasses import replace

from livecontent.creative.load import LoadedCreative


def with_variant_alone(loaded: LoadedCreative, name: str) -> LoadedCreative:
    """A creative of one of its variants, which is shown whatever its rule says. Raises `KeyError` for no such one."""
    variants = {variant.name: variant for variant in loaded.creative.variants}
    always = variants[name].model_copy(update={"when": None, "from_": None, "until": None})
    creative = loaded.creative.model_copy(update={"variants": (always,)})
    dark = loaded.dark and with_variant_alone(loaded.dark, name)
    return replace(loaded, creative=creative, version=f"{loaded.version}-{name}", rule_needs=frozenset(), dark=dark)

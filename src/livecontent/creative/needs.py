"""Which facts a creative needs, derived from its rules and texts: the only ones that are ever asked for."""

from collections.abc import Iterable, Iterator

from livecontent.compose.layer import Layer, walk
from livecontent.creative.model import Creative, Variant
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.facts import Need

ROOTS_NOT_ASKED: frozenset[Need] = frozenset({"item", "forloop"})
_LANGUAGE: frozenset[Need] = frozenset({"recipient", "client"})  # they tell the language


def needs_of_rules(creative: Creative) -> frozenset[Need]:
    """What the rules and moments of all variants name."""
    return _asked(need for variant in creative.variants for need in _of_conditions(variant))


def needs_of_variant(creative: Creative, variant: Variant, *, prefetched: bool) -> frozenset[Need]:
    """What a variant shows, links to or says in its alt text; on a prefetch, with what stands in then."""
    layers = walk(creative.layers_of(variant), prefetched=prefetched)
    texts = [text for text in (variant.link or creative.link, variant.alt or creative.alt) if text is not None]
    needs = {need for layer in layers for need in needs_of_layer(layer, prefetched=prefetched)}
    return _asked(needs.union(*map(_of_text, texts)))


def needs_of_layer(layer: Layer, *, prefetched: bool = False) -> Iterator[Need]:
    """What a layer alone names (not those inside it)."""
    yield from _of_conditions(layer)
    yield from layer.needs()
    if layer.prefetched is not None:
        yield "client"  # it tells whether the layer is shown, or what stands in its place
    for _, text in layer.texts():
        yield from _of_text(text)
    if prefetched and isinstance(layer.prefetched, LocalizedTemplate):
        yield from _of_text(layer.prefetched)


def _of_conditions(one: Layer | Variant) -> Iterator[Need]:
    if one.when:
        yield from one.when.needs
    for moment in (one.from_, one.until):
        if moment is not None:
            yield from ("now", *moment.needs)


def _of_text(text: Template | LocalizedTemplate) -> frozenset[Need]:
    return text.needs | _LANGUAGE if text.localised else text.needs


def _asked(needs: Iterable[Need]) -> frozenset[Need]:
    return frozenset(needs) - ROOTS_NOT_ASKED

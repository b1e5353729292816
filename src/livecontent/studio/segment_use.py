"""Which segments a creative names, and in which of its variants."""

from collections.abc import Iterable, Iterator, Mapping

from livecontent.compose.kinds.repeat import RepeatLayer
from livecontent.compose.layer import Layer, walk
from livecontent.creative.model import Creative, Variant
from livecontent.expressions.template import LocalizedTemplate, each_language
from livecontent.vocabulary import FactPath, UsedName


def segments_of(creative: Creative) -> Mapping[str, list[str]]:
    """The variants that name a segment, by its name; in rules, scores, texts, or values that are worked out."""
    behind: dict[str, set[str]] = {}
    for name, formula in creative.let.items():
        behind[name] = _segments((one.path for one in formula.names), behind)
    found: dict[str, list[str]] = {}
    context = creative.explore.context if creative.explore else None
    learned = _segments((one.path for one in context.names), behind) if context else set()
    for variant in creative.variants:
        for segment in _segments((one.path for one in _names(creative, variant)), behind) | learned:
            found.setdefault(segment, []).append(variant.name)
    return found


def _segments(paths: Iterable[FactPath], behind: Mapping[str, set[str]]) -> set[str]:
    found = set[str]()
    for path in paths:
        if path[0] == "segment" and len(path) > 1:
            found.add(path[1])
        elif path[0] == "let" and len(path) > 1:
            found |= behind.get(path[1], set())
    return found


def _names(creative: Creative, variant: Variant) -> Iterator[UsedName]:
    for rule in (variant.when, variant.score):
        yield from rule.names if rule else ()
    texts = (variant.from_, variant.until, variant.link or creative.link, variant.alt or creative.alt)
    for text in texts:
        for template in each_language(text) if text else ():
            yield from template.names
    for layer in walk(creative.layers_of(variant), prefetched=True):
        yield from _of_layer(layer)


def _of_layer(layer: Layer) -> Iterator[UsedName]:
    where = layer.listed.where if isinstance(layer, RepeatLayer) else None
    for rule in (*layer.rules, *([where] if where else ())):
        yield from rule.names
    texts = [*layer.moments, *(text for _, text in layer.texts())]
    texts += [layer.prefetched] if isinstance(layer.prefetched, LocalizedTemplate) else []
    for text in texts:
        for template in each_language(text):
            yield from template.names

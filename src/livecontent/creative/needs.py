"""Which facts a creative needs, derived from its rules and texts: the only ones that are ever asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

from livecontent.creative.layers import (
    CodeLayer,
    CountdownLayer,
    GroupLayer,
    IconLayer,
    ImageLayer,
    Layer,
    ProgressLayer,
    RepeatLayer,
    TextLayer,
)
from livecontent.creative.model import Creative, Variant, walk, walk_all
from livecontent.expressions.rule import Rule
from livecontent.expressions.template import MEANT, LocalizedTemplate, Template
from livecontent.expressions.template import each_language as each
from livecontent.facts import Need


class Items(NamedTuple):
    """A step of a path into a list: how many items it has, and those of a slice, each by the rest of the path."""

    start: int
    stop: int


FactPath = tuple[str | Items, ...]
Paths = frozenset[FactPath]
ROOTS_NOT_ASKED: frozenset[Need] = frozenset({"item", "forloop"})

STORES = "stores"
_COUNT: FactPath = (STORES, Items(0, 0))


def texts_of(layer: Layer) -> Iterator[tuple[str, Template | LocalizedTemplate]]:
    """The texts of a layer, each with its key."""
    match layer:
        case TextLayer():
            yield "text", layer.text
        case ImageLayer():
            yield "image", layer.image
        case IconLayer():
            yield "icon", layer.icon
        case CodeLayer():
            yield "code", layer.code
        case ProgressLayer():
            yield "progress", layer.progress
            yield "of", layer.of
        case CountdownLayer():
            yield "countdown", layer.countdown
            if layer.ended is not None:
                yield "ended", layer.ended


def words_later(layer: Layer) -> Iterator[tuple[str, LocalizedTemplate]]:
    """The words that stand in place of a layer's own, with their key."""
    if isinstance(layer.prefetched, LocalizedTemplate):
        yield "prefetched", layer.prefetched


def needs_of_layer(layer: Layer) -> frozenset[Need]:
    """The roots of the facts that a layer alone names (not those of the layers inside it)."""
    roots: set[Need] = set(layer.when.needs) if layer.when else set()
    for _, text in texts_of(layer):
        roots |= text.needs
        if text.localised:
            roots |= {"recipient", "client"}  # they tell the language
    if isinstance(layer, RepeatLayer):
        roots.add(layer.repeat)
    if layer.prefetched is not None:
        roots.add("client")  # it tells whether the layer is shown, or what stands in its place
    if isinstance(layer, CountdownLayer):
        roots |= {"now", "recipient", "client"}
    return frozenset(roots - ROOTS_NOT_ASKED)


def paths_of(layer: Layer) -> Paths | None:
    """Every fact that a layer, or one inside it, looks at; None where it counts the time."""
    if any(isinstance(inner, CountdownLayer) for inner in walk_all((layer,))):
        return None
    return frozenset(_paths(layer))


def _paths(layer: Layer) -> Iterator[FactPath]:
    if layer.when:
        yield from _paths_of_rule(layer.when)
    for _, text in (*texts_of(layer), *words_later(layer)):
        yield from paths_of_texts(each(text))
    prefetched = layer.prefetched if isinstance(layer.prefetched, tuple) else ()
    for inner in (*prefetched, *(layer.group if isinstance(layer, GroupLayer) else ())):
        yield from _paths(inner)
    if isinstance(layer, RepeatLayer):
        yield _COUNT
        items = Items(layer.offset, layer.offset + layer.limit)
        # `item` of a repeat inside is replaced by now: what is left is of this one.
        for path in (path for inner in layer.layers for path in _paths(inner)):
            yield (STORES, items, *path[1:]) if path[0] == "item" else path


def _paths_of_rule(rule: Rule) -> Iterator[FactPath]:
    for name in rule.names:
        yield _COUNT if name.path == (STORES, "size") else (name.path[0], *takewhile(_is_plain, name.path[1:]))


def paths_of_texts(texts: Iterable[Template]) -> Iterator[FactPath]:
    """Every fact that texts look at; up to a step that is no plain name, such as [0], [key] or .size."""
    for name in (name for words in texts for name in words.names):
        yield name.path[0], *takewhile(_is_plain, name.path[1:])


def _is_plain(step: str | Items) -> bool:
    return isinstance(step, str) and step.isidentifier() and step not in MEANT


def is_fixed(layer: Layer) -> bool:
    """Whether a layer looks the same for everybody, always."""
    inner = layer.group if isinstance(layer, GroupLayer) else ()
    return layer.when is None and not needs_of_layer(layer) and all(map(is_fixed, inner))


def promises(layer: Layer) -> bool:
    """Whether a layer, or one inside it, is said to stay true so long: it may look at what others may not."""
    return any(inner.valid_for is not None for inner in walk_all((layer,)))


def needs_of_rules(creative: Creative) -> frozenset[Need]:
    """The roots of the facts that the rules of all variants name."""
    moments = [text for v in creative.variants for text in (v.from_, v.until) if text is not None]
    now = frozenset({"now"} if moments else ())
    rules = (v.when.needs for v in creative.variants if v.when)
    return now.union(*rules, *(text.needs for text in moments)) - ROOTS_NOT_ASKED


def needs_of_variant(creative: Creative, variant: Variant) -> frozenset[Need]:
    """The roots of the facts that a variant shows, links to or says in its alt text."""
    roots = frozenset().union(*(needs_of_layer(layer) for layer in walk(creative.layers_of(variant))))
    for text in (variant.link or creative.link, variant.alt or creative.alt):
        if text is not None:
            roots |= text.needs | (frozenset({"recipient", "client"}) if text.localised else frozenset())
    return roots - ROOTS_NOT_ASKED


def needs_of_variant_later(creative: Creative, variant: Variant) -> frozenset[Need]:
    """The same of what it shows on a prefetch, with what stands in then."""
    roots = set(needs_of_variant(creative, variant))
    texts: list[Template | LocalizedTemplate] = [variant.alt or creative.alt or Template("")]
    for layer in walk_all(creative.layers_of(variant)):
        roots |= needs_of_layer(layer)
        texts += [text for _, text in (*texts_of(layer), *words_later(layer))]
    roots = roots.union(*(text.needs for text in texts))
    return frozenset(roots - ROOTS_NOT_ASKED)

"""A layer with values that depend on rules, as `check` sees it: every alternative, at its place in the file."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from livecontent.compose.layer import Layer
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.expressions.rule import Rule


class Variation(NamedTuple):
    """A layer with values that it may have, and where these stand; by key: the rule that is true where it is so."""

    layer: Layer
    source: YamlSource
    rules: Mapping[str, Rule]


def variations_of(source: YamlSource, path: YamlPath, layer: Layer) -> Iterator[Variation]:
    """The variations of the layer at a path: each alternative comes in one at least."""
    if layer.choices is None:
        yield Variation(layer, source, {})
        return
    choices = layer.choices.all
    for picks in layer.choices.variations:
        pairs = list(zip(choices, picks, strict=True))
        places = {(*path, *choice.place): choice.steps(pick) for choice, pick in pairs}
        rules = {str(choice.place[0]): choice.rules[pick] for choice, pick in pairs if pick < len(choice.rules)}
        yield Variation(layer.with_picks(picks), source.picking(places), rules)


def rules_of(path: YamlPath, layer: Layer) -> Iterator[tuple[YamlPath, Rule]]:
    """The rules of a layer's alternatives, with their paths."""
    for choice in layer.choices.all if layer.choices else ():
        for index, rule in enumerate(choice.rules):
            yield (*path, *choice.place, index, "when"), rule

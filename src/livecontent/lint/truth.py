"""How true a creative stays: a compiled creative in; for each kind of client, the share of layers that stay true out.

Every variant that may be chosen is composed as the client would be shown it, with samples of facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from livecontent.compose.context import Substitution
from livecontent.compose.kinds.countdown import CountdownLayer
from livecontent.compose.kinds.text import TextLayer
from livecontent.compose.layer import Layer
from livecontent.creative.context import make_context
from livecontent.creative.model import Creative, Variant
from livecontent.expressions.prefetch import lasts
from livecontent.expressions.template import LocalizedTemplate
from livecontent.facts import Client
from livecontent.lint.samples import moment_for
from livecontent.lint.staleness import leaves, may_win, promises_of
from livecontent.render.compile import CompiledCreative

CLIENTS: Mapping[str, Client] = MappingProxyType(
    {
        "live, direct": Client("browser", proxy=False, time="live", place_trust="ip"),
        "live, through a proxy": Client("gmail", proxy=True, time="live"),
        "early": Client("apple-mpp", proxy=True, time="early"),
        "unsure": Client(time="unsure"),
    }
)


class Truth(NamedTuple):
    """For a kind of client: the variants that may win, their layers, how many are left out, how many may be false."""

    client: str
    variants: int
    layers: int
    left_out: int
    doubtful: int

    @property
    def score(self) -> float:
        """The share of layers shown that can't become false before they are read."""
        shown = self.layers - self.left_out
        return 1 - self.doubtful / shown if shown else 1.0


def truths_of(compiled: CompiledCreative) -> list[Truth]:
    """The truths of all kinds of clients, over the variants that may be chosen for each."""
    creative = compiled.loaded.creative
    found = []
    for name, client in CLIENTS.items():
        truths = [_truth(name, compiled, variant, client) for variant in may_win(creative, client)]
        counts = [sum(numbers) for numbers in list(zip(*truths, strict=True))[1:]]
        found.append(Truth(name, *counts))
    return found


def _truth(name: str, compiled: CompiledCreative, variant: Variant, client: Client) -> Truth:
    creative = compiled.loaded.creative
    desk = make_context(creative, moment_for(creative.params, client), compiled.materials)
    layers = creative.layers_of(variant)
    compose(layers, desk)
    left_out = _inside(desk.substitutions, "left out")
    replaced = _inside(desk.substitutions, "replaced")
    shown = [layer for layer in leaves(layers) if id(layer) not in left_out]
    own = [layer for layer in shown if id(layer) not in replaced]
    doubtful = sum(_promises(layer, creative) for layer in own) if client.time != "live" else 0
    count = sum(1 for _ in leaves(layers))
    return Truth(name, 1, count, count - len(shown), doubtful)


def _inside(notes: Iterable[Substitution], done: str) -> frozenset[int]:
    """The identities of the layers to which this was done, and of those inside them."""
    return frozenset(id(inner) for note in notes if note.done == done for inner in leaves((note.layer,)))


def _promises(layer: Layer, creative: Creative) -> bool:
    words = layer.text if isinstance(layer, TextLayer) else layer.ended if isinstance(layer, CountdownLayer) else None
    return isinstance(words, LocalizedTemplate) and not lasts(layer.valid_for) and bool(promises_of(words, creative))

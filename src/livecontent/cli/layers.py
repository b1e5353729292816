"""The layers of the variant that is shown, as `explain` tells them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape

from livecontent.compose.context import ContentContext, placed
from livecontent.compose.layer import Layer, blocks_of, one_before, shows, spoken
from livecontent.compose.values import Rect
from livecontent.creative.context import make_context
from livecontent.pipeline import Answer

_VALUES = {True: "true", False: "false", None: "unknown"}
_LONGEST = 60  # characters of what a layer says


class ToldLayer(NamedTuple):
    """A layer, how deep it stands in others, whether its rule and moments hold, and why it is as it is.

    `words` are what people read in it; `missing` are the reasons why it, or what is in it, is left out or replaced.
    """

    layer: Layer
    depth: int
    value: bool | None
    note: str = ""
    words: str = ""
    missing: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()  # of its values that depend on rules: which, and why


def told(layers: Iterable[Layer], within: Rect, context: ContentContext, depth: int = 0) -> Iterator[ToldLayer]:
    """All layers from bottom to top; those inside of one that is not shown are not tried."""
    for layer in layers:
        if layer.before and one_before(layer, context):
            yield ToldLayer(layer, depth, value=False, note="the layer before it is shown")
            continue
        own = context.valid(layer.valid_for)
        tested = shows(layer, own)
        picked = tuple(one.told(own.facts) for one in layer.choices.all) if layer.choices and tested.value else ()
        notes = context.with_own_notes()
        blocks = list(blocks_of((layer,), within, notes))
        inner = [] if layer.repeats else [one for layers in layer.inner().values() for one in layers]
        if tested.value and inner and not any(note.layer is layer for note in notes.substitutions):
            yield ToldLayer(layer, depth, tested.value, tested.note, picked=picked)
            yield from told(inner, placed(layer.box, within), own, depth + 1)
            continue
        undrawn = (f"no font has {sign}: what it is in counts as unknown" for sign in notes.undrawn)
        left_out = (f"left out: {reason.removeprefix(f'{layer.kind}: ')}" for reason in notes.left_out)
        missing = (*left_out, *map(str, notes.substitutions), *undrawn)
        if layer.repeats and tested.value and not blocks and not missing:
            missing = ("no item is shown",)
        words = " ".join(" · ".join(block.words for block in spoken(blocks)).split())
        yield ToldLayer(layer, depth, tested.value, tested.note, words, tuple(dict.fromkeys(missing)), picked)


def tell_layers(found: Answer, console: Console) -> None:
    """Prints each layer with true, false or unknown, and why; what it says, or why it is left out."""
    if found.compiled is None or found.decision is None:
        return
    creative = found.compiled.loaded.creative
    variant = found.decision.variant
    context = make_context(creative, found.moment, found.compiled.resources)
    console.print(f"\n[bold]Layers of {escape(variant.name)}[/]")
    for one in told(creative.layers_of(variant), Rect(0, 0, *creative.size_of(variant)), context):
        _tell(one, console)


def _tell(one: ToldLayer, console: Console) -> None:
    rule = _rule(one.layer)
    note = f"  ({one.note})" if one.note else ""
    says = f'  "{_short(one.words)}"' if one.words else ""
    style = "" if one.value and not one.missing else "yellow"
    name = f"{'  ' * one.depth}{_named(one.layer)}"
    line = f"  {_VALUES[one.value]:<8} {name}{says}{'  ' if rule else ''}{rule}{note}"
    console.print(escape(line.rstrip()), style=style, soft_wrap=True)
    for line in one.picked:
        console.print(escape(f"  {'':<8} {'  ' * (one.depth + 1)}{line}"), soft_wrap=True)
    for reason in one.missing:
        console.print(escape(f"  {'':<8} {'  ' * (one.depth + 1)}{reason}"), style="yellow", soft_wrap=True)


def _named(layer: Layer) -> str:
    """A layer as its author finds it."""
    box = "" if layer.box is None else f" [{', '.join(f'{length:g}' for length in layer.box)}]"
    return f"{layer.kind}{box}"


def _rule(layer: Layer) -> str:
    """Its conditions, as they are written."""
    rules = ["else"] if layer.else_ else []
    conditions = [("when", layer.when), ("from", layer.from_), ("until", layer.until)]
    return ", ".join([*rules, *(f"{key}: {rule.source}" for key, rule in conditions if rule is not None)])


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"

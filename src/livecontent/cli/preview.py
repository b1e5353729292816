"""`render` and `explain`: one open as any recipient, anywhere, at any time, without a server."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from livecontent.cli.one_open import open_once
from livecontent.cli.options import Viewer
from livecontent.cli.storage import settings_or_demo
from livecontent.cli.words import counted
from livecontent.compose.context import ContentContext, placed
from livecontent.compose.layer import Layer, blocks_of, one_before, shows, spoken
from livecontent.compose.values import Rect
from livecontent.creative.context import make_context
from livecontent.creative.model import Creative
from livecontent.creative.versions import PublishedVersions
from livecontent.decide.sentences import LANGUAGES, told_ways, told_why
from livecontent.errors import ConfigError
from livecontent.expressions.unknown import spelled
from livecontent.facts import spell_out
from livecontent.links import format_of
from livecontent.pipeline import Answer
from livecontent.sources.habit import Habits
from livecontent.sources.request import PARAM
from livecontent.ways import ways_of

_WHY = {"en": "Why", "fr": "Pourquoi"}
_DIFFERENT = {"en": "What would have to be different", "fr": "Ce qui devrait être différent"}
_VALUES = {True: "true", False: "false", None: "unknown"}
_LONGEST = 60  # characters of what a layer says


def write_image(creative: str, viewer: Viewer, output: Path | None) -> None:
    """Writes the image to a file, named after the creative if no other name is given."""
    format_ = format_of(output.suffix) if output else None
    if output and format_ is None:
        raise ConfigError(f"{output}: the name has to end in .jpg, .png, .gif or .webp")
    _, found = open_once(creative, viewer, format_)
    target = output or Path(f"{creative}.{found.format}")
    target.write_bytes(found.data)
    typer.echo(f"{target}: {found.variant}, {len(found.data):,} bytes", err=True)


def print_explanation(creative: str, viewer: Viewer, language: str) -> None:
    """Prints the facts, the rules, why one variant was chosen and others were not, and what it says."""
    if language not in LANGUAGES:
        raise ConfigError(f"--language {language}: there are {' and '.join(LANGUAGES)}")
    opened, found = open_once(creative, viewer)
    console = Console(highlight=False)
    _tell_facts(found, console, language)
    for note in _told_params(opened, viewer, found):
        console.print(f"  --param    {escape(note)}", style="yellow", soft_wrap=True)
    _tell_rules(found, console)
    _tell_why(found, console, language)
    tell_layers(found, console)
    console.print(f"\n[bold]{escape(found.variant)}[/] is shown, fallback level: {found.level}{_why(found)}")
    if now := PublishedVersions(settings_or_demo().data).recalled.get(creative):
        note = f"in mail that was sent, version {now.version} stands in until the recall is undone"
        console.print(f"  recalled  {note}", style="yellow", soft_wrap=True)
    for text in found.left_out:
        console.print(f"  left out  {escape(text)}", style="yellow", soft_wrap=True)
    for sign in found.undrawn:
        undrawn = f"no font has {spelled(sign)}: the fact counts as unknown"
        console.print(f"  undrawn   {escape(undrawn)}", style="yellow", soft_wrap=True)
    for substitutions in found.substitutions:
        console.print(f"  prefetch  {escape(str(substitutions))}", style="cyan")
    console.print(f"  link      {escape(found.link or '-')}\n  alt       {escape(found.alt or '-')}")
    if film := found.film:
        console.print(f"  moves     {escape(film)}", soft_wrap=True)
    laps = ", ".join(f"{station} {micros:,} µs" for station, micros in found.micros.items())
    console.print(f"  time      {laps}; {len(found.data):,} bytes")


def _why(found: Answer) -> str:
    """Whether a level is that low only because of layers that are left out."""
    known = all(fact.reason.known for _, fact in found.moment.named())
    return f" ({counted(len(found.left_out), 'layer')} left out)" if found.left_out and known else ""


def _tell_facts(found: Answer, console: Console, language: str) -> None:
    console.print("[bold]Facts[/]")
    for name, fact in sorted(found.moment.named()):
        age = f", {fact.age:.0f} s old" if fact.age else ""
        console.print(f"  {escape(name):<10} {fact.reason.value:<9} {escape(fact.source)}{age}", soft_wrap=True)
        value = spell_out(fact.value)
        shown = " · ".join(map(_named, value.items())) if isinstance(value, dict) else value
        text = escape(str(shown)[:500]) if shown else escape(fact.note)
        if text:
            console.print(Padding(text, (0, 0, 0, 13)), style="dim")
        for sentence in fact.value.said(language) if isinstance(fact.value, Habits) else ():
            console.print(Padding(escape(sentence), (0, 0, 0, 13)))
        if shown and fact.note and fact.note not in str(shown):
            console.print(Padding(escape(fact.note), (0, 0, 0, 13)), style="yellow")


def _told_params(creative: Creative, viewer: Viewer, found: Answer) -> Iterator[str]:
    """What becomes of the parameters given, once they stand in an address."""
    given = [text.partition("=")[0].strip() for text in viewer.param or ()]
    if given and PARAM.root not in dict(found.moment.named()):
        yield f"{', '.join(given)}: no rule and no text of this open asks for it"
    if signed := [name for name in given if name in creative.signed_params]:
        yield f"{', '.join(signed)}: counts only in an address that `snippet` or `links` has signed with --param"


def _named(pair: tuple[str, object]) -> str:
    """A name with its value; of a list in a fact only how long it is."""
    name, value = pair
    return f"{name} ({len(value)})" if isinstance(value, list) else f"{name} {value}"


def _tell_why(found: Answer, console: Console, language: str) -> None:
    if explanation := found.explanation:
        console.print(f"\n[bold]{_WHY[language]}[/]")
        for sentence in told_why(explanation, language):
            console.print(f"  {escape(sentence)}", soft_wrap=True)
    if ways := told_ways(ways_of(found), language):
        console.print(f"\n[bold]{_DIFFERENT[language]}[/]")
        for sentence in ways:
            console.print(f"  {escape(sentence)}", soft_wrap=True)


def _tell_rules(found: Answer, console: Console) -> None:
    console.print("\n[bold]Rules[/]")
    for tried in found.decision.trace if found.decision else ():
        value = {True: "true", False: "false", None: "unknown"}[tried.value]
        note = f"  ({tried.note})" if tried.note else ""
        console.print(
            f"  {value:<8} {tried.variant:<12} {escape(tried.rule or 'always')}{escape(note)}", soft_wrap=True
        )


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
    name = f"{'  ' * one.depth}{_named_layer(one.layer)}"
    line = f"  {_VALUES[one.value]:<8} {name}{says}{'  ' if rule else ''}{rule}{note}"
    console.print(escape(line.rstrip()), style=style, soft_wrap=True)
    for line in one.picked:
        console.print(escape(f"  {'':<8} {'  ' * (one.depth + 1)}{line}"), soft_wrap=True)
    for reason in one.missing:
        console.print(escape(f"  {'':<8} {'  ' * (one.depth + 1)}{reason}"), style="yellow", soft_wrap=True)


def _named_layer(layer: Layer) -> str:
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

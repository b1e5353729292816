"""Loads the folder of a creative: read, validated, with its version and its needs.

The needs follow from rules and texts: no other facts are ever asked for.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from livecontent.compose.layer import Layer
from livecontent.compose.memo import runs_by_language
from livecontent.creative.expand import Expanded, expand
from livecontent.creative.lets import Formulas, needs_behind, read_lets
from livecontent.creative.messages import explain_validation_error
from livecontent.creative.model import Creative, Variant
from livecontent.creative.shared import KeptSharedFiles, SharedFiles
from livecontent.creative.source import YamlSource, read_source
from livecontent.errors import CreativeError, Problem
from livecontent.expressions.rule import Rule
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.facts import Moment, Need
from livecontent.links import is_name
from livecontent.vocabulary import OF_AN_ITEM, FactPath, Vocabulary, inside_repeat

FILE = "creative.yaml"
MAX_ASSET = 5 * 1024 * 1024  # bytes
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})
ROOTS_NOT_ASKED: frozenset[Need] = OF_AN_ITEM | {"forloop"}
_LANGUAGE: frozenset[Need] = frozenset({"recipient", "client"})  # they tell the language


@dataclass(frozen=True, slots=True)
class LoadedCreative:
    """A creative ready for use: name, version (a digest of all its files), assets, needs, warnings, and its source."""

    name: str
    version: str
    creative: Creative
    assets: Mapping[str, bytes]
    rule_needs: frozenset[Need]
    variant_needs: Mapping[tuple[str, bool], frozenset[Need]]  # by the name of the variant, and whether prefetched
    source: YamlSource
    vocabulary: Vocabulary  # with the names of its own values
    warnings: tuple[Problem, ...] = ()
    shares: bool = False  # whether it looked for files that it shares with others
    dark: Self | None = None  # the same in the dark theme, where that is another
    files: Mapping[str, bytes] = field(default_factory=dict)  # all it is made of, by their path from its folder

    def needs_of(self, variant: Variant, moment: Moment) -> frozenset[Need]:
        """The facts that a variant shows at a moment."""
        return self.variant_needs[variant.name, moment.prefetched]

    def all_needs(self, variant: Variant, moment: Moment) -> frozenset[Need]:
        """Those that its rules look at besides."""
        return self.rule_needs | self.variant_needs[variant.name, moment.prefetched]

    def asks(self, root: str) -> bool:
        """Whether any of its rules or variants names a fact without a key."""
        return any(root in needs for needs in (self.rule_needs, *self.variant_needs.values()))

    @property
    def without_files(self) -> Self:
        """The same without assets and source, which nobody needs once it is published."""
        dark = self.dark and self.dark.without_files
        return replace(self, assets={}, files={}, source=YamlSource(self.source.file, (), {}, {}), dark=dark)


def load_creative(folder: Path, vocabulary: Vocabulary) -> LoadedCreative:
    """Loads the creative in a folder. Raises `CreativeError` for what is not valid."""
    file = folder / FILE
    shown = str(file)
    if not is_name(folder.name):
        raise CreativeError(
            [Problem(shown, 1, 1, f"{folder.name!r} is not a valid name: use lower-case letters, digits, hyphens")]
        )
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CreativeError([Problem(shown, 1, 1, f"can't be read: {error.strerror}")]) from None
    return _load(folder, _Files(data, _assets(folder, shown), SharedFiles(folder.parent)), vocabulary)


def load_draft(folder: Path, files: Mapping[str, bytes], vocabulary: Vocabulary) -> LoadedCreative:
    """Loads a creative from `files` in place of those in its folder, with what it shares. Raises `CreativeError`."""
    own = {path: data for path, data in files.items() if path != FILE}
    return _load(folder, _Files(files[FILE], own, SharedFiles(folder.parent)), vocabulary)


def load_kept(folder: Path, files: Mapping[str, bytes], vocabulary: Vocabulary) -> LoadedCreative:
    """Loads a creative from the `files` of one loaded before, whatever is in its folder. Raises `CreativeError`."""
    shared = {path.removeprefix("../"): data for path, data in files.items() if path.startswith("../")}
    own = {path: data for path, data in files.items() if path != FILE and not path.startswith("../")}
    return _load(folder, _Files(files[FILE], own, KeptSharedFiles(folder.parent, shared)), vocabulary)


def _load(folder: Path, files: "_Files", vocabulary: Vocabulary) -> LoadedCreative:
    """In all its themes."""
    written, shared = read_source(str(folder / FILE), files.data), files.shared
    expanded = expand(written, shared)
    loaded = _loaded(folder.name, files, expanded, vocabulary)
    if expanded.themed:
        own = files._replace(data=files.data + b"\0dark")  # another version
        loaded = replace(loaded, dark=_loaded(folder.name, own, expand(written, shared, "dark"), vocabulary))
    used = {f"../{path}": found for path, found in shared.used.items() if found}
    return replace(loaded, files={FILE: files.data, **files.assets, **used})


class _Files(NamedTuple):
    data: bytes
    assets: Mapping[str, bytes]
    shared: SharedFiles


def _loaded(name: str, files: _Files, expanded: Expanded, vocabulary: Vocabulary) -> LoadedCreative:
    """A creative in one theme."""
    source = expanded.source
    formulas, vocabulary = read_lets(source, vocabulary)
    creative = _validate(source, formulas, vocabulary)
    pictures = {
        f"../{file}": data for file in expanded.pictures if (data := files.shared.picture(file, MAX_ASSET)) is not None
    }
    assets, shared = {**files.assets, **pictures}, files.shared.used
    return LoadedCreative(
        name=name,
        version=_version(files.data, {**assets, **{f"../{file}": data for file, data in shared.items()}}),
        creative=creative,
        assets=assets,
        rule_needs=needs_of_rules(creative),
        variant_needs={
            (variant.name, prefetched): needs_of_variant(creative, variant, prefetched=prefetched)
            for variant in creative.variants
            for prefetched in (False, True)
        },
        source=source,
        vocabulary=vocabulary,
        shares=bool(shared),
    )


def _validate(source: YamlSource, formulas: Formulas, vocabulary: Vocabulary) -> Creative:
    data = source.data
    try:
        values = {**data, "let": formulas} if formulas else data
        return Creative.model_validate(values, context={"vocabulary": vocabulary})
    except ValidationError as error:
        items = error.errors()
        problems = [explain_validation_error(source, item) for item in items if not _follows(item, items)]
        raise CreativeError(list(dict.fromkeys(problems))) from None


def _follows(item: ErrorDetails, items: Iterable[ErrorDetails]) -> bool:
    """Whether a list is too short only because something in it is wrong."""
    loc = item["loc"]
    return item["type"] == "too_short" and any(len(o["loc"]) > len(loc) and o["loc"][: len(loc)] == loc for o in items)


def _assets(folder: Path, shown: str) -> dict[str, bytes]:
    assets = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in PICTURES or not path.is_file() or path.is_symlink():
            continue
        try:
            if path.stat().st_size > MAX_ASSET:
                raise CreativeError([Problem(shown, 1, 1, f"{path.name} is larger than {MAX_ASSET:,} bytes")])
            assets[path.relative_to(folder).as_posix()] = path.read_bytes()
        except OSError as error:
            raise CreativeError([Problem(shown, 1, 1, f"{path.name} can't be read: {error.strerror}")]) from None
    return assets


def _version(data: bytes, assets: Mapping[str, bytes]) -> str:
    digest = blake2b(data, digest_size=8)
    for name, content in sorted(assets.items()):
        digest.update(b"\0" + os.fsencode(name) + b"\0" + blake2b(content, digest_size=16).digest())
    return digest.hexdigest()


def needs_of_rules(creative: Creative) -> frozenset[Need]:
    """What the rules and moments of all variants name, and the context that is learned in."""
    context = creative.explore.context if creative.explore else None
    needs = (need for variant in creative.variants for need in _of_conditions(variant))
    return _asked(creative, (*needs, *(context.needs if context else ())))


def needs_of_variant(creative: Creative, variant: Variant, *, prefetched: bool) -> frozenset[Need]:
    """What a variant shows, links to or says in its alt text; on a prefetch, with what stands in then."""
    layers = creative.layers_of(variant)
    texts = [text for text in (variant.link or creative.link, variant.alt or creative.alt) if text is not None]
    needs = set(_of_layers(layers, None, prefetched=prefetched))
    if creative.turns and any(map(runs_by_language, layers)):
        needs |= _LANGUAGE
    return _asked(creative, needs.union(*map(_of_text, texts)))


def needs_of_links(creative: Creative, variant: Variant) -> frozenset[Need]:
    """What the links of a variant name, and what tells the language."""
    return _asked(creative, _LANGUAGE.union(*map(_of_text, creative.links_of(variant))))


def _of_layers(layers: Iterable[Layer], item: FactPath | None, *, prefetched: bool) -> Iterator[Need]:
    """What layers and all inside them name; `item` is the path to each item of the repeat that they are in."""
    for layer in layers:
        for one in layer.variations():
            for need in needs_of_layer(one, prefetched=prefetched):
                yield inside_repeat(need, item)
        inside = layer.each or item
        for inner in layer.inner().values():
            yield from _of_layers(inner, inside, prefetched=prefetched)
        if prefetched and isinstance(layer.prefetched, tuple):
            yield from _of_layers(layer.prefetched, item, prefetched=prefetched)


def needs_of_layer(layer: Layer, *, prefetched: bool) -> Iterator[Need]:
    """What a layer alone names (not those inside it)."""
    yield from _of_conditions(layer)
    yield from layer.needs()
    if layer.by_language:
        yield from _LANGUAGE
    if layer.prefetched is not None:
        yield "client"  # it tells whether the layer is shown, or what stands in its place
    for _, text in layer.texts():
        yield from _of_text(text)
    if prefetched and isinstance(layer.prefetched, LocalizedTemplate):
        yield from _of_text(layer.prefetched)


def _of_conditions(one: Layer | Variant) -> Iterator[Need]:
    rules: Iterable[Rule] = one.rules if isinstance(one, Layer) else [one.when] if one.when else []
    moments = one.moments if isinstance(one, Layer) else [text for text in (one.from_, one.until) if text is not None]
    for rule in rules:
        yield from rule.needs
    if isinstance(one, Variant) and one.score:
        yield from one.score.needs
    for moment in moments:
        yield from ("now", *moment.needs)


def _of_text(text: Template | LocalizedTemplate) -> frozenset[Need]:
    return text.needs | _LANGUAGE if text.localised else text.needs


def _asked(creative: Creative, needs: Iterable[Need]) -> frozenset[Need]:
    return needs_behind(needs, creative.let) - ROOTS_NOT_ASKED

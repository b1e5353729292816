"""What the model alone can't see: names of facts, files, icons, fonts and hosts that do not exist; missing defaults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import urlsplit

from livecontent.creative.conditions import Condition
from livecontent.creative.layers import (
    CountdownLayer,
    IconLayer,
    ImageLayer,
    Layer,
    RepeatLayer,
    TextLayer,
)
from livecontent.creative.model import RESERVED_PARAMS, Creative, Variant, walk
from livecontent.creative.needs import texts_of
from livecontent.creative.source import Source
from livecontent.creative.words import Texts, Words
from livecontent.errors import Problem
from livecontent.facts import VOCABULARY

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a creative may name besides its own files: families of fonts, and icons."""

    families: frozenset[str]
    icons: frozenset[str]


def check(source: Source, creative: Creative, assets: frozenset[str], shelf: Shelf) -> Iterator[Problem]:
    """Every problem of a valid model, with its place."""
    checker = _Checker(source, creative, assets, shelf)
    yield from checker.whole()
    for index, variant in enumerate(creative.variants):
        yield from checker.variant(("variants", index), variant)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a text stands: which names are known there for sure, and whether `item` exists."""

    sure: frozenset[str] = frozenset({"now", "client"})
    item: bool = False

    def inside(self, condition: Condition | None) -> _Scope:
        """Inside what a condition holds for, the facts that it names are known."""
        if condition is None:
            return self
        roots = {path[0] for path in condition.names if path[0] in ("weather", "store")}
        names = {".".join(path) for path in condition.names}
        return _Scope(self.sure | roots | names, self.item)


@dataclass(frozen=True, slots=True)
class _Checker:
    source: Source
    creative: Creative
    assets: frozenset[str]
    shelf: Shelf
    root: _Scope = field(default_factory=_Scope)

    def whole(self) -> Iterator[Problem]:
        creative = self.creative
        for name in creative.params:
            if name in RESERVED_PARAMS:
                yield self.source.problem(("params", name), f"'{name}' is a name that livecontent uses itself")
        if creative.fallback and creative.fallback not in self.assets:
            yield self._missing_file(("fallback",), creative.fallback)
        names = [variant.name for variant in creative.variants]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield self.source.problem(("variants", index, "name"), f"a variant named '{name}' stands above already")
        if creative.variants[-1].when is not None:
            path = ("variants", len(names) - 1, "when")
            yield self.source.problem(path, "the last variant has no `when`: it is shown when nothing else is true")
        yield from self._link(("link",), creative.link, self.root)
        yield from self._text(("alt",), creative.alt, self.root)
        for index, layer in enumerate(creative.layers):
            yield from self._layer(("layers", index), layer, self.root)

    def variant(self, path: Path, variant: Variant) -> Iterator[Problem]:
        scope = self.root.inside(variant.when)
        yield from self._condition((*path, "when"), variant.when, self.root)
        yield from self._link((*path, "link"), variant.link, scope)
        yield from self._text((*path, "alt"), variant.alt, scope)
        said = any(isinstance(layer, TextLayer) for layer in walk(self.creative.layers_of(variant)))
        if not said and variant.alt is None and self.creative.alt is None:
            yield self.source.problem(
                path,
                f"variant '{variant.name}' says nothing to who can't see it",
                help_="alt: one sentence that says what the picture shows",
                warning=True,
            )
        for index, layer in enumerate(variant.layers):
            yield from self._layer((*path, "layers", index), layer, scope)

    def _layer(self, path: Path, layer: Layer, scope: _Scope) -> Iterator[Problem]:
        yield from self._condition((*path, "when"), layer.when, scope)
        scope = scope.inside(layer.when)
        for key, text in texts_of(layer):
            yield from self._text((*path, key), text, scope)
        yield from self._named(path, layer)
        inside = _Scope(scope.sure | {"item", layer.repeat}, item=True) if isinstance(layer, RepeatLayer) else scope
        for key in ("group", "layers"):
            for index, inner in enumerate(getattr(layer, key, ())):
                yield from self._layer((*path, key, index), inner, inside)

    def _named(self, path: Path, layer: Layer) -> Iterator[Problem]:
        """The files, icons, families and styles that a layer names."""
        match layer:
            case TextLayer():
                yield from self._family((*path, "font", "family"), layer.font.family)
                if layer.style and layer.style not in self.creative.styles:
                    yield self._unknown((*path, "style"), "style", layer.style, self.creative.styles)
            case CountdownLayer():
                yield from self._family((*path, "font", "family"), layer.font.family)
            case ImageLayer() if layer.image.fixed and layer.image.source not in self.assets:
                yield self._missing_file((*path, "image"), layer.image.source)
            case IconLayer() if layer.icon.fixed and layer.icon.source not in self.shelf.icons:
                yield self._unknown((*path, "icon"), "icon", layer.icon.source, self.shelf.icons)

    def _condition(self, path: Path, condition: Condition | None, scope: _Scope) -> Iterator[Problem]:
        for name in condition.names if condition else ():
            yield from self._name(path, name, scope, condition.source.find(".".join(name)) if condition else 0)

    def _text(self, path: Path, text: Words | Texts | None, scope: _Scope) -> Iterator[Problem]:
        if isinstance(text, Texts):
            for language, words in text.by_language.items():
                yield from self._text((*path, language), words, scope)
        elif text is not None:
            for name in text.names:
                yield from self._name(path, name.path, scope, name.offset)
                if not self._surely(name.path, scope) and not _has_default(text.source, name.offset, str(name)):
                    yield self.source.problem(
                        path,
                        f"{name} may be unknown, and then this is left out",
                        help_=f'{{{{ {name} | default: "..." }}}} says what to write instead',
                        offset=name.offset,
                        warning=True,
                    )

    def _surely(self, path: tuple[str, ...], scope: _Scope) -> bool:
        if path[0] == "param" and len(path) > 1 and path[1] in self.creative.params:
            return self.creative.params[path[1]].default is not None
        return path[0] in scope.sure or ".".join(path) in scope.sure or path[0] == "forloop"

    def _name(self, path: Path, name: tuple[str, ...], scope: _Scope, offset: int) -> Iterator[Problem]:
        root, *rest = name
        if root == "item":
            if not scope.item:
                yield self.source.problem(path, "'item' is known inside a repeat only", offset=offset)
        elif root == "param" and rest and rest[0] not in self.creative.params:
            yield self._unknown(path, "parameter", rest[0], self.creative.params, offset)
        elif root not in VOCABULARY:
            yield self._unknown(path, "fact", root, VOCABULARY, offset)
        elif VOCABULARY[root] and rest and rest[0] not in VOCABULARY[root]:
            yield self._unknown(path, "fact", ".".join(name), [f"{root}.{n}" for n in VOCABULARY[root]], offset)

    def _family(self, path: Path, family: str) -> Iterator[Problem]:
        if family not in self.shelf.families:
            yield self._unknown(path, "font family", family, self.shelf.families)

    def _link(self, path: Path, link: Words | None, scope: _Scope) -> Iterator[Problem]:
        if link is None:
            return
        host = host_of(link)
        if host is not None and self.creative.hosts and host not in self.creative.hosts:
            yield self._unknown(path, "host", host, self.creative.hosts)
        if host is None:
            yield self.source.problem(
                path,
                "a link starts with https:// and a host, written out",
                help_="https://shop.example/{{ store.id }}: facts may stand in the path, not in the host",
            )
        yield from self._text(path, link, scope)

    def _unknown(self, path: Path, kind: str, name: str, known: Iterable[str], offset: int = 0) -> Problem:
        close = get_close_matches(name, list(known), 1)
        help_ = f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(sorted(known)[:12]) or 'none'}"
        return self.source.problem(path, f"unknown {kind} '{name}'", help_=help_, offset=offset)

    def _missing_file(self, path: Path, name: str) -> Problem:
        close = get_close_matches(name, self.assets, 1)
        help_ = f"did you mean '{close[0]}'?" if close else "pictures stand in the creative's own folder"
        return self.source.problem(path, f"there is no file '{name}'", help_=help_)


def host_of(link: Words) -> str | None:
    """The host a link leads to, where it is written out; None where the link is not a plain http(s) address."""
    head = re.split(r"\{\{|\{%", link.source, maxsplit=1)[0]
    match = re.match(r"https?://([a-zA-Z0-9.-]+(?::\d+)?)(/|\?|#|$)", head)
    if not match or (match[2] == "" and not link.fixed):
        return None
    return urlsplit(head).netloc.lower()


def _has_default(source: str, offset: int, name: str) -> bool:
    """Whether the tag around an offset gives a default, or tests the name, or the text has tested it before."""
    start = max(source.rfind("{{", 0, offset + 1), source.rfind("{%", 0, offset + 1))
    end = min((i for i in (source.find("}}", offset), source.find("%}", offset)) if i >= 0), default=len(source))
    tag = source[start:end]
    if tag.startswith("{%") or re.search(r"\|\s*default\s*:", tag):
        return True
    return re.search(r"\{%-?\s*(if|elsif|unless|for)\b[^%]*\b" + re.escape(name) + r"\b", source[:start]) is not None

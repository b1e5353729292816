"""A creative as it is meant: components with their parameters, values of the brand and of a theme, and styles put in.

What comes from elsewhere keeps its place, so that a mistake is told where it was written.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from livecontent.creative.brand_values import NAMED, BrandValues, name_help
from livecontent.creative.filling import Given, GivenScope, UnfitError, fill, named_in, naming_by
from livecontent.creative.limits import OF_OFFER
from livecontent.creative.offers import chosen_offers, is_picture_of_offers, selection_of, unknown_offers
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.shared import OFFERS, THEMES, SharedFiles
from livecontent.creative.source import Origin, YamlSource
from livecontent.errors import CreativeError, Problem

MAX_VALUES = 20_000  # in a creative with all its components and offers

_TOO_MANY = f"more than {MAX_VALUES:,} values: too many components, or too much for each offer"
_WITH, _OFFER = naming_by("with"), naming_by("offer")
# Keys of a component that its user may not set once more: both would count.
_ONCE = frozenset({"when", "else", "from", "until", "prefetched", "valid_for", "opacity"})


class Expanded(NamedTuple):
    """A creative with all put in; whether it looks different in two themes; the brand's pictures that it shows."""

    source: YamlSource
    themed: bool
    pictures: tuple[str, ...]


def expand(source: YamlSource, shared: SharedFiles, theme: str = "light") -> Expanded:
    """Puts everything in. Raises `CreativeError` with every problem found."""
    expander = _Expander(source, shared, theme)
    data = expander.whole()
    if expander.problems:
        raise CreativeError(list(dict.fromkeys(expander.problems)))
    pictures = (*expander.brand.pictures, *expander.pictures)
    return Expanded(replace(source, data=data, moved=expander.moved), expander.brand.themed, pictures)


class _Expander:
    def __init__(self, source: YamlSource, shared: SharedFiles, theme: str) -> None:
        self._source, self._shared = source, shared
        self.brand = BrandValues(source, shared, theme, self._problem)
        self._styles: Mapping[str, Any] = {}
        self._style_origins: dict[str, Origin] = {}
        self._count = 0
        self._offered = set[str]()
        self.moved: dict[YamlPath, Origin] = {}
        self.problems: list[Problem] = []
        self.pictures: dict[str, None] = {}  # of offers

    def whole(self) -> dict[str, Any]:
        """All of the creative."""
        data = self._source.data
        self._take_styles(data.get("styles"))
        found = {
            key: self._node(value, (key,), Origin(self._source, (key,)), GivenScope())
            for key, value in data.items()
            if key not in ("styles", "params", "let") and not (key == "variants" and isinstance(value, list))
        }
        if isinstance(data.get("variants"), list):
            found["variants"] = self._variants(data["variants"])
        found |= {key: data[key] for key in ("params", "let") if key in data}
        return {**found, "styles": self._styles or data["styles"]} if self._styles or data.get("styles") else found

    def _take_styles(self, written: object) -> None:
        """Those of the creative come before those of the brand."""
        own = written if isinstance(written, Mapping) else {}
        brand = {name: origin for name, origin in self.brand.styles().items() if name not in own}
        self._style_origins = {name: Origin(self._source, ("styles", name)) for name in own} | brand
        self._styles = {
            name: self._node(origin.source.data["styles"][name], ("styles", name), origin, GivenScope())
            for name, origin in self._style_origins.items()
        }
        for name, origin in brand.items():
            self.moved["styles", name] = origin

    def _variants(self, written: list[Any]) -> list[Any]:
        """Those of the creative; one that is written for offers becomes one for each."""
        found: list[Any] = []
        for index, one in enumerate(written):
            here = Origin(self._source, ("variants", index))
            offers = self._offers_of(one, here) if isinstance(one, Mapping) and "offers" in one else [""]
            for offer in offers:
                path = ("variants", len(found))
                if offer or path != here.path:
                    self.moved[path] = here
                own = self._of_offer(one, offer, path, here) if offer else self._node(one, path, here, GivenScope())
                found.append(own)
        return found

    def _offers_of(self, one: Mapping[str, Any], here: Origin) -> list[str]:
        """The names of those that a variant is written for, but for those that one before it has."""
        try:
            wanted = selection_of(one)
        except UnfitError as error:
            self._problem(here.inside(error.key), str(error), error.help)
            return []
        offers = self._shared.offers
        for name, help_ in unknown_offers(wanted, offers):
            self._problem(here.inside("offers"), f"there is no offer and no tag '{name}'", help_)
        found = [name for name in chosen_offers(wanted, offers) if name not in self._offered]
        self._offered.update(found)
        return found

    def _of_offer(self, one: Mapping[str, Any], name: str, path: YamlPath, here: Origin) -> dict[str, Any]:
        """A variant for one offer: its limits, and what is written for all with its fields put in."""
        file = self._shared.take_offer(name)
        fields = {key: Origin(file, (key,)) for key in file.data}
        named = set(named_in(one, _OFFER))
        given = {
            key: Given(self._node(file.data[key], (*path, "offer", key), origin, GivenScope()), origin)
            if key in named
            else Given(None)
            for key, origin in fields.items()
        }
        scope = GivenScope(given, _OFFER, f"the offer '{name}'")
        found = {key: self._node(value, (*path, key), here.inside(key), scope) for key, value in one.items()}
        for key, origin in fields.items():
            if key in OF_OFFER or (key in ("link", "alt") and key not in one):
                self.moved[*path, key] = origin
                found[key] = self._node(file.data[key], (*path, key), origin, GivenScope())
        return {"name": name, **found}

    def _node(self, node: Any, path: YamlPath, here: Origin, scope: GivenScope) -> Any:
        self._count += 1
        if self._count > MAX_VALUES:
            raise CreativeError([self._source.problem(path, _TOO_MANY)])
        if isinstance(node, str):
            return self._text(node, path, here, scope)
        if isinstance(node, Mapping):
            if node.keys() == THEMES:
                theme = self.brand.chosen(here)
                self.moved[path] = here.inside(theme)
                return self._node(node[theme], path, here.inside(theme), scope)
            found = {key: self._node(value, (*path, key), here.inside(key), scope) for key, value in node.items()}
            return self._styled(found, path)
        if isinstance(node, list):
            return [self._item(item, (*path, index), here.inside(index), scope) for index, item in enumerate(node)]
        return node

    def _item(self, node: Any, path: YamlPath, here: Origin, scope: GivenScope) -> Any:
        if isinstance(node, Mapping) and "component" in node:
            return self._component(node, path, here, scope)
        return self._node(node, path, here, scope)

    def _problem(self, here: Origin, message: str, help_: str = "") -> None:
        self.problems.append(here.source.problem(here.path, f"{message}{here.note}", help_=help_))

    def _text(self, text: str, path: YamlPath, here: Origin, scope: GivenScope) -> Any:
        if (named := NAMED.fullmatch(text)) and path[-1] != "when":
            return self.brand.value(named[1], path, here)
        text = self.brand.in_tags(text, path, here)
        try:
            value, origin = fill(text, scope)
        except UnfitError as error:
            self._problem(here, str(error), error.help)
            return text
        if origin:
            self.moved[path] = origin
        elif scope.owner and value != text:  # of a hundred offers, one has the value that is wrong here
            self.moved[path] = here._replace(note=f" (in {scope.owner})")
        if scope.naming is _OFFER and origin and isinstance(value, str) and is_picture_of_offers(value):
            self.pictures[f"{OFFERS}/{value}"] = None
            return f"../{OFFERS}/{value}"
        return value

    def _styled(self, layer: dict[str, Any], path: YamlPath) -> dict[str, Any]:
        """A layer with its style merged under its own keys, fonts key by key."""
        name = layer.get("style")
        style = self._styles.get(name) if isinstance(name, str) else None
        if not isinstance(style, Mapping) or not isinstance(name, str):
            return layer
        origin = self._style_origins[name]
        for key, value in style.items():
            own = layer.get(key)
            if own is None:
                layer[key] = value
                self.moved[*path, key] = origin.inside(key)
            elif isinstance(own, Mapping) and isinstance(value, Mapping):
                layer[key] = {**value, **own}
                for inner in value.keys() - own.keys():
                    self.moved[*path, key, inner] = origin.inside(key).inside(inner)
        return layer

    def _component(self, node: Mapping[str, Any], path: YamlPath, here: Origin, scope: GivenScope) -> Any:
        name = node["component"]
        own = {key: value for key, value in node.items() if key not in ("component", "with")}
        stand_in = {"group": [{"fill": "transparent"}]}
        if not isinstance(name, str):
            self._problem(here.inside("component"), "the name of a component is expected here")
            return stand_in
        if name in scope.inside:
            chain = " > ".join((*scope.inside[scope.inside.index(name) :], name))
            self._problem(here.inside("component"), f"a component can't contain itself: {chain}")
            return stand_in
        file = self._shared.component(name) if re.fullmatch("[a-z0-9][a-z0-9-]*", name) else None
        if file is None:
            known = self._shared.components
            self._problem(here.inside("component"), f"unknown component '{name}'", name_help(name, known))
            return stand_in
        given = self._given(node, file, path, here, scope)
        line = here.source.where(here.path)[0]
        used = here.note or f" (used in {here.source.file}:{line})"
        within = GivenScope(given, _WITH, inside=(*scope.inside, name), used=used)
        layers = file.data["layers"]
        first = Origin(file, ("layers", 0), used)
        more = {key: self._node(value, (*path, key), here.inside(key), scope) for key, value in own.items()}
        if len(layers) == 1 and not _ONCE & own.keys() & layers[0].keys():
            self.moved[path] = first
            for key in own:
                self.moved[*path, key] = here.inside(key)
            inner = self._item(layers[0], path, first, within)
            return {**inner, **more} if isinstance(inner, Mapping) else inner
        found = []
        for index, layer in enumerate(layers):
            at, origin = (*path, "group", index), Origin(file, ("layers", index), used)
            self.moved[at] = origin
            found.append(self._item(layer, at, origin, within))
        return {"group": found, **more}

    def _given(
        self, node: Mapping[str, Any], file: YamlSource, path: YamlPath, here: Origin, scope: GivenScope
    ) -> dict[str, Given]:
        """The parameters of a component, as they are given, else their defaults."""
        params, written = file.data.get("params") or {}, node.get("with")
        if not isinstance(written, Mapping | None):
            self._problem(here.inside("with"), "keys with values are expected here")
            written = {}
        found: dict[str, Given] = {}
        for name, value in (written or {}).items():
            origin = here.inside("with").inside(name)
            if name not in params:
                self._problem(
                    origin, f"the component '{node['component']}' has no '{name}'", name_help(str(name), params)
                )
            else:
                found[name] = Given(self._node(value, (*path, "with", name), origin, scope), origin)
        for name, value in params.items():
            if name not in found:
                if value is None:
                    self._problem(here, f"the component '{node['component']}' needs `with: {{{name}: ...}}`")
                origin = Origin(file, ("params", name), here.note)
                found[name] = Given(self._node(value, (*path, "with", name), origin, GivenScope()), origin)
        return found

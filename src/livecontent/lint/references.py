"""What the model alone can't see: names of facts, files, icons, fonts and hosts that do not exist; missing defaults."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from livecontent.compose.kinds.repeat import RepeatLayer
from livecontent.compose.kinds.shape import FillLayer
from livecontent.compose.layer import Layer, Wanted, walk
from livecontent.compose.link import host_of
from livecontent.compose.listed import Listed
from livecontent.compose.values import Rect
from livecontent.creative.model import AvailableAssets, Creative, Variant
from livecontent.creative.params import ChoiceParam, MomentParam
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem
from livecontent.expressions.rule import Formula, Rule
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.lint.becomes import never_becomes, no_picture
from livecontent.lint.drawable import check_boxes, check_size
from livecontent.lint.dry_run import dry_run
from livecontent.lint.guards import Scope, covers
from livecontent.lint.layers import check_flows, check_fonts, check_map, check_room
from livecontent.lint.names import UnknownName, of_item, unknown, unknown_fact, unknown_value
from livecontent.lint.params import check_format, check_param
from livecontent.lint.rule_trial import try_rule
from livecontent.lint.template_analysis import TemplateAnalysis, TextName, analyse
from livecontent.lint.variations import rules_of, variations_of
from livecontent.lint.words import misplaced, turned, unknown_families
from livecontent.sources.request import sample_of
from livecontent.vocabulary import Compared, UsedName, Vocabulary, dotted


def check_references(
    source: YamlSource, creative: Creative, vocabulary: Vocabulary, assets: frozenset[str], available: AvailableAssets
) -> Iterator[Problem]:
    """Every problem of a valid model, with its place."""
    checker = _Checker(source, creative, vocabulary, assets, available)
    yield from checker.whole()
    for index, variant in enumerate(creative.variants):
        yield from checker.variant(("variants", index), variant)


@dataclass(frozen=True, slots=True)
class _Checker:
    source: YamlSource
    creative: Creative
    vocabulary: Vocabulary
    assets: frozenset[str]
    available: AvailableAssets
    root: Scope = field(default_factory=Scope)

    def whole(self) -> Iterator[Problem]:
        creative = self.creative
        yield from check_size(self.source, ("size",), creative.size, creative.scale)
        yield from check_format(self.source, creative)
        for name, param in creative.params.items():
            yield from check_param(self.source, name, param, creative.polls)
        for name, formula in creative.let.items():
            yield from self._condition(("let", name), formula, self.root)
        if creative.explore:
            yield from self._condition(("explore", "context"), creative.explore.context, self.root)
        if creative.fallback:
            doubt = no_picture(Template(creative.fallback), self.assets, self.vocabulary)
            yield from self._doubt(("fallback",), doubt)
        names = [variant.name for variant in creative.variants]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield self.source.problem(("variants", index, "name"), f"there are two variants named '{name}'")
        last = creative.variants[-1]
        for key, condition in (("when", last.when), ("from", last.from_), ("until", last.until)):
            if condition is not None:
                message = f"the last variant must have no `{key}`: it is shown if no other is true"
                yield self.source.problem(("variants", len(names) - 1, key), message)
        yield from self._link(("link",), creative.link, self.root)
        yield from self._text(("alt",), creative.alt, self.root)
        yield from check_flows(self.source, ("layers",), creative.layers)
        yield from self._layers(("layers",), creative.layers, self.root)

    def variant(self, path: YamlPath, variant: Variant) -> Iterator[Problem]:
        if variant.size:
            yield from check_size(self.source, (*path, "size"), variant.size, self.creative.scale)
        scope = self.root.inside(variant.when, self.vocabulary)
        yield from self._condition((*path, "when"), variant.when, self.root)
        yield from self._condition((*path, "score"), variant.score, scope)
        yield from self._moments(path, variant, scope)
        yield from self._link((*path, "link"), variant.link, scope)
        yield from self._text((*path, "alt"), variant.alt, scope)
        layers = list(walk(self.creative.layers_of(variant)))
        said = any(isinstance(dict(layer.texts()).get(layer.kind), LocalizedTemplate) for layer in layers)
        shown = any(not isinstance(layer, FillLayer) for layer in layers)  # of colours alone there is nothing to say
        if shown and not said and variant.alt is None and self.creative.alt is None:
            yield self.source.problem(
                path,
                f"variant '{variant.name}' has no alt text",
                help_="add alt: one sentence that says what the image shows",
                warning=True,
            )
        yield from check_flows(self.source, (*path, "layers"), variant.layers)
        yield from self._layers((*path, "layers"), variant.layers, scope)

    def _layers(
        self, path: YamlPath, layers: Iterable[Layer], scope: Scope, *, inside: bool = False
    ) -> Iterator[Problem]:
        own = self.creative.variants[int(path[1])] if path[0] == "variants" else None
        canvas = self.creative.size_of(own) if own else self.creative.size
        yield from check_boxes(self.source, path, layers, canvas, None if inside else Rect(0, 0, *canvas))
        for index, layer in enumerate(layers):
            yield from self._layer((*path, index), layer, scope)

    def _layer(self, path: YamlPath, layer: Layer, scope: Scope) -> Iterator[Problem]:
        if layer.else_ and not layer.before:
            message = "`else` needs a layer directly before it that has a `when`, `from` or `until`"
            yield self.source.problem((*path, "else"), message)
        yield from self._condition((*path, "when"), layer.when, scope)
        if isinstance(layer.prefetched, tuple):
            yield from self._layers((*path, "prefetched"), layer.prefetched, scope, inside=True)
        scope = scope.inside(layer.when, self.vocabulary)
        yield from self._moments(path, layer, scope)
        for place, rule in rules_of(path, layer):
            yield from self._condition(place, rule, scope)
        for one, source, rules in variations_of(self.source, path, layer):
            yield from replace(self, source=source).values(path, one, scope, rules)
        if isinstance(layer.prefetched, LocalizedTemplate):
            yield from self._text((*path, "prefetched"), layer.prefetched, scope)
        inside = scope
        if isinstance(layer, RepeatLayer):
            inside = scope.of_items(layer.listed, self.vocabulary)
            yield from self._listed(path, layer.listed, scope, inside)
        for key, layers in layer.inner().items():
            for index, inner in enumerate(layers):
                yield from self._layer((*path, key, index), inner, inside)

    def values(self, path: YamlPath, layer: Layer, scope: Scope, rules: Mapping[str, Rule]) -> Iterator[Problem]:
        """The texts of a layer and what else it names, each where its rule is true."""
        for key, text in layer.texts():
            inside = scope.inside(rules.get(key), self.vocabulary)
            yield from self._text((*path, key), text, inside)
            wanted = layer.becomes.get(key)
            if wanted and isinstance(text, Template):
                yield from self._becomes((*path, key), text, wanted, inside)
        yield from self._named(path, layer)

    def _listed(self, path: YamlPath, listed: Listed, scope: Scope, inside: Scope) -> Iterator[Problem]:
        """What is no list, and names that its items have not."""
        place = (*path, "repeat")
        if not listed.range and not self.vocabulary.may_be_list(of_item(listed.paths[0], scope.item)):
            yield from self._doubt(place, unknown("list", listed.source, self.vocabulary.lists))
        for end in listed.paths if listed.range else ():
            name = UsedName(end, max(listed.source.find(dotted(end)), 0))
            doubt = unknown_fact(name, self.vocabulary, self.creative.params, scope.item)
            yield from self._doubt(place, doubt, name.offset)
        yield from self._condition((*path, "where"), listed.where, inside)
        if listed.sort:
            name = UsedName(("item", listed.sort), 0)
            yield from self._doubt((*path, "sort"), unknown_fact(name, self.vocabulary, (), inside.item))

    def _moments(self, path: YamlPath, one: Variant | Layer, scope: Scope) -> Iterator[Problem]:
        """A `from` or `until` that is no moment, or that time itself would move."""
        for key, text in (("from", one.from_), ("until", one.until)):
            if text is None:
                continue
            yield from self._text((*path, key), text, scope)
            for name in text.names:
                if self.vocabulary.is_volatile(of_item(name.path, scope.item)):
                    message = f"{name} changes with time, and so would this moment"
                    yield self.source.problem((*path, key), message, offset=name.offset)
            yield from self._becomes((*path, key), text, "moment", scope)

    def _becomes(self, path: YamlPath, text: Template, wanted: Wanted, scope: Scope) -> Iterator[Problem]:
        if never := never_becomes(text, wanted, self._samples(scope)):
            yield self.source.problem(path, never[0], help_=never[1])

    def _named(self, path: YamlPath, layer: Layer) -> Iterator[Problem]:
        """The files, icons, families and styles that a layer names."""
        if layer.style and layer.style not in self.creative.styles:
            yield from self._doubt((*path, "style"), unknown("style", layer.style, self.creative.styles))
        yield from check_fonts(self.source, path, layer, self.available)
        yield from check_room(self.source, path, layer)
        yield from check_map(self.source, path, layer, self.assets, self.available)
        for name, value in layer:
            families = unknown_families(value, self.available.families) if isinstance(value, LocalizedTemplate) else ()
            for language, doubt, offset in families:
                yield from self._doubt((*path, name, language), doubt, offset)
        for key, text in layer.texts():
            written = text.source if isinstance(text, Template) and text.fixed else None
            what = layer.refers.get(key)
            if what == "image" and isinstance(text, Template):
                yield from self._doubt(
                    (*path, key), no_picture(text, self.assets, self.vocabulary, self.available.hosts)
                )
            if what == "icon" and written is not None and written not in self.available.icons:
                yield from self._doubt((*path, key), unknown("icon", written, self.available.icons))

    def _condition(self, path: YamlPath, condition: Formula | None, scope: Scope) -> Iterator[Problem]:
        if condition is None:
            return
        for name in condition.names:
            doubt = unknown_fact(name, self.vocabulary, self.creative.params, scope.item)
            yield from self._doubt(path, doubt, name.offset)
        yield from self._compared(path, condition.compared, scope)
        params = self.creative.params.items()
        moments = frozenset(("param", name) for name, param in params if isinstance(param, MomentParam))
        for flaw in try_rule(condition.source, self.vocabulary, self._samples(scope), moments):
            yield self.source.problem(path, flaw.message, help_=flaw.help, offset=flaw.offset, warning=flaw.doubt)

    def _text(self, path: YamlPath, text: Template | LocalizedTemplate | None, scope: Scope) -> Iterator[Problem]:
        if isinstance(text, LocalizedTemplate):
            for language, words in text.by_language.items():
                place = (*path, language)
                if doubt := turned(words.wording, language or self.creative.language, named=bool(language)):
                    yield self.source.problem(place, doubt.message, help_=doubt.help, warning=True)
                if tag := misplaced(words):
                    yield self.source.problem(place, tag[0].message, help_=tag[0].help, offset=tag[1], warning=True)
                yield from self._text(place, words, scope)
        elif text is not None:
            analysis = analyse(text, self.vocabulary)
            for name in analysis.names:
                yield from self._name(path, name, scope)
            for item in analysis.items:
                doubt = unknown_fact(item, self.vocabulary, (), scope.item)
                yield from self._doubt(path, doubt, item.offset)
            yield from self._compared(path, analysis.compared, scope)
            yield from self._tried(path, text, analysis, scope)

    def _name(self, path: YamlPath, name: TextName, scope: Scope) -> Iterator[Problem]:
        doubt = unknown_fact(name, self.vocabulary, self.creative.params, scope.item)
        yield from self._doubt(path, doubt, name.offset)
        if doubt is not None:
            return
        if name.whole and scope.may_be_single(name.path, self.vocabulary):
            return
        if name.whole:
            message = f"{name} is more than one value: name one of its attributes"
            yield self.source.problem(path, message, help_=self._example(name.path[0], scope), offset=name.offset)
        elif name.needed and not self._surely(name.path, scope):
            yield self.source.problem(
                path,
                f"{name} may be unknown: this is then left out",
                help_=f'{{{{ {name} | default: "..." }}}} sets what to show instead',
                offset=name.offset,
                warning=True,
            )

    def _surely(self, path: tuple[str, ...], scope: Scope) -> bool:
        param = self.creative.params.get(path[1]) if path[0] == "param" and len(path) > 1 else None
        given = param is not None and param.default is not None
        return given or path[0] == "forloop" or covers(scope.sure, path)

    def _compared(self, path: YamlPath, compared: Iterable[Compared], scope: Scope) -> Iterator[Problem]:
        """Values that a fact never has, and parameters that are never what they are compared with."""
        for one in compared:
            param = self.creative.params.get(one.path[1]) if one.path[0] == "param" and len(one.path) == 2 else None
            doubt = unknown_value(one.path, one.text, self.vocabulary, scope.item)
            if isinstance(param, ChoiceParam) and one.text not in param.values:
                doubt = unknown(f"value of {dotted(one.path)}", one.text, param.values)
            yield from self._doubt(path, doubt, one.offset)

    def _samples(self, scope: Scope) -> dict[str, object]:
        """What facts may be, by their names in rules and texts."""
        params = {name: sample_of(param) for name, param in self.creative.params.items()}
        return {**self.vocabulary.samples, "param": params, **scope.item_samples(self.vocabulary)}

    def _tried(self, path: YamlPath, text: Template, analysis: TemplateAnalysis, scope: Scope) -> Iterator[Problem]:
        """What could never be filled in; told once where a text has the same mistake in several places."""
        language = str(path[-1]) if path[-1] in self.creative.languages else self.creative.language
        for flaw in dry_run(text, analysis, {**self._samples(scope), "locale": language.replace("-", "_")}):
            yield self.source.problem(path, flaw.message, offset=flaw.offset, warning=flaw.lenient)

    def _doubt(self, path: YamlPath, doubt: UnknownName | None, offset: int = 0) -> Iterator[Problem]:
        if doubt:
            yield self.source.problem(path, doubt.message, help_=doubt.help, offset=offset, warning=doubt.doubt)

    def _link(self, path: YamlPath, link: Template | None, scope: Scope) -> Iterator[Problem]:
        if link is None:
            return
        host = host_of(link)
        if host is not None and self.creative.hosts and host not in self.creative.hosts:
            yield from self._doubt(path, unknown("host", host, self.creative.hosts))
        if host is None:
            yield self.source.problem(
                path,
                "a link must start with https:// and a host, written out",
                help_="https://shop.example/{{ store.id }}: facts are allowed in the path, not in the host",
            )
        yield from self._text(path, link, scope)

    def _example(self, root: str, scope: Scope) -> str:
        found = self.vocabulary.locate(scope.item if root == "item" and scope.item else (root,))
        name = next(iter(found[0].names), "first_name") if found else "first_name"
        if root in self.vocabulary.lists:
            return f"{{% for x in {root} %}}{{{{ x.{name} }}}}{{% endfor %}}"
        return f"such as {{{{ {root}.{name} }}}}"

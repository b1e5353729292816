"""What a creative shows on a prefetch: words that may be out of date when they are read; how much stays true.

An image may be read days after it was fetched; all that time changes is not known then.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

from livecontent.compose.context import Substitution
from livecontent.compose.layer import Layer, walk
from livecontent.compose.memo import is_fixed
from livecontent.creative.lets import with_lets
from livecontent.creative.model import Creative, Variant
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.decide import may_hold, possible
from livecontent.errors import Problem
from livecontent.expressions.liquid import TAG
from livecontent.expressions.rule import RuleFacts
from livecontent.expressions.template import LocalizedTemplate, MissingValueError, RedactedValueError, Template
from livecontent.expressions.unknown import UNSTEADY
from livecontent.expressions.window import lasts
from livecontent.facts import Client, Fact, Moment, Reason, spell_out
from livecontent.lint.dry_run import SETTINGS
from livecontent.lint.names import of_item
from livecontent.lint.template_analysis import analyse
from livecontent.lint.variations import variations_of
from livecontent.render.compile import CompiledCreative
from livecontent.sources.request import sample_of
from livecontent.vocabulary import FactPath, UsedName, Vocabulary

CLIENT_KINDS: Mapping[str, Client] = MappingProxyType(
    {
        "live, direct": Client("browser", proxy=False, time="live", place_trust="ip"),
        "live, through a proxy": Client("gmail", proxy=True, time="live"),
        "early": Client("apple-mpp", proxy=True, time="early"),
        "unsure": Client(time="unsure"),
    }
)
_PREFETCHING = (Client(time="early"), Client(time="unsure"))

# Words that promise something of the moment, by language: without accents, in lower case.
PROMISES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": (
            *("today", "tonight", "tomorrow", "yesterday", "now", "currently", "at the moment", "hurry"),
            *("this morning", "this afternoon", "this evening", "this weekend", "this week"),
            *("last hours", "last minutes", "final hours", "last chance", "ends soon"),
        ),
        "fr": (
            *("aujourd'hui", "ce soir", "demain", "hier", "maintenant", "en ce moment", "actuellement", "vite"),
            *("ce matin", "cet apres-midi", "cette nuit", "ce week-end", "ce weekend", "cette semaine"),
            *("dernieres heures", "dernieres minutes", "derniere chance", "plus que", "bientot fini"),
        ),
    }
)


def check_staleness(source: YamlSource, creative: Creative, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Forms for prefetches that name what time changes, and promises that a prefetch shows."""
    checker = _Checker(source, creative, vocabulary)
    shown = {variant.name for client in _PREFETCHING for variant in possible(creative, client)}
    yield from checker.layers(("layers",), creative.layers, shown=True)
    yield from checker.promises(("alt",), creative.alt)
    for index, variant in enumerate(creative.variants):
        yield from checker.span(("variants", index), variant.valid_for)
        yield from checker.layers(("variants", index, "layers"), variant.layers, shown=variant.name in shown)
        if variant.name in shown:
            yield from checker.promises(("variants", index, "alt"), variant.alt)


def promises_in(text: Template, language: str) -> tuple[str, ...]:
    """The words of a text that promise something of the moment."""
    known = PROMISES.get(language.partition("-")[0], ())
    plain = _plain(TAG.sub(" - ", text.wording))
    return tuple(promise for promise in known if re.search(rf"(?<!\w){promise}(?!\w)", plain))


def promises_of(text: LocalizedTemplate, creative: Creative, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The same, in all languages of a text that a prefetch shows."""
    found = [
        promise
        for language, words in text.by_language.items()
        if not _left_out(words, vocabulary)
        for promise in promises_in(words, language or creative.language)
    ]
    return tuple(dict.fromkeys(found))


class _Checker:
    def __init__(
        self, source: YamlSource, creative: Creative, vocabulary: Vocabulary, item: FactPath | None = None
    ) -> None:
        self._item = item  # the path to each item of the repeat around
        self._source = source
        self._creative = creative
        self._vocabulary = vocabulary
        self._facts = [RuleFacts({"client": spell_out(client)}, prefetched=True) for client in _PREFETCHING]

    def _at(self, source: YamlSource) -> "_Checker":
        return self if source is self._source else _Checker(source, self._creative, self._vocabulary, self._item)

    def _inside(self, each: FactPath | None) -> "_Checker":
        """Inside of a repeat, by the path to each of its items."""
        return self if each is None else _Checker(self._source, self._creative, self._vocabulary, each)

    def layers(
        self, path: YamlPath, layers: Iterable[Layer], *, shown: bool, prefetched: bool = False
    ) -> Iterator[Problem]:
        """Of layers, whether a prefetch shows them, and whether they stand in for others then."""
        for index, layer in enumerate(layers):
            yield from self._layer((*path, index), layer, shown=shown, prefetched=prefetched)

    def _layer(self, path: YamlPath, layer: Layer, *, shown: bool, prefetched: bool) -> Iterator[Problem]:
        yield from self.span(path, layer.valid_for, fixed=is_fixed(layer) and not any(layer.texts()))
        if lasts(layer.valid_for, self._creative.horizon):
            return
        if isinstance(layer.prefetched, LocalizedTemplate):
            yield from self.stand_in((*path, "prefetched"), layer.prefetched)
            yield from self.promises((*path, "prefetched"), layer.prefetched if shown else None)
        elif layer.prefetched is not None:
            yield from self.layers((*path, "prefetched"), layer.prefetched, shown=shown, prefetched=True)
        if prefetched:
            for one, source, _ in variations_of(self._source, path, layer):
                for key, text in one.texts():
                    yield from self._at(source).stand_in((*path, key), text)
            yield from self._volatile((*path, "when"), layer.when.names if layer.when else ())
        own = shown and layer.prefetched is None and any(may_hold(layer.when, facts) for facts in self._facts)
        for one, source, rules in variations_of(self._source, path, layer):
            for key, text in one.texts():
                said = own and any(may_hold(rules.get(key), facts) for facts in self._facts)
                words = text if said and isinstance(text, LocalizedTemplate) else None
                yield from self._at(source).promises((*path, key), words)
        for key, inner in layer.inner().items():
            yield from self._inside(layer.each).layers((*path, key), inner, shown=own, prefetched=prefetched)

    def span(self, path: YamlPath, valid_for: timedelta | None, *, fixed: bool = False) -> Iterator[Problem]:
        """A `valid_for` that changes nothing."""
        if valid_for is not None and (fixed or not lasts(valid_for, self._creative.horizon)):
            why = "this never changes" if fixed else "an image may be read later than that"
            here = (*path, "valid_for")
            yield self._source.problem(here, f"valid_for has no effect here: {why}", warning=True)

    def stand_in(self, path: YamlPath, text: Template | LocalizedTemplate) -> Iterator[Problem]:
        languages = text.by_language if isinstance(text, LocalizedTemplate) else {"": text}
        for language, words in languages.items():
            items = analyse(words, self._vocabulary).items
            yield from self._volatile((*path, language) if language else path, (*words.names, *items))

    def _volatile(self, path: YamlPath, names: Iterable[UsedName]) -> Iterator[Problem]:
        """What stands in on a prefetch and names what is not known then."""
        for name in names:
            if self._vocabulary.is_volatile(of_item(name.path, self._item)):
                yield self._source.problem(
                    path,
                    f"{name} {UNSTEADY}: `prefetched` must say what stays true",
                    help_="such as a date, or all opening hours",
                    offset=name.offset,
                )

    def promises(self, path: YamlPath, text: LocalizedTemplate | None) -> Iterator[Problem]:
        """Words that could be false when they are read."""
        for promise in promises_of(text, self._creative, self._vocabulary) if text is not None else ():
            yield self._source.problem(
                path,
                f"'{promise}' {UNSTEADY}: some mail clients prefetch images, days before",
                help_="in a layer, add prefetched: with another text, or valid_for: 7 days if it stays true",
                warning=True,
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
    """The truths of all kinds of clients; each variant that may win is filled in with samples of facts."""
    creative = compiled.loaded.creative
    found = []
    for name, client in CLIENT_KINDS.items():
        truths = [_truth(name, compiled, variant, client) for variant in possible(creative, client)]
        counts = [sum(numbers) for numbers in list(zip(*truths, strict=True))[1:]]
        found.append(Truth(name, *counts))
    return found


def _truth(name: str, compiled: CompiledCreative, variant: Variant, client: Client) -> Truth:
    creative, vocabulary = compiled.loaded.creative, compiled.resources.vocabulary
    notes = compiled.variants[variant.name].content(_sampled(compiled, variant, client)).substitutions
    left_out = _inside(notes, "left out")
    replaced = _inside(notes, "replaced")
    layers = list(_leaves(creative.layers_of(variant)))
    shown = [layer for layer in layers if layer.fingerprint not in left_out]
    own = [
        layer for layer in shown if layer.fingerprint not in replaced and not lasts(layer.valid_for, creative.horizon)
    ]
    doubtful = sum(_promises(layer, creative, vocabulary) for layer in own) if client.time != "live" else 0
    return Truth(name, 1, len(layers), len(layers) - len(shown), doubtful)


def _sampled(compiled: CompiledCreative, variant: Variant, client: Client) -> Moment:
    """All that a variant needs, as samples, for a client."""
    told = Moment({"client": Fact(client, Reason.GIVEN)})
    params = {name: sample_of(param) for name, param in compiled.loaded.creative.params.items()}
    facts = compiled.resources.vocabulary.sample_facts(compiled.loaded.all_needs(variant, told))
    moment = Moment({**facts, **told.facts, "param": Fact(params, Reason.GIVEN)})
    return with_lets(compiled.loaded.creative, moment)


def _inside(notes: Iterable[Substitution], done: str) -> frozenset[str]:
    """The fingerprints of the layers to which this was done, and of those inside them."""
    layers = [note.layer for note in notes if note.done == done and isinstance(note.layer, Layer)]
    return frozenset(inner.fingerprint for inner in _leaves(layers))


def _promises(layer: Layer, creative: Creative, vocabulary: Vocabulary) -> bool:
    texts = [text for one in layer.variations() for _, text in one.texts() if isinstance(text, LocalizedTemplate)]
    return any(promises_of(text, creative, vocabulary) for text in texts)


def _leaves(layers: Iterable[Layer]) -> Iterator[Layer]:
    """The layers that are drawn, outside and inside of others, each once."""
    found = (layer.origin or layer for layer in walk(layers) if not layer.inner())
    return iter({layer.fingerprint: layer for layer in found}.values())


def _left_out(text: Template, vocabulary: Vocabulary) -> bool:
    """Whether a prefetch leaves a text out, as it asks what time changes."""
    try:
        text.fill(vocabulary.redact({**vocabulary.samples, **SETTINGS}))
    except RedactedValueError:
        return True
    except MissingValueError:  # of a recipient, nothing is known here
        return False
    return False


def _plain(text: str) -> str:
    """Lower case without accents; apostrophes and white space of one kind."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())

"""A creative in; what of it could become false where it is read later than it is fetched, with its place, out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from livecontent.compose.kinds.group import GroupLayer, RepeatLayer
from livecontent.compose.kinds.shape import FillLayer, ShapeLayer
from livecontent.compose.layer import Layer
from livecontent.compose.memo import is_fixed
from livecontent.creative.model import Creative, Variant
from livecontent.creative.source import YamlPath, YamlSource
from livecontent.errors import Problem
from livecontent.expressions.prefetch import bound_of, lasts, without_clock
from livecontent.expressions.rule import Rule, RuleFacts
from livecontent.expressions.template import LocalizedTemplate, MissingValueError, RedactedValueError, Template
from livecontent.expressions.timed import holds_later
from livecontent.expressions.unknown import UNSTEADY
from livecontent.facts import Client, spell_out
from livecontent.lint.samples import FACTS, SETTINGS

LATER = (Client(time="early"), Client(time="unsure"))

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
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def promises_in(words: Template, language: str) -> tuple[str, ...]:
    """The words of a text that promise something of the moment."""
    known = PROMISES.get(language.partition("-")[0], ())
    text = _plain(_TAG.sub(" - ", words.source))
    return tuple(promise for promise in known if re.search(rf"(?<!\w){promise}(?!\w)", text))


def promises_of(text: Template | LocalizedTemplate, creative: Creative) -> tuple[str, ...]:
    """The same, in all languages of a text that is shown where it may be read later."""
    languages = text.by_language if isinstance(text, LocalizedTemplate) else {"": text}
    found = [
        promise
        for language, words in languages.items()
        if not _withheld(words)
        for promise in promises_in(words, language or creative.language)
    ]
    return tuple(dict.fromkeys(found))


def may_hold(condition: Rule | None, client: Client) -> bool | None:
    """Whether a rule is true for such a client, as far as the client alone tells; None where other facts decide.

    One of facts that time changes is not, where it may be read later.
    """
    if condition is None:
        return True
    value = holds_later(condition, RuleFacts({"client": spell_out(client)}))[0]
    timed = client.time != "live" and any(bound_of(path) for path in condition.names)
    return False if value is None and timed and "||" not in condition.source else value


def may_win(creative: Creative, client: Client) -> Iterator[Variant]:
    """The variants that may be chosen for such a client."""
    for variant in creative.variants:
        holds = None if lasts(variant.valid_for) else may_hold(variant.when, client)
        if holds is not False:
            yield variant
        if holds:
            return


def check_later(source: YamlSource, creative: Creative) -> Iterator[Problem]:
    """Steady forms that would not stay true, and promises that are shown where they may be read later."""
    checker = _Checker(source, creative)
    shown = {variant.name for client in LATER for variant in may_win(creative, client)}
    yield from checker.layers(("layers",), creative.layers, shown=True)
    yield from checker.promises(("alt",), creative.alt)
    for index, variant in enumerate(creative.variants):
        yield from checker.span(("variants", index), variant.valid_for)
        yield from checker.layers(("variants", index, "layers"), variant.layers, shown=variant.name in shown)
        if variant.name in shown:
            yield from checker.promises(("variants", index, "alt"), variant.alt)


class _Checker:
    def __init__(self, source: YamlSource, creative: Creative) -> None:
        self._source = source
        self._creative = creative

    def layers(
        self, path: YamlPath, layers: Iterable[Layer], *, shown: bool, prefetched: bool = False
    ) -> Iterator[Problem]:
        """Of layers, whether they are shown where they may be read later, and whether they are a prefetched form."""
        for index, layer in enumerate(layers):
            yield from self._layer((*path, index), layer, shown=shown, prefetched=prefetched)

    def _layer(self, path: YamlPath, layer: Layer, *, shown: bool, prefetched: bool) -> Iterator[Problem]:
        yield from self.span(path, layer.valid_for, fixed=isinstance(layer, FillLayer | ShapeLayer) and is_fixed(layer))
        if lasts(layer.valid_for):
            return
        for key, words in words_later(layer):
            yield from self._prefetched((*path, key), words)
            yield from self.promises((*path, key), words if shown else None)
        if isinstance(layer.prefetched, tuple):
            yield from self.layers((*path, "prefetched"), layer.prefetched, shown=shown, prefetched=True)
        if prefetched:
            for key, text in texts_of(layer):
                yield from self._prefetched((*path, key), text)
            yield from self._steady_rule((*path, "when"), layer.when)
        own = shown and layer.prefetched is None and any(may_hold(layer.when, client) is not False for client in LATER)
        for key, text in texts_of(layer):
            yield from self.promises((*path, key), text if own and isinstance(text, LocalizedTemplate) else None)
        for key in ("group", "layers"):
            inner: Iterable[Layer] = getattr(layer, key, ())
            yield from self.layers((*path, key), inner, shown=own, prefetched=prefetched)

    def span(self, path: YamlPath, valid_for: timedelta | None, *, fixed: bool = False) -> Iterator[Problem]:
        """A promise of how long something stays true that changes nothing."""
        if valid_for is not None and (fixed or not lasts(valid_for)):
            why = "this is always the same" if fixed else "a picture may be read a week later"
            here = (*path, "valid_for")
            yield self._source.problem(here, f"valid_for changes nothing here: {why}", warning=True)

    def _prefetched(self, path: YamlPath, text: Template | LocalizedTemplate) -> Iterator[Problem]:
        """Words of a prefetched form that name what the clock changes."""
        for language, words in text.by_language.items() if isinstance(text, LocalizedTemplate) else (("", text),):
            here = (*path, language) if language else path
            paths = [(name.path, name) for name in words.names]
            paths += [(("item", *name.path[1:]), name) for name in words.reading.items]
            for own, name in paths:
                if bound_of(own) == "clock":
                    yield self._unsteady(here, str(name), name.offset)

    def _steady_rule(self, path: YamlPath, condition: Rule | None) -> Iterator[Problem]:
        for name in condition.names if condition else ():
            if bound_of(name) == "clock":
                yield self._unsteady(path, ".".join(name), 0)

    def _unsteady(self, path: YamlPath, name: str, offset: int) -> Problem:
        return self._source.problem(
            path,
            f"{name} {UNSTEADY}: a prefetched form says what stays true",
            help_="such as a date or all opening hours; {{ now.at | time }} may tell as of when something was",
            offset=offset,
        )

    def promises(self, path: YamlPath, text: LocalizedTemplate | None) -> Iterator[Problem]:
        """Words that could be false when they are read."""
        for promise in promises_of(text, self._creative) if text is not None else ():
            yield self._source.problem(
                path,
                f"'{promise}' {UNSTEADY}: some mail clients fetch the picture days before",
                help_="prefetched: other words, where this is a layer; or valid_for: 7 days, where it stays true",
                warning=True,
            )


def leaves(layers: Iterable[Layer]) -> Iterator[Layer]:
    """The layers that are drawn, outside and inside of others."""
    for layer in layers:
        if isinstance(layer, GroupLayer):
            yield from leaves(layer.group)
        elif isinstance(layer, RepeatLayer):
            yield from leaves(layer.layers)
        else:
            yield layer


def _withheld(words: Template) -> bool:
    """Whether a text is left out as it names what the clock changes."""
    try:
        words.fill(without_clock({**FACTS, **SETTINGS}))
    except RedactedValueError:
        return True
    except MissingValueError:  # of a recipient, nothing is known here
        return False
    return False


def _plain(text: str) -> str:
    """Lower case without accents; apostrophes and white space of one kind."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())

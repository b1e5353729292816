"""The fact `segment`: named groups of people, by rules that stand once for all creatives: `templates/segments.yaml`."""

from collections.abc import Awaitable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from livecontent.config import Settings
from livecontent.creative.source import read_source
from livecontent.errors import CreativeError, Problem, did_you_mean
from livecontent.expressions.rule import Rule, RuleFacts
from livecontent.expressions.unknown import Redacted
from livecontent.facts import Fact, Need, Opening, Reason, spell_out
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source, SourceDependencies
from livecontent.sources.habit import HABIT
from livecontent.sources.history import HISTORY
from livecontent.sources.latest import LATEST, latest_declared
from livecontent.sources.now import NOW
from livecontent.sources.place.source import PLACE
from livecontent.sources.recipient import RECIPIENT
from livecontent.sources.trait import TRAIT
from livecontent.vocabulary import FactType, UsedName, Vocabulary, path_in

FILE = "segments.yaml"
MOST = 50
TRIAL = "trial"  # the name of what is only tried

_WHAT = "each line has the name of a segment and its rule, such as loyal: history.orders_in_a_year >= 3"

_OF = (RECIPIENT, PLACE, NOW, HISTORY, HABIT, TRAIT)

Segments = Mapping[str, Rule]


def read_segments(templates: Path) -> Segments:
    """The rules by name, of the file in a folder of creatives; none where there is none. Raises `CreativeError`."""
    file = templates / FILE
    if not file.is_file():
        return {}
    source = read_source(str(file), file.read_bytes(), _WHAT)
    vocabulary = segment_vocabulary(templates)
    found: dict[str, Rule] = {}
    problems: list[Problem] = []
    for name, written in source.data.items():
        try:
            found[name] = _rule(str(name), written, len(found), vocabulary)
        except ValueError as error:
            column, _, problem = str(error).partition(": ")
            problems.append(source.problem((name,), problem, offset=int(column) - 1))
    if problems:
        raise CreativeError(problems)
    return found


def read_trial(expression: str, templates: Path) -> Segments:
    """An expression that may be written into the file, as a segment of its own.

    Raises `ValueError` with the column (from 1) and what is wrong, and `CreativeError`.
    """
    return {TRIAL: _rule(TRIAL, expression, 0, segment_vocabulary(templates))}


def segment_vocabulary(templates: Path) -> Vocabulary:
    """The names that a segment may use, and those of the events that are declared. Raises `CreativeError`."""
    return Vocabulary((*_OF, latest_declared(templates)), Redacted)


def segment_needs(rules: Iterable[Rule]) -> frozenset[Need]:
    """What is to be known for these rules."""
    return frozenset(need for rule in rules for need in rule.needs)


def _rule(name: str, written: object, count: int, vocabulary: Vocabulary) -> Rule:
    """Raises `ValueError` with the column (from 1) and what is wrong."""
    if not name.isidentifier() or name != name.lower() or len(name) > 40:
        raise ValueError(f"1: {name!r} is not a valid name: use lower-case letters, digits and _, such as loyal")
    if count >= MOST:
        raise ValueError(f"1: at most {MOST} segments are allowed")
    rule = Rule(str(written), vocabulary)
    for one in rule.names:
        if one.path[0] == LATEST.root:
            _check_event(one, vocabulary.types[LATEST.root])
    return rule


def _check_event(name: UsedName, fact: FactType) -> None:
    """A key that is told at the open would need all events; names of an event that is declared are known."""
    key, *names = name.path[1:]
    if path_in(key)[0]:
        raise ValueError(f"{name.offset + 1}: in a segment, write the name of the event: latest['Recipe Cooked']")
    known = tuple(fact.names_of(key)) if fact.names_of else ()
    if known and names and names[0] not in known:
        hint = did_you_mean(names[0], known) or f"known: {', '.join(known)}"
        raise ValueError(f"{name.offset + 1}: {key} has no {names[0]!r}; {hint}")


def segments_in(segments: Segments, words: Mapping[str, object]) -> Iterator[tuple[str, bool]]:
    """Whether somebody is in each of them; those of which that is not known are left out."""
    facts = RuleFacts(words)
    for name, rule in segments.items():
        value = rule.test(facts).value
        if value is not None:
            yield name, value


class SegmentSource(Source):
    """Tells `segment`, as soon as what its rules name is known."""

    fact = FactType("segment")

    def __init__(self, segments: Segments) -> None:
        self.fact = _declared(segments)
        self._segments = segments
        self.needs = segment_needs(segments.values())

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the file beside the creatives."""
        return cls(read_segments(dependencies.settings.templates))

    @classmethod
    def declared(cls, settings: Settings, /) -> FactType:
        """By the names in the file."""
        return _declared(read_segments(settings.templates))

    def ask(self, _opening: Opening, facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """Each segment: true or false, or not there where that is not known."""
        if not self._segments:
            return Fact(None, Reason.MISSING, "segments", note=f"there is no {FILE} beside the creatives")
        words = {root: spell_out(fact.value) for root, fact in facts.items() if fact.value is not None}
        return Fact(dict(segments_in(self._segments, words)), Reason.FRESH, "segments")


def _declared(segments: Segments) -> FactType:
    volatile = frozenset(name for name, rule in segments.items() if rule.volatile)
    return FactType("segment", dict.fromkeys(segments, bool), dict.fromkeys(segments, True) or None, volatile=volatile)

"""`templates/triggers.yaml`: what is told to whom when somebody does something. Read beside the segments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from livecontent.compose.values import Model
from livecontent.creative.limits import Counted
from livecontent.creative.messages import explain_validation_error
from livecontent.creative.source import YamlSource, read_source
from livecontent.errors import CreativeError, Problem, did_you_mean
from livecontent.expressions.rule import Rule, RuleFacts
from livecontent.expressions.template import LocalizedTemplate
from livecontent.expressions.unknown import Redacted
from livecontent.facts import spell_out
from livecontent.net.guarded import named_host
from livecontent.triggers.event import EVENT, TriggerEvent
from livecontent.vocabulary import FactPath, Vocabulary

FILE = "triggers.yaml"
MOST = 50

_WHAT = "each trigger has a name, and under it the keys when and url"

# What is told of the person, and what words may look up. Nothing that is used up, such as codes.
_ROOTS = ("recipient", "place", "now", "history", "habit", "trait", "segment", "product", "store")
_HOUR = timedelta(hours=1)


def _webhook(text: str) -> str:
    if not text.isidentifier() and not named_host(text):
        raise ValueError(f"{text!r} is neither a URL such as https://crm.example/alerts nor a name of webhooks.urls")
    return text


class _Written(Model):
    """A trigger as it stands in the file."""

    when: Rule
    say: LocalizedTemplate | None = None
    url: Annotated[str, AfterValidator(_webhook)]
    rest: Counted = _HOUR
    send: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """Told once in `rest` seconds for a person, where `when` is true; `line` is where its URL stands."""

    name: str
    when: Rule
    say: LocalizedTemplate | None
    url: str  # or the name of one
    rest: float
    file: str
    line: int
    hint: Rule  # the same as `when`, with a clock of its own: it is tried in threads
    sent: frozenset[FactPath]  # what is told of the event: what `when` and `say` name, and `send` lists

    def may_fire(self, event: TriggerEvent) -> bool:
        """Whether it may be true of anybody: most triggers are of other events."""
        return self.hint.test(RuleFacts({EVENT.root: spell_out(event)})).value is not False

    def problem(self, message: str) -> Problem:
        """What is wrong with where it leads."""
        return Problem(self.file, self.line, 1, f"{self.name}: {message}", warning=True)


Triggers = Mapping[str, Trigger]


def read_triggers(templates: Path, vocabulary: Vocabulary) -> Triggers:
    """The triggers by name, of the file in a folder of creatives; none where there is none. Raises `CreativeError`."""
    file = templates / FILE
    if not file.is_file():
        return {}
    source = read_source(str(file), file.read_bytes(), _WHAT)
    ours, hints = _vocabulary(vocabulary), _vocabulary(vocabulary)
    found: dict[str, Trigger] = {}
    problems: list[Problem] = []
    for name, written in source.data.items():
        if wrong := _wrong_name(str(name), len(found)):
            problems.append(source.problem((name,), wrong))
            continue
        try:
            one = _Written.model_validate(written, context={"vocabulary": ours})
        except ValidationError as error:
            problems += [_problem(source, name, item) for item in error.errors()]
            continue
        problems += _unknown_names(source, name, one.say, ours)
        hint, rest = Rule(one.when.source, hints), one.rest.total_seconds()
        line, _ = source.where((name, "url"))
        found[name] = Trigger(name, one.when, one.say, one.url, rest, str(file), line, hint, _sent(one))
    if problems:
        raise CreativeError(problems)
    return found


def _vocabulary(vocabulary: Vocabulary) -> Vocabulary:
    """The names of triggers: they are never prefetched, so nothing is redacted."""
    known = (vocabulary.types[root] for root in _ROOTS if root in vocabulary.types)
    return Vocabulary((EVENT, *(replace(fact, volatile=frozenset()) for fact in known)), Redacted)


def _sent(written: _Written) -> frozenset[FactPath]:
    """The paths in the event that are told."""
    texts = written.say.by_language.values() if written.say else ()
    named = {one.path for formula in (written.when, *texts) for one in formula.names if one.path[0] == EVENT.root}
    listed = {(EVENT.root, "properties", name) for name in written.send}
    return frozenset(named | listed)


def _wrong_name(name: str, count: int) -> str:
    if not name.isidentifier() or name != name.lower() or len(name) > 40:
        return f"{name!r} is not a valid name: use lower-case letters, digits and _, such as entered"
    return f"at most {MOST} triggers are allowed" if count >= MOST else ""


def _problem(source: YamlSource, name: str, item: ErrorDetails) -> Problem:
    path: tuple[Any, ...] = (name, *item["loc"])
    if item["type"] == "extra_forbidden":
        key = str(path[-1])
        known = sorted(_Written.model_fields)
        return source.problem(path, f"unknown key '{key}'", help_=did_you_mean(key, known) or _there_are(known))
    problem = explain_validation_error(source, {**item, "loc": path})
    return replace(problem, help=_EXAMPLE) if item["type"] in ("missing", "model_type", "dict_type") else problem


def _unknown_names(
    source: YamlSource, name: str, say: LocalizedTemplate | None, names: Vocabulary
) -> Iterator[Problem]:
    """Of texts; those of rules are found when they are compiled."""
    for language, text in say.by_language.items() if say else ():
        path = (name, "say", language) if language else (name, "say")
        for used in text.names:
            fact, rest = names.locate(used.path) or (None, ())
            if fact is None or (fact.names and rest and rest[0] not in fact.names and not fact.extensible):
                known = fact.names if fact else names.types
                asked = rest[0] if fact else used.path[0]
                help_ = did_you_mean(asked, known) or _there_are(sorted(known))
                yield source.problem(path, f"unknown name '{used}'", help_=help_, offset=used.offset)


def _there_are(names: list[str]) -> str:
    return f"there are: {', '.join(names)}"


_EXAMPLE = "a trigger has when and url, and may have say, rest and send: see docs/triggers.md"

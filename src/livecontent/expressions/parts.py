"""The parts of a rule that make it what it is, and those of a score. For explanations: each is compiled anew."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from livecontent.expressions.cel_ast import code_in, without_comments
from livecontent.expressions.chance import CLICK_CHANCE
from livecontent.expressions.rule import Formula, Rule, RuleFacts
from livecontent.expressions.score import Score
from livecontent.vocabulary import Vocabulary, dotted

_OPEN, _CLOSE = "([{", ")]}"


class RulePart(NamedTuple):
    """A part as it is written, what it comes to, why that is not known, and the values of the facts it names."""

    text: str
    value: bool | float | None
    note: str = ""
    names: tuple[tuple[str, object], ...] = ()


def failing_parts(source: str, facts: RuleFacts, vocabulary: Vocabulary) -> tuple[RulePart, ...]:
    """The innermost parts for which a rule that is not true is not: of `a && b` that which fails, of `a || b` both."""
    try:
        tested = Rule(source, vocabulary).test(facts)
    except ValueError:  # no rule by itself
        return ()
    if tested.value is True:
        return ()
    inner = [part for text in _operands(source) for part in failing_parts(text, facts, vocabulary)]
    same = [part for part in inner if part.value is tested.value]
    return tuple(same) or (RulePart(source, tested.value, tested.note, _values(Rule(source, vocabulary), facts)),)


def parts_of_score(source: str, facts: RuleFacts, vocabulary: Vocabulary) -> tuple[RulePart, ...]:
    """What is added up."""
    return tuple(_part_of_score(text, facts, vocabulary) for text in _split(_bare(source), "+"))


def _part_of_score(text: str, facts: RuleFacts, vocabulary: Vocabulary) -> RulePart:
    try:
        score = Score(text, vocabulary)
    except ValueError:
        return RulePart(text, None)
    chance = ((CLICK_CHANCE, _value_at(facts.words, (CLICK_CHANCE,))),) if score.chances else ()
    return RulePart(text, *score.number(facts), (*chance, *_values(score, facts)))


def _values(formula: Formula, facts: RuleFacts) -> tuple[tuple[str, object], ...]:
    """The facts that are single values, each once."""
    return tuple({dotted(name.path): _value_at(facts.words, name.path) for name in formula.names}.items())


def _value_at(words: object, path: tuple[str, ...]) -> object:
    for step in path:
        if isinstance(words, list) and step == "size":
            words = len(words)
        elif isinstance(words, list):
            words = dict(enumerate(words)).get(int(step)) if step.isdecimal() else None
        else:
            words = words.get(step) if isinstance(words, Mapping) else None
    return words if isinstance(words, str | int | float | bool) else None


def _operands(source: str) -> list[str]:
    """Of the operator that binds least; of one that can't be parted, none."""
    text = _bare(source)
    if len(_split(text, "?")) > 1:
        return []
    for operator in ("||", "&&"):
        if len(parts := _split(text, operator)) > 1:
            return parts
    return [] if text == source.strip() else [text]


def _bare(source: str) -> str:
    """Without comments, and parentheses around the whole."""
    text = without_comments(source).strip()
    while text.startswith("(") and text.endswith(")") and not any(_outside(code_in(text))):
        text = text[1:-1].strip()
    return text


def _outside(code: str) -> Iterator[int]:
    """The places of signs that are outside of brackets."""
    depth = 0
    for at, sign in enumerate(code):
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth -= 1
        elif not depth:
            yield at


def _split(text: str, operator: str) -> list[str]:
    """Between operators outside of brackets and quotes."""
    parts, start, code = [], 0, code_in(text)
    for at in _outside(code):
        if code.startswith(operator, at) and at >= start and text[start:at].strip():
            parts.append(text[start:at].strip())
            start = at + len(operator)
    return [*parts, text[start:].strip()]

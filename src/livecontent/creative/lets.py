"""The values that a creative works out once for an open: `let: {share: recipient.points / recipient.goal}`.

They are facts as any other: rules, texts, choices and lists name them as `let.share`. One that is made of what time
changes is changed by time.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from livecontent.creative.model import Creative
from livecontent.creative.source import YamlSource
from livecontent.errors import CreativeError, Problem
from livecontent.expressions.cel_environment import python_type
from livecontent.expressions.rule import Formula, RuleFacts
from livecontent.facts import Fact, Moment, Need, Reason
from livecontent.links import is_fact_name
from livecontent.vocabulary import FactType, Vocabulary

ROOT = "let"
_MOST = 50

Formulas = Mapping[str, Formula]


def read_lets(source: YamlSource, vocabulary: Vocabulary) -> tuple[Formulas, Vocabulary]:
    """The formulas in their order, and the vocabulary with their names. Raises `CreativeError`."""
    written = source.data.get(ROOT)
    if not isinstance(written, Mapping) or not written:
        return {}, vocabulary
    formulas: dict[str, Formula] = {}
    problems: list[Problem] = []
    known = _known(formulas, vocabulary)
    for name, value in written.items():
        try:
            formula = _compiled(str(name), value, known, len(formulas))
            formula.needs = needs_behind(formula.needs, formulas)
            formulas[name] = formula
        except ValueError as error:
            column, _, problem = str(error).partition(": ")
            problems.append(source.problem((ROOT, name), problem, offset=int(column) - 1))
            break  # those behind it may name it
        known = _known(formulas, vocabulary)
    if problems:
        raise CreativeError(problems)
    return formulas, known


def _compiled(name: str, value: Any, vocabulary: Vocabulary, count: int) -> Formula:
    """Raises `ValueError` with the column (from 1) and what is wrong."""
    if not is_fact_name(name):
        raise ValueError(f"1: {name!r} is not a valid name: use lower-case letters, digits and _, such as days_left")
    if count >= _MOST:
        raise ValueError(f"1: at most {_MOST} values are allowed")
    if isinstance(value, Mapping | list) or value is None:
        raise ValueError("1: an expression is a text such as: recipient.points / recipient.goal")
    return Formula(str(value).lower() if isinstance(value, bool) else str(value), vocabulary)


def _known(formulas: Formulas, vocabulary: Vocabulary) -> Vocabulary:
    if not formulas:
        return vocabulary
    sample: dict[str, object] = {}
    facts = RuleFacts({**vocabulary.samples, ROOT: sample}, timezone="Europe/Paris")
    for name, formula in formulas.items():
        sample[name] = formula.value(facts)[0]
    names = {name: python_type(formula.type) for name, formula in formulas.items()}
    volatile = frozenset(name for name, formula in formulas.items() if formula.volatile)
    return vocabulary.with_fact(FactType(ROOT, names, sample, volatile=volatile, computed=True))


def needs_behind(needs: Iterable[Need], formulas: Formulas) -> frozenset[Need]:
    """The needs, and for each value that is worked out what it is made of."""
    found: set[Need] = set()
    for need in needs:
        if need == ROOT:
            found.update(*(formula.needs for formula in formulas.values()))
        elif isinstance(need, tuple) and need[0] == ROOT:
            found |= formulas[need[1]].needs if need[1] in formulas else set()
        else:
            found.add(need)
    return frozenset(found)


def with_lets(creative: Creative, moment: Moment) -> Moment:
    """The moment with the values that can be worked out of its facts; others, and what is not known, are left out."""
    known = moment.value(ROOT) or {}
    asked = [
        (name, formula)
        for name, formula in creative.let.items()
        if name not in known and all(map(moment.fact, formula.needs))
    ]
    if not asked:
        return moment
    values = dict(known)
    facts = RuleFacts({**moment.words, ROOT: values}, timezone=creative.timezone)
    for name, formula in asked:
        values[name] = formula.value(facts)[0]
    return Moment({**moment.facts, ROOT: Fact(values, Reason.FRESH, "creative")}, moment)

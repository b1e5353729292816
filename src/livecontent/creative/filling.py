"""Values with names, parameters of a component or fields of an offer, and how they are put into what names them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from livecontent.creative.source import Origin
from livecontent.errors import did_you_mean

_FACT = re.compile(r"\s*\{\{\s*([^{}]+?)\s*\}\}\s*")


class Given(NamedTuple):
    """A value, and where it is written; None where it is a text with values in it."""

    value: Any
    origin: Origin | None = None


class Naming(NamedTuple):
    """How values are named: alone, as `{{ with.NAME }}`, and inside of more."""

    root: str
    alone: re.Pattern[str]
    written: re.Pattern[str]
    named: re.Pattern[str]


def naming_by(root: str) -> Naming:
    """Behind a word."""
    name = rf"{root}\.([a-z][a-z0-9_]*)"
    return Naming(root, re.compile(name), re.compile(r"\{\{\s*" + name + r"\s*\}\}"), re.compile(r"(?<![\w.])" + name))


class GivenScope(NamedTuple):
    """Which values are known; which components that is in, and where the outermost is used."""

    given: Mapping[str, Given] = {}
    naming: Naming | None = None
    owner: str = ""  # the offer whose fields they are
    inside: tuple[str, ...] = ()
    used: str = ""


def named_in(value: Any, naming: Naming) -> Iterator[str]:
    """The names in all texts of a value."""
    if isinstance(value, str):
        yield from naming.named.findall(value)
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from named_in(inner, naming)


class UnfitError(ValueError):
    """A value that there is not, or that can't stand where it is named."""

    def __init__(self, message: str, help_: str = "", key: str = "") -> None:
        """The key is that of a mapping whose value it is."""
        super().__init__(message)
        self.help, self.key = help_, key


def fill(text: str, scope: GivenScope) -> Given:
    """What stands for a text with all values put in. Raises `UnfitError`."""
    naming = scope.naming
    if naming is None or naming.root not in text:
        return Given(text)
    if (alone := naming.alone.fullmatch(text)) and alone[1] in scope.given:
        return scope.given[alone[1]]
    for name in naming.named.findall(text):
        if name not in scope.given:
            missing = f"{scope.owner} has no '{name}'" if scope.owner else f"there is no parameter '{name}'"
            raise UnfitError(missing, did_you_mean(name, scope.given))
    if (alone := naming.written.fullmatch(text)) and isinstance(scope.given[alone[1]].value, Mapping):
        return scope.given[alone[1]]  # a text for each language
    text = naming.written.sub(lambda found: _words(found[1], scope), text)
    liquid = "{{" in text or "{%" in text
    return Given(naming.named.sub(lambda found: _expression(found[1], scope, liquid=liquid), text))


def _words(name: str, scope: GivenScope) -> str:
    """A value as it is written into a text."""
    value = scope.given[name].value
    if isinstance(value, Mapping | list):
        raise UnfitError(f"{_root(scope)}.{name} is no text here: it is more than one value")
    return str(value)


def _expression(name: str, scope: GivenScope, *, liquid: bool) -> str:
    """A value as it is written between {{ and }}, else into a rule, where numbers of all kinds go together."""
    value = scope.given[name].value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value) if liquid else f"dyn({value})"
    if isinstance(value, str) and (fact := _FACT.fullmatch(value)) and (liquid or "|" not in value):
        return fact[1]
    if isinstance(value, str) and "{{" not in value and "{%" not in value and not ('"' in value and "'" in value):
        return f"'{value}'" if '"' in value else f'"{value}"'
    raise UnfitError(
        f"{_root(scope)}.{name} is no value that can be worked with: give a number, a text or one {{{{ fact }}}}"
    )


def _root(scope: GivenScope) -> str:
    return scope.naming.root if scope.naming else ""

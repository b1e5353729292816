"""Checks names and values in rules and texts."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from babel import Locale

from livecontent.declared import item_names
from livecontent.errors import did_you_mean
from livecontent.vocabulary import EACH, OF_AN_ITEM, FactPath, FactType, UsedName, Vocabulary, dotted

NUMBER: FactPath = ("index",)  # what each item of a range is
_OF_A_LIST = ("first", "last", "size")


class UnknownName(NamedTuple):
    """What can't be right, and what would be."""

    message: str
    help: str = ""
    doubt: bool = False  # whether it may be right all the same, once other data is there


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """A name that is not among those there are."""
    names = sorted(known)
    help_ = did_you_mean(name, names) or f"there are: {', '.join(names[:12]) or 'none'}"
    return UnknownName(f"unknown {kind} '{name}'", help_)


def unknown_fact(
    name: UsedName, vocabulary: Vocabulary, params: Iterable[str], item: FactPath | None
) -> UnknownName | None:
    """Whether a name is one of the vocabulary; inside a repeat, `item` stands for the path to each of its list."""
    root, *rest = name.path
    if root in OF_AN_ITEM and item is None:
        return UnknownName(f"'{root}' exists only inside a repeat")
    if root in OF_AN_ITEM and (root != "item" or item == NUMBER):
        return UnknownName(f"'{root}' is a single value: it has no '{rest[0]}'") if rest else None
    if root == "param":
        names = tuple(params)
        return unknown("parameter", rest[0], names) if rest and rest[0] not in names else None
    found = vocabulary.locate(of_item(name.path, item))
    if found is None:
        return unknown("fact", root, vocabulary.types)
    fact, attributes = found
    if fact.keys is not None and root == fact.root and rest and rest[0] not in {EACH, *fact.keys}:
        return unknown("fact", f"{root}.{rest[0]}", [f"{root}.{key}" for key in fact.keys])
    if root in vocabulary.lists and rest and not _is_of_list(rest[0]):
        return _no_item(root, rest[0])
    if attributes and fact.names_of and (names := tuple(fact.names_of(rest[0]))):
        whole = str(name).rsplit(".", len(attributes))[0]
        known = [f"{whole}.{one}" for one in names]
        return None if attributes[0] in names else unknown("fact", f"{whole}.{attributes[0]}", known)
    if not attributes or not fact.names:
        return None
    if attributes[0] in fact.names:
        return _unknown_in_list(name, fact.names[attributes[0]], attributes[1:])
    return _unknown_attribute(name, fact, attributes)


def _unknown_attribute(name: UsedName, fact: FactType, attributes: FactPath) -> UnknownName | None:
    """A name that is not declared; of the catalogue's own it may come with another import."""
    if fact.extensible and not fact.known:
        return None
    whole = str(name).rsplit(".", len(attributes))[0]
    doubtful = unknown("fact", f"{whole}.{attributes[0]}", [f"{whole}.{known}" for known in fact.names])
    if not fact.extensible:
        return doubtful
    return UnknownName(f"no imported product has '{attributes[0]}'", doubtful.help, doubt=True)


def _unknown_in_list(name: UsedName, kind: Any, rest: FactPath) -> UnknownName | None:
    """Whether what stands behind a list in a fact, such as `weather.days`, is a place in it and a name of its items."""
    names = item_names(kind)
    if not names or not rest:
        return None
    whole = str(name).rsplit(".", len(rest))[0]
    if not _is_of_list(rest[0]):
        return _no_item(whole, rest[0])
    if len(rest) == 1 or rest[1] in names:
        return None
    of = str(name).rsplit(".", 1)[0]
    return unknown("fact", f"{of}.{rest[1]}", [f"{of}.{known}" for known in names])


def _is_of_list(step: str) -> bool:
    """Whether a step behind a list is a place in it, or what every list has."""
    return step in _OF_A_LIST or re.fullmatch(r"-?\d+|\[.*\]", step) is not None


def _no_item(listed: str, step: str) -> UnknownName:
    message = f"{listed} is a list: '{listed}.{step}' does not exist"
    return UnknownName(message, f"write {{% for x in {listed} %}}{{{{ x.{step} }}}}")


def unknown_value(path: FactPath, text: str, vocabulary: Vocabulary, item: FactPath | None) -> UnknownName | None:
    """Whether a name may ever be this text."""
    fact = of_item(path, item)
    if vocabulary.is_country(fact):
        return _unknown_country(dotted(path), text)
    known = vocabulary.choices_at(fact)
    if known is None or text in known:
        return None
    help_ = did_you_mean(text.lower(), known, 0.5) or f"it is one of: {', '.join(sorted(known))}"
    return UnknownName(f"{dotted(path)} is never '{text}'", help_)


def of_item(path: FactPath, item: FactPath | None) -> FactPath:
    """The path in the facts, where `item` is one of a list."""
    return (*item, *path[1:]) if item and path[0] == "item" else path


def _unknown_country(name: str, text: str) -> UnknownName | None:
    names = Locale("en").territories.items()
    codes = {known.casefold(): code for code, known in names if re.fullmatch("[A-Z]{2}", code)} | {"uk": "GB"}
    if text in codes.values():
        return None
    code = text.upper() if text.upper() in codes.values() else codes.get(text.casefold())
    help_ = f"did you mean '{code}'?" if code else "a country is two capital letters of ISO 3166, such as FR"
    return UnknownName(f"{name} is never '{text}'", help_)

"""What `--param`, `--set` and `--variant` give, checked against what the creative and the facts declare."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from livecontent.config import Settings
from livecontent.creative.load import FILE, LoadedCreative
from livecontent.creative.model import Creative
from livecontent.creative.params import ChoiceParam, IntegerParam, MomentParam, NumberParam, Param
from livecontent.creative.shared import COMPONENTS
from livecontent.creative.stand_in import with_variant_alone
from livecontent.errors import ConfigError, did_you_mean
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.private_files import make_data_folder
from livecontent.sources.request import read_param
from livecontent.vocabulary import FactType, Vocabulary
from livecontent.web.asked import with_signature

_KINDS = {float: "a number", int: "a whole number", bool: "true or false", datetime: "a time such as 2026-12-24T18:00"}
_OTHERS = {"now": "--at sets the time", "param": "--param sets a parameter"}


def read_given_params(creative: Creative, given: Iterable[str]) -> dict[str, str]:
    """Parameters of `--param NAME=VALUE`, as an address holds them. Raises `ConfigError`."""
    params: dict[str, str] = {}
    for text in given:
        name, value = _pair("--param", text)
        if name not in creative.params:
            raise ConfigError(f"--param {text}: {_unknown('parameter', name, creative.params)}")
        if read_param(creative.params[name], value) is None:
            raise ConfigError(f"--param {text}: {name} is {_kind_of_param(creative.params[name])}")
        params[name] = value
    return params


def params_of_address(name: str, creative: Creative, given: Iterable[str], settings: Settings) -> dict[str, str]:
    """The same, with a signature where one is needed. Raises `ConfigError`."""
    params = read_given_params(creative, given)
    if creative.signed_params.isdisjoint(params):
        return params
    make_data_folder(settings.data)
    return with_signature(params, name, creative, SecretKeys(settings.key_path, settings.data))


@dataclass(frozen=True, slots=True)
class GivenFacts:
    """Facts of `--set FACT=VALUE`."""

    client: Mapping[str, Any]
    by_root: Mapping[str, Mapping[str, object]]  # those of sources; None: not known


def read_given_facts(vocabulary: Vocabulary, given: Iterable[str], columns: Iterable[str]) -> GivenFacts:
    """Facts with the types that they are declared with; a name alone is of the recipient. Raises `ConfigError`."""
    by_root: dict[str, dict[str, object]] = {}
    known = set(columns)
    for text in given:
        path, value = _pair("--set", text)
        root, dot, name = path.partition(".")
        if not dot and root in vocabulary.types:
            raise ConfigError(f"--set {text}: say which, such as {_example(vocabulary.types[root])}")
        root, name = (root, name) if dot else ("recipient", root)
        if root in _OTHERS:
            raise ConfigError(f"--set {text}: {_OTHERS[root]}")
        if root not in vocabulary.types:
            raise ConfigError(f"--set {text}: {_unknown('fact', root, vocabulary.types)}")
        if root == "recipient":
            if name not in known:
                raise ConfigError(f"--set {text}: {_unknown('column', name, known)}")
            by_root.setdefault(root, {})[name] = _of_recipient(value)
        else:
            by_root.setdefault(root, {})[name] = _typed(vocabulary.types[root], name, value, text)
    return GivenFacts(by_root.pop("client", {}), by_root)


def columns_named(templates: Path, creative: str) -> set[str]:
    """The columns of recipients that a creative names, or a component that it may use."""
    files = [templates / creative / FILE, *(templates / COMPONENTS).glob("*.yaml")]
    written = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
    return set(re.findall(r"\brecipient\.([A-Za-z_][A-Za-z0-9_]*)", written))


def only_variant(loaded: LoadedCreative, name: str) -> LoadedCreative:
    """A creative of one of its variants, which is shown whatever its rule says. Raises `ConfigError`."""
    variants = [variant.name for variant in loaded.creative.variants]
    if name not in variants:
        raise ConfigError(f"--variant {name}: {_unknown('variant', name, variants)}")
    return with_variant_alone(loaded, name)


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name.strip()):
        raise ConfigError(f"{option} {text}: write NAME=VALUE, such as {option} {_EXAMPLES[option]}")
    return name.strip(), value.strip()


_EXAMPLES = {"--param": "until=2026-12-24T18:00", "--set": "recipient.tier=gold"}


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    hint = did_you_mean(name, names)
    listed = f"known: {', '.join(names[:20])}{', ...' if len(names) > 20 else ''}" if names else f"there is no {kind}"
    return f"unknown {kind} {name!r}{f'; {hint}' if hint else ''}; {listed}".replace("?; ", "? ")


def _example(fact: FactType) -> str:
    return f"{fact.root}.{next(iter(fact.names), 'first_name')}=..."


def _of_recipient(text: str) -> object:
    """A value as an import of JSON has it: numbers, true, false, lists; all else is a text, and nothing is unknown."""
    try:
        found = json.loads(text, parse_constant=str)
    except ValueError:
        return text or None
    return text if isinstance(found, float) and not math.isfinite(found) else found


def _typed(fact: FactType, name: str, value: str, text: str) -> object:
    if fact.shape != "one" or fact.sample is None:
        raise ConfigError(f"--set {text}: {fact.root} is a list, which can't be set")
    settable = {one.name: fact.names[one.name] for one in fields(fact.sample) if one.name in fact.names}  # type: ignore[arg-type]
    if name not in settable:
        why = f"{fact.root}.{name} follows from the others" if name in fact.names else _unknown("name", name, settable)
        raise ConfigError(f"--set {text}: {why}")
    if not value:
        return None
    try:
        found = TypeAdapter(settable[name]).validate_strings(value)
    except ValidationError:
        raise ConfigError(f"--set {text}: {fact.root}.{name} is {_kind(settable[name])}") from None
    choices = fact.choices.get(name)
    if choices and found not in choices:
        raise ConfigError(f"--set {text}: {_unknown('value', value, choices)}")
    return found


def _kind(annotation: Any) -> str:
    """A type in words."""
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(_kind(one) for one in get_args(annotation) if one is not NoneType)
    if get_origin(annotation) is Literal:
        return f"one of {', '.join(map(str, get_args(annotation)))}"
    return _KINDS.get(annotation, "a text")


def _kind_of_param(param: Param) -> str:
    match param:
        case IntegerParam() | NumberParam() | MomentParam() if param.values:
            return f"one of {', '.join(map(str, param.values))}"
        case IntegerParam():
            return f"a whole number from {param.min} to {param.max}"
        case NumberParam():
            return f"a number from {param.min:g} to {param.max:g}"
        case ChoiceParam():
            return f"one of {', '.join(param.values)}"
        case MomentParam():
            return "a moment such as 2026-12-24T18:00"

"""The trace of a decision in sentences: what each rule came to, and the facts that it looked at."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from livecontent.facts import Fact, Moment, Reason
from livecontent.studio.pages.catalogue import Catalogue

_AGED = (Reason.CACHED, Reason.STALE, Reason.FRESH)  # whose age tells something
_SKY = "weather.condition"


def rule_sentence(rule: Mapping[str, Any], moment: Moment, words: Catalogue) -> str:
    """What a rule of `rules` came to, with the facts it names; "" of one that was not tried, or has no condition."""
    if not rule["tried"] or not rule["names"]:
        return ""
    said = words.texts["trace"]
    missing = [_name(path, words) for path, value in rule["names"].items() if value is None]
    outcome = {True: "holds", False: "fails", None: "unknown" if missing else "later"}[rule["value"]]
    facts = missing if rule["value"] is None and missing else list(_facts(rule["names"], moment, words))
    listed = said["and"].join([", ".join(facts[:-1]), facts[-1]] if len(facts) > 1 else facts)
    return str(said[outcome]).format(listed)


def _facts(names: Mapping[str, object], moment: Moment, words: Catalogue) -> Iterator[str]:
    said = words.texts["trace"]
    for path, value in names.items():
        name = _name(path, words)
        if value is None:
            yield said["not_known"].format(name)
        else:
            yield said["fact"].format(name, _value(path, value, words)) + _why(path, moment, words)


def _name(path: str, words: Catalogue) -> str:
    """What a fact is called in a sentence; one without a name of its own by its path."""
    said = words.texts["trace"]
    root, _, name = path.partition(".")
    known: Mapping[str, str] = said["path"]
    return known.get(path) or (said["of"][root].format(name.replace("_", " ")) if name and root in said["of"] else path)


def _value(path: str, value: object, words: Catalogue) -> str:
    match value:
        case Mapping():
            return str(value.get("name") or value.get("id") or words.texts["trace"]["there"])
        case str() if path == _SKY:
            return str(words.texts["sky"].get(value, value)).lower()
        case str():
            return str(words.texts["trace"]["text"]).format(value)
        case float() | int() | bool() | datetime() | list():
            return words.value(value)
    return str(value)


def _why(path: str, moment: Moment, words: Catalogue) -> str:
    """Who says so: this page, or how old it is; nothing of what needs no word."""
    fact: Fact[Any] | None = moment.facts.get(path.partition(".")[0].partition("[")[0])
    if fact is None:
        return ""
    if fact.reason is Reason.GIVEN or fact.reason is Reason.STALE or fact.reason is Reason.EMBEDDED:
        return f" ({words.texts['reason'][fact.reason]})"
    return f" ({words.age(fact.age)})" if fact.reason in _AGED and fact.age >= 1 else ""

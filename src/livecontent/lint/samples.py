"""A moment at which everything is known, to try texts with before anybody opens them: samples that sources declare."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from livecontent.creative.model import ChoiceParam, IntegerParam, MomentParam, NumberParam, Param
from livecontent.facts import Client, Fact, Moment, Reason
from livecontent.sources.registry import VOCABULARY

_AT = datetime(2026, 11, 21, 8, 5, tzinfo=ZoneInfo("Europe/Paris"))
NOW: Any = VOCABULARY.types["now"].sample
# What a recipient has, nobody knows before the import.
FACTS: Mapping[str, object] = MappingProxyType({**VOCABULARY.samples, "item": VOCABULARY.samples["store"]})
SETTINGS: Mapping[str, object] = MappingProxyType({"locale": "en", "timezone": "Europe/Paris", "currency": "EUR"})


def moment_for(params: Mapping[str, Param], client: Client) -> Moment:
    """The same as a moment, for a client."""
    param = {name: sample_of(param) for name, param in params.items()}
    facts = VOCABULARY.sample_facts(VOCABULARY.types)
    facts["client"], facts["param"] = Fact(client, Reason.GIVEN), Fact(param, Reason.GIVEN)
    return Moment(facts)


def sample_of(param: Param) -> object:
    """A value that a parameter may have."""
    match param:
        case IntegerParam() | NumberParam():
            return param.min if param.default is None else param.default
        case ChoiceParam():
            return param.values[0]
        case MomentParam():
            return _AT.isoformat()

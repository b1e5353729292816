"""A moment at which everything is known, to try texts with before anybody opens them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from livecontent.creative.model import ChoiceParam, IntegerParam, MomentParam, NumberParam, Param
from livecontent.facts import Client, Fact, Moment, Now, Place, Reason, Store, Weather, spell_out

_AT = datetime(2026, 11, 21, 8, 5, tzinfo=ZoneInfo("Europe/Paris"))
_STORE = Store(
    id="lille",
    name="Lille Grand-Place",
    street="12 rue de Béthune",
    postcode="59000",
    city="Lille",
    country="FR",
    latitude=50.63,
    longitude=3.06,
    timezone="Europe/Paris",
    distance=1.25,
    open=True,
    closes_at=_AT,
    opens_at=_AT,
)
NOW = Now(
    at=_AT,
    year=2026,
    month=11,
    day=21,
    hour=8,
    minute=5,
    date="2026-11-21",
    time="08:05",
    weekday="saturday",
    weekend=True,
    part_of_day="morning",
    season="autumn",
)
# The facts whose names are declared; what a recipient has, nobody knows before the import.
FACTS: Mapping[str, object] = MappingProxyType(
    {
        "place": spell_out(Place("Lille", "Hauts-de-France", "FR", 50.63, 3.06, "Europe/Paris")),
        "weather": spell_out(Weather(12.5, "rain", True, 4.5, 0.8, _AT, "Lille")),
        "now": spell_out(NOW),
        "client": spell_out(Client("gmail", proxy=True, time="live", animates=True, language="fr-FR")),
        "store": spell_out(_STORE),
        "stores": spell_out([_STORE, _STORE]),
        "item": spell_out(_STORE),
    }
)
_FACTS: Mapping[str, object] = MappingProxyType(
    {
        "place": Place("Lille", "Hauts-de-France", "FR", 50.63, 3.06, "Europe/Paris"),
        "weather": Weather(12.5, "rain", is_day=True, observed_at=_AT),
        "now": NOW,
        "store": _STORE,
        "stores": [_STORE, _STORE],
    }
)
SETTINGS: Mapping[str, object] = MappingProxyType({"locale": "en", "timezone": "Europe/Paris", "currency": "EUR"})


def moment_for(params: Mapping[str, Param], client: Client) -> Moment:
    """The same as a moment, for a client."""
    values = {**_FACTS, "client": client, "param": {name: sample_of(param) for name, param in params.items()}}
    return Moment({root: Fact(value, Reason.GIVEN) for root, value in values.items()})


def sample_of(param: Param) -> object:
    """A value that a parameter may have."""
    match param:
        case IntegerParam() | NumberParam():
            return param.min if param.default is None else param.default
        case ChoiceParam():
            return param.values[0]
        case MomentParam():
            return _AT.isoformat()

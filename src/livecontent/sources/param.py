"""Parameters of an address: declared, typed and ranged by the creative; all others are ignored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from livecontent.creative.model import ChoiceParam, IntegerParam, MomentParam, NumberParam, Param
from livecontent.facts import Fact, Reason

MAX_TEXT = 100  # characters


def read_params(
    declared: Mapping[str, Param], given: Mapping[str, str], timezone: str | None = None
) -> Fact[Mapping[str, object]]:
    """The values of all declared parameters; one that is missing or out of range takes its default.

    Moments become texts such as 2026-12-24T18:00:00+01:00; those without an offset are on the clock of the time zone.
    """
    if not declared:
        return Fact({}, Reason.EMBEDDED, "address")
    values: dict[str, object] = {}
    for name, param in declared.items():
        text = given.get(name)
        value = _read(param, text) if text is not None and len(text) <= MAX_TEXT else None
        value = param.default if value is None else value
        if value is not None:
            values[name] = _written(value, timezone) if isinstance(value, datetime) else value
    return Fact(values, Reason.FRESH if not given.keys().isdisjoint(values) else Reason.EMBEDDED, "address")


def _written(moment: datetime, timezone: str | None) -> str:
    return (moment if moment.tzinfo or not timezone else moment.replace(tzinfo=ZoneInfo(timezone))).isoformat()


def _read(param: Param, text: str) -> object:
    try:
        match param:
            case IntegerParam():
                number = int(text)
                return number if param.min <= number <= param.max else None
            case NumberParam():
                real = float(text)
                return real if math.isfinite(real) and param.min <= real <= param.max else None
            case ChoiceParam():
                return text if text in param.values else None
            case MomentParam():
                return datetime.fromisoformat(text)
    except ValueError:
        return None

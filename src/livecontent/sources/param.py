"""Parameters of an address: declared, typed and ranged by the creative; all others are ignored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from livecontent.creative.model import ChoiceParam, IntegerParam, MomentParam, NumberParam, Param
from livecontent.facts import Fact, Reason


def read_params(declared: Mapping[str, Param], given: Mapping[str, str]) -> Fact[Mapping[str, object]]:
    """The values of all declared parameters; one that is missing or out of range takes its default."""
    values: dict[str, object] = {}
    for name, param in declared.items():
        value = _read(param, given[name][:100]) if name in given else None
        value = param.default if value is None else value
        if value is not None:
            values[name] = value.isoformat() if isinstance(value, datetime) else value
    return Fact(values, Reason.FRESH if values.keys() & given.keys() else Reason.EMBEDDED, "address")


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

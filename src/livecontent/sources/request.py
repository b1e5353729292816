"""The facts that the request itself tells: the client, and the parameters of its address.

Parameters are declared, typed and ranged by the creative; all others are ignored.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from livecontent.creative.params import ChoiceParam, IntegerParam, MomentParam, NumberParam, Param
from livecontent.facts import Client, Fact, FetchTiming, Reason, Trust, names_of
from livecontent.vocabulary import FactType

MAX_TEXT = 100  # characters

_CLIENTS = """
    airmail aol-app app apple-intelligence apple-mail apple-mpp apple-mpp? aqua-mail assistant betterbird
    bluemail bot browser canary chatgpt claude claws-mail cohere copilot edison em-client evolution fairemail
    fastmail foxmail front fyxer geary gemini gmail gmail-app gmail-prefetch gmail-prefetch? gmail? gmx hey jace
    k-9 kmail laposte lindy mail-master mail-ru mailbird mailbutler mailspring manus microsoft-net mimestream
    missive mistral naver newton nine notes notion-mail orange outlook-express outlook-mac outlook-mobile
    outlook-new outlook-win perplexity polymail postbox prefetch probe proton rambler safari-private-relay
    samsung sanebox scanner scanner-barracuda scanner-cisco scanner-microsoft scanner-mimecast
    scanner-proofpoint seamonkey seznam sfr shortwave spark spicebird spike superhuman sylpheed the-bat
    thunderbird tuta typeapp ukr-net unknown web-de windows-mail yahoo-aol yahoo-app yandex yandex-app zimbra
    zoho
"""

CLIENT = FactType(
    "client",
    names_of(Client),
    sample=Client("gmail", proxy=True, time="live", animates=True, language="fr-FR"),
    choices={
        "name": frozenset(_CLIENTS.split()),
        "time": frozenset(get_args(FetchTiming)),
        "place_trust": frozenset(get_args(Trust)),
    },
)
PARAM = FactType("param")
SAMPLE_MOMENT = "2026-11-21T08:05:00+01:00"


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
        value = read_param(param, text) if text is not None else None
        value = param.default if value is None else value
        if value is not None:
            values[name] = _written(value, timezone) if isinstance(value, datetime) else value
    return Fact(values, Reason.FRESH if not given.keys().isdisjoint(values) else Reason.EMBEDDED, "address")


def _written(moment: datetime, timezone: str | None) -> str:
    return (moment if moment.tzinfo or not timezone else moment.replace(tzinfo=ZoneInfo(timezone))).isoformat()


def read_param(param: Param, text: str) -> object:
    """The value of a parameter, None where a text is none that it may have."""
    if len(text) > MAX_TEXT:
        return None
    try:
        match param:
            case IntegerParam():
                number = int(text)
                listed = not param.values or number in param.values
                return number if listed and param.min <= number <= param.max else None
            case NumberParam():
                real = float(text)
                listed = not param.values or real in param.values
                return real if listed and math.isfinite(real) and param.min <= real <= param.max else None
            case ChoiceParam():
                return text if text in param.values else None
            case MomentParam():
                moment = datetime.fromisoformat(text)
                return moment if not param.values or moment in param.values else None
    except ValueError:
        return None


def sample_of(param: Param) -> object:
    """A value that a parameter may have."""
    match param:
        case IntegerParam() | NumberParam():
            return param.min if param.default is None else param.default
        case ChoiceParam():
            return param.values[0]
        case MomentParam():
            return SAMPLE_MOMENT

"""How often a variant may be shown to somebody, and how variants that are tried against each other are drawn."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from livecontent.compose.values import Duration, Model
from livecontent.expressions.contexts import Context
from livecontent.links import CREATIVE_NAME

LONGEST = timedelta(days=90)  # that showings are counted for
OVER = ("variant", "creative", "all")  # else it is the name of a group


def _countable(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= LONGEST:
        raise ValueError("showings are counted for 90 days at most")
    return value


Counted = Annotated[Duration, AfterValidator(_countable)]


class Cap(Model):
    """How often, in a time: a variant, all of its creative, a group in all creatives, or all of these."""

    times: Annotated[int, Field(ge=1, le=1000)]
    per: Counted
    over: Annotated[str, Field(pattern=f"^{CREATIVE_NAME}$")] = "variant"


def _listed(value: object) -> object:
    return [value] if isinstance(value, Mapping) else value


Caps = Annotated[
    tuple[Cap, ...], BeforeValidator(_listed, json_schema_input_type=Cap | tuple[Cap, ...]), Field(max_length=10)
]
ALL_OFFERS = "all"
OF_OFFER = frozenset({"when", "from", "until", "valid_for", "rank", "score", "cap", "rest", "vary", "group"})  # limits
ArmWeight = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]


class Exploration(Model):
    """How variants are tried: what is clicked more is shown more, where a context is named in each of its values."""

    by: Literal["thompson"] = "thompson"
    context: Context | None = None


def _by_name(value: object) -> object:
    return {"by": value} if isinstance(value, str) else value


Explore = Annotated[Exploration, BeforeValidator(_by_name, json_schema_input_type=Literal["thompson"] | Exploration)]

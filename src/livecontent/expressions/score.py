"""Scores: numbers in CEL, by which variants are ranked."""

from math import isfinite
from typing import Any

from cel_expr_python import cel
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from livecontent.expressions.chance import CLICK_CHANCE, CLICK_CHANCES
from livecontent.expressions.rule import Formula, RuleFacts, compiled


class Score(Formula):
    """A compiled number."""

    __slots__ = ()
    called = "a score"
    chance = CLICK_CHANCE
    kinds = (cel.Type.INT, cel.Type.UINT, cel.Type.DOUBLE, cel.Type.DYN)
    wanted = "a score is a number, such as recipient.points / 1000; of a condition: recipient.vip ? 1 : 0"

    def number(self, facts: RuleFacts) -> tuple[float | None, str]:
        """The number by the facts, or None and why it is not known."""
        value, note = self.value(facts)
        return (None, note) if note else score_of(value)

    def of(self, variant: str) -> "Score":
        """The same of one variant, by its own chance of a click: so scores of several are worked out in one go."""
        source = self.source
        for at in reversed(self.chances):
            source = f'{source[:at]}{CLICK_CHANCES}["{variant}"]{source[at + len(CLICK_CHANCE) :]}'
        return ScoreOfVariant(source, self.vocabulary) if self.chances else self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(read_score)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": ["string", "number"]}


class ScoreOfVariant(Score):
    """A score that names the chance of its own variant."""

    __slots__ = ()
    chance = CLICK_CHANCES


def score_of(value: object) -> tuple[float | None, str]:
    """A score as CEL tells it, or None and why it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None, "the score is not a number"
    return value, ""


def read_score(value: object, info: ValidationInfo) -> Score:
    """A score as it is written: a number, or a text of CEL."""
    if isinstance(value, Score):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PydanticCustomError("score", "a score is a number, or a text such as: recipient.points / 1000")
    return compiled(Score, str(value), info, "score")

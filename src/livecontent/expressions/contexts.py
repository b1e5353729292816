"""Contexts: expressions of few values, in each of which may be learned by itself what is clicked."""

from typing import Any

from cel_expr_python import cel
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from livecontent.expressions.rule import Formula, RuleFacts, compiled

LONGEST = 40  # characters of a value


class Context(Formula):
    """A compiled expression that is true or false, or a word."""

    __slots__ = ()
    called = "a context"
    kinds = (cel.Type.BOOL, cel.Type.STRING, cel.Type.DYN)
    wanted = "a context has few values: true and false, or words, such as recipient.points > 500 or place.country"

    def label(self, facts: RuleFacts) -> tuple[str, str]:
        """The context of some facts, such as `segment.loyal = true`; "" and why, where it is not known."""
        value, note = self.value(facts)
        if note:
            return "", note
        if isinstance(value, bool):
            value = "true" if value else "false"
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
            return "", f"the context is not true, false, or a word of at most {LONGEST} characters"
        return f"{self.source} = {value}", ""

    def is_own(self, label: str) -> bool:
        """Whether a label is of this expression, not of one that stood there before."""
        return label.startswith(f"{self.source} = ")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_read_context)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string"}


def _read_context(value: object, info: ValidationInfo) -> Context:
    if isinstance(value, Context):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("context", "a context is a text such as: recipient.points > 500")
    return compiled(Context, value, info, "context")

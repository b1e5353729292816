"""Contexts: expressions of few values, in each of which may be learned by itself what is clicked.

A text that may be anybody's, such as an address, is none: a context is stored and shown, and many people share it.
"""

from collections.abc import Iterator
from typing import Any

from cel_expr_python import cel
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from livecontent.expressions.cel_ast import CelNode, path_of
from livecontent.expressions.rule import Formula, RuleFacts, compiled
from livecontent.vocabulary import FactPath, Vocabulary

LONGEST = 40  # characters of a value
_COARSE = frozenset({("place", "region"), ("client", "language")})  # which many people share


class Context(Formula):
    """A compiled expression that is true or false, or a word."""

    __slots__ = ("free",)
    called = "a context"
    kinds = (cel.Type.BOOL, cel.Type.STRING, cel.Type.DYN)
    wanted = "a context has few values: true and false, or words, such as recipient.points > 500 or place.country"

    def _make(self, source: str, expression: cel.Expression, tree: CelNode, vocabulary: Vocabulary) -> None:
        super()._make(source, expression, tree, vocabulary)
        self.free = tuple(_free(tree, vocabulary))  # what may be any text in it; () where it has few values

    def label(self, facts: RuleFacts) -> tuple[str, str]:
        """The context of some facts, such as `segment.loyal = true`; "" and why, where it is not known."""
        value, note = self.value(facts)
        if note:
            return "", note
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif self.free:
            return "", "the context is a text that may name a person: compare it with the values that count"
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
            return "", f"the context is not true, false, or a word of at most {LONGEST} characters"
        return f"{self.source} = {value}", ""

    def is_own(self, label: str) -> bool:
        """Whether a label can be of this expression: neither of one that stood there before, nor anybody's text."""
        begin = f"{self.source} = "
        return label.startswith(begin) and (not self.free or label.removeprefix(begin) in ("true", "false"))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_read_context)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string"}


def _free(node: CelNode, vocabulary: Vocabulary) -> Iterator[FactPath]:
    """What an expression may come to that is not one of few values: paths, () for what is worked out."""
    if node.name == "_?_:_":
        for inner in node.inner[1:]:
            yield from _free(inner, vocabulary)
    elif node.kind != "constant" and node.type != "bool":
        path = path_of(node) or ()
        few = vocabulary.choices_at(path) or vocabulary.is_country(path) or path in _COARSE
        if not few and path[:1] not in (("segment",), ("habit",)):
            yield path


def _read_context(value: object, info: ValidationInfo) -> Context:
    if isinstance(value, Context):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("context", "a context is a text such as: recipient.points > 500")
    return compiled(Context, value, info, "context")

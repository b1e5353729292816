"""Words: Liquid text in, compiled template out, which knows the facts it names before it is ever filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from liquid import BoundTemplate, Token
from liquid.exceptions import LiquidError
from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from livecontent.expressions import filters, liquid
from livecontent.expressions.analysis import TemplateAnalysis, UsedName, analyse
from livecontent.expressions.parts import TextPart, fill_parts, plain_parts
from livecontent.expressions.unknown import RedactedError
from livecontent.facts import VOCABULARY

MAX_SOURCE = 4096  # characters of a template
MAX_WORDS = 2000  # characters of what it becomes

_LOCALISED = frozenset(filters.FILTERS)
_ODD = "a filter does not go with what it is given"
_PYTHONS = (TypeError, ValueError, AttributeError, LookupError)  # errors told as Python does, not as people do
_TAKEN = frozenset({"item", *VOCABULARY})
_TIMED = frozenset({"date", "time"})


class MissingValueError(Exception):
    """A text can't be filled in: it names a fact that is not known and gives no default, or one of a wrong kind."""


class RedactedValueError(MissingValueError):
    """It names a fact that could become false before the picture is read."""


class Template:
    """A compiled text. `needs` are the roots of the facts it names, `localised` whether a language changes it."""

    __slots__ = ("localised", "names", "needs", "parts", "reading", "source", "template")

    def __init__(self, source: str) -> None:
        """Raises `LiquidError` or `ValueError` for what is not Liquid or too long."""
        if len(source) > MAX_SOURCE:
            raise ValueError(f"a text has at most {MAX_SOURCE} characters")
        self.source = source
        self.template: BoundTemplate | None = None
        self.names: tuple[UsedName, ...] = ()
        self.reading = TemplateAnalysis()
        self.parts: tuple[TextPart, ...] | None = None
        filters: frozenset[str] = frozenset()
        if re.search(r"\{\{|\{%", source):
            self.template = liquid.parse(source)
            analysis = self.template.analyze()
            filters = frozenset(analysis.filters)
            for name in sorted(filters - liquid.FILTERS):
                raise liquid.unknown_filter(Token("filter", name, analysis.filters[name][0].index, source))
            for name in sorted(_TAKEN & analysis.locals.keys()):  # else it may be either, by what a fact is
                raise ValueError(f"'{name}' is the name of a fact: give what is assigned another, such as my_{name}")
            self.reading = analyse(self.template)
            found = [self.reading.paths[v.span.index] for vs in analysis.globals.values() for v in vs]
            self.names = tuple(sorted(found, key=lambda name: name.offset))
            self.parts = plain_parts(self.template)
            liquid.harden(self.template)
        self.localised = bool(filters & _LOCALISED)
        self.needs = frozenset(name.path[0] for name in self.names) | ({"now"} if filters & _TIMED else frozenset())

    @property
    def fixed(self) -> bool:
        """Whether no fact changes it."""
        return not self.needs and not self.localised

    def fill(self, words: Mapping[str, object]) -> str:
        """The text with its facts filled in. Raises `MissingValueError`."""
        if self.template is None:
            return self.source
        if self.parts and (filled := fill_parts(self.parts, words)) is not None and len(filled) <= MAX_WORDS:
            return filled
        try:
            return self.template.render(**words)[:MAX_WORDS]
        except RedactedError as error:
            raise RedactedValueError(str(error.with_traceback(None).message)) from None
        except LiquidError as error:
            error.with_traceback(None)  # Liquid's frame holds its error: all frames would wait to be looked for
            odd = isinstance(error.__cause__, _PYTHONS)
            raise MissingValueError(_ODD if odd else str(error.message)) from None
        except Exception:  # noqa: BLE001  filters given odd values raise whatever comes to their mind
            raise MissingValueError(_ODD) from None

    def __repr__(self) -> str:
        return f"Words({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_read_words)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": ["string", "number"]}


def _read_words(value: object) -> Template:
    if isinstance(value, Template):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PydanticCustomError("words", "a text is expected here (quote it if it starts with a sign)")
    try:
        return Template(str(value))
    except LiquidError as error:
        offset = error.token.start_index if error.token else 0
        raise PydanticCustomError("liquid", "{problem}", {"problem": error.message, "offset": max(offset, 0)}) from None
    except ValueError as error:
        raise PydanticCustomError("liquid", "{problem}", {"problem": str(error), "offset": 0}) from None


def _kind_of_texts(value: object) -> str:
    return "languages" if isinstance(value, Mapping) else "one"


def _language_key(name: str) -> str:
    if not re.fullmatch(_LANGUAGE, name):
        raise ValueError(f"{name!r} is no language: write en, fr or fr-CA")
    return name


_LANGUAGE = "[a-z]{2,3}(-[A-Z]{2})?"
Language = Annotated[
    str, AfterValidator(_language_key), WithJsonSchema({"type": "string", "pattern": f"^{_LANGUAGE}$"})
]
_AsWritten = Annotated[
    Annotated[Template, Tag("one")] | Annotated[dict[Language, Template], Field(min_length=1), Tag("languages")],
    Discriminator(_kind_of_texts),
]


class LocalizedTemplate:
    """The same text in one or several languages; the first one is the default."""

    __slots__ = ("by_language",)

    def __init__(self, by_language: Mapping[str, Template]) -> None:
        self.by_language = dict(by_language)

    def speak(self, language: str) -> Template:
        """The words in a language such as `fr-CA`: exactly, else by its base language, else the first."""
        texts = self.by_language
        return texts.get(language) or texts.get(language.partition("-")[0]) or next(iter(texts.values()))

    @property
    def localised(self) -> bool:
        """Whether the recipient's language changes it."""
        return len(self.by_language) > 1 or any(words.localised for words in self.by_language.values())

    @property
    def needs(self) -> frozenset[str]:
        """The roots of the facts named in any of the languages."""
        return frozenset[str]().union(*(words.needs for words in self.by_language.values()))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def gather(value: Template | dict[str, Template]) -> LocalizedTemplate:
            return LocalizedTemplate(value if isinstance(value, dict) else {"": value})

        return core_schema.no_info_after_validator_function(gather, handler.generate_schema(_AsWritten))

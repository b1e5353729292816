"""Words: Liquid text in, compiled template out, which knows the facts it names before it is ever filled in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial, wraps
from typing import Annotated, Any

from liquid import Environment, RenderContext, Token
from liquid.exceptions import LiquidError, LiquidValueError, UndefinedError, UnknownFilterError
from liquid.filter import with_context
from liquid.undefined import Undefined
from pydantic import (
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    Tag,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from livecontent.creative.formats import FILTERS, add_formats

MAX_SOURCE = 4096  # characters of a template
MAX_WORDS = 2000  # characters of what it becomes
MAX_WORK = 500_000  # of all filters of one filling, in characters that they may write
_LEAST_WORK = 100


class UnfilledError(Exception):
    """A text can't be filled in: it names a fact that is not known and gives no default, or one of a wrong kind."""


class _Unknown(Undefined):
    """A fact that is not known: it may be tested and given a default, but not written."""

    def __str__(self) -> str:
        name = (self.hint or self.name).removesuffix(" is undefined").strip("'")
        raise UndefinedError(f"{name} is not known", token=self.token)


class _Environment(Environment):
    context_depth_limit = 10
    block_nesting_limit = 20
    loop_iteration_limit = 100
    local_namespace_limit = 20_000
    output_stream_limit = 8000


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses what is not known (Liquid would take it for 0 or ""), and to work without end."""
    takes_context = getattr(function, "with_context", False)

    @wraps(function)
    def guarded(*values: Any, context: RenderContext, **named: Any) -> Any:
        for value in (*values, *named.values()):
            if isinstance(value, _Unknown):
                str(value)
        sizes = (len(value) for value in values if isinstance(value, str | list | tuple | range))
        state = context.tag_namespace
        state["work"] = state.get("work", 0) + max(math.prod(size or 1 for size in sizes), _LEAST_WORK)
        if state["work"] > MAX_WORK:
            raise LiquidValueError("this text takes too long to fill in", token=None)
        return (partial(function, context=context) if takes_context else function)(*values, **named)

    return with_context(guarded)


def _environment() -> Environment:
    environment = _Environment(undefined=_Unknown, autoescape=False)
    add_formats(environment)
    for name, function in environment.filters.items():
        if name != "default":
            environment.filters[name] = _guarded(function)
    for tag in ("include", "render"):  # one creative is one file
        environment.tags.pop(tag, None)
    return environment


_LIQUID = _environment()
_LOCALISED = frozenset(FILTERS)
_TIMED = frozenset({"date", "time"})
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED_OR_SHORT_RANGE = re.compile(r"'[^']*'|\"[^\"]*\"|\(\s*\d{1,3}\s*\.\.\s*\d{1,3}\s*\)")


def _refuse_long_ranges(source: str) -> None:
    """Raises `ValueError`: Liquid has no limit for what it does with a range outside of a loop."""
    if any(".." in _QUOTED_OR_SHORT_RANGE.sub("", tag) for tag in _TAG.findall(source)):
        raise ValueError("a range is written out and ends below 1000, such as (1..5)")


def _unknown_filter(token: Token) -> UnknownFilterError:
    close = get_close_matches(token.value, _LIQUID.filters, 1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    return UnknownFilterError(f"unknown filter '{token.value}'{hint}", token=token)


@dataclass(frozen=True, slots=True)
class Name:
    """A fact a text names, such as ("weather", "temperature"), and where in the text."""

    path: tuple[str, ...]
    offset: int

    def __str__(self) -> str:
        return ".".join(self.path)


class Words:
    """A compiled text. `needs` are the roots of the facts it names, `localised` whether a language changes it."""

    __slots__ = ("_template", "localised", "names", "needs", "source")

    def __init__(self, source: str) -> None:
        """Raises `LiquidError` or `ValueError` for what is not Liquid or too long."""
        if len(source) > MAX_SOURCE:
            raise ValueError(f"a text has at most {MAX_SOURCE} characters")
        self.source = source
        self._template = _LIQUID.from_string(source) if re.search(r"\{\{|\{%", source) else None
        self.names: tuple[Name, ...] = ()
        filters: frozenset[str] = frozenset()
        if self._template:
            _refuse_long_ranges(source)
            analysis = self._template.analyze()
            filters = frozenset(analysis.filters)
            for name in sorted(filters - _LIQUID.filters.keys()):
                raise _unknown_filter(Token("filter", name, analysis.filters[name][0].index, source))
            found = [
                Name(tuple(str(s) for s in v.segments), v.span.index) for vs in analysis.globals.values() for v in vs
            ]
            self.names = tuple(sorted(found, key=lambda name: name.offset))
        self.localised = bool(filters & _LOCALISED)
        self.needs = frozenset(name.path[0] for name in self.names) | ({"now"} if filters & _TIMED else frozenset())

    @property
    def fixed(self) -> bool:
        """Whether no fact changes it."""
        return not self.needs and not self.localised

    def fill(self, words: Mapping[str, object]) -> str:
        """The text with its facts filled in. Raises `UnfilledError`."""
        if self._template is None:
            return self.source
        try:
            return self._template.render(**words)[:MAX_WORDS]
        except LiquidError as error:
            raise UnfilledError(str(error.message)) from None
        except Exception as error:  # noqa: BLE001  filters given odd values raise whatever comes to their mind
            raise UnfilledError(str(error)) from None

    def __repr__(self) -> str:
        return f"Words({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_read_words)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": ["string", "number"]}


def _read_words(value: object) -> Words:
    if isinstance(value, Words):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PydanticCustomError("words", "a text is expected here (quote it if it starts with a sign)")
    try:
        return Words(str(value))
    except LiquidError as error:
        offset = error.token.start_index if error.token else 0
        raise PydanticCustomError("liquid", "{problem}", {"problem": error.message, "offset": max(offset, 0)}) from None
    except ValueError as error:
        raise PydanticCustomError("liquid", "{problem}", {"problem": str(error), "offset": 0}) from None


def _kind_of_texts(value: object) -> str:
    return "languages" if isinstance(value, Mapping) else "one"


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
_AsWritten = Annotated[
    Annotated[Words, Tag("one")] | Annotated[dict[Language, Words], Field(min_length=1), Tag("languages")],
    Discriminator(_kind_of_texts),
]


class Texts:
    """The same text in one or several languages; the first one is the default."""

    __slots__ = ("by_language",)

    def __init__(self, by_language: Mapping[str, Words]) -> None:
        self.by_language = dict(by_language)

    def speak(self, language: str) -> Words:
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
        def gather(value: Words | dict[str, Words]) -> Texts:
            return Texts(value if isinstance(value, dict) else {"": value})

        return core_schema.no_info_after_validator_function(gather, handler.generate_schema(_AsWritten))

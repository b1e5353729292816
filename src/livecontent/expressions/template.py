"""Texts: compiled Liquid; a text knows which facts it names before it is filled in."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Annotated, Any, ClassVar

from liquid import BoundTemplate, RenderContext, Token
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import Filter, FilteredExpression, Path, PositionalArgument, StringLiteral
from liquid.builtin.output import OutputNode
from liquid.exceptions import LiquidError
from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from livecontent.expressions.calendar import TIMED
from livecontent.expressions.filters import FILTERS
from livecontent.expressions.liquid import LiquidEnvironment, harden
from livecontent.expressions.marks import END, START
from livecontent.expressions.unknown import DRAWABLE, Drawable, RedactedError
from livecontent.facts import Need
from livecontent.vocabulary import UsedName, Vocabulary, vocabulary_of

MAX_SOURCE = 4096  # characters of a template
MAX_WORDS = 2000  # characters of what it becomes

_MISFIT = "a filter does not accept this value"
_PYTHONS = (TypeError, ValueError, AttributeError, LookupError)  # errors told as Python does, not as people do
_TIMED = frozenset({"date", "time"})
_REWRITTEN = re.compile("[\\r\\ud800-\\udfff]")  # what Liquid does not write as it is
MEANT = frozenset({"size", "first", "last"})  # names that Liquid looks up in its own way


class MissingValueError(Exception):
    """A text can't be filled in: it names a fact that is not known and gives no default, or one of a wrong kind."""


class RedactedValueError(MissingValueError):
    """It names a fact that could become false before the image is read."""


class WordingError(ValueError):
    """What is wrong with a text, and at which of its characters."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Template:
    """A compiled text: the facts it `names`, its `needs`, and whether the recipient's language changes it."""

    __slots__ = ("_parts", "_template", "_words", "localised", "names", "needs", "source")

    def __init__(self, source: str, vocabulary: Vocabulary | None = None) -> None:
        """Without a vocabulary, a text with nothing to fill in.

        Raises `LiquidError` or `ValueError` for what is not Liquid, names no fact in full, or is too long.
        """
        if len(source) > MAX_SOURCE:
            raise ValueError(f"a text has at most {MAX_SOURCE} characters")
        self.source = source
        self._words = source  # where there is nothing to fill in
        self._template: BoundTemplate | None = None
        self._parts: tuple[_Part, ...] | None = None
        self.names: tuple[UsedName, ...] = ()
        self.needs: frozenset[Need] = frozenset()
        self.localised = False
        if "{{" in source or "{%" in source:
            if vocabulary is None:
                raise ValueError("a text that is filled in has a vocabulary")
            self._compile(vocabulary)

    def _compile(self, vocabulary: Vocabulary) -> None:
        language = vocabulary.made(LiquidEnvironment)
        self._template = template = language.parse_text(self.source)
        found = template.analyze()
        for name in sorted(found.filters.keys() - language.names_of_filters):
            raise language.unknown_filter(Token("filter", name, found.filters[name][0].index, self.source))
        for name in sorted(found.locals.keys() & {"item", *vocabulary.types}):  # else it may be either
            raise ValueError(f"'{name}' is the name of a fact: give what is assigned another, such as my_{name}")
        used = chain.from_iterable(found.globals.values())
        names = [UsedName(vocabulary.path_of(use.segments), use.span.index) for use in used]
        days = chain.from_iterable(found.filters[name] for name in found.filters.keys() & TIMED)
        names += [UsedName(("now", "date"), use.index) for use in days]
        self.names = tuple(sorted(names, key=lambda name: name.offset))
        self.localised = not found.filters.keys().isdisjoint(FILTERS)
        clock = frozenset({"now"} if found.filters.keys() & _TIMED else ())
        self.needs = clock.union(vocabulary.need_of(name.path) or name.path[0] for name in names)
        self._parts = plain_parts(template)
        harden(template)

    @property
    def fixed(self) -> bool:
        """Whether no fact changes it."""
        return not self.needs and not self.localised

    @property
    def wording(self) -> str:
        """Its source without what is no word of it but says how words look."""
        return self.source

    def fill(self, words: Mapping[str, object], drawable: Drawable | None = None) -> str:
        """The text with its facts filled in. Raises `MissingValueError`.

        What is to be drawn has its values between marks, and what is not `drawable` is not known.
        """
        template = self._template
        if template is None:
            return self._words
        if self._parts and (filled := _join(self._parts, words, drawable)) is not None and len(filled) <= MAX_WORDS:
            return filled
        context = RenderContext(template, globals=words)
        context.tag_namespace[DRAWABLE] = drawable
        buffer = context.get_buffer()
        try:
            for node in template.nodes:
                node.render(context, buffer)
        except RedactedError as error:
            raise RedactedValueError(str(error.with_traceback(None).message)) from None
        except LiquidError as error:
            error.with_traceback(None)  # Liquid's frame holds its error: all frames would wait to be looked for
            odd = isinstance(error.__cause__, _PYTHONS)
            raise MissingValueError(_MISFIT if odd else str(error.message)) from None
        except Exception:  # noqa: BLE001  filters given odd values raise whatever comes to their mind
            raise MissingValueError(_MISFIT) from None
        return buffer.getvalue()[:MAX_WORDS]

    def __repr__(self) -> str:
        return f"Template({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(partial(_read_text, cls))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": ["string", "number"]}


_Part = str | tuple[str, ...]  # text as it is, or the path of a name


def plain_parts(template: BoundTemplate) -> tuple[_Part, ...] | None:
    """The parts of a template that is but text with names in it and their defaults; None where there is more to it.

    Most texts are such, and most names stand for a text: to join these takes a tenth of what Liquid takes.
    """
    parts = [_plain_part(node) for node in template.nodes]
    return None if None in parts else tuple(part for part in parts if part is not None)


def _plain_part(node: object) -> _Part | None:
    if isinstance(node, ContentNode):
        return None if _REWRITTEN.search(node.text) else node.text
    if not isinstance(node, OutputNode) or not isinstance(node.expression, FilteredExpression):
        return None
    path, filters = node.expression.left, node.expression.filters or []
    if not isinstance(path, Path) or not all(map(_is_default, filters)):
        return None
    names = tuple(name for name in path.path if isinstance(name, str) and name not in MEANT)
    return names if len(names) == len(path.path) else None


def _is_default(one: Filter) -> bool:
    """Whether a filter leaves alone what is known."""
    argument = one.args[0] if one.name == "default" and len(one.args) == 1 else None
    return isinstance(argument, PositionalArgument) and isinstance(argument.value, StringLiteral)


def _join(parts: tuple[_Part, ...], words: Mapping[str, object], drawable: Drawable | None) -> str | None:
    """The text as Liquid would write it; None where a name does not stand for a text, or for an empty or odd one."""
    filled: list[str] = []
    for part in parts:
        value: object = part
        if type(part) is tuple:
            value = words
            for name in part:
                value = value.get(name) if type(value) is dict else None
        if type(value) is not str or (value is not part and not (value and value.isprintable())):
            return None
        if value is not part and drawable:
            if not (value.isascii() or drawable[0].issuperset(value)) and drawable[1](value):
                return None
            value = f"{START}{value}{END}"
        filled.append(value)
    return "".join(filled)


def _read_text(kind: type[Template], value: object, info: ValidationInfo) -> Template:
    if isinstance(value, kind):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PydanticCustomError("words", "a text is expected here (quote it if it starts with a sign)")
    try:
        return kind(str(value), vocabulary_of(info))
    except LiquidError as error:
        offset = error.token.start_index if error.token else 0
        raise PydanticCustomError("liquid", "{problem}", {"problem": error.message, "offset": max(offset, 0)}) from None
    except ValueError as error:
        offset = error.offset if isinstance(error, WordingError) else 0
        raise PydanticCustomError("liquid", "{problem}", {"problem": str(error), "offset": offset}) from None


def each_language(text: "Template | LocalizedTemplate") -> Iterator[Template]:
    """A text in all its languages."""
    yield from text.by_language.values() if isinstance(text, LocalizedTemplate) else (text,)


def _kind_of_texts(value: object) -> str:
    return "languages" if isinstance(value, Mapping) else "one"


def _language_key(name: str) -> str:
    if not re.fullmatch(_LANGUAGE, name):
        raise ValueError(f"{name!r} is not a language: write en, fr or fr-CA")
    return name


_LANGUAGE = "[a-z]{2,3}(-[A-Z]{2})?"
LanguageKey = Annotated[
    str, AfterValidator(_language_key), WithJsonSchema({"type": "string", "pattern": f"^{_LANGUAGE}$"})
]


def _as_written(kind: type[Template]) -> Any:
    return Annotated[
        Annotated[kind, Tag("one")] | Annotated[dict[LanguageKey, kind], Field(min_length=1), Tag("languages")],  # type: ignore[valid-type]
        Discriminator(_kind_of_texts),
    ]


class LocalizedTemplate:
    """The same text in one or several languages; the first one is the default."""

    __slots__ = ("by_language",)
    kind: ClassVar[type[Template]] = Template  # of each of the texts

    def __init__(self, by_language: Mapping[str, Template]) -> None:
        self.by_language = dict(by_language)

    def __repr__(self) -> str:
        return f"LocalizedTemplate({self.by_language!r})"

    def spoken(self, language: str) -> str:
        """The language to speak to who wants one such as `fr-CA`: it, else its base language, else the first."""
        texts = self.by_language
        if language in texts:
            return language
        base = language.partition("-")[0]
        return base if base in texts else next(iter(texts))

    def speak(self, language: str) -> Template:
        """The words in that language."""
        return self.by_language[self.spoken(language)]

    @property
    def localised(self) -> bool:
        """Whether the recipient's language changes it."""
        return len(self.by_language) > 1 or any(words.localised for words in self.by_language.values())

    @property
    def needs(self) -> frozenset[Need]:
        """What is to be asked for any of the languages."""
        return frozenset[Need]().union(*(words.needs for words in self.by_language.values()))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def gather(value: Template | dict[str, Template]) -> "LocalizedTemplate":
            return cls(value if isinstance(value, dict) else {"": value})

        return core_schema.no_info_after_validator_function(gather, handler.generate_schema(_as_written(cls.kind)))

"""What can't be right in the words of a text: their direction, tags where there are none, families of fonts."""

from collections.abc import Iterable, Iterator

from livecontent.compose.text.said import RIGHT_TO_LEFT
from livecontent.compose.text.tags import RichTemplate, first_tag
from livecontent.expressions.liquid import TAG
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.lint.names import UnknownName, unknown
from livecontent.render.paint.bidi import runs_right_to_left


def turned(words: str, language: str, *, named: bool) -> UnknownName | None:
    """Whether the words of a text run another way than the language that it is in, and how to name theirs."""
    if RIGHT_TO_LEFT.match(language) or not runs_right_to_left(TAG.sub("", words)):
        return None
    where = f"the language of this text, {language}," if named else f"the creative's language, {language},"
    return UnknownName(
        f"these words run from right to left, but {where} from left to right",
        "write them under their own language, such as {ar: ...} or {he: ...}, or give the creative `language: ar`",
    )


def misplaced(words: Template) -> tuple[UnknownName, int] | None:
    """A tag in a text that has none, such as an alt text, and where it stands."""
    tag = "" if isinstance(words, RichTemplate) else first_tag(words.source)
    if not tag:
        return None
    message = f"{tag} is written as it stands here: tags are for the texts of text layers"
    return UnknownName(message, "leave it out"), words.source.index(tag)


def unknown_families(text: LocalizedTemplate, known: Iterable[str]) -> Iterator[tuple[str, UnknownName, int]]:
    """The families that there are not: the language of their text, what is wrong, and where it stands."""
    for language, words in text.by_language.items():
        for family, offset in words.families if isinstance(words, RichTemplate) else ():
            if family not in known:
                yield language, unknown("font family", family, known), offset

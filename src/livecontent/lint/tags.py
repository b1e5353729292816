"""Tags of texts: where they are none, and the families of fonts that they name."""

from collections.abc import Iterable, Iterator

from livecontent.compose.text.tags import RichTemplate, first_tag
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.lint.names import UnknownName, unknown


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

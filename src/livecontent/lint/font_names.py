"""Families of fonts that do not exist, and italics that a family has not got."""

import re
from collections.abc import Iterator

from livecontent.compose.layer import Layer
from livecontent.compose.values import Font
from livecontent.creative.model import AvailableAssets
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem
from livecontent.expressions.template import LocalizedTemplate
from livecontent.lint.names import unknown

_ITALIC = re.compile(r"<i\s*>")


def check_fonts(source: YamlSource, path: YamlPath, layer: Layer, available: AvailableAssets) -> Iterator[Problem]:
    """The fonts of a layer."""
    for name, value in layer:
        if not isinstance(value, Font):
            continue
        if value.family not in available.families:
            doubt = unknown("font family", value.family, available.families)
            yield source.problem((*path, name, "family"), doubt.message, help_=doubt.help)
        elif value.italic and value.family in available.upright:
            yield _no_italics(source, (*path, name, "italic"), value.family)
    font = getattr(layer, "font", None)
    if isinstance(font, Font) and font.family in available.upright and not font.italic:
        for key, text in layer.texts():
            for language, words in text.by_language.items() if isinstance(text, LocalizedTemplate) else ():
                if found := _ITALIC.search(words.source):
                    yield _no_italics(source, (*path, key, language), font.family, found.start())


def _no_italics(source: YamlSource, path: YamlPath, family: str, offset: int = 0) -> Problem:
    return source.problem(
        path,
        f"the family '{family}' has no italics: these words stand upright",
        help_="add an italic font to its folder, or choose another family",
        offset=offset,
        warning=True,
    )

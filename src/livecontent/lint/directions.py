"""Words that would run the wrong way: Arabic or Hebrew ones in a text of a language that runs from left to right."""

import re

from livecontent.compose.text.said import RIGHT_TO_LEFT
from livecontent.lint.names import UnknownName
from livecontent.render.paint.bidi import runs_right_to_left

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def turned(words: str, language: str, *, named: bool) -> UnknownName | None:
    """Whether the words of a text run another way than the language that it is in, and how to name theirs."""
    if RIGHT_TO_LEFT.match(language) or not runs_right_to_left(_TAG.sub("", words)):
        return None
    where = f"the language of this text, {language}," if named else f"the creative's language, {language},"
    return UnknownName(
        f"these words run from right to left, but {where} from left to right",
        "write them under their own language, such as {ar: ...} or {he: ...}, or give the creative `language: ar`",
    )

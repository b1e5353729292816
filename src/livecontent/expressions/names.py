"""What rules and texts name."""

from dataclasses import dataclass

from pydantic import ValidationInfo

from livecontent.vocabulary import FactPath, Vocabulary

EACH = "[]"  # the step of a path to each item of a list


@dataclass(frozen=True, slots=True)
class UsedName:
    """A fact that a rule or text names, such as ("weather", "temperature"), and where it stands in its source.

    `needed`: without it the rule is not known, the text is left unfilled. `whole`: a text would write all of it, not
    one of its attributes. `written`: as it stands in a loop, where `path` begins with the list.
    """

    path: FactPath
    offset: int
    needed: bool = True
    whole: bool = False
    written: str = ""

    def __str__(self) -> str:
        return self.written or dotted(self.path)


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact that a rule or text compares with a text that stands written in it, and where that stands."""

    path: FactPath
    text: str
    offset: int


def dotted(path: FactPath) -> str:
    """A path as people write it, such as `stores[0].open`."""
    return "".join(f"[{step}]" if step.isdecimal() else step if step[0] == "[" else f".{step}" for step in path)[1:]


def vocabulary_of(info: ValidationInfo) -> Vocabulary:
    """The vocabulary that a creative is validated with: `model_validate(data, context={"vocabulary": ...})`."""
    vocabulary = info.context.get("vocabulary") if isinstance(info.context, dict) else None
    if not isinstance(vocabulary, Vocabulary):
        raise TypeError("validate a creative with context={'vocabulary': Vocabulary(...)}")
    return vocabulary

"""What rules and texts name."""

from dataclasses import dataclass

from pydantic import ValidationInfo

from livecontent.vocabulary import FactPath, Vocabulary

EACH = "[]"  # the step of a path to each item of a list


@dataclass(frozen=True, slots=True)
class UsedName:
    """A fact that a rule or text names, such as ("weather", "temperature"), and where it stands in its source.

    `needed`: whether it is to be known for the rule to be so.
    """

    path: FactPath
    offset: int
    needed: bool = True

    def __str__(self) -> str:
        return dotted(self.path)


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact that a rule or text compares with a text written in it, and where that stands."""

    path: FactPath
    text: str
    offset: int


def dotted(path: FactPath) -> str:
    """A path as people write it, such as `stores[0].open` or `product['sku-7'].price`."""
    return "".join(map(_written, path)).removeprefix(".")


def _written(step: str) -> str:
    if step.isdecimal():
        return f"[{step}]"
    if step.startswith("["):
        return step
    return f".{step}" if step.isidentifier() else f"['{step}']"


def vocabulary_of(info: ValidationInfo) -> Vocabulary:
    """The vocabulary that a creative is validated with: `model_validate(data, context={"vocabulary": ...})`."""
    vocabulary = info.context.get("vocabulary") if isinstance(info.context, dict) else None
    if not isinstance(vocabulary, Vocabulary):
        raise TypeError("validate a creative with context={'vocabulary': Vocabulary(...)}")
    return vocabulary

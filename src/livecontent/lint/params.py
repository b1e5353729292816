"""Parameters of a creative that no address could fill."""

from collections.abc import Iterator

from livecontent.creative.model import ChoiceParam, IntegerParam, NumberParam, Param
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem


def check_param(source: YamlSource, path: YamlPath, param: Param) -> Iterator[Problem]:
    """A range that holds nothing, and a default that the address could not ask for."""
    match param:
        case IntegerParam() | NumberParam():
            low, high, number = param.min, param.max, param.default
            if low > high:
                yield source.problem((*path, "min"), f"min is {low}, and max {high}: no number fits")
            elif number is not None and not low <= number <= high:
                message = f"the default {number} is not between {low} and {high}"
                yield source.problem((*path, "default"), message)
        case ChoiceParam() if param.default is not None and param.default not in param.values:
            message = f"the default '{param.default}' is not one of the values: {', '.join(param.values)}"
            yield source.problem((*path, "default"), message)

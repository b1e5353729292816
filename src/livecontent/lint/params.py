"""Keys of a creative as a whole that do not go together, and parameters that no address could fill."""

from collections.abc import Iterable, Iterator, Mapping

from livecontent.creative.model import Creative
from livecontent.creative.params import (
    RESERVED_PARAMS,
    ChoiceParam,
    IntegerParam,
    MomentParam,
    NumberParam,
    Param,
    Poll,
)
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource
from livecontent.errors import Problem


def check_format(source: YamlSource, creative: Creative) -> Iterator[Problem]:
    """A format that does not go with the palette, or with sizes that differ."""
    if creative.palette and creative.format != "png":
        yield source.problem(("palette",), f"`palette` is for a png, and this is a {creative.format}: leave it out")
    if creative.format in creative.further_formats:
        message = f"{creative.format} is the creative's own format: `formats` are further ones"
        yield source.problem(("formats",), message)
    if creative.varies and creative.scale > 1 and creative.format in ("gif", "webp"):
        message = f"Outlook for Windows shows this {creative.scale} times as large, as its variants differ in size"
        help_ = "add `scale: 1`: a gif or webp does not tell its resolution; or use png or jpg"
        yield source.problem(("format",), message, help_=help_, warning=True)


def check_param(source: YamlSource, name: str, param: Param, polls: Mapping[str, Poll]) -> Iterator[Problem]:
    """A name that is taken, a range that holds nothing, and a default that the address could not ask for."""
    path: YamlPath = ("polls" if name in polls else "params", name)
    if name in RESERVED_PARAMS:
        yield source.problem(path, f"'{name}' is reserved for livecontent")
    if name in polls and not (isinstance(param, ChoiceParam) and param.values == polls[name].answers):
        message = f"a poll and a parameter are called '{name}': leave the parameter out, it is made of the answers"
        yield source.problem(("params", name), message)
        return
    match param:
        case IntegerParam() | NumberParam():
            low, high, number = param.min, param.max, param.default
            if low > high:
                yield source.problem((*path, "min"), f"min is {low}, and max {high}: no number fits")
            elif number is not None and not low <= number <= high:
                message = f"the default {number} is not between {low} and {high}"
                yield source.problem((*path, "default"), message)
            elif param.values and number is not None and number not in param.values:
                yield source.problem((*path, "default"), _unlisted(number, param.values))
        case MomentParam() if param.default and param.values and param.default not in param.values:
            yield source.problem((*path, "default"), _unlisted(param.default, param.values))
        case ChoiceParam() if param.default is not None and param.default not in param.values:
            yield source.problem((*path, "default"), _unlisted(f"'{param.default}'", param.values))


def _unlisted(default: object, values: Iterable[object]) -> str:
    return f"the default {default} is not one of the values: {', '.join(map(str, values))}"

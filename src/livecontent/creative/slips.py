"""What people mean where a file is not YAML: the usual slips, with their place and what to write."""

import re
from typing import NamedTuple

from ruamel.yaml.error import MarkedYAMLError

_QUOTED = re.compile(r"'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\"")
_COLOUR = re.compile(r"[:\[,{]\s*(#[0-9a-fA-F]{3,8})\b")
_LIQUID = re.compile(r"(?:[:,{\[]|^\s*-)\s+(\{\{|\{%)")
_SIGN = re.compile(r"(?:[:,{\[]|^\s*-)\s+([@`%&*!?|>-]|\[(?=[^\]]*\]\s*[^\s,\]}#]))\s*\S")
_AFTER_QUOTE = re.compile(r"[:,{\[-]\s+'x*'\s*([^\s,}\]#:])")
_NO_BLANK = re.compile(r"^\s*(?:-\s+)?\{?\s*([a-z_]+):([^\s:/][^:]*)$")


class Slip(NamedTuple):
    """What is meant, and where it stands; line and column count from 0."""

    message: str
    line: int
    column: int


def slip_of(text: str, error: MarkedYAMLError) -> Slip | None:
    """The slip behind an error of the parser, where it is a usual one."""
    mark, problem = error.problem_mark or error.context_mark, str(error.problem)
    if mark is None:
        return None
    if r"'\t'" in problem:
        return Slip("a tab does not indent: use spaces", mark.line, mark.column)
    lines = text.split("\n")
    begun = error.context_mark.line if error.context_mark else mark.line
    for number in range(min(mark.line, len(lines) - 1), max(begun - 2, -1), -1):
        if found := _in_line(lines[number], mark.column if number == mark.line else len(lines[number])):
            return Slip(found[0], number, found[1])
    return _of_parser(error, lines)


def _in_line(line: str, until: int) -> tuple[str, int] | None:
    """The message and the column of a slip that can be seen in its line."""
    bare = _QUOTED.sub(lambda quoted: "'" + "x" * (len(quoted[0]) - 2) + "'", line)
    if ("{" in bare or "[" in bare) and (colour := _COLOUR.search(bare)):
        return f'a colour is quoted, as # begins a comment: "{colour[1]}"', colour.start(1)
    if liquid := _LIQUID.search(bare):
        return f"a text that begins with {liquid[1]} is quoted", liquid.start(1)
    if rest := _AFTER_QUOTE.search(bare):
        return "a quoted text ends at its second quote: quote all of it; within '...', write ' twice", rest.start(1)
    if (sign := _SIGN.search(bare)) and sign.start(1) <= until:
        return f"a text that begins with {sign[1]} is quoted", sign.start(1)
    if blank := _NO_BLANK.search(bare):
        return f"a space is missing after '{blank[1]}:'", blank.end(1)
    return None


def _of_parser(error: MarkedYAMLError, lines: list[str]) -> Slip | None:
    """A slip that the parser's own words tell."""
    problem, context, mark = str(error.problem), error.context_mark, error.problem_mark
    if "block start>" in problem or "mapping start>" in problem or "sequence start>" in problem:
        message = "this line is not indented as the others that it belongs to: give them the same number of spaces"
        return Slip(message, mark.line, mark.column) if mark else None
    if problem.endswith("found ','") and mark:
        message = "a comma stands only within [ ] and { }: leave it out, or quote the text that it is in"
        return Slip(message, mark.line, mark.column)
    if context is None or mark is None:
        return None
    opened = lines[context.line][context.column : context.column + 1] if context.line < len(lines) else ""
    if opened in ("'", '"'):
        return Slip(f"this {opened} is not closed", context.line, context.column)
    if opened in ("{", "[") and ("stream end" in problem or mark.line > context.line):
        return Slip(f"this {opened} is not closed", context.line, context.column)
    if opened in ("{", "[") and problem.endswith("':'"):
        return Slip("quote a text with ': ' in it", mark.line, mark.column)
    return None

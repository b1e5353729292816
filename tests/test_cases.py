"""The table of tests/cases: each case has a test, and each file is a case."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent
ROWS = re.findall(
    r"^\| ([\w-]+) \|.*\| `(.+?)::(\w+)` \|$", (TESTS / "cases/README.md").read_text("utf-8"), re.MULTILINE
)


def names_in(file: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_each_case_names_a_test_that_is_there() -> None:
    assert [(file, test) for _, file, test in ROWS if test not in names_in(TESTS / file)] == []
    assert {f"{number:02}" for number in range(1, 20)} <= {case for case, *_ in ROWS}


def test_each_file_is_that_of_a_case() -> None:
    cases = tuple(case for case, *_ in ROWS)
    assert [file.name for file in (TESTS / "cases").iterdir() if not file.name.startswith((*cases, "README"))] == []

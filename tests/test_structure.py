"""The house keeps its measures: sizes of files and functions, no state in modules, one meaning for each public name."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "livecontent"
FILES = sorted(SOURCE.rglob("*.py"))

Trees = dict[str, ast.Module]

MOST_FILES = 543
LONGEST_FILE = 300
LONGEST_FUNCTION = 80  # and nine of ten at most:
LONG_FUNCTION = 30

# What every file of a kind has under one name: that is its interface.
SHARED = {"add_commands"}


@pytest.fixture(scope="module")
def trees() -> Trees:
    """What each file says."""
    return {file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text("utf-8")) for file in FILES}


def functions(trees: Trees) -> Iterator[tuple[str, int]]:
    """Each function, with its lines."""
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def public_names(tree: ast.Module) -> Iterator[str]:
    """Classes, functions and names of types that others may import; constants belong to their file."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def test_no_public_name_means_two_things(trees: Trees) -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for file, tree in trees.items():
        for name in public_names(tree):
            if (
                not name.startswith("_")
                and not name.isupper()
                and len(name) > 1
                and name not in SHARED | {"T_co", "log"}
            ):
                found[name].append(file)
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


def test_no_module_keeps_state(trees: Trees) -> None:
    """No cache is made when a module is imported: what is kept belongs to an object that somebody wired."""
    caches = {"lru_cache", "cache", "LRUCache", "TTLCache", "Cache", "dict", "list", "set", "defaultdict"}
    found = []
    for file, tree in trees.items():
        for node in tree.body:
            made: list[ast.expr] = []
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                made = node.decorator_list
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                made = [part.func for part in (node.value, *_calls(node.value)) if isinstance(part, ast.Call)]
            names = {part.id if isinstance(part, ast.Name) else getattr(part, "attr", "") for part in made}
            found += [f"{file}:{node.lineno}"] if names & caches else []
    assert found == []


def _calls(value: ast.expr) -> list[ast.Call]:
    """What is called to make a value, outside of what is made immutable."""
    return [value.func] if isinstance(value, ast.Call) and isinstance(value.func, ast.Call) else []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(SOURCE).as_posix())
def test_a_file_can_be_read_in_five_minutes(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LONGEST_FILE


def test_functions_are_short_and_files_are_few(trees: Trees) -> None:
    lengths = sorted(lines for _, lines in functions(trees))
    assert lengths[len(lengths) * 9 // 10] <= LONG_FUNCTION
    assert [name for name, lines in functions(trees) if lines > LONGEST_FUNCTION] == []
    assert len(FILES) <= MOST_FILES

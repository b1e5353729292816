"""Random sequences of edits: only what was edited changes, and undone it is the same bytes."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import ndiff
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from hypothesis import settings

from livecontent.creative.editing.edits import (
    DeleteValue,
    Edit,
    EditError,
    InsertItem,
    MoveItem,
    SetValue,
    edited,
    is_same,
)
from livecontent.creative.editing.patches import Patch, TextPatches, patched
from livecontent.creative.source import parse_any

ROOT = Path(__file__).resolve().parents[3]
ODD = Path(__file__).with_name("odd.yaml")
FILES = [
    *sorted(ROOT.glob("templates/*/creative.yaml")),
    *sorted(ROOT.glob("templates/gallery/*/creative.yaml")),
    *sorted(ROOT.glob("templates/gallery/*.yaml")),
    ODD,
]
SEQUENCES, LENGTH = 200, 6
NIGHTLY = settings().max_examples > 100
WORDS = (
    *("plain words", "", " ", "a: b", "a #b", "#c", "it's", '"quoted"', "é à 🌧", "a\tb", "one\ntwo", "one\n\n two\n"),
    *("yes", "12", "-", "- a", "? a", "null", "~", "1e3", "0x1F", "{{ a }}", "[a", "a]", "a, b", "a:", ":a", "\\n"),
    *(
        "@a",
        "%a",
        "`a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "'",
        "''",
        "a\u00a0b",
        "a\u2028b",
        "\u0085",
        "\x7f",
        "\ufeffa",
        "=",
        "<<",
    ),
    *("one\ntwo\n", " a", "a ", "a\n", "\na", "2026-12-24", "1:30", ".5", "+1", "brand.ink", "#12303b"),
)


def values(chance: random.Random, depth: int = 0) -> Any:
    """Anything that may be set."""
    match chance.randrange(8 if depth < 2 else 6):
        case 0:
            return chance.choice((True, False, None))
        case 1:
            return chance.choice((0, -3, 12, 1.5, 1e22, 12.0, 1e-7))
        case 6:
            return [values(chance, depth + 1) for _ in range(chance.randrange(4))]
        case 7:
            return {chance.choice(("a", "b", "c d", "1", "yes")): values(chance, depth + 1) for _ in range(2)}
        case _:
            return chance.choice(WORDS)


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """All values with their paths."""
    yield path, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from places(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from places(value, (*path, index))


def some_edit(data: Any, chance: random.Random) -> Edit:
    """An edit of a random place."""
    found = list(places(data))
    lists = [(path, node) for path, node in found if isinstance(node, list)]
    mappings = [(path, node) for path, node in found if isinstance(node, dict)]
    kind = chance.choice(("set", "set", "set", "key", "insert", "delete", "move"))
    if kind == "move" and (several := [(path, node) for path, node in lists if len(node) > 1]):
        path, node = chance.choice(several)
        return MoveItem((*path, chance.randrange(len(node))), chance.randrange(len(node)))
    if kind == "insert" and lists:
        path, node = chance.choice(lists)
        return InsertItem((*path, chance.randrange(len(node) + 1)), values(chance))
    if kind == "delete" and len(found) > 1:
        return DeleteValue(chance.choice(found[1:])[0])
    if kind == "key":
        path, node = chance.choice(mappings)
        key = chance.choice(("new", "box", "a b", "on"))
        more = chance.choice(((), () if key in node else ("deeper", "deepest")))
        return SetValue((*path, key, *more), values(chance))
    if len(found) > 1:
        return SetValue(chance.choice(found[1:])[0], values(chance))
    return SetValue(("new",), values(chance))


def done(node: Any, edit: Edit) -> Any:
    """The same edit on plain values, in the plainest way."""
    *before, last = edit.path
    inner = node
    for step in before:
        if isinstance(inner, dict) and step not in inner:
            inner[step] = {}
        inner = inner[step]
    match edit:
        case SetValue(value=value):
            inner[last] = value
        case InsertItem(value=value):
            inner.insert(last, value)
        case DeleteValue():
            del inner[last]
        case MoveItem(to=to):
            inner.insert(to, inner.pop(last))
    return node


class _Loader(yaml.CSafeLoader):
    """libyaml with what YAML 1.2 takes for true, null and numbers."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for tag, pattern, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", "~|null|Null|NULL|", "~nN\0"),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    signs = ["" if sign == "\0" else sign for sign in first]
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), signs)


def bare(node: Any) -> Any:
    """A value with keys as texts."""
    if isinstance(node, dict):
        return {str(key): bare(value) for key, value in node.items()}
    return [bare(value) for value in node] if isinstance(node, list) else node


def plain(text: str, *, exact: bool = False) -> Any:
    """The value of a text by another parser: by ruamel.yaml, which takes thirty times as long, or by PyYAML."""
    text = text.removeprefix("\ufeff")
    return bare(parse_any("a", text)[0] if exact else yaml.load(text, Loader=_Loader))  # noqa: S506


def comments(text: str) -> Counter[str]:
    """What looks like comments in a text."""
    return Counter(re.findall("(?:^|(?<= ))# [^\r\n]*", text, re.MULTILINE))


def sequence_of(number: int) -> tuple[str, random.Random]:
    """The text that a sequence begins with: every other with CRLF, some with a byte order mark."""
    chance = random.Random(number)
    text = FILES[number % len(FILES)].read_text("utf-8")
    text = text.replace("\n", "\r\n") if number % 2 else text
    return ("\ufeff" if number % 5 == 0 else "") + text, chance


@pytest.mark.parametrize("start", range(0, SEQUENCES, 25))
def test_random_edits_change_what_they_name_and_nothing_else(start: int) -> None:
    for number in range(start, start + 25):
        first, chance = sequence_of(number)
        text, steps = first, []
        wished = plain(text)
        for _ in range(LENGTH):
            edit = some_edit(wished, chance)
            after, (patches,) = edited(text, [edit])
            wished = done(wished, edit)
            assert is_same(plain(after, exact=NIGHTLY), wished), (number, edit)
            assert patched(text, patches) == after
            assert comments(after) >= comments(text) - comments("".join(patch.old for patch in patches))
            assert ("\n" in after.replace("\r\n", "")) == ("\n" in text.replace("\r\n", ""))
            text, steps = after, [*steps, patches]
        assert is_same(plain(text, exact=number % 8 == 7), wished), number
        for patches in reversed(steps):
            text = patched(text, turned_round(patches))
        assert text.encode() == first.encode()


def turned_round(patches: Iterable[Patch]) -> TextPatches:
    """The patches that undo others, for the text that these give."""
    found: list[Patch] = []
    moved = 0
    for at, old, new in sorted(patches):
        found.append(Patch(at + moved, new, old))
        moved += len(new) - len(old)
    return found


LAYERS = ("variants", 0, "layers")
# An edit of the odd file, and the lines that it takes away and brings.
EXAMPLES: list[tuple[Edit, list[str], list[str]]] = [
    (SetValue(("title",), "New"), ["title:   An odd file   # aligned"], ["title:   New   # aligned"]),
    (SetValue(("title",), "a: b"), ["title:   An odd file   # aligned"], ['title:   "a: b"   # aligned']),
    (SetValue(("link",), "it's"), ["link: 'https://shop.example/it''s'"], ["link: 'it''s'"]),
    (SetValue(("background",), "#fff"), ["background:"], ['background: "#fff"']),
    (SetValue(("params", "n"), {"type": "integer"}), ["params: {}"], ["params: {n: {type: integer}}"]),
    (SetValue(("1",), 2), ["1: a key that is a number"], ["1: 2"]),
    (SetValue(("format",), "png"), [], ["format: png"]),
    (SetValue((*LAYERS, 0, "box"), [0, 0, 9, 9]), [], ["    box: [0, 0, 9, 9]"]),
    (SetValue((*LAYERS, 1, "text"), "a\nb\n"), ["      one", "        two", "", "      three"], ["      a", "      b"]),
    (
        SetValue((*LAYERS, 1, "text"), "a"),
        ["  - text: |  # a block", "      one", "        two", "", "      three"],
        ["  - text: a  # a block"],
    ),
    (
        SetValue((*LAYERS, 4, "text", "fr"), "Été"),
        ["  - {text: {en: \"It's\", fr: 'L''été, 20 °C'}, style: head} # at the end"],
        ["  - {text: {en: \"It's\", fr: 'Été'}, style: head} # at the end"],
    ),
    (InsertItem((*LAYERS, 1), {"fill": "red"}), [], ["  - fill: red"]),
    (InsertItem((*LAYERS, 7), {"text": "x", "box": [1, 2, 3, 4]}), [], ["  - text: x", "    box: [1, 2, 3, 4]"]),
    (
        DeleteValue((*LAYERS, 1)),
        [
            *("  # about the text", "  # in two lines", "  - text: |  # a block", "      one", "        two", ""),
            *("      three", "    box: [36,", "      # inside of brackets", "      13, 160, # and behind", "      34]"),
            *("", "    # before the style", "    style: head"),
        ],
        [],
    ),
    (DeleteValue((*LAYERS, 0)), ["  - image: snow.jpg"], []),
    (
        DeleteValue((*LAYERS, 1, "box", 1)),
        ["      13, 160, # and behind"],
        ["      160, # and behind"],
    ),
    (MoveItem((*LAYERS, 0), 1), ["  - image: snow.jpg"], ["  - image: snow.jpg"]),
]


@pytest.mark.parametrize(("edit", "gone", "come"), EXAMPLES, ids=[str(number) for number in range(len(EXAMPLES))])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_an_edit_changes_these_lines_and_no_others(edit: Edit, gone: list[str], come: list[str], newline: str) -> None:
    before = ODD.read_text("utf-8").replace("\n", newline)
    after, _ = edited(before, [edit])
    diff = [line for line in ndiff(before.split(newline), after.split(newline)) if line[0] in "+-"]
    assert [line[2:] for line in diff if line[0] == "-"] == gone
    assert [line[2:] for line in diff if line[0] == "+"] == come


@pytest.mark.parametrize(
    ("text", "edit", "words"),
    [
        ("a: !!str 5", SetValue(("a",), 6), "a: it has a tag or an anchor"),
        ("a: &b 5", SetValue(("a",), 6), "a: it has a tag or an anchor"),
        ("a: 1", SetValue((), 6), "the whole can't be replaced"),
        ("a: 1", SetValue(("a", "b"), 6), "a.b: there is no such place"),
        ("a: [1]", SetValue(("a", 1), 6), "a.1: there is no such place"),
        ("a: 1", InsertItem(("a", 0), 6), "a.0: there is no list to put it into"),
        ("a: 1", DeleteValue(("b",)), "b: it is not there"),
        ("a: [1]", MoveItem(("a", 0), 1), "a.0: it can't be moved there"),
        ("a: [1", SetValue(("a",), 1), "not YAML"),
        ("a: 1", SetValue(("a",), "\ud83d"), "half of a letter"),
        ("a: 1", SetValue(("a",), float("inf")), "no number that can be written"),
        ("a: [b: 1]", SetValue(("a", 0, "c"), 1), "change it as text"),
    ],
)
def test_what_can_not_be_done_is_refused_with_its_place(text: str, edit: Edit, words: str) -> None:
    with pytest.raises(EditError, match=re.escape(words)):
        edited(text, [edit])


@pytest.mark.parametrize("text", ["a: 1", "a: 1\n", "---\na: 1\n...\n", "{a: 1}", "# c\n\na: 1  # d", "a: 1\n# end"])
def test_a_file_of_any_form_takes_a_key_and_gives_it_back(text: str) -> None:
    after, (patches,) = edited(text, [SetValue(("b",), "c")])
    assert plain(after, exact=True) == {"a": 1, "b": "c"}
    assert patched(after, turned_round(patches)) == text
    assert edited(after, [DeleteValue(("b",))])[0] == text

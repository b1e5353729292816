"""The two parsers of YAML: where the fast one gives an answer, it is the exact one's."""

import random
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from livecontent.creative.plain_yaml import MAX_DEPTH, Places, parse_plain
from livecontent.creative.source import parse_any
from livecontent.errors import CreativeError

PLAIN = """
no on yes Off y true True tRUE FALSE null ~ Null = << *a &a !!int - ? 0 -0 007 a é 🙂 #c % @a `a` [ ] { } , ' a#b
1:30 12:30:45 010 0o17 0x1F 0b1 1_000 -5 +5 1.5 1. .5 -.inf .nan 1e3 999999999999999999999 2026-12-24
2026-12-24T18:00 2026-12-24T18:00:00Z 600x280 'it''s' '#' http://a.b/?c=d&e
"""
WORDS = (
    *PLAIN.split(),
    *("- -", "a b", "a: b", "a #b", '"', '"\\n\\x41\\u00e9"', '"\\/"', "{{ x }}", "|-\n  x", "|+\n  x\n\n"),
    *("|\n  x\n\n  y\n", ">\n  x\n  y\n\n   z\n"),
)
PIECES = (
    *(*WORDS, "\n", "\n  ", "\n    ", "\n- ", "\n  - ", " - ", ": ", ":", ", ", " ", "? ", "\t", "\r\n", "\r", "\x85"),
    *(
        "\u2028",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "\ufeff",
        "\x07",
        " # c\n",
        "[a, b]",
        "{a: b}",
        "{a: }",
        "[ , ]",
        "{a}",
    ),
)
KEYS = st.text(max_size=5) | st.sampled_from(WORDS)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | KEYS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def exact(text: str) -> tuple[Any, Places] | str:
    """What ruamel.yaml says: value and places, else the error."""
    try:
        return parse_any("a", text)
    except CreativeError as error:
        return str(error)


def typed(value: Any) -> object:
    """A value in which 1, 1.0 and true differ, and the order of keys counts."""
    if isinstance(value, dict):
        return [(typed(key), typed(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    kind = next(kind for kind in (bool, int, float, str, type(None)) if isinstance(value, kind))
    return kind.__name__, kind(value) if value is not None else None


def same(text: str) -> bool:
    """Whether the fast parser answered, which it may only as the exact one does."""
    fast = parse_plain(text)
    if fast is None:
        return False
    found = exact(text)
    if isinstance(found, str):
        assert "overlap in comment" in found, (text, found)  # ruamel.yaml wants to keep comments, and can't
        return True
    assert typed(fast[0]) == typed(found[0]), text
    fast[1].pop((), None)
    assert fast[1] == found[1], text
    return True


@given(text=st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_a_text_of_pieces_of_yaml_is_read_alike(text: str) -> None:
    same(text)
    same("a: " + text)
    same("a:\n- " + text.replace("\n", "\n  "))


@given(value=st.dictionaries(KEYS, VALUES, max_size=5), flow=st.booleans())
def test_any_data_is_read_alike(value: dict[str, Any], flow: bool) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    out = StringIO()
    yaml.dump(value, out)
    same(out.getvalue())


def creatives() -> list[Path]:
    """All that ship or are measured."""
    root = Path(__file__).resolve().parents[2]
    return sorted([*root.glob("templates/*/creative.yaml"), *root.glob("benchmarks/creatives/*/creative.yaml")])


@pytest.mark.parametrize("file", creatives(), ids=lambda file: file.parent.name)
def test_creatives_are_read_by_the_fast_parser_and_alike(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert same(text)
    assert same(text.replace("\n", "\r\n"))


@pytest.mark.parametrize("file", creatives(), ids=lambda file: file.parent.name)
def test_a_creative_with_a_slip_is_read_alike(file: Path) -> None:
    text, chance = file.read_text(encoding="utf-8"), random.Random(7)
    for _ in range(8):
        at = chance.randrange(len(text))
        same(text[:at] + chance.choice(PIECES) + text[at + chance.randrange(3) :])


def test_what_is_deep_is_left_to_the_exact_parser_and_refused() -> None:
    assert same("a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1))
    for text in ("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, "a: " + "[" * 100_000):
        assert parse_plain(text) is None
        assert "nested too deep" in str(exact(text))

"""Comments and texts of rules, as CEL writes them, are taken for neither names nor operators."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.expressions.cel_ast import CelNode, as_cel, code_in
from livecontent.expressions.cel_environment import CelEnvironment
from livecontent.expressions.parts import failing_parts
from livecontent.expressions.rule import Rule, RuleFacts
from livecontent.sources.registry import VOCABULARY
from livecontent.vocabulary import FactType

KNOWN = VOCABULARY.with_fact(FactType("let", {"share": float, "go": float}, {"share": 0.5, "go": 1}, computed=True))

bodies = st.lists(
    st.sampled_from(
        ["let.go", "let.", "'", '"', "//", "&&", "||", "(", "recipient.x", "r", "b", "\n", " ", "`", "é", "#"]
    ),
    max_size=5,
).map("".join)
comments = st.sampled_from(
    ["", "// don't\n", '// "\n', "// '''\n", '// """ let.go\n', "// && let.go // (\n", "//\n", "// r'\n"]
)


def written(body: str, quote: str, prefix: str) -> str:
    """A text in these quotes; what can't stand in them is left out."""
    body = body.replace(quote[0], "") if "r" in prefix.lower() else body.replace(quote[0], f"\\{quote[0]}")
    return f"{prefix}{quote}{body if len(quote) == 3 else body.replace(chr(10), '')}{quote}"


texts = st.builds(
    written, bodies, st.sampled_from(["'", '"', "'''", '"""']), st.sampled_from(["", "r", "R", "b", "br"])
)
names = st.sampled_from(["let.share", "let.go", "recipient.let.go", "recipient. let.go", "recipient.`let.go`", "1"])
conditions = st.builds("dyn({1}) == {0}dyn({2})".format, comments, names, texts) | st.builds(
    "dyn({0}) == dyn({1})".format, texts, texts
)
rules = st.lists(st.tuples(comments, conditions, comments), min_size=1, max_size=5)


def nodes_of(node: CelNode) -> Iterator[CelNode]:
    yield node
    for inner in node.inner:
        yield from nodes_of(inner)


def tree(source: str) -> CelNode:
    return KNOWN.made(CelEnvironment).compile(source)[1]


@given(rules)
def test_texts_and_names_of_facts_stay_as_they_are_written(found: list[tuple[str, str, str]]) -> None:
    """What is compiled together is what is compiled alone."""
    source = " || ".join(f"{before}({rule}){after}" for before, rule, after in found)
    alone = [node for _, rule, _ in found for node in nodes_of(tree(f"({rule})"))]

    def said(nodes: list[CelNode]) -> list[tuple[str, object]]:
        return [(node.name, node.value) for node in nodes if node.kind in ("variable", "field", "constant")]

    together = said([*nodes_of(tree(source))])
    assert together == said(alone)
    assert "Let" not in f"{together}"
    assert len(as_cel(source)) == len(code_in(source)) == len(source)


@pytest.mark.parametrize(
    "text", ["'let.go'", '"let.go"', "'''a'let.go'''", '"""a"let.go"""', "r'let.go'", "R'''it's let.go'''"]
)
def test_a_text_is_told_as_it_is_written(text: str) -> None:
    constant = tree(f"1 == 2 // don't\n || recipient.b == {text} // don't\n || let.go > 1").inner[0].inner[1].inner[1]
    assert constant.value == text.lstrip("rR").strip("'\"")


@given(
    st.lists(
        st.tuples(
            comments, st.sampled_from(["recipient.a > 1", "recipient.b == ''' && ' || '''", "(1 == 2)"]), comments
        ),
        min_size=2,
        max_size=4,
    ),
    st.sampled_from(["&&", "||"]),
    st.booleans(),
)
def test_the_parts_of_a_rule_are_the_same_with_comments(
    found: list[tuple[str, str, str]], sign: str, whole: bool
) -> None:
    plain = f" {sign} ".join(rule for _, rule, _ in found)
    source = f" {sign} ".join(f"{before}{rule} {after}" for before, rule, after in found)
    if whole:
        source = f"// all\n ({source}) // don't ("
    facts = RuleFacts({"recipient": {"a": 0, "b": "x"}})
    parts = failing_parts(source, facts, VOCABULARY)
    assert parts == failing_parts(plain, facts, VOCABULARY)
    rules = ["1 == 2" if rule == "(1 == 2)" else rule for _, rule, _ in found]
    assert [part.text for part in parts] == rules


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("size(stores // filters\n .filter // exists\n (s, s.open)) > 0", "26: rules have no 'filter'"),
        ("'nobody' == 'a' || nobody // nobody\n == 1", "20: unknown name 'nobody'"),
        ("'stores' == 'a' || 'x' in stores // stores\n [0]", "27: stores"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(source: str, words: str) -> None:
    with pytest.raises(ValueError, match=rf"^{words}"):
        Rule(source, VOCABULARY)


@pytest.mark.parametrize(
    "source",
    ["age // age\n (recipient.born) > 1", "weather // weather\n .wind > 1", "now // 'now\n . // now\n hour > 1"],
)
def test_names_are_where_they_stand_also_with_comments_inside(source: str) -> None:
    assert 0 in [name.offset for name in Rule(source, VOCABULARY).names]

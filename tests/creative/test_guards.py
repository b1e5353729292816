"""Which facts are known where a rule is true, and so may be written without a default."""

import pytest

from livecontent.lint.guards import covers, known_where
from livecontent.sources.registry import VOCABULARY

A, B = "recipient.a", "recipient.b"
LIST = "recipient.list"


@pytest.mark.parametrize(
    ("rule", "known", "unsure"),
    [
        ("recipient.a >= 0", [A], [B]),
        ("0 <= recipient.a", [A], [B]),
        ("has(recipient.a)", [A], [B]),
        ("!has(recipient.a)", [], [A]),
        ("recipient.a != null", [A], []),
        ('recipient.a in ["x", "y"]', [A], []),
        ("!(recipient.a > 3)", [A], []),
        ("recipient.a && recipient.b", [A, B], []),
        ("recipient.a || recipient.b", [], [A, B]),
        ("has(recipient.a) || recipient.a > 5", [A], []),
        ("!(recipient.a || recipient.b)", [A, B], []),
        ("!(recipient.a && recipient.b)", [], [A, B]),
        ("(recipient.a || recipient.b) == true", [], [A, B]),
        ("has(recipient.a) == true", [A], [B]),
        ("has(recipient.a) != false && false == !has(recipient.b)", [A, B], []),
        ("has(recipient.a) == false", [], [A]),
        ("recipient.a == false", [A], [B]),
        (f"{LIST}.size() > 0", [f"{LIST}.0"], [f"{LIST}.1"]),
        ("has(recipient.a) ? recipient.b > 1 : false", [A, B], []),
        ("has(recipient.a) ? true : recipient.b > 1", [], [A, B]),
        ("!has(recipient.a) ? false : true", [A], []),
        ("has(recipient.a) ? recipient.b > 1 : recipient.b < 1", [B], [A]),
        (f"size({LIST}) > 0", [LIST, f"{LIST}.0", f"{LIST}.first.name"], [f"{LIST}.1"]),
        (f"size({LIST}) > 1", [f"{LIST}.0.name", f"{LIST}.1.name"], [f"{LIST}.2"]),
        (f"size({LIST}) >= 2", [f"{LIST}.1"], [f"{LIST}.2"]),
        (f"2 <= size({LIST})", [f"{LIST}.1"], [f"{LIST}.2"]),
        (f"size({LIST}) == 1", [f"{LIST}.0"], [f"{LIST}.1"]),
        (f"size({LIST}) != 0", [f"{LIST}.0"], [f"{LIST}.1"]),
        (f"!(size({LIST}) == 0)", [f"{LIST}.0"], [f"{LIST}.1"]),
        (f"size({LIST}) == 0", [LIST], [f"{LIST}.0"]),
        (f"size({LIST}) < 3", [LIST], [f"{LIST}.0"]),
        (f"{LIST}.exists(x, x.price > 3)", [f"{LIST}.0"], [f"{LIST}.1"]),
        (f"{LIST}.all(x, x.price > 3)", [LIST], [f"{LIST}.0"]),
        (f"has({LIST}[0].old_price)", [f"{LIST}.0.old_price"], [f"{LIST}.1.old_price"]),
        (f"{LIST}[0].stock <= 3", [f"{LIST}.0.name"], [f"{LIST}.1.name"]),
        (f"{LIST} != []", [f"{LIST}.0"], [f"{LIST}.1"]),
        (f"!([] == {LIST})", [f"{LIST}.0"], [f"{LIST}.1"]),
        (f"{LIST} == []", [LIST], [f"{LIST}.0"]),
        (f"{LIST} != [3]", [LIST], [f"{LIST}.0"]),
        (f"{LIST}.filter(x, x.price > 3).size() > 1", [f"{LIST}.1.name"], [f"{LIST}.2"]),
        (f"{LIST}.filter(x, x.price > 3) != []", [f"{LIST}.0.name"], [f"{LIST}.1"]),
        (f"size({LIST}.filter(x, x.price > 3)) < 2", [LIST], [f"{LIST}.0"]),
        (f"{LIST}.map(x, x.price).size() == 1", [f"{LIST}.0"], [f"{LIST}.1"]),
        (f"{LIST}.exists_one(x, x.price > 3)", [LIST], []),
        (f'"gold" in {LIST}', [f"{LIST}.0"], [f"{LIST}.1"]),
        (f'!("gold" in {LIST})', [LIST], [f"{LIST}.0"]),
        (f"size({LIST}[0].items) > 0", [f"{LIST}.0.items.0.name"], [f"{LIST}.0.items.1", f"{LIST}.1"]),
        (f"{LIST}[0].items.exists(x, x.price > 3)", [f"{LIST}.0.items.0"], [f"{LIST}.1"]),
        (f"{LIST}.exists(x, size(x.items) > 0)", [f"{LIST}.0.items"], [f"{LIST}.1"]),
        ('recipient.a != ""', [A], [B]),
        ('"" != recipient.a', [A], [B]),
        ("size(recipient.a) > 0", [A], [B]),
        ('recipient["a"] != ""', [A], [B]),
        ("param.home >= 0", ["param.home"], ["param.away"]),
        ('recipient.birthday.endsWith(string(now.day) + "-")', ["recipient.birthday", "now.day"], [A]),
    ],
)
def test_what_a_rule_guards_is_known_inside_it(rule: str, known: list[str], unsure: list[str]) -> None:
    found = known_where(rule, VOCABULARY)
    assert [name for name in known if not covers(found, tuple(name.split(".")))] == []
    assert [name for name in unsure if covers(found, tuple(name.split(".")))] == []

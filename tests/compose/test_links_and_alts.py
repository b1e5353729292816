from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.compose.link import MAX_LENGTH, compose_alt, compose_link
from livecontent.expressions.template import LocalizedTemplate
from livecontent.lint.references import host_of
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Text
from made_creatives import composed, context_of, creative_of, moment_of, template

LINKS = (
    "https://shop.example/{{ recipient.x }}",
    "https://shop.example/a/{{ recipient.x }}/b",
    "https://shop.example?x={{ recipient.x }}",
    "https://shop.example#{{ recipient.x }}",
    "http://SHOP.example:8080/{{ recipient.x }}",
)
HOSTILE = [
    *("//evil.example", "/\\evil.example", "\\\\evil.example", "@evil.example", ":@evil.example", ".evil.example"),
    *("https://evil.example", "javascript:alert(1)", "data:text/html,x", "../../evil", "..", "%2e%2e/", "%00", "\0"),
    *("\r\nSet-Cookie: a=b", "\n", "\r", "%0d%0aLocation:", "\u2028", "\u0085", "\t//evil.example", " ", "   "),
    *("?", "#", "&", "=", ";", "[", "]", "[::1]", "<script>", '"><img>', "'", "`", "{{ x }}", "{% if %}", "|", "^"),
    *("\u202e", "\ufeff", "\ud800", "\uffff", "é", "日本", "😀", "İ", "ß", "\u2025", "\uff0f\uff0fevil.example", "℀"),
    *(
        "\uff20evil.example",
        "。evil.example",
        "a" * 3000,
        "%",
        "%zz",
        "%" * 800,
        "+",
        "~",
        "!*'()",
        "$1",
        "\\1",
        "\x7f",
    ),
    *(True, -0.0, float("nan"), 10**400, ["a"], {"a": 1}, b"x"),
]


def link_of(fonts: Fonts, *links: str, **recipient: object) -> str | None:
    return compose_link(
        [template(link) for link in links], context_of(creative_of(), moment_of(recipient=recipient), fonts)
    )


def check(link: str, address: str | None) -> None:
    if address is None:
        return
    before, after = urlsplit(link), urlsplit(address)
    assert (after.scheme, after.netloc.lower()) == (before.scheme, before.netloc.lower())
    assert address.startswith(link.partition("{{")[0]) or (after.path, after.query, after.fragment) == ("/", "", "")
    assert "@" not in after.netloc
    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set(' "<>\\^`{|}')
    assert len(address) <= MAX_LENGTH


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_no_fact_changes_where_a_link_leads(fonts: Fonts, link: str, value: object) -> None:
    check(link, link_of(fonts, link, x=value))


@given(st.sampled_from(LINKS), st.text(st.characters(), max_size=50))
def test_no_text_at_all_changes_where_a_link_leads(fonts: Fonts, link: str, value: str) -> None:
    check(link, link_of(fonts, link, x=value))


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://shop.example/{{ recipient.x }}", "https://shop.example/a%20b/%C3%A9?c=1&d=%20#e"),
        (
            "https://shop.example/{{ recipient.x | url_encode }}",
            "https://shop.example/a+b%2F%C3%A9%3Fc%3D1%26d%3D%2520%23e",
        ),
        ("https://shop.example/", "https://shop.example/"),
        ("https://shop.example", "https://shop.example"),
    ],
)
def test_a_link_is_encoded_once(fonts: Fonts, link: str, address: str) -> None:
    assert link_of(fonts, link, x="a b/é?c=1&d=%20#e") == address


def test_a_link_is_whole_or_not_at_all(fonts: Fonts) -> None:
    long = link_of(fonts, "https://shop.example/{{ recipient.x }}?end=1", x="a" * 1500)
    assert long is not None
    assert long.endswith("a?end=1")
    for length in range(1900, 2100):
        address = link_of(fonts, "https://shop.example/{{ recipient.x }}?end=1", x="a" * length)
        assert address == "https://shop.example/" or str(address).endswith("?end=1")
    assert link_of(fonts, "https://shop.example/{{ recipient.x }}", x="é" * 700) == "https://shop.example/"


def test_a_link_without_its_fact_is_the_next_or_the_root_of_its_host(fonts: Fonts) -> None:
    assert link_of(fonts, "https://shop.example/{{ recipient.y }}") == "https://shop.example/"
    assert link_of(fonts, "https://a.example/{{ recipient.y }}", "https://b.example/all") == "https://b.example/all"
    assert (
        link_of(fonts, "http://a.example/{{ recipient.y }}", "https://b.example/{{ recipient.z }}")
        == "http://a.example/"
    )
    assert link_of(fonts, "https://shop.example/{{ recipient.y | default: 'all' }}") == "https://shop.example/all"
    assert link_of(fonts) is None


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://shop.example/a", "shop.example"),
        ("http://Shop.Example:80?x", "shop.example:80"),
        ("https://shop.example", "shop.example"),
        ("https://shop.example/{{ x }}", "shop.example"),
        ("https://shop.example{{ x }}", None),
        ("https://{{ x }}.example/", None),
        ("{% if x %}https://shop.example/{% endif %}", None),
        ("https://ann@shop.example/", None),
        ("https://shop.example\\@evil.example", None),
        ("https://shop.example:80a/", None),
        ("//shop.example/", None),
        ("ftp://shop.example/", None),
        ("HTTPS://shop.example/", None),
        (" https://shop.example/", None),
        ("https://[::1]/", None),
        ("https:///x", None),
        ("", None),
    ],
)
def test_the_host_of_a_link_is_what_is_written_out(link: str, host: str | None) -> None:
    assert host_of(template(link)) == host


def alt_of(fonts: Fonts, alt: LocalizedTemplate | None, *said: str, **facts: object) -> str:
    return compose_alt(alt, said, context_of(creative_of(), moment_of(**facts), fonts))


def test_the_alt_text_is_its_own_else_what_is_written_in_the_picture(fonts: Fonts) -> None:
    alt = LocalizedTemplate({"en": template("It rains  in\n{{ place.city }}"), "fr": template("Il pleut")})
    assert alt_of(fonts, alt, "x", place={"city": "Lille"}) == "It rains in Lille"
    assert alt_of(fonts, alt, "x", recipient={"language": "fr"}) == "Il pleut"
    assert alt_of(fonts, alt, "Hello", "Is it\nso?", "Yes…", "a.", "b!") == "Hello. Is it so? Yes… a. b!"
    assert alt_of(fonts, None) == ""


@given(st.lists(st.text(st.sampled_from("abc é.!\n"), max_size=30), max_size=4))
def test_a_derived_alt_says_the_words_of_the_picture_in_their_order(fonts: Fonts, texts: list[str]) -> None:
    layers = [f"{{text: '{{{{ recipient.t{index} }}}}', fit: {{shrink_to: 4}}}}" for index in range(len(texts))]
    recipient = {f"t{index}": text for index, text in enumerate(texts)}
    scene, made = composed(creative_of(*layers), moment_of(recipient=recipient), fonts)
    alt = compose_alt(None, made.said, made)
    drawn = [run.text for node in scene.nodes if isinstance(node, Text) for run in node.runs]
    assert "".join(alt.replace(".", "").split()) == "".join(
        "".join(drawn).replace(".", "").replace("\u00a0", "").split()
    )


def test_what_is_left_out_is_not_said(fonts: Fonts) -> None:
    layers = ("text: '{{ place.city }}'", "{text: no, when: now.weekend}", "text: yes")
    assert composed(creative_of(*layers), moment_of(), fonts)[1].said == ["yes"]


def test_a_link_keeps_what_the_facts_say(fonts: Fonts) -> None:
    address = link_of(fonts, "https://shop.example/{{ recipient.x }}", x="Jose\u0301\u200dx")
    assert address is not None
    assert unquote(address).endswith("/Jose\u0301\u200dx")

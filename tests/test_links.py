from __future__ import annotations

import timeit
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import get_args
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livecontent.links import (
    Format,
    ImageAddress,
    _read_any,
    click_path,
    format_of,
    image_path,
    is_name,
    read_path,
    ref_of,
)

REF = "abcdefghijklmnopqrstuvwxyz"[:24] + "27"
KEY = b"k" * 32

names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True)
refs = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26)
formats = st.sampled_from(get_args(Format))

# One of each kind that email tools leave behind when they fill nothing in.
MERGE_TAGS = (
    "*|UNIQID|*",
    "*|URL:EMAIL|*",
    "{{ person.KlaviyoID }}",
    "{{${braze_id}}}",
    "{{${email_address} | sha2}}",
    "%%_subscriberkey%%",
    "%%address%%",
    "%%ean%%abc",
    "%%=SHA256(Lowercase(emailaddr))=%%",
    "{{ contact.hs_object_id }}",
    "{{contact_ref}}",
    "%recipient.unique_id%",
    "%RECIPIENT%",
    "{{#sha256}}{{email}}{{/sha256}}",
    "<%= recipient.id %>",
    "{{{profile.id}}}",
    "{contactfield=id|true}",
    "{{ .Subscriber.UUID }}",
    "[[CONTACT_ID]]",
    '{{data:ref:""}}',
    "{$email}",
    "$uid$",
    "$[FNAME]$",
    "%SUBSCRIBERID%",
    "[email]",
    "[email,fallback=]",
    "@FIRSTNAME@",
    "{email}",
    "~email~",
)
# What looks like part of a tag, and is some other accident.
NO_TAGS = ("%zz", "$5", "a@b.example", "[", "]", "{", "#", "~user", "-name-", "UNIQID", "[]")


@given(names, refs, formats)
def test_reading_a_built_image_path_gives_what_it_was_built_of(name: str, ref: str, format_: Format) -> None:
    assert read_path(image_path(name, ref, format_)) == ImageAddress(name, ref, format_)
    assert read_path(image_path(name, ref, format_).upper()) == ImageAddress(name, ref, format_)


@given(names, refs)
def test_reading_a_built_click_path_gives_what_it_was_built_of(name: str, ref: str) -> None:
    assert read_path(click_path(name, ref)) == ImageAddress(name, ref)


@pytest.mark.parametrize("tag", MERGE_TAGS)
@pytest.mark.parametrize("ending", [".jpg", ".gif", ".PNG", ""])
@pytest.mark.parametrize("encode", [str, lambda tag: quote(tag, safe="/"), lambda tag: quote(tag, safe="")])
def test_a_merge_tag_is_told_and_the_ending_kept(tag: str, ending: str, encode: object) -> None:
    path = f"/i/umbrella/{encode(tag)}{ending}"  # type: ignore[operator]
    assert read_path(path) == ImageAddress("umbrella", "", format_of(ending), "merge-tag")


@pytest.mark.parametrize("tag", MERGE_TAGS)
@pytest.mark.parametrize(
    "encode", [lambda tag: quote(quote(tag, safe=""), safe=""), escape, lambda t: quote(escape(t))]
)
def test_a_merge_tag_is_told_however_it_was_mangled(tag: str, encode: Callable[[str], str]) -> None:
    path = unquote(f"/i/umbrella/{encode(tag).removesuffix('abc')}.gif")  # as the server takes off one layer
    assert replace(read_path(path), format=None) == ImageAddress("umbrella", "", None, "merge-tag")


@pytest.mark.parametrize("tag", ["#email#", "%FACE%", "%AC_ref%", "%%face%%"])
def test_a_merge_tag_is_told_though_part_of_it_reads_as_something_else(tag: str) -> None:
    assert read_path(f"/i/umbrella/{tag}.gif").flaw == "merge-tag"
    assert tag[0] == "#" or read_path(unquote(f"/i/umbrella/{tag}.gif")).flaw == "merge-tag"


@pytest.mark.parametrize("text", NO_TAGS)
def test_another_accident_is_no_merge_tag(text: str) -> None:
    assert read_path(f"/i/umbrella/{text}.gif").flaw in ("malformed", "empty")


@given(
    names,
    refs,
    formats,
    st.sampled_from([*"])>.,;", "", "&", "?", "#", "&utm=", ";x=", "?a="]),
    st.lists(st.sampled_from(["{{x}}", "*|X|*", "%%x%%", "[x]", "$x$", "@x@", "%x%", "[[x]]", "x", " "]), max_size=4),
)
def test_a_ref_is_never_taken_for_a_merge_tag(name: str, ref: str, format_: Format, sign: str, junk: list[str]) -> None:
    assert read_path(image_path(name, ref, format_) + sign) == ImageAddress(name, ref, format_)
    if sign and sign[0] in ";&?#":
        after = "".join(junk)
        assert read_path(image_path(name, ref, format_) + sign + after) == ImageAddress(name, ref, format_)
        assert read_path(click_path(name, ref) + sign + after) == ImageAddress(name, ref)


TRAILING = [")", ".", ",", ";", ">", "]", '"', "'", "&amp;", "&gt;", "&utm_source=x", "?w=1", "#top", ";jsessionid=1"]


@pytest.mark.parametrize("junk", [*TRAILING, "=", " ", "\n", "\t", "%20", "%0A", "/", "%2F", "\0", "%00", ").", '">'])
def test_what_mail_clients_add_at_the_end_is_taken_off(junk: str) -> None:
    assert read_path(f"/i/umbrella/{REF}.png{junk}") == ImageAddress("umbrella", REF, "png")
    assert read_path(f"/c/umbrella/{REF}{junk}") == ImageAddress("umbrella", REF)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (f"/i/umbrella/{REF}.jpeg", ImageAddress("umbrella", REF, "jpg")),
        (f"/i/umbrella/{REF}.bmp", ImageAddress("umbrella", REF)),
        (f"/i/umbrella/{REF}.jp", ImageAddress("umbrella", REF)),
        (f"/i/umbrella/{REF}.", ImageAddress("umbrella", REF)),
        (f"//i//umbrella//{REF}.webp", ImageAddress("umbrella", REF, "webp")),
        (f"/i/%75mbrella/%61{REF[1:]}%2Ejpg", ImageAddress("umbrella", REF, "jpg")),
        ("/i/umbrella/.gif", ImageAddress("umbrella", "", "gif", "empty")),
        ("/i/umbrella/", ImageAddress("umbrella", flaw="empty")),
        ("/i/umbrella", ImageAddress("umbrella")),  # for nobody in particular, as on a web page
        ("/i/umbrella.gif", ImageAddress("umbrella", "", "gif")),
        ("/i/Umbrella.JPG?a=1", ImageAddress("umbrella", "", "jpg")),
        ("/i/umbrella.txt", ImageAddress("umbrella")),
        (f"/i/umbrella/{REF[:25]}.gif", ImageAddress("umbrella", "", "gif", "malformed")),
        (f"/i/umbrella/{REF}a.gif", ImageAddress("umbrella", "", "gif", "malformed")),
        (f"/i/umbrella/{REF[:25]}1.gif", ImageAddress("umbrella", "", "gif", "malformed")),
        (f"/i/umbrella/{REF}=.gif", ImageAddress("umbrella", "", "gif", "malformed")),
        (f"/i/umbrella/{REF}.{REF}.gif", ImageAddress("umbrella", "", "gif", "malformed")),
        (f"/i/umbrella/{REF}/{REF}.gif", ImageAddress("umbrella", "", "gif", "malformed")),
        (f"/i/umbrella/..%2f{REF}.gif", ImageAddress("umbrella", "", "gif", "malformed")),
        (f"/i/umbrella/{REF[:9]}\0{REF[10:]}.gif", ImageAddress("umbrella", "", "gif", "malformed")),
        (f"/i/..%2f..%2fetc/{REF}.gif", ImageAddress("", "", "gif", "malformed")),
        (f"/i/umbrella;x=1/{REF}.gif", ImageAddress("", "", "gif", "malformed")),
        (f"/i/{'u' * 65}/{REF}.gif", ImageAddress("", "", "gif", "malformed")),
        (f"/i/-umbrella/{REF}.gif", ImageAddress("", "", "gif", "malformed")),
        ("/i/umbrella/" + "a" * 8192 + ".gif", ImageAddress("umbrella", flaw="malformed")),
        ("/i", ImageAddress("", flaw="malformed")),
        ("", ImageAddress("", flaw="malformed")),
    ],
)
def test_whatever_is_left_of_a_broken_path_is_read(path: str, address: ImageAddress) -> None:
    assert read_path(path) == address


@given(st.text() | st.text("/.%*|{}[]<>$;&?#=0aAiI\0 ", max_size=60))
def test_reading_never_fails_and_names_only_what_can_be_a_name(path: str) -> None:
    address = read_path(path)
    assert address.creative == "" or is_name(address.creative)
    assert address.ref == "" or (len(address.ref) == 26 and address.flaw == "")
    assert not (address.ref and address.flaw)


@pytest.mark.parametrize(
    "path", ["/i/u/" + ")" * 8000 + "x", "/i/u/" + "; " * 4000, "{" * 8192, "/" * 8192, "%7B" * 3000]
)
def test_a_long_path_is_read_at_once(path: str) -> None:
    assert min(timeit.repeat(lambda: read_path(path), number=1, repeat=5)) < 0.02  # seconds; backtracking takes many


@given(st.from_regex(r"/[a-z]/[A-Za-z0-9-]{1,5}/[a-z2-7]{25,27}(\.[A-Za-z]{0,4})?[.;)/\n]?", fullmatch=True))
def test_a_whole_address_is_read_as_any_other(path: str) -> None:
    assert read_path(path) == _read_any(path)


@given(st.text(min_size=1))
def test_a_ref_is_26_letters_that_read_path_takes(recipient_id: str) -> None:
    ref = ref_of(recipient_id, KEY)
    assert read_path(image_path("a", ref, "jpg")).ref == ref
    assert len(ref) == 26


@example("\u00b4x", "NFKC", "")  # which starts with a space then
@given(st.text(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.sampled_from(["", " ", "\n\t "]))
def test_ids_that_look_alike_are_one_recipient(recipient_id: str, form: str, space: str) -> None:
    other = space + unicodedata.normalize(form, recipient_id) + space
    assert ref_of(other, KEY) == ref_of(recipient_id, KEY)


@given(st.sets(st.text("abé😀 ", min_size=1).map(str.strip), min_size=2))
def test_ids_that_differ_are_different_recipients(recipient_ids: set[str]) -> None:
    assert len({ref_of(one, KEY) for one in recipient_ids}) == len(recipient_ids)


def test_refs_stay_what_they_are_in_addresses_that_were_sent() -> None:
    assert ref_of("ann@example.org", KEY) == "rdefowpjzdcs24yzbhlpwuxrz4"
    assert ref_of("ann@example.org", b"l" * 32) != ref_of("ann@example.org", KEY)
    assert ref_of("Ann@example.org", KEY) != ref_of("ann@example.org", KEY)


def test_names_of_creatives_are_lower_case_letters_digits_and_hyphens() -> None:
    assert all(map(is_name, ("a", "0", "nearest-store", "a" * 64)))
    assert not any(map(is_name, ("", "-a", "A", "a_b", "a.b", "a/b", "é", "a\n", "a" * 65)))

"""Review and publish: before and after, approvals that carry over, comments, links, and what is in force afterwards."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import OWN
from hypothesis import given
from hypothesis import strategies as st
from reading import read
from reviewing_shop import StudioShop, open_shop, sale

from livecontent.creative.drafts import Drafts
from livecontent.runtime.keys import SecretKeys
from livecontent.storage.reviews import Verdict
from livecontent.studio.review import MOST_WORDS
from livecontent.studio.reviewing.approvals import standing
from livecontent.studio.reviewing.sharing import RIGHTS, SharedLink, read_link, write_link


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[StudioShop]:
    with open_shop(tmp_path) as shop:
        yield shop


def page(shop: StudioShop, path: str = "review/sale") -> str:
    answer = shop.client.get(f"/studio/{path}", headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_without_a_draft_there_is_nothing_to_publish(shop: StudioShop) -> None:
    assert "Nothing to publish." in page(shop)


def test_what_changed_comes_first_with_how_many_recipients(shop: StudioShop) -> None:
    shop.draft(sale(french="#00ff00"))
    found = read(page(shop))
    assert "1 of 2 variants change." in [heading.text for heading in found.all("h2")]
    assert [one.text for one in found.all("h3")][:2] == ["french", "others"]
    sample = next(one.text for one in found.all("p") if "of a sample of" in one.text)
    changed = int(sample.split()[0])
    assert sample == f"{changed} of a sample of 24 would see something else."
    assert 0 < changed < 24
    (person,) = [one.text for one in found.all("h3") if "and" in one.text and "more" in one.text]
    assert f"and {changed - 1} more" in " ".join(person.split())
    for picture in found.all("img", lambda one: "/picture?" in one.get("src", "")):
        drawn = shop.client.get(picture.attributes["src"])
        assert drawn.headers["content-type"] == "image/png"


def test_publishing_puts_the_draft_in_force_and_into_the_folder(shop: StudioShop) -> None:
    version = shop.draft(sale(others="#00ff00"))
    stale = shop.post("review/sale/publish", {"version": "other"})
    assert stale.status_code == 409
    assert shop.file.read_text() == sale()
    done = shop.post("review/sale/publish", {"version": version, "why": "greener"})
    assert (done.status_code, done.headers["location"]) == (303, "/studio/history/sale?done=published")
    assert shop.file.read_text() == sale(others="#00ff00")
    published = shop.services.kit.creatives["sale"].loaded.version
    history = page(shop, "history/sale")
    assert published[:8] in history
    assert "by The publisher" in history
    assert "greener" in history
    assert "Nothing to publish." in page(shop)
    entry = next(one for one in asyncio.run(shop.services.storage.team.entries(9)) if one.action == "published")
    assert (entry.who, entry.creative, entry.details["why"]) == ("The publisher", "sale", "greener")


def test_a_draft_with_errors_cannot_be_published(shop: StudioShop) -> None:
    version = shop.draft(sale().replace("format: png", "format: bmp"))
    assert "can’t be published yet" in page(shop)
    assert shop.post("review/sale/publish", {"version": version}).status_code == 422
    assert shop.file.read_text() == sale()


def test_roll_back_takes_one_click(shop: StudioShop) -> None:
    first = shop.services.kit.creatives["sale"].loaded.version
    version = shop.draft(sale(others="#00ff00"))
    shop.post("review/sale/publish", {"version": version})
    assert shop.services.kit.creatives["sale"].loaded.version != first
    assert shop.post("history/sale/rollback", {"version": "0" * 16}).status_code == 404
    assert shop.post("history/sale/rollback", {"version": first}).status_code == 303
    assert shop.services.kit.creatives["sale"].loaded.version == first
    pictures = re.findall(r"/studio/history/sale/picture/\w+", page(shop, "history/sale"))
    assert len(set(pictures)) == 2
    assert {shop.client.get(one).headers["content-type"] for one in pictures} == {"image/png"}


def test_comments_are_kept_pinned_and_settled(shop: StudioShop) -> None:
    shop.draft(sale(others="#00ff00"))
    said = {"text": "Too <b>green</b>?", "variant": "others", "x": "0.25", "y": "0.5"}
    assert shop.post("review/sale/comment", said).status_code == 303
    assert shop.post("review/sale/comment", {"text": "  "}).status_code == 422
    found = page(shop)
    assert "Too &lt;b&gt;green&lt;/b&gt;?" in found
    (circle,) = read(found).all("circle")
    assert (circle.attributes["cx"], circle.attributes["cy"]) == ("15.0", "15.0")
    comment = re.search(r'name="id" value="(\w+)"', found)
    assert comment
    assert shop.post("review/sale/settle", {"id": comment[1], "done": "1"}).status_code == 303
    assert not read(page(shop)).all("circle")


def test_a_new_version_keeps_approvals_of_what_looks_the_same(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings="[studio]\napprovals = 1\n") as shop:
        version = shop.draft(sale(others="#00ff00"))
        assert shop.post("review/sale/publish", {"version": version}).status_code == 403
        assert "Missing: others, french." in page(shop)
        shop.post("review/sale/judge", {"version": version, "judgement": "approved"})
        assert "Approved by The publisher" in page(shop)
        newer = shop.draft(sale(french="#123456", others="#00ff00"))
        found = page(shop)
        assert "Missing: french." in found
        assert "Approved by The publisher in an earlier version; the same pictures since" in found
        assert shop.post("review/sale/publish", {"version": newer}).status_code == 403
        assert shop.post("review/sale/judge", {"version": version, "judgement": "approved"}).status_code == 409
        shop.post("review/sale/judge", {"version": newer, "judgement": "changes", "note": "no"})
        assert "The publisher asks for changes." in page(shop)
        assert shop.post("review/sale/publish", {"version": newer}).status_code == 403
        shop.post("review/sale/judge", {"version": newer, "judgement": "approved"})
        assert shop.post("review/sale/publish", {"version": newer}).status_code == 303


def test_a_guest_with_a_link_sees_no_recipient_and_decides_nothing(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings="[studio]\napprovals = 1\n") as shop:
        version = shop.draft(sale(others="#00ff00"))
        made = shop.post("review/sale/share", {"right": "approve", "days": "7"})
        link = re.search(r'value="http://127.0.0.1:8100/studio/(shared/[\w-]+)"', made.text)
        assert link
        cookies = dict(shop.client.cookies)
        shop.client.cookies.clear()
        found = shop.client.get(f"/studio/{link[1]}")
        assert found.status_code == 200
        assert "Ada" not in found.text
        picture = re.search(r'src="(/studio/shared/[^"]+)"', found.text)
        assert picture
        address = picture[1].replace("&amp;", "&")
        assert shop.client.get(address).headers["content-type"] == "image/png"
        assert shop.client.get(f"{address}&f.person=p3").status_code == 404
        for form in ({"text": "Nice"}, {"text": "", "name": "Zoé"}):
            assert shop.client.post(f"/studio/{link[1]}/comment", data=form, headers=OWN).status_code == 422
        said = {"version": version, "judgement": "approved", "name": "Zoé"}
        shop.client.post(f"/studio/{link[1]}/judge", data=said, headers=OWN)
        shop.client.post(f"/studio/{link[1]}/comment", data={"text": "Nice", "name": "Zoé"}, headers=OWN)
        shop.client.cookies.update(cookies)
        assert "Zoé approves, by a link." in page(shop)
        assert shop.post("review/sale/publish", {"version": version}).status_code == 403
        shop.draft(sale(others="#00ffff"))
        assert "There is a newer version." in shop.client.get(f"/studio/{link[1]}").text


def test_who_may_not_see_people_gets_no_picture_of_one(shop: StudioShop) -> None:
    shop.draft(sale(others="#00ff00"))
    address = "/studio/review/sale/picture?side=after&full=1"
    assert shop.client.get(f"{address}&f.person=p3").status_code == 200
    shop.become("viewer")
    assert shop.client.get(address).status_code == 200
    assert shop.client.get(f"{address}&f.person=p3").status_code == 404


@pytest.mark.parametrize(
    ("written", "changed", "missing"),
    [
        ('when: recipient.language == "fr"', 'when: recipient.language != "x"', "french"),
        (
            "- name: others\n",
            "- name: others\n    alt: \"{% if recipient.id == 'p3' %}HALF PRICE{% endif %}\"\n",
            "others",
        ),
        ("- name: french\n", "- name: french\n    rank: 7\n", "french"),
        ("- name: french\n", "- name: french\n    cap: {times: 1, per: 1 days}\n", "french"),
        ("link: https://shop.example/sale\n", "link: https://shop.example/{{ recipient.id }}\n", "french, others"),
    ],
)
def test_what_only_some_recipients_see_is_approved_anew(
    tmp_path: Path, written: str, changed: str, missing: str
) -> None:
    with open_shop(tmp_path, settings="[studio]\napprovals = 1\n") as shop:
        text = sale(others="#00ff00")
        version = shop.draft(text)
        shop.post("review/sale/judge", {"version": version, "judgement": "approved"})
        assert shop.post("review/sale/publish", {"version": version}).status_code == 303
        assert written in text
        newer = shop.draft(text.replace(written, changed))
        found = read(page(shop))
        (told,) = [one.text for one in found.all("p") if "Missing:" in one.text]
        assert sorted(told.split("Missing:")[1].strip(" .").split(", ")) == missing.split(", ")
        assert shop.post("review/sale/publish", {"version": newer}).status_code == 403


def test_nobody_approves_what_they_wrote_last(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings="[studio]\napprovals = 1\n") as shop:
        seen = Drafts(shop.services.settings.data, shop.services.settings.templates).open("sale").version
        shop.post("edit/sale", {"version": seen, "text": sale(others="#00ff00"), "do": "save"})
        (version,) = set(re.findall(r'name="version" value="(\w+)"', page(shop)))
        said = {"version": version, "judgement": "approved"}
        assert shop.post("review/sale/judge", said).status_code == 403
        assert shop.post("review/sale/publish", {"version": version}).status_code == 403
        shop.become("admin")
        assert shop.post("review/sale/judge", said).status_code == 303
        assert shop.post("review/sale/publish", {"version": version}).status_code == 303


def test_a_draft_is_seen_anew_when_the_brand_changes(shop: StudioShop) -> None:
    brand = shop.file.parents[1] / "brand.yaml"
    brand.write_text("colors:\n  main: '#00ff00'\n")
    version = shop.draft(sale(others="brand.main"))
    address = "/studio/review/sale/picture?side=after&full=1&f.variant=others"
    before = shop.client.get(address).content
    brand.write_text("colors:\n  main: '#ff00ff'\n")
    assert shop.client.get(address).content != before
    assert shop.post("review/sale/publish", {"version": version}).status_code == 409
    (now,) = set(re.findall(r'name="version" value="(\w+)"', page(shop)))
    assert shop.post("review/sale/publish", {"version": now}).status_code == 303
    (published,) = re.findall(r"/studio/history/sale/picture/\w+", page(shop, "history/sale"))[:1]
    assert shop.client.get(published).status_code == 200


def test_publishing_loses_no_edit_in_the_folder(shop: StudioShop) -> None:
    version = shop.draft(sale(others="#00ff00"))
    edit = sale() + "nonsense: [\n"
    shop.file.write_text(edit)
    refused = shop.post("review/sale/publish", {"version": version})
    assert (refused.status_code, shop.file.read_text()) == (409, edit)
    assert "sale/creative.yaml" in refused.text
    shop.file.write_text(sale())
    assert shop.post("review/sale/publish", {"version": version}).status_code == 303


def test_an_edit_in_the_folder_that_can_be_published_is_a_version_before_a_draft_replaces_it(shop: StudioShop) -> None:
    version = shop.draft(sale(others="#00ff00"))
    shop.file.write_text(edit := sale(french="#123456"))
    assert shop.post("review/sale/publish", {"version": version}).status_code == 303
    assert shop.file.read_text() == sale(others="#00ff00")
    versions = shop.services.versions
    assert versions
    assert edit.encode() in [versions.files("sale", one)["creative.yaml"] for one in versions.of("sale")]


def test_a_draft_mends_the_broken_file_that_it_was_made_from(shop: StudioShop) -> None:
    shop.file.write_text(sale() + "nonsense: [\n")
    version = shop.draft(sale(others="#00ff00"))
    assert shop.post("review/sale/publish", {"version": version}).status_code == 303
    assert shop.file.read_text() == sale(others="#00ff00")


def test_a_link_shows_what_was_shared_and_no_newer_draft(shop: StudioShop) -> None:
    version = shop.draft(sale(others="#00ff00"))
    made = shop.post("review/sale/share", {"right": "approve", "days": "7"})
    link = re.search(r"/studio/(shared/[\w-]+)", made.text)
    assert link
    newer = shop.draft(sale(others="#00ffff"))
    shop.client.cookies.clear()
    assert shop.client.get(f"/studio/{link[1]}/picture?side=after&full=1").status_code == 410
    assert shop.post(f"{link[1]}/comment", {"text": "Nice", "name": "Zoé"}).status_code == 410
    for one in (version, newer):
        said = {"version": one, "judgement": "approved", "name": "Zoé"}
        assert shop.post(f"{link[1]}/judge", said).status_code == 410


def shared(shop: StudioShop, right: str) -> str:
    """The address of a new link, below /studio."""
    link = re.search(r"/studio/(shared/[\w-]+)", shop.post("review/sale/share", {"right": right, "days": "7"}).text)
    assert link
    return link[1]


def test_a_link_ends_with_the_token_of_who_made_it(shop: StudioShop) -> None:
    shop.draft(sale(others="#00ff00"))
    link = shared(shop, "comment")
    shop.client.cookies.clear()
    assert shop.client.get(f"/studio/{link}").status_code == 200
    team = shop.services.storage.team
    for token in asyncio.run(team.tokens()):
        asyncio.run(team.revoke(token.id, time.time(), "a test"))
    assert shop.client.get(f"/studio/{link}").status_code == 404
    assert shop.post(f"{link}/comment", {"text": "Nice", "name": "Zoé"}).status_code == 404


def test_what_guests_say_is_bounded_and_in_the_log(shop: StudioShop) -> None:
    version = shop.draft(sale(others="#00ff00"))
    link = shared(shop, "approve")
    shop.post("review/sale/comment", {"text": "Nice"})
    shop.client.cookies.clear()
    said = {"version": version, "judgement": "approved", "name": "Zoé"}
    assert shop.post(f"{link}/judge", said).status_code == 303
    asked = [shop.post(f"{link}/comment", {"text": "Nice", "name": "Zoé"}).status_code for _ in range(MOST_WORDS)]
    assert asked == [303] * (MOST_WORDS - 1) + [429]
    assert len(asyncio.run(shop.services.storage.reviews.comments("sale"))) == MOST_WORDS
    entries = asyncio.run(shop.services.storage.team.entries(MOST_WORDS + 1))
    guests = [one.action for one in entries if one.details.get("guest") == "Zoé"]
    assert guests == ["commented"] * (MOST_WORDS - 1) + ["approved"]
    assert (entries[-1].who, entries[-1].action) == ("The publisher", "commented")


def test_a_link_leads_to_the_public_address(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings='[studio]\nurl = "https://studio.shop.example"\n') as shop:
        made = shop.post("review/sale/share", {"right": "view", "days": "1"})
        assert 'value="https://studio.shop.example/studio/shared/' in made.text


def test_what_failed_is_told_in_the_log(shop: StudioShop) -> None:
    version = shop.draft(sale(others="#00ff00"))
    (shop.services.settings.data / "published" / "history" / "sale").unlink()
    (shop.services.settings.data / "published" / "history" / "sale").mkdir()
    assert shop.post("review/sale/publish", {"version": version}).status_code == 503
    failed, tried = asyncio.run(shop.services.storage.team.entries(2))
    assert (tried.action, failed.action) == ("published", "failed")
    assert failed.details["number"] == str(tried.number)
    assert failed.details["deed"] == "published"


LINKS = st.builds(
    SharedLink, st.text(max_size=20), st.text(max_size=20), st.text(max_size=40), st.sampled_from(RIGHTS), st.just(0.0)
)


@given(LINKS, st.floats(0, 0.999), st.text(max_size=60))
def test_a_link_that_nobody_signed_or_whose_time_is_over_opens_nothing(
    tmp_path_factory: pytest.TempPathFactory, link: SharedLink, where: float, noise: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "keys"
    keys = SecretKeys(folder / "key", folder)
    text = write_link(link._replace(until=2e9 + 0.5), keys)
    assert read_link(text, keys) is not None
    assert read_link(write_link(link._replace(until=time.time() - 1), keys), keys) is None
    place = int(where * (len(text) - 1))
    other = "A" if text[place] != "A" else "B"
    assert read_link(text[:place] + other + text[place + 1 :], keys) is None
    assert read_link(noise, keys) is None


NAMES = st.sampled_from(("ada", "ben"))
VERDICTS = st.lists(
    st.builds(
        lambda version, by, judgement, looked, guest: Verdict(
            "sale", version, 0.0, by, judgement, {name: {"": digest} for name, digest in looked.items()}, "", guest
        ),
        st.sampled_from(("v1", "v2", "v3")),
        NAMES,
        st.sampled_from(("approved", "changes")),
        st.dictionaries(st.sampled_from(("a", "b", "c")), st.sampled_from(("1", "2"))),
        st.booleans(),
    ),
    max_size=6,
)


@given(VERDICTS, st.dictionaries(st.sampled_from(("a", "b", "c")), st.sampled_from(("1", "2")), min_size=1))
def test_nothing_is_approved_that_nobody_looked_at(verdicts: list[Verdict], now: dict[str, str]) -> None:
    found = standing(verdicts, "v3", {name: {"": digest} for name, digest in now.items()})
    members = [one for one in verdicts if not one.guest]
    last = {one.by: one for one in members}
    for name, digest in now.items():
        for by in found.variants[name]:
            one = last[by]
            assert one.judgement == "approved"
            assert (one.version == "v3" and name in one.looked) or one.looked[name] == {"": digest}
    assert {one.by for one in found.changes} == {
        by for by, one in last.items() if one.judgement == "changes" and one.version == "v3"
    }
    assert found.approved(0) == (not found.changes)

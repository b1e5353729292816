"""The page of segments: counted when asked, as `livecontent audience` counts; of people only for who may see them."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest
from asking import OWN, bearer
from httpx2 import Response
from reading import read
from starlette.testclient import TestClient

from livecontent.app import make_studio
from livecontent.config import Settings
from livecontent.errors import StorageError
from livecontent.links import ref_of
from livecontent.services import Services, make_count_job, make_services
from livecontent.sources.segment import read_segments
from livecontent.sources.segment_counts import SegmentCounts, count_segments
from livecontent.storage.base import Recipient
from livecontent.studio.segment_counting import SAMPLE, SegmentCounting

WRITTEN = """
rich: recipient.points > 100
french: recipient.language == "fr"
often: history.orders_in_a_year >= 3
"""
CREATIVE = """
title: Hello
size: 600x150
alt: Hello
let: {dear: segment.rich && recipient.points < 500}
variants:
  - {name: bonjour, when: segment.french, layers: [{fill: "#b3261e"}]}
  - {name: dear, when: let.dear, layers: [{fill: "#2f46dd"}]}
  - {name: last, layers: [{fill: "#eeeeee"}, {fill: "#ffffff", when: segment.french}]}
"""
PATH = "/studio/segments"


def made(folder: Path, written: str) -> Services:
    """A shop with segments, and people by number: each third is rich; of each fifth the language is not known."""
    (folder / "templates" / "hello").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "templates" / "hello" / "creative.yaml").write_text(CREATIVE)
    (folder / "templates" / "segments.yaml").write_text(written)
    services = make_services(Settings(templates=folder / "templates", data=folder / "data", consent="full"))
    asyncio.run(_fill(services))
    return services


async def _fill(services: Services) -> None:
    async with services.storage.recipients.batch() as batch:
        for number in range(40):
            profile = {"id": f"r-{number}", "first_name": f"Ann{number}", "points": 0 if number % 3 else 200 + number}
            language = {"language": "en" if number % 2 else "fr"} if number % 5 else {}
            await batch.put(Recipient(ref_of(f"r-{number}", b"key"), {**profile, **language}))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return made(tmp_path_factory.mktemp("segments"), WRITTEN)


@contextmanager
def counted_once(shop: Services) -> Iterator[TestClient]:
    """A studio in which all were counted."""
    with TestClient(make_studio(shop), "http://127.0.0.1:8100", headers={"accept": "text/html"}) as client:
        assert "Not counted yet." in client.get(PATH, headers=bearer(shop, "viewer")).text
        key = bearer(shop, "viewer")
        answer = client.post(f"{PATH}/count", data={"of": "all"}, headers={**key, **OWN}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, PATH)
        while client.get(PATH, headers=key).headers.get("refresh"):
            pass
        yield client


@pytest.fixture(scope="module")
def studio(shop: Services) -> Iterator[TestClient]:
    """Of the shop that no test may change."""
    with counted_once(shop) as client:
        yield client


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[tuple[TestClient, Services]]:
    """A studio and its shop, for one test that changes who is in it."""
    shop = made(tmp_path, WRITTEN)
    with counted_once(shop) as client:
        yield client, shop


@pytest.fixture
def written(shop: Services) -> Iterator[Path]:
    """The file, which is afterwards as it was."""
    file = shop.settings.templates / "segments.yaml"
    yield file
    file.write_text(WRITTEN)


def page_for(studio: TestClient, shop: Services, role: str = "viewer", language: str = "en") -> str:
    return studio.get(PATH, params={"lang": language}, headers=bearer(shop, role)).text


def cards(page: str) -> dict[str, str]:
    """What is said of each segment, by its name."""
    texts = (
        " ".join(one.text.split())
        for one in read(page.replace("</dt>", "</dt> ")).all("li", lambda found: found.get("class") == "panel")
    )
    return {text.partition(" ")[0]: text for text in texts}


def attempt(studio: TestClient, shop: Services, expression: str, role: str = "publisher", **form: str) -> Response:
    """Tries an expression, and waits until it is counted."""
    data = {"expression": expression, **form}
    answer = studio.post(f"{PATH}/try", data=data, headers={**bearer(shop, role), **OWN}, follow_redirects=False)
    while studio.get(PATH, headers=bearer(shop, role)).headers.get("refresh"):
        pass
    return answer


def tried(page: str) -> str:
    """What is said of the people for whom an expression holds."""
    box = read(page.replace("</dt>", "</dt> ")).all("form", lambda found: found.get("id") == "try")[0].text
    return " ".join(box.split()).rpartition("people. ")[2]


def tries(shop: Services) -> list[str]:
    """The expressions in the audit log, the newest first."""
    entries = asyncio.run(shop.storage.team.entries(1000))
    return [entry.details["expression"] for entry in entries if entry.action == "try-segment"]


def counted(shop: Services) -> SegmentCounts:
    """As `livecontent audience` counts."""
    job = make_count_job(shop.settings, read_segments(shop.settings.templates))
    return asyncio.run(count_segments(job, 0, lambda *_: None))


def test_it_counts_what_livecontent_audience_counts(studio: TestClient, shop: Services) -> None:
    page, counts = page_for(studio, shop, "publisher"), counted(shop)
    assert ", of 40 people." in page
    found = cards(page)
    assert found.keys() == {"rich", "french", "often"}
    for name, text in found.items():
        inside, unknown = counts.inside(name), counts.unknown[name]
        said = f"in it {inside} not known {unknown} not in it {40 - inside - unknown}"
        assert said in text
        for lack, people in counts.lacks_of(name):
            assert f"{lack.name} {people}" in text
    both = counts.together["rich", "french"]
    assert both
    assert f'<b>rich</b> + <b>french</b> <span class="soft">{both}</span>' in page


def test_who_may_not_see_people_sees_rounded_numbers(studio: TestClient, shop: Services) -> None:
    for role in ("viewer", "editor"):
        page = page_for(studio, shop, role)
        assert "Numbers are rounded" in page
        assert '<b>rich</b> + <b>french</b> <span class="soft">fewer than 50</span>' in page
        assert set(re.findall(r'class="(?:in|unsure)" (?:x="0" )?width="([^"]*)"', page)) == {"0"}
        assert "%" not in page.partition("<main")[2]
        for text in cards(page).values():
            assert "in it fewer than 50 not known fewer than 50 not in it fewer than 50" in text
            assert not re.findall(r"Missing most.*?(?:history|language) \d", text)
    assert "Numbers are rounded, and those below 50 are not told, as" not in page_for(studio, shop, "publisher")


def test_it_tells_which_variants_use_a_segment(studio: TestClient, shop: Services) -> None:
    found = cards(page_for(studio, shop))
    assert "Used in hello bonjour, last" in found["french"]
    assert "Used in hello dear" in found["rich"]  # by a value that is worked out
    assert "no creative names it" in found["often"]


def test_people_are_shown_to_who_may_see_them_and_not_when_they_are_erased(alone: tuple[TestClient, Services]) -> None:
    studio, shop = alone
    for role in ("viewer", "editor"):
        assert "Ann" not in page_for(studio, shop, role)
    page = page_for(studio, shop, "publisher")
    named = re.findall(r'person=(r-\d+)"><bdi>Ann', page)
    assert named
    assert all(int(one[2:]) % 3 == 0 for one in re.findall(r"person=(r-\d+)", page.partition("<h2>french")[0]))

    async def erase() -> None:
        async with shop.storage.recipients.batch() as batch:
            await batch.delete([ref_of(named[0], b"key")])

    asyncio.run(erase())
    assert f'person={named[0]}"' not in page_for(studio, shop, "publisher")
    asyncio.run(_fill(shop))
    assert f'person={named[0]}"' not in page_for(studio, shop, "publisher"), "their ref is let go of"


def test_a_rule_that_was_changed_has_no_figures(studio: TestClient, shop: Services, written: Path) -> None:
    written.write_text(WRITTEN.replace("> 100", "> 200"))
    found = cards(page_for(studio, shop))
    assert "Not counted since its rule was written." in found["rich"]
    assert "in it" in found["french"]


def test_what_is_wrong_in_the_file_is_told_with_its_line(studio: TestClient, shop: Services, written: Path) -> None:
    written.write_text("rich: recipient.points >\n<b>x</b>: trait.a\n")
    page = page_for(studio, shop)
    assert "segments.yaml, line 1" in page
    assert "segments.yaml, line 2" in page
    assert "<b>x</b>" not in page
    answer = studio.post(f"{PATH}/count", headers={**bearer(shop, "viewer"), **OWN}, follow_redirects=False)
    assert answer.status_code == 303


def test_where_there_are_none_it_says_what_to_write(studio: TestClient, shop: Services, written: Path) -> None:
    written.unlink()
    page = page_for(studio, shop)
    assert "There are no segments yet." in page
    assert "Il n’y a pas encore de segments." in page_for(studio, shop, language="fr")
    example = page.partition("<pre><code>")[2].partition("</code>")[0]
    written.write_text(unescape(example))
    assert len(read_segments(written.parent)) == 3


def test_an_expression_is_counted_after_it_was_written_into_the_log(studio: TestClient, shop: Services) -> None:
    before = tries(shop)
    answer = attempt(studio, shop, ' recipient.language\r\n== "fr" ')
    assert (answer.status_code, answer.headers["location"]) == (303, PATH), (
        "a page with a fragment would not look again by itself"
    )
    assert tries(shop) == ['recipient.language == "fr"', *before]
    page = page_for(studio, shop, "publisher")
    assert re.search(r"It is valid. Tried .*, on 40 people\.", page)
    assert tried(page).startswith("fewer than 50 in it fewer than 50 not known fewer than 50 not in it fewer than 50")
    assert "Missing most recipient.language fewer than 50" in tried(page)
    assert "recipient.language\n== " not in page
    assert 'recipient.language == "fr"</textarea>' in unescape(page)
    assert ", of 40 people." in page, "the segments of the file are as they were counted"
    assert "a essayé un segment" in studio.get("/studio/settings?lang=fr", headers=bearer(shop, "admin")).text


@pytest.mark.parametrize(
    ("expression", "column", "why"),
    [
        ("recipient.points >", 19, "something is missing"),
        ("recipient.points > 3 && royal.x", 25, "royal"),
        ("recipient.points = 3", 18, "write =="),
        ("", 1, "something is missing"),
        ("weather.condition == 'rain'", 1, "weather"),
        ("'" + "x" * 2000 + "' == recipient.city", 1, "at most 2000 characters"),
    ],
)
def test_what_is_wrong_in_an_expression_is_told_with_its_column(
    studio: TestClient, shop: Services, expression: str, column: int, why: str
) -> None:
    before = tries(shop)
    answer = attempt(studio, shop, expression)
    assert answer.status_code == 422
    assert f"<b>Column {column}:</b>" in answer.text
    assert why in answer.text
    assert f"{expression}</textarea>" in unescape(answer.text)
    assert tries(shop) == before
    again = studio.get(answer.url, headers=bearer(shop, "publisher"))  # in another language
    assert (again.status_code, "refresh" in again.headers) == (200, False)


def test_who_may_not_see_people_has_no_box_and_may_not_try(studio: TestClient, shop: Services) -> None:
    attempt(studio, shop, "recipient.points > 5")
    before = tries(shop)
    for role in ("viewer", "editor"):
        assert attempt(studio, shop, "recipient.points > 7", role).status_code == 403
        page = page_for(studio, shop, role)
        assert 'id="try"' not in page
        assert "points &gt; 5" not in page
    assert tries(shop) == before


def test_what_can_not_be_written_into_the_log_is_not_counted(
    studio: TestClient, shop: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise StorageError("the disk is full")

    key = bearer(shop, "publisher")
    monkeypatch.setattr(shop.storage.team, "record", full)
    answer = studio.post(f"{PATH}/try", data={"expression": "recipient.points > 11"}, headers={**key, **OWN})
    assert answer.status_code == 503
    assert "points &gt; 11" not in page_for(studio, shop, "publisher")


def test_one_count_at_a_time_and_who_has_to_wait_is_told(tmp_path: Path) -> None:
    shop = made(tmp_path, WRITTEN)
    with TestClient(make_studio(shop), "http://127.0.0.1:8100", headers={"accept": "text/html"}) as studio:
        (counting,) = (part for part in shop.closing if isinstance(part, SegmentCounting))
        expression, key = "recipient.points > 13", bearer(shop, "publisher")
        first = asyncio.Event()

        async def others(*_: object) -> None:
            await first.wait()

        async def begin() -> None:
            counting._task = asyncio.create_task(others())  # a count that goes on

        studio.portal.call(begin)  # type: ignore[union-attr]
        answer = studio.post(f"{PATH}/try", data={"expression": expression}, headers={**key, **OWN})
        assert answer.status_code == 409
        assert "Something else is being counted." in answer.text
        assert f"{expression}</textarea>" in unescape(answer.text), "what was written is not lost"
        assert "refresh" not in answer.headers
        assert tries(shop) == []
        studio.portal.call(first.set)  # type: ignore[union-attr]
        attempt(studio, shop, expression)
        assert tries(shop) == [expression]


def test_where_there_is_nobody_it_says_so(tmp_path: Path) -> None:
    shop = made(tmp_path, WRITTEN)

    async def empty() -> None:
        async with shop.storage.recipients.batch() as batch:
            await batch.delete([ref_of(f"r-{number}", b"key") for number in range(40)])

    asyncio.run(empty())
    with TestClient(make_studio(shop), "http://127.0.0.1:8100", headers={"accept": "text/html"}) as studio:
        assert "It is valid. There are no recipients" in attempt(studio, shop, "recipient.points > 13").text
        assert tries(shop) == []


def test_a_server_that_stops_ends_its_count(tmp_path: Path) -> None:
    shop = made(tmp_path, WRITTEN)
    before = set(multiprocessing.active_children())
    make_studio(shop)
    (counting,) = shop.closing
    assert isinstance(counting, SegmentCounting)

    async def stopped_meanwhile() -> None:
        await shop.start()
        await counting.ask(read_segments(shop.settings.templates), None, 40, 0.01)  # others go on meanwhile
        assert len(set(multiprocessing.active_children()) - before) == 1
        assert counting.running
        await shop.aclose()
        assert (counting.running, counting.last) == (False, None)
        assert set(multiprocessing.active_children()) == before

    asyncio.run(stopped_meanwhile())


def test_of_many_a_sample_is_counted_and_that_is_said(alone: tuple[TestClient, Services]) -> None:
    studio, shop = alone
    (shop.settings.templates / "segments.yaml").write_text(f"{WRITTEN}all: recipient.points >= 0\n")

    async def fill() -> None:
        async with shop.storage.recipients.batch() as batch:
            for number in range(SAMPLE):
                await batch.put(Recipient(ref_of(f"m-{number}", b"key"), {"id": f"m-{number}", "points": 50}))

    asyncio.run(fill())
    key = bearer(shop, "publisher")
    assert "Count all 10,040</button>" in page_for(studio, shop)
    studio.post(f"{PATH}/count", data={"of": "sample"}, headers={**key, **OWN})
    page = page_for(studio, shop)
    while "Counting" in page:
        page = page_for(studio, shop)
    assert ", of 10,000 people looked at; there were 10,040." in page
    assert "in it 10,000 not known 0 not in it 0" in cards(page_for(studio, shop, "publisher"))["all"]
    assert "in it 10,000 not known fewer than 50 not in it fewer than 50" in cards(page)["all"]
    french = cards(page_for(studio, shop, language="fr"))["all"]
    assert "dedans 10 000 inconnu moins de 50 dehors moins de 50" in " ".join(french.split())

    attempt(studio, shop, "recipient.points == 50")
    assert "on 10,000 people; there were 10,040." in page_for(studio, shop, "publisher")
    attempt(studio, shop, "recipient.points == 50", of="all")
    page = page_for(studio, shop, "publisher")
    assert "on 10,040 people." in page
    assert tried(page).startswith("10,000 100 % in it 10,000 not known fewer than 50 not in it fewer than 50")

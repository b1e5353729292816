"""The page of one person: what is known, with where it comes from, and all that happened."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from asking import bearer
from reading import read
from starlette.testclient import TestClient

from livecontent.history.messages import MessageReader
from livecontent.services import Services
from livecontent.showings import Decided, Worth
from livecontent.storage.base import ConsentDecision, Send, decide_consent
from livecontent.storage.events import Event
from livecontent.storage.timeline import FILTERS, PAGE

NOW = time.time()
HOSTILE = '"><script>window.hit=1</script>{{7*7}}'
LONG = "Ausführlichstbeschriebener" * 20


@pytest.fixture(scope="module")
def lived(demo: Services) -> Iterator[Services]:
    """Somebody who has done all that people do, and many times."""
    asyncio.run(live(demo))
    return demo


def ref_of(demo: Services, who: str) -> str:
    found = asyncio.run(demo.storage.recipients.find(who))
    assert found
    return found.ref


async def live(demo: Services) -> None:
    storage = demo.storage
    refs = {who: found.ref for who in ("r-0012", "r-0013") if (found := await storage.recipients.find(who))}
    reader = MessageReader("Europe/Paris")

    def told(number: int, ago: float, **raw: Any) -> Any:
        at = datetime.fromtimestamp(NOW - ago, UTC).isoformat()
        return reader.read({"messageId": f"m{number}", "userId": "r-0012", "timestamp": at, **raw}, NOW, refs)

    products = [{"sku": f"u-{number}", "color": "red", "category": "umbrellas"} for number in range(3)]
    done = [
        told(1, 50, type="identify", anonymousId="visitor", traits={"shoe_size": 39, "says": HOSTILE, "long": LONG}),
        told(2, 40, event="Product Added", properties={"sku": "x-1", "name": HOSTILE}),
        told(3, 30, event="Order Completed", properties={"order_id": "o-1", "total": 89.5, "products": products}),
        told(4, 20, event=HOSTILE),
        told(5, 10, type="alias", previousId="r-0013"),
        told(6, 9, event="store_visited", properties={"store_id": "lille"}),
        told(7, 8, event="Ticket Opened", properties={"ticket_id": "t", "subject": LONG}),
        *(told(100 + n, 9_000 + n, event="Product Viewed", properties={"sku": "u-7"}) for n in range(4990)),
    ]
    for start in range(0, len(done), 1000):
        await storage.history.put(done[start : start + 1000])
    ref, worth = refs["r-0012"], Worth(1, 0.21, 0.5)
    silent = Decided("news", silence="threshold", worth=worth, learned=7)
    opened = [
        Event("shown", NOW - 5, "today", ref, "v", "nothing-to-say", "silent", who="human", send="news", choice=silent),
        Event("shown", NOW - 4, "today", ref, "v", "boots-for-rain", "live", client="apple-mpp", who="machine"),
        Event(
            "clicked", NOW - 3, "today", ref, "v", "boots-for-rain", link=f"https://a.example/{HOSTILE}", who="human"
        ),
        *(Event("shown", NOW - 9_000 - n, "umbrella", ref, "v", "rain", "live", who="human") for n in range(5000)),
    ]
    await storage.sends.put(Send("news", NOW - 60, ("today",), "", HOSTILE))
    await storage.events.append(opened)
    await decide_consent([ConsentDecision(ref, "full", NOW - 99_999)], storage)


def lines_of(text: str) -> list[str]:
    """The entries of the timeline, one text for each."""
    return [one.text for one in read(text).all("li") if re.match(r"\s*\d\d:\d\d", one.text)]


def page_of(client: TestClient, who: str = "r-0012", **query: str) -> str:
    answer = client.get("/studio/people", params={"person": who, **query})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.usefixtures("lived")
def test_all_that_happened_is_told_from_the_newest(client: TestClient) -> None:
    lines = lines_of(page_of(client))
    assert len(lines) == PAGE
    for number, said in enumerate(("Clicked today: boots-for-rain", "Fetched ahead", "nothing was said")):
        assert said in lines[number]
    assert "below the threshold" in lines[2]
    assert "rank 1, score 0.21" in lines[2]
    for said in ("Opened a ticket", "Was in the store lille", "linked to another", "Ordered", "89.5", "shoe_size: 39"):
        assert any(said in line for line in lines), said
    assert any("Email sent" in line for line in lines)


@pytest.mark.usefixtures("lived")
def test_who_they_are_is_told_with_where_it_comes_from(client: TestClient, demo: Services) -> None:
    text = page_of(client)
    assert "From the imported file of recipients" in text
    assert "Told by “identify”" in text
    assert "linked since" in text
    assert "r-0013" in text
    assert "Orders in a year: 1, 89.50 in all." in text
    assert "Open tickets: 1" in text
    assert page_of(client, ref_of(demo, "r-0012")).count("shoe_size") == page_of(client).count("shoe_size")


@pytest.mark.usefixtures("lived")
def test_a_page_goes_on_where_the_one_before_ended_and_shows_one_kind(client: TestClient) -> None:
    seen: list[str] = []
    address = "/studio/people?person=r-0012&only=told#timeline"
    assert len(lines_of(client.get(address).text)) == 2
    page = page_of(client)
    for _ in range(3):
        seen += lines_of(page)
        older = next(one.attributes["href"] for one in read(page).all("a") if one.text.strip() == "Older")
        page = client.get(older).text
    assert len(seen) == 3 * PAGE
    assert "Nothing before that" in page_of(client, before="5.0,e,1")
    for only in FILTERS:
        assert page_of(client, only=only)


@pytest.mark.usefixtures("lived")
def test_who_has_done_ten_thousand_things_is_shown_at_once(client: TestClient) -> None:
    page_of(client)
    spent = []
    for only in ("", "silent", "shop"):
        begun = time.process_time()
        page_of(client, only=only)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.3  # other work of the process is in it


@pytest.mark.usefixtures("lived")
def test_what_messages_say_is_text_and_never_markup(client: TestClient) -> None:
    for only in ("", *FILTERS):
        text = page_of(client, only=only)
        assert "<script>window" not in text
        assert "{{7*7}}" in text or only in ("silent", "shown")


def test_who_looks_somebody_up_is_written_once_an_hour_by_ref(client: TestClient, demo: Services) -> None:
    key = bearer(demo, "publisher")
    for _ in range(3):
        client.get("/studio/people", params={"person": "r-0020"}, headers=key)
    log = [json.loads(line) for line in client.get("/studio/settings/audit.jsonl").text.splitlines()]
    looks = [one for one in log if one["action"] == "person.look" and one["who"] == "The publisher"]
    assert [one["person"] for one in looks] == [ref_of(demo, "r-0020")]
    assert ref_of(demo, "r-0020") in client.get("/studio/settings").text


def test_of_who_does_not_consent_nobody_is_named_in_the_log_and_the_page_says_why(
    client: TestClient, demo: Services
) -> None:
    for who, state, said in (("r-0030", "no-record", "not agreed to being recorded"), ("r-0031", "none", "nothing")):
        asyncio.run(decide_consent([ConsentDecision(ref_of(demo, who), state, NOW)], demo.storage))
        assert said in page_of(client, who)
        assert ref_of(demo, who) not in client.get("/studio/settings/audit.jsonl").text
    assert "The store" not in page_of(client, "r-0031")
    assert "Why" not in page_of(client, "r-0030")


def test_where_nothing_has_happened_the_page_says_so(client: TestClient) -> None:
    text = page_of(client, "r-0040")
    assert "Nothing has happened yet" in text
    assert "No shop, till or app has told anything" in text

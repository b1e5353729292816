"""Caps over HTTP: what people saw is counted once for each send, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from own_shop import BROWSER, MACHINES, OwnShop, ask
from starlette.testclient import TestClient

from blocking import wait_for
from livecontent.decide import Circumstances
from livecontent.facts import Consent, Opening
from livecontent.history.messages import Message
from livecontent.showings import Decided
from livecontent.storage.base import ConsentDecision, Send, decide_consent
from livecontent.storage.events import Event
from livecontent.storage.person import forget_people
from told import until

OFFER = """
title: An offer
size: 60x30
scale: 1
format: png
alt: An offer
link: https://shop.example/
variants:
  - name: boots
    when: recipient.points >= 0
    rank: 2
    score: recipient.points / 1000.0
    cap: {times: 2, per: 7 days}
    link: https://shop.example/boots
    layers: [{fill: "#b3122f"}]
  - name: nothing
    collapse: true
"""
REF = "a" * 26


class Shop(OwnShop):
    """With nine sends, and somebody with points who consents."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, offer=OFFER)
        at = (datetime.now(UTC) - timedelta(days=1)).timestamp()
        for number in range(9):
            self.storage.sends.put(Send(f"n-{number}", at))
        self.add("a", "full", points=500)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    wait_for(made.parts.storage.close())


def sees(client: TestClient, send: int, ref: str = REF, agent: str = BROWSER, method: str = "GET") -> str:
    """What the image of an email is, by its size."""
    found = ask(client, f"/i/offer/{ref}.png?s=n-{send}", agent, method)
    return "boots" if int(found.headers["content-length"]) > 80 else "nothing"


def test_a_cap_counts_sends_that_were_seen_and_is_never_exceeded(client: TestClient) -> None:
    assert [sees(client, send) for send in (0, 0, 0, 1, 1)] == ["boots"] * 5, "a send counts once"
    assert [sees(client, send) for send in (2, 3)] == ["nothing"] * 2
    assert [sees(client, send) for send in (0, 1)] == ["boots"] * 2, "an email that was seen stays as it was"


def test_prefetches_machines_and_previews_count_for_nothing(shop: Shop, client: TestClient) -> None:
    for send in range(4):
        for agent in MACHINES.values():
            sees(client, send, agent=agent)
        ask(client, f"/i/offer/{REF}.png?s=n-{send}", **{"sec-purpose": "prefetch"})
        sees(client, send, method="HEAD")
    assert shop.storage.showings.of_person(REF) == []
    assert sees(client, 5) == "boots"


def test_a_prefetch_shows_nothing_that_is_limited(client: TestClient) -> None:
    """It may be read when the cap is reached."""
    assert sees(client, 0, agent=MACHINES["apple-mpp"]) == "nothing"


@pytest.mark.parametrize("consent", ["no-record", "none"])
def test_who_is_not_counted_sees_nothing_that_is_limited(shop: Shop, client: TestClient, consent: Consent) -> None:
    shop.add("b", consent, points=500)
    assert [sees(client, send, "b" * 26) for send in range(3)] == ["nothing"] * 3
    assert shop.storage.showings.of_person("b" * 26) == []


@pytest.mark.parametrize("forgotten", [True, False])
def test_withdrawn_or_forgotten_nothing_is_left(
    shop: Shop, client: TestClient, tmp_path: Path, *, forgotten: bool
) -> None:
    sees(client, 0)
    until(lambda: shop.storage.showings.of_person(REF))
    storage = shop.parts.storage
    withdrawn = ConsentDecision(REF, "no-record", 2.0)
    wait_for(forget_people([REF], storage) if forgotten else decide_consent([withdrawn], storage))
    assert shop.storage.showings.of_person(REF) == []
    assert not any(REF.encode() in file.read_bytes() for file in (tmp_path / "data").glob("showings.db*"))
    sees(client, 1)
    until(lambda: not shop.parts.recorder.waiting)
    assert shop.storage.showings.of_person(REF) == []


def test_a_cap_holds_whichever_name_a_person_comes_under(shop: Shop, client: TestClient) -> None:
    visitor, now = "~" + "0" * 32, datetime.now(UTC).timestamp()
    shop.storage.consents.put([ConsentDecision(visitor, "full", 1.0)])
    shop.storage.history.put([Message(b"1" * 16, "identify", "", REF, (visitor,), now, 0, {}, "{}")])
    for send in ("n-7", "n-8"):
        choice = Decided(send, "", counts=True)
        shown = Event("shown", now, "offer", visitor, variant="boots", who="human", send=send, choice=choice)
        shop.storage.events.append([shown])
    assert sees(client, 0) == "nothing"
    assert sees(client, 7) == "boots", "it was seen in this email"


OTHERS = ["0" * 26, "~" + "0" * 32, "z" * 26]  # before and after it in any order


def alias(shop: Shop, *refs: str) -> None:
    """From now on they are one person."""
    for ref in refs:
        shop.storage.consents.put([ConsentDecision(ref, "full", 1.0)])
    linked = [
        Message(b"%16d" % number, "identify", "", REF, (ref,), 1.8e9, 0, {}, "{}") for number, ref in enumerate(refs)
    ]
    shop.storage.history.put(linked)


def shown(ref: str, send: str, at: float) -> Event:
    choice = Decided(send, "", counts=True)
    return Event("shown", at, "offer", ref, variant="boots", who="human", send=send, choice=choice)


def opened(shop: Shop, ref: str, at: float) -> Circumstances:
    person = shop.storage.people.look_up(ref)
    opening = Opening("offer", ref, at=datetime.fromtimestamp(at, UTC), person=person)
    return shop.parts.kit.deciding.circumstances(opening)


@pytest.mark.parametrize("other", OTHERS)
def test_a_new_name_changes_no_draw(shop: Shop, other: str) -> None:
    """Else half of those who are held out would be spoken to."""
    now = datetime.now(UTC).timestamp()
    shop.storage.events.append([shown(REF, "n-1", now)])
    assert opened(shop, REF, now).person == REF
    alias(shop, other)
    assert [opened(shop, ref, now).person for ref in (REF, other)] == [REF, REF]
    shop.storage.events.append([shown(other, "n-2", now + 1), shown(REF, "n-3", now + 2)])
    shop.storage.showings.tidy(now + 1.5)
    assert [opened(shop, ref, now).person for ref in (REF, other)] == [REF, REF], "also when what is old was deleted"
    assert [one.slot for one in shop.storage.showings.of_person(REF)] == ["n-3"]


@pytest.mark.parametrize("other", OTHERS)
def test_what_was_seen_just_now_counts_under_every_name(shop: Shop, other: str) -> None:
    """The recorder has not written it yet."""
    alias(shop, other)
    now = datetime.now(UTC).timestamp()
    shop.parts.recorder.put(shown(REF, "n-1", now))
    assert shop.storage.showings.of_person(REF) == []
    for ref in (REF, other):
        assert [one.slot for one in opened(shop, ref, now).seen] == ["n-1"]
        assert opened(shop, ref, now).person == REF


@pytest.mark.parametrize("ref", [REF, OTHERS[0]])
def test_what_counts_goes_by_the_time_of_the_open_alone(shop: Shop, ref: str) -> None:
    """A preview 14 days ahead says what will be shown then, one of last week what was shown."""
    alias(shop, OTHERS[0])
    now, day = datetime.now(UTC).timestamp(), 86_400
    shop.storage.events.append([shown(REF, "n-1", now - 80 * day), shown(REF, "n-2", now - day)])

    def seen(days: float) -> list[str]:
        return sorted(one.slot for one in opened(shop, ref, now + days * day).seen)

    assert [seen(days) for days in (-90, -2, 0, 9, 14, 88, 90)] == [
        [],
        ["n-1"],
        ["n-1", "n-2"],
        ["n-1", "n-2"],
        ["n-2"],
        ["n-2"],
        [],
    ]


def test_of_two_names_results_count_one_person(shop: Shop) -> None:
    now = datetime.now(UTC).timestamp()
    alias(shop, OTHERS[0])
    shop.storage.events.append([shown(REF, "n-1", now), shown(OTHERS[0], "n-1", now + 1)])
    sums = wait_for(shop.parts.storage.experiments.sums("offer", 0.0, 9, by_open=False))
    assert (sums.opens, sums.people, sums.since) == (2, 1, now)


def test_a_click_is_of_what_was_seen(shop: Shop, client: TestClient) -> None:
    sees(client, 0)
    ask(client, f"/c/offer/{REF}?s=n-0", MACHINES["bot"])
    until(lambda: shop.storage.showings.of_person(REF))
    assert [one.clicked for one in shop.storage.showings.chosen("offer")] == [False]
    ask(client, f"/c/offer/{REF}?s=n-0")
    until(lambda: [one.clicked for one in shop.storage.showings.chosen("offer")] == [True])
    (one,) = shop.storage.showings.chosen("offer")
    assert (one.variant, one.slot, one.silence, one.worth.rank, one.worth.score) == ("boots", "n-0", "", 2, 0.5)

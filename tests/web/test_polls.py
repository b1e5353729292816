"""Polls over HTTP: a vote is a click of a person on an answer; results are facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_shop import AGENTS, CONSENTS, HUMANS, OwnShop, ask, asked_from_home
from starlette.testclient import TestClient

from blocking import wait_for
from livecontent.facts import Client, Opening, Person
from livecontent.pipeline import Answer, answer
from livecontent.services import make_services
from livecontent.storage.person import forget_people
from livecontent.web.opening import now
from nightly import cases

ANSWERS = """
title: Which colour?
size: 200x40
format: png
polls: {colour: {answers: [red, blue]}}
link: "https://shop.example/{{ param.colour }}"
variants:
  - name: button
    layers: [{text: "{{ param.colour }}", font: {family: Inter, size: 12}}]
"""
RESULTS = """
title: What others think
size: 200x40
format: png
variants:
  - name: won
    when: poll.colour.red > poll.colour.blue
    layers: [{text: "Red: {{ poll.colour.share.red | percent }} of {{ poll.colour.total }}", font: {size: 12}}]
  - name: other
    layers: [{text: "red {{ poll.colour.red }}, blue {{ poll.colour.blue }}", prefetched: Vote, font: {size: 12}}]
"""


class Shop(OwnShop):
    """With a poll, and people who consent or not."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, answers=ANSWERS, results=RESULTS)
        for letter, consent in zip("abcd", CONSENTS, strict=True):
            self.add(letter, consent)

    def results(self, client: Client | None = None) -> Answer:
        opening = Opening(
            *("results", "a" * 26, now()),
            client=client or Client("browser", time="live"),
            person=Person("a" * 26, "full", {"id": "a"}),
        )
        found: Answer = wait_for(answer(opening, self.parts.kit))
        return found


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    wait_for(made.parts.storage.close())


def vote(client: TestClient, who: str, colour: str, *more: str, **headers: str) -> str:
    found = ask(client, f"/c/answers/{who * 26}?colour={colour}", *more, **headers)
    return str(found.headers["location"])


def test_a_click_on_an_answer_is_a_vote_and_leads_on(shop: Shop, client: TestClient) -> None:
    assert shop.results().alt == "red 0, blue 0."
    for colour in ("red", "blue"):  # both are in the email, and shown
        ask(client, f"/i/answers/{'a' * 26}.png?colour={colour}")
    assert vote(client, "a", "red") == "https://shop.example/red"
    assert vote(client, "b", "red") == "https://shop.example/red"
    assert vote(client, "c", "blue") == "https://shop.example/blue"
    assert shop.results().alt == "Red: 67% of 3."
    assert vote(client, "a", "blue") == "https://shop.example/blue", "the last answer counts"
    assert shop.results().alt == "red 1, blue 2."


def test_who_looks_at_one_creative_sees_the_answers_of_all(shop: Shop) -> None:
    (shop.settings.templates / "broken").mkdir()
    (shop.settings.templates / "broken" / "creative.yaml").write_text("polls: {colour: {answers: [green]}}")
    shop.parts = make_services(shop.settings, "results")
    assert shop.results().alt == "red 0, blue 0."


def test_what_is_no_vote(shop: Shop, client: TestClient) -> None:
    assert vote(client, "a", "green") == "https://shop.example/"
    for path in (
        f"/i/answers/{'a' * 26}.png?colour=red",
        f"/c/answers/{'a' * 26}",
        f"/c/results/{'a' * 26}?colour=red",
    ):
        ask(client, path)
    vote(client, "a", "red", AGENTS["bot"])
    vote(client, "a", "red", AGENTS["browser"], "HEAD")
    vote(client, "a", "red", **{"sec-purpose": "prefetch"})
    vote(client, "d", "red")  # nothing is known of them, nor whether they are two
    vote(client, "z", "red")  # nor whether there is such a person
    assert shop.storage.votes.polls() == {}


def test_results_are_unknown_on_a_prefetch(shop: Shop, client: TestClient) -> None:
    vote(client, "a", "red")
    for time in ("early", "unsure"):
        found = shop.results(Client("apple-mpp", time=time))
        assert (found.variant, found.alt) == ("other", "Vote.")


def test_of_who_is_forgotten_the_vote_stays(shop: Shop, client: TestClient) -> None:
    vote(client, "a", "red")
    wait_for(forget_people(["a" * 26], shop.parts.storage))
    vote(client, "a", "blue")
    assert shop.storage.votes.polls() == {"colour": {"red": 1}}


asked = st.tuples(
    st.sampled_from("abcdz"),
    st.sampled_from(["red", "blue", "green"]),
    st.sampled_from(sorted(AGENTS)),
    st.sampled_from(["GET", "GET", "HEAD"]),
    st.booleans(),
    st.booleans(),
)


counted = st.tuples(
    *(st.sampled_from("abc"), st.sampled_from(["red", "blue"]), st.sampled_from(sorted(HUMANS))),
    *(st.just("GET"), st.just(value=False), st.booleans()),
)


@settings(max_examples=cases(15, by_night=150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clicks=st.lists(counted | asked, max_size=25))
def test_counts_are_the_last_answers_of_distinct_people(
    tmp_path_factory: pytest.TempPathFactory, clicks: list[Any]
) -> None:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    other = make_services(shop.settings)
    last: dict[str, str] = {}
    with asked_from_home(shop.parts) as one, asked_from_home(other) as two:
        for who, colour, agent, method, prefetch, first in clicks:
            early = {"sec-purpose": "prefetch"} if prefetch else {}
            vote(one if first else two, who, colour, AGENTS[agent], method, **early)
            if agent in HUMANS and not prefetch and method == "GET" and who in "abc" and colour != "green":
                last[who] = colour
        assert shop.storage.votes.counts("colour") == Counter(last.values())
    for parts in (shop.parts, other):
        wait_for(parts.storage.close())

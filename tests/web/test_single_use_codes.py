"""Single-use codes over HTTP: given once, when a person opens or clicks, and told to no machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_shop import AGENTS, BROWSER, CONSENTS, HUMANS, MACHINES, OwnShop, ask, asked_from_home
from starlette.testclient import TestClient

from blocking import wait_for
from livecontent.app import make_app
from livecontent.facts import NOBODY, Client, Consent, Opening, Person, Reason
from livecontent.pipeline import answer
from livecontent.services import make_services
from livecontent.storage.base import ConsentDecision, decide_consent
from livecontent.storage.codes import PoolCount
from livecontent.storage.person import forget_people
from nightly import cases
from told import new_counts, text_of, until, values

COUPON = """
title: Your code
size: 200x40
format: png
link: "https://shop.example/?code={{ code.summer }}"
variants:
  - name: coupon
    layers:
      - {fill: white}
      - {text: "Your code: {{ code.summer }}", prefetched: Click for your code, font: {family: Inter, size: 12}}
"""
ROOT = "https://shop.example/"


class Shop(OwnShop):
    """With a pool of codes."""

    def __init__(self, folder: Path, codes: int = 100) -> None:
        super().__init__(folder, coupon=COUPON)
        if codes:
            self.storage.codes.add("summer", [f"CODE-{number}" for number in range(codes)])

    def code_of(self, ref: str) -> str | None:
        found: str | None = self.storage.codes.find("summer", ref)
        return found


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    wait_for(made.parts.storage.close())


def clicked(client: TestClient, ref: str, agent: str = BROWSER) -> str:
    return str(ask(client, f"/c/coupon/{ref}", agent).headers["location"])


@pytest.mark.parametrize("consent", ["full", "no-record"])
def test_a_person_gets_a_code_at_the_first_open_and_the_click_has_it(
    shop: Shop, client: TestClient, consent: Consent
) -> None:
    ref = shop.add("a", consent)
    first = ask(client, f"/i/coupon/{ref}.png").content
    assert shop.code_of(ref) == "CODE-0"
    assert ask(client, f"/i/coupon/{ref}.png").content == first
    assert clicked(client, ref) == f"{ROOT}?code=CODE-0"
    assert shop.storage.codes.pools() == [PoolCount("summer", 100, 99)]


@pytest.mark.parametrize("consent", ["full", "no-record"])
def test_after_a_prefetch_the_code_is_behind_the_click(shop: Shop, client: TestClient, consent: Consent) -> None:
    ref = shop.add("a", consent)
    early = ask(client, f"/i/coupon/{ref}.png", MACHINES["apple-mpp"]).content
    assert shop.code_of(ref) is None
    assert clicked(client, ref, MACHINES["bot"]) == ROOT, "a machine that follows links is told none"
    assert shop.code_of(ref) is None
    assert clicked(client, ref) == f"{ROOT}?code=CODE-0"
    assert clicked(client, ref, MACHINES["bot"]) == ROOT, "nor the one of somebody else"
    assert ask(client, f"/i/coupon/{ref}.png", MACHINES["apple-mpp"]).content == early


@pytest.mark.parametrize("consent", ["full", "no-record"])
def test_machines_head_prefetches_and_strangers_get_none(shop: Shop, client: TestClient, consent: Consent) -> None:
    ref = shop.add("a", consent)
    for path in (f"/i/coupon/{ref}.png", f"/c/coupon/{ref}"):
        for agent in MACHINES.values():
            ask(client, path, agent)
        ask(client, path, **{"sec-purpose": "prefetch"})
        ask(client, path, method="HEAD")
        ask(client, path.replace(ref, "z" * 26)), ask(client, path.replace(ref, ""))
    assert shop.storage.codes.pools() == [PoolCount("summer", 100, 100)]


def test_who_consents_to_nothing_gets_none(shop: Shop, client: TestClient) -> None:
    ref = shop.add("a", "none")
    ask(client, f"/i/coupon/{ref}.png")
    assert clicked(client, ref) == ROOT
    assert shop.storage.codes.pools() == [PoolCount("summer", 100, 100)]


def test_a_code_stays_with_who_has_it_and_is_lost_to_all_when_they_are_forgotten(
    shop: Shop, client: TestClient
) -> None:
    ref = shop.add("a", "full")
    ask(client, f"/i/coupon/{ref}.png")
    wait_for(decide_consent([ConsentDecision(ref, "none", 2.0)], shop.parts.storage))
    assert clicked(client, ref) == ROOT
    wait_for(decide_consent([ConsentDecision(ref, "full", 3.0)], shop.parts.storage))
    assert clicked(client, ref) == f"{ROOT}?code=CODE-0"
    wait_for(forget_people([ref], shop.parts.storage))
    assert shop.code_of(ref) is None
    other = shop.add("b", "full")
    assert clicked(client, other) == f"{ROOT}?code=CODE-1"
    assert shop.storage.codes.pools() == [PoolCount("summer", 100, 98)]


def test_an_empty_pool_is_unknown_and_a_late_store_too(
    shop: Shop, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = shop.add("a", "full"), shop.add("b", "full")
    codes: Any = shop.parts.storage.codes
    write, gate = codes._together._write, threading.Event()
    codes._together._write = lambda asked: (gate.wait(20), write(asked))[1]
    assert ask(client, f"/i/coupon/{one}.png").elapsed.total_seconds() < 10, "nobody waits longer than the deadline"
    codes._together._write = write
    assert shop.code_of(one) is None
    gate.set()
    while shop.code_of(one) is None:
        time.sleep(0.01)
    assert clicked(client, one) == f"{ROOT}?code=CODE-0", "written late, and theirs"
    for number in range(99):
        wait_for(codes.give("summer", f"{number:026}", 1.0))
    assert clicked(client, two) == clicked(client, two) == ROOT
    assert caplog.text.count("no code is left in pool summer, or there is no such pool: livecontent import") == 1


def test_previews_show_an_example_or_what_they_have_and_give_nothing(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    ref = shop.add("a", "full")
    with asked_from_home(make_services(shop.settings.model_copy(update={"preview": True}))) as client:
        assert clicked(client, ref) == f"{ROOT}?code=EXAMPLE-7F3K"
        assert shop.storage.codes.pools() == [PoolCount("summer", 100, 100)]
        wait_for(shop.parts.storage.codes.give("summer", ref, 1.0))
        assert clicked(client, ref) == f"{ROOT}?code=CODE-0"


def test_metrics_and_the_log_say_what_is_left(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop(tmp_path, codes=0)
    shop.storage.codes.add("summer", ["A", *(f"{number}" for number in range(9))])
    for number in range(9):
        wait_for(shop.parts.storage.codes.give("summer", f"{number:026}", 1.0))
    counts = new_counts(tmp_path / "counts")
    with TestClient(make_app(shop.parts, counts)):
        until(lambda: values(text_of(tmp_path / "counts")).get(("livecontent_codes_left", "summer")) == 1)
    assert "pool summer: 1 of 10 codes left; import more: livecontent import codes FILE --pool summer" in caplog.text


asked = st.tuples(
    st.sampled_from("abcdz"),
    st.sampled_from("ic"),
    st.sampled_from(sorted(AGENTS)),
    st.sampled_from(["GET", "GET", "HEAD"]),
    st.booleans(),
)


@settings(max_examples=cases(15, by_night=150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(asked, max_size=25))
def test_whatever_comes_a_code_is_told_to_people_alone(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, str, str, str, bool]]
) -> None:
    shop = Shop(tmp_path_factory.mktemp("shop"), codes=2)
    refs = {letter: shop.add(letter, state) for letter, state in zip("abcd", CONSENTS, strict=True)} | {"z": "z" * 26}
    having: list[str] = []
    with asked_from_home(shop.parts) as client:
        for who, kind, agent, method, prefetch in actions:
            early = {"sec-purpose": "prefetch"} if prefetch else {}
            found = ask(client, f"/{kind}/coupon/{refs[who]}", AGENTS[agent], method, **early)
            human = agent in HUMANS and not prefetch and method == "GET" and who in "abc"
            if human and who not in having and len(having) < 2:
                having.append(who)
            code = f"CODE-{having.index(who)}" if who in having else None
            assert shop.code_of(refs[who]) == code
            if kind == "c" and (method == "GET" or agent in MACHINES or prefetch):
                assert found.headers["location"] == (f"{ROOT}?code={code}" if human and code else ROOT)
    wait_for(shop.parts.storage.close())


def test_why_there_is_no_code_is_told(shop: Shop) -> None:
    ref = "a" * 26
    known = Opening(
        *("coupon", ref, datetime.now(UTC)),
        client=Client("browser", time="live"),
        person=Person(ref, "full", {"id": "a"}),
        requested=True,
    )

    def told(**changes: Any) -> tuple[Reason, str]:
        fact = wait_for(answer(replace(known, **changes), shop.parts.kit)).moment.value("code")["summer"]
        return fact.reason, fact.note

    assert told() == (Reason.FRESH, "")
    assert told(client=Client(time="early"))[1] == "it is given when a person opens the email, or clicks"
    assert told(person=NOBODY)[1] == "it is given to recipients that are known"

"""Opens teach at which hour somebody reads, once for each send, and nothing else of what they did."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recipient_store_contract import put, recipient

from blocking import Blocking, wait_for
from livecontent.config import Settings
from livecontent.errors import StorageError
from livecontent.facts import Fact, Opening, Reason
from livecontent.history.messages import Message, MessageReader, user_ids, visitor_key
from livecontent.learning.best_hours import BATCH, MARK, MOST, BestHours
from livecontent.services import Services, make_services
from livecontent.sources.gather import Gatherer
from livecontent.sources.habit import Habits, HabitSource
from livecontent.sources.now import NowSource
from livecontent.sources.place.gazetteer import load_gazetteer
from livecontent.sources.place.geoip import GeoIp
from livecontent.sources.place.packed import PackedPlaces
from livecontent.sources.place.source import PlaceSource
from livecontent.sources.recipient import RecipientSource
from livecontent.sources.store.stores import Stores
from livecontent.storage.base import ConsentDecision, Storage, decide_consent
from livecontent.storage.events import Event
from livecontent.storage.person import brief_person, collect_person, forget_people
from livecontent.storage.sqlite.storage import SqliteStorage
from livecontent.storage.timeline import read_timeline

DAY = 86_400.0
MIDNIGHT = 1_795_046_400.0  # Thursday, 19 November 2026, 0:00 in UTC
ANN, KIM = recipient("ann", timezone="Asia/Tokyo"), recipient("kim")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Services]:
    """Ann lives in Tokyo; of Kim nothing is known."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "data").mkdir()
    given_ = Settings(templates=tmp_path / "templates", data=tmp_path / "data", consent="full", timezone="Europe/Paris")
    services = make_services(given_)
    put(Blocking(services.storage.recipients), [ANN, KIM])
    yield services
    wait_for(services.aclose())


def shown(number: int, hour: int, ref: str = ANN.ref, **more: Any) -> Event:
    given_ = {"creative": "today", "variant": "a", "who": "human", "version": "v", "send": f"n-{number}", **more}
    return Event("shown", MIDNIGHT + number * DAY + hour * 3600.0, ref=ref, **given_)


def learn(shop: Services, events: Sequence[Event] = ()) -> None:
    wait_for(shop.storage.events.append(list(events)))
    wait_for(BestHours(shop.storage, shop.kit.gatherer).learn())


def habits(storage: Storage, ref: str = ANN.ref) -> Habits | None:
    opening = Opening("", ref, datetime.fromtimestamp(MIDNIGHT + 40 * DAY, UTC))
    opening = replace(opening, person=wait_for(storage.people.look_up(ref)))
    found = HabitSource(storage.history, Stores(())).ask(opening, {"recipient": Fact(None, Reason.MISSING)})
    assert isinstance(found, Fact)
    return found.value  # type: ignore[no-any-return]


def test_who_reads_at_an_hour_is_known_to_on_their_own_clock(shop: Services) -> None:
    learn(shop, [shown(number, 9) for number in range(6)] + [shown(number, 9, KIM.ref) for number in range(6)])
    ann, kim = habits(shop.storage), habits(shop.storage, KIM.ref)
    assert ann is not None
    assert kim is not None
    assert (ann.best_hour, kim.best_hour) == (18, 10), "Tokyo; else the clock of the settings"
    said = "100% of 6 messages read; what is 180 days old counts half."
    assert list(ann.said()) == [f"Reads messages at 18:00: {said}"]
    said = "100 % de 6 messages lus ; ce qui date de 180 jours compte pour moitié."
    assert list(ann.said("fr")) == [f"Lit ses messages à 18 h : {said}"]


def test_nothing_is_learned_of_what_nobody_read(shop: Services) -> None:
    others: list[dict[str, Any]] = [{"who": "machine"}, {"who": "unknown"}, {"kind": "clicked"}, {"ref": ""}]
    learn(shop, [shown(number, 9)._replace(**other) for number in range(9) for other in others])
    assert habits(shop.storage) is None
    assert wait_for(shop.storage.history.links(ANN.ref))[0].since is None


def test_an_open_is_no_deed(shop: Services) -> None:
    """No fact, no entry and no message beside it: what somebody did is as it was before."""
    learn(shop, [shown(number, 9) for number in range(6)])
    storage = shop.storage
    assert storage.history.history(ANN.ref) is None
    assert storage.history.traits(ANN.ref, {}) is None
    assert [one.history for one in storage.audience.people(["history", "trait"]) if one.ref == ANN.ref] == ["null"]
    assert [one.traits for one in storage.audience.people(["history", "trait"]) if one.ref == ANN.ref] == [None]
    assert len(wait_for(read_timeline(ANN.ref, storage)).entries) == 6
    assert wait_for(brief_person(ANN.ref, storage)).messages == 0
    assert list(wait_for(collect_person(ANN.ref, storage)).messages) == []


@pytest.mark.parametrize("state", ["none", "no-record", "forgotten"])
def test_what_was_learned_goes_with_the_consent(state: Any, shop: Services) -> None:
    learn(shop, [shown(number, 9) for number in range(6)])
    assert habits(shop.storage) is not None
    if state == "forgotten":
        wait_for(forget_people([ANN.ref], shop.storage))
    else:
        wait_for(decide_consent([ConsentDecision(ANN.ref, state, 1.0)], shop.storage))
    learn(shop, [shown(number, 9) for number in range(6, 12)])
    assert habits(shop.storage) is None
    assert shop.storage.history.habits(ANN.ref) is None
    held = shop.settings.data.joinpath("history.db").read_bytes()
    assert ANN.ref.encode() not in held


def test_who_withdraws_while_opens_are_read_teaches_nothing(shop: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for(shop.storage.events.append([shown(number, 9) for number in range(6)]))
    put_ = shop.storage.history.put

    async def late(messages: Sequence[Message]) -> Any:
        await decide_consent([ConsentDecision(ANN.ref, "none", 1.0)], shop.storage)
        return await put_(messages)

    monkeypatch.setattr(shop.storage.history, "put", late)
    learn(shop)
    assert shop.storage.history.habits(ANN.ref) is None


@pytest.mark.parametrize("file", ["recipients", "consents"])
def test_where_profiles_can_not_be_read_hours_are_learned_later(shop: Services, file: str, tmp_path: Path) -> None:
    """Her clock was that of the settings else, and stayed it."""
    path = tmp_path / "data" / ("recipients.db" if file == "recipients" else "consent.db")
    wait_for(shop.storage.events.append([shown(number, 9) for number in range(6)]))
    with apsw.Connection(str(path)) as other:
        other.execute(f"ALTER TABLE {file} RENAME TO elsewhere")
    with pytest.raises(StorageError, match="no such table"):
        learn(shop)
    assert shop.storage.events.done(MARK) == 0
    with apsw.Connection(str(path)) as other:
        other.execute(f"ALTER TABLE elsewhere RENAME TO {file}")
    learn(shop)
    found = habits(shop.storage)
    assert found is not None
    assert found.best_hour == 18


@pytest.mark.parametrize("profile", ["'{\"timezone\":'", "CAST(x'c3' AS TEXT)"])
def test_a_damaged_profile_teaches_no_hour_and_holds_nobody_up(shop: Services, profile: str, tmp_path: Path) -> None:
    with apsw.Connection(str(tmp_path / "data" / "recipients.db")) as other:
        other.execute(f"UPDATE recipients SET profile = {profile} WHERE ref = ?", (KIM.ref,))  # noqa: S608
    learn(shop, [shown(number, 9, ref) for number in range(6) for ref in (KIM.ref, ANN.ref)])
    assert habits(shop.storage) is not None
    assert shop.storage.history.habits(KIM.ref) is None


def test_creatives_learn_while_opens_of_before_are_caught_up_with(shop: Services) -> None:
    """A look takes a bounded number of them, and the next one goes on."""
    whole = 5 * MOST * BATCH // 2
    wait_for(shop.storage.events.append([shown(number, 9, "nobody") for number in range(whole)]))
    marks = [0]
    while marks[-1] < whole:
        wait_for(shop.learning.look())
        marks.append(shop.storage.events.done(MARK))
    assert marks == [0, MOST * BATCH, 2 * MOST * BATCH, whole]


def test_learning_looks_at_opens(shop: Services) -> None:
    wait_for(shop.storage.events.append([shown(number, 9) for number in range(6)]))
    wait_for(shop.learning.look())
    assert habits(shop.storage) is not None


READER = MessageReader("Europe/Paris")
ITEM = st.fixed_dictionaries({"sku": st.just("u-1"), "color": st.sampled_from(["red", "blue"]), "price": st.just(30)})
TOLD = st.one_of(
    st.tuples(st.just("Order Completed"), st.fixed_dictionaries({"products": st.lists(ITEM, max_size=2)})),
    st.tuples(st.just("Store Visited"), st.just({"store_id": "lille"})),
    st.tuples(st.sampled_from(["Product Viewed", "Kettle Boiled"]), st.just({"sku": "u-2"})),
)


@st.composite
def months(draw: st.DrawFn) -> tuple[list[Message], list[Event]]:
    """What Ann did and told, and her opens; each send is opened once, or again and again."""
    messages = []
    for number in range(draw(st.integers(0, 9))):
        name, properties = draw(TOLD)
        at = MIDNIGHT + draw(st.integers(0, 300)) * 3600.0
        who = draw(st.sampled_from([{"userId": "ann"}, {"userId": "ann", "anonymousId": "v"}, {"anonymousId": "v"}]))
        raw = {"messageId": f"m{number}", "event": name, "properties": properties, **who}
        messages.append(READER.read(raw, at, dict.fromkeys(user_ids(raw), ANN.ref)))
    opens = [shown(draw(st.integers(0, 7)), draw(st.integers(8, 11))) for _ in range(draw(st.integers(0, 12)))]
    return messages, opens


VISITOR = visitor_key("v")
CLOCK = Gatherer(
    [RecipientSource(), PlaceSource(load_gazetteer(None, PackedPlaces()), GeoIp(None)), NowSource(None)], 1
)


def known(storage: Storage) -> dict[str, Any]:
    told = storage.history
    return {key: (told.history(key), told.traits(key, {}), told.habits(key)) for key in (ANN.ref, VISITOR)}


@settings(max_examples=25, deadline=None)
@given(month=months(), seed=st.integers(0, 99))
def test_opens_change_the_best_hour_alone(month: tuple[list[Message], list[Event]], seed: int) -> None:
    """Among what Ann did in any order, and read once or twice: all but the hour is as without, and it is of sends."""
    messages, opens = month
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        without, among = SqliteStorage(Path(one), "full"), SqliteStorage(Path(other), "full")
        wait_for(without.history.put(messages))
        steps: list[Message | Event] = [*messages, *opens]
        random.Random(seed).shuffle(steps)
        for step in steps:
            if isinstance(step, Event):
                wait_for(among.events.append([step] * 2))
                wait_for(BestHours(among, CLOCK).learn())
            else:
                wait_for(among.history.put([step]))
        plain, taught = known(without), known(among)
        for storage in (without, among):
            wait_for(storage.close())
    for key, (history, traits, found) in taught.items():
        assert (history, traits, _but_hours(found)) == (*plain[key][:2], _but_hours(plain[key][2]))
    best = (taught[ANN.ref][2] or {"found": {}})["found"].get("best_hour")
    assert (best[2] if best else 0) == len({one.send for one in opens})


def _but_hours(told: dict[str, Any] | None) -> Any:
    """Claims, shares, and of how many; what they weigh is by the time of the last message."""
    found = {name: tuple(one[:3]) for name, one in (told or {"found": {}})["found"].items() if name != "best_hour"}
    return found, {name for name in (told or {"values": {}})["values"] if name != "best_hour"}

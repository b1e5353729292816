"""Somebody who is forgotten is nowhere any more: in no file, queue or cache, and does not come back."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from live_server import HELLO, hello_shop
from starlette.testclient import TestClient

from blocking import Blocking, import_at_once, wait_for
from livecontent import services as wiring
from livecontent.app import make_app
from livecontent.imports.csv_reader import no_progress
from livecontent.links import ref_of
from livecontent.runtime.cache import Cache
from livecontent.services import Services
from livecontent.storage.base import ConsentDecision, Send
from livecontent.storage.person import collect_person, forget_people
from livecontent.storage.sqlite.storage import SqliteStorage

PEOPLE = "id,first_name,city\n" + "".join(f"c{number},Anna{number},Paris\n" for number in range(400))
ZEBULON = "mnemosyne-1,Zebulon,Lille\n"
SECRETS = ("Zebulon", "mnemosyne-1", "192.0.2.1")
PATIENCE = 20.0  # seconds
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setattr(wiring, "FILES_SEEN", 0.05)
    services = hello_shop(tmp_path, consent="full")
    yield services
    wait_for(services.storage.close())


def take_in(storage: Any, key: bytes, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE + ZEBULON)
    import_at_once(tmp_path / "people.csv", storage.recipients, key, {}, no_progress)


def memory() -> str:
    """All that caches hold, whoever has them."""
    gc.unfreeze()  # a server that is warm has its own set aside
    try:
        return "".join(repr(cache._entries) for cache in gc.get_objects() if isinstance(cache, Cache))
    finally:
        gc.freeze()  # and so have the tests


def eventually(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_nothing_of_a_person_is_left_anywhere(shop: Services, tmp_path: Path) -> None:
    data, ref = tmp_path / "data", ref_of("mnemosyne-1", shop.keys.live[0].secret)
    other = SqliteStorage(data, "full")  # of the command
    take_in(Blocking(other), shop.keys.live[0].secret, tmp_path)
    Blocking(other).sends.put(Send("friday", 1.0))
    headers = {"user-agent": BROWSER, "x-forwarded-for": "192.0.2.1"}
    with TestClient(make_app(shop), client=("127.0.0.1", 50000), follow_redirects=False) as client:

        def read() -> None:
            assert client.get(f"/i/hello/{ref}.png?s=friday", headers=headers).status_code == 200

        read()
        clicked = client.get(f"/c/hello/{ref}?s=friday", headers=headers)
        assert clicked.headers["location"] == "https://shop.example/Zebulon"
        eventually(lambda: not shop.recorder.waiting)
        kept = wait_for(collect_person(ref, other))
        assert [event.kind for event in kept.events] == ["shown", "clicked"]
        assert kept.person.last_place is not None
        assert [send.id for send in kept.sends] == ["friday"]
        assert "Zebulon" in memory()

        read()  # may still be in the queue
        wait_for(forget_people([ref], other))
        eventually(lambda: "Zebulon" not in memory())
        eventually(lambda: not shop.recorder.waiting)
        files = {file.name: file.read_bytes() for file in data.rglob("*") if file.is_file()}
        for name, content in files.items():
            assert not [secret for secret in SECRETS if secret.encode() in content], name
            assert ref.encode() not in content or name.startswith("consent.db"), name

        take_in(Blocking(other), shop.keys.live[0].secret, tmp_path)  # the next import of the same file
        read()
        assert client.get(f"/c/hello/{ref}", headers=headers).headers["location"] != "https://shop.example/Zebulon"
        eventually(lambda: not shop.recorder.waiting)
        again = wait_for(collect_person(ref, other))
        assert (again.events, again.person.consent) == ([], "none")
        assert "Zebulon" not in memory()
    wait_for(other.close())


def test_no_picture_of_a_person_is_kept_by_the_studio_or_in_another_width(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "FILES_SEEN", 0.05)
    (tmp_path / "templates" / "wide").mkdir(parents=True)
    (tmp_path / "templates" / "wide" / "creative.yaml").write_text(HELLO.replace("60x20", "300x20"))
    shop = hello_shop(tmp_path, consent="full", demo=True)
    take_in(Blocking(shop.storage), shop.keys.live[0].secret, tmp_path)
    ref = ref_of("mnemosyne-1", shop.keys.live[0].secret)
    with TestClient(make_app(shop, local=True), "http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as client:
        for path in (f"/i/wide/{ref}.png?w=160", "/studio/grid/wide/cells?f.person=mnemosyne-1"):
            assert client.get(path).status_code == 200
        assert all(len(kept) > 0 for kept in shop.pictures)
        assert "Zebulon" in memory()
        wait_for(forget_people([ref], shop.storage))
        eventually(lambda: "Zebulon" not in memory() and not any(map(len, shop.pictures)))


def test_a_decision_of_a_time_to_come_does_not_keep_anybody(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path, "no-record")
    later = time.time() + 1e6
    wait_for(storage.consents.put([ConsentDecision("a" * 26, "full", later)]))
    wait_for(forget_people(["a" * 26], storage))
    assert Blocking(storage).consents.find("a" * 26) == ConsentDecision("a" * 26, "none", later)
    wait_for(storage.close())

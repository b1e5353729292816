"""Who may open the email, from a real store."""

from __future__ import annotations

from pathlib import Path

from blocking import Blocking, wait_for
from livecontent.storage.base import Recipient
from livecontent.storage.sqlite.recipients import SqliteRecipients
from livecontent.studio.pages import wish
from livecontent.studio.pages.wish import FoundPerson


def store_of(file: Path, *profiles: dict[str, object]) -> Blocking:
    store = Blocking(SqliteRecipients(file))
    with store.batch() as batch:
        for number, profile in enumerate(profiles):
            batch.put(Recipient(f"{number:a<26}", profile))
    return store


def find(store: Blocking, person_id: str) -> FoundPerson:
    return wait_for(wish.find(store.store, person_id))


def test_a_person_is_what_the_profile_says_and_nothing_more(tmp_path: Path) -> None:
    store = store_of(tmp_path / "db", {"id": "r-0001", "first_name": "Zoé", "city": 75, "language": None})
    assert find(store, "r-0001") == FoundPerson("r-0001", f"{0:a<26}", "Zoé")
    assert find(store, "r-0001").name == "Zoé"
    assert [person.id for person in wait_for(wish.preview_people(store.store))] == ["r-0001"]


def test_somebody_without_a_name_goes_by_their_id(tmp_path: Path) -> None:
    assert find(store_of(tmp_path / "db", {"id": "r-0010"}), "r-0010").name == "r-0010"


def test_nobody_has_a_ref_that_a_store_knows(tmp_path: Path) -> None:
    store = store_of(tmp_path / "db", {"id": "r-0001"})
    assert find(store, "r-9999") == FoundPerson()
    assert store.get(FoundPerson().ref) is None


def test_a_store_that_can_not_be_read_knows_nobody(tmp_path: Path) -> None:
    store = store_of(tmp_path / "db", {"id": "r-0001"})
    for file in tmp_path.iterdir():
        file.write_bytes(b"no database" * 1000)
    assert find(store, "r-0001") == FoundPerson()
    assert wait_for(wish.search(store.store, "r", 8)) == wait_for(wish.preview_people(store.store)) == []

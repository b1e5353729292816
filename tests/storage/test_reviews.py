"""Comments and approvals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from blocking import Blocking
from livecontent.storage.reviews import Comment, Verdict
from livecontent.storage.sqlite.reviews import SqliteReviews


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Blocking]:
    store = Blocking(SqliteReviews(tmp_path / "reviews.db"))
    yield store
    store.close()


def test_comments_come_back_as_they_were_in_their_order(store: Blocking) -> None:
    second = Comment("b", "one", "v1", 2.0, "Zoé", "Plus grand ?\n👀", "rain", 0.25, 0.5, guest=True)
    first = Comment("a", "one", "v1", 1.0, "Ada", "x")
    for one in (second, first, first._replace(id="c", creative="two")):
        store.comment(one)
    assert store.comments("one") == [first, second]
    assert store.settle("one", "b", done=True)
    assert store.comments("one") == [first, second._replace(done=True)]
    assert not store.settle("two", "b", done=True)


def test_the_last_word_of_somebody_on_a_version_holds(store: Blocking) -> None:
    looked = {"rain": {"f.lang=fr": "abc"}}
    said = Verdict("one", "v1", 1.0, "Ada", "changes", looked, "the price")
    store.judge(said)
    store.judge(said._replace(at=2.0, judgement="approved", note=""))
    store.judge(said._replace(at=3.0, version="v2"))
    store.judge(said._replace(at=4.0, guest=True))  # a name is not a person
    found = store.verdicts("one")
    assert [(one.version, one.judgement, one.guest) for one in found] == [
        ("v1", "approved", False),
        ("v2", "changes", False),
        ("v1", "changes", True),
    ]
    assert found[0].looked == looked

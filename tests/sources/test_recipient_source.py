from datetime import UTC, datetime
from typing import Any

import pytest

from livecontent.facts import Fact, Opening, Person, Reason
from livecontent.sources.recipient import RecipientSource


def told_of(person: Person) -> Fact[Any]:
    return RecipientSource().ask(Opening("umbrella", person.ref, datetime(2026, 11, 21, tzinfo=UTC), person=person), {})


def test_a_known_recipient_is_fresh() -> None:
    profile = {"id": "ann", "first_name": "Ann", "points": 3}
    assert told_of(Person("r" * 26, profile=profile)) == Fact(profile, Reason.FRESH, "recipients")


@pytest.mark.parametrize(
    ("person", "reason", "note"),
    [
        (Person("r" * 26), Reason.MISSING, "unknown recipient"),
        (Person(), Reason.MISSING, "the image address has no ref"),
        (Person(consent="none"), Reason.MISSING, "the recipient has not consented"),
        (Person("r" * 26, problem="the database is locked"), Reason.BROKEN, "the database is locked"),
    ],
)
def test_where_there_is_no_profile_the_note_says_why(person: Person, reason: Reason, note: str) -> None:
    fact = told_of(person)
    assert (fact.value, fact.reason, fact.note) == (None, reason, note)

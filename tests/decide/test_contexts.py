"""A draw in a context: by its weights, else by those of all opens."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, Decision, decide
from livecontent.decide.draws import Draws
from livecontent.facts import Client
from livecontent.showings import Learned
from livecontent.sources.registry import VOCABULARY
from made_creatives import moment_of, valid

CONTEXTS = {"recipient.loyal = true": {"red": 0.9, "blue": 0.1}, "recipient.loyal = ann": {"red": 0.5, "blue": 0.5}}
LEARNED = Learned(5, None, {"red": 0.2, "blue": 0.8}, CONTEXTS)


def creative_of(explore: Any, **keys: Any) -> Creative:
    variants = [{"name": name, "layers": [{"fill": "white"}]} for name in ("red", "blue", "last")]
    return valid({"title": "T", "size": "60x30", "explore": explore, "variants": variants, **keys})


IN_CONTEXT = creative_of({"by": "thompson", "context": "recipient.loyal"})


def decided(loyal: object, number: int = 0, creative: Creative = IN_CONTEXT, time: Any = "live") -> Decision:
    known = Circumstances("today", f"p{number}", "n-1", 1e9, counted=True, learned=LEARNED, draws=Draws(b"key"))
    return decide(creative, moment_of(recipient={"loyal": loyal}, client=Client(time=time)), VOCABULARY, known)


@pytest.mark.parametrize(("loyal", "share"), [(True, 0.9), (False, 0.2), (None, 0.2), (7, 0.2), ("ann", 0.2)])
def test_people_draw_by_the_weights_of_their_context(loyal: object, share: float) -> None:
    drawn = Counter(decided(loyal, n).variant.name for n in range(2000))
    assert drawn["red"] / 2000 == pytest.approx(share, abs=0.04)


def test_the_context_is_counted_with_how_likely_the_draw_was() -> None:
    choice = decided(True).choice(IN_CONTEXT, "n-1")
    assert (choice.context, choice.share, choice.learned) == ("recipient.loyal = true", 0.9, 5)
    assert decided(7).choice(IN_CONTEXT, "n-1").context == ""


def test_a_text_that_may_name_a_person_is_not_kept() -> None:
    assert decided("ann@shop.example").choice(IN_CONTEXT, "n-1").context == ""
    level = creative_of({"by": "thompson", "context": 'recipient.loyal == "gold" ? "gold" : "other"'})
    choice = decided("ann@shop.example", creative=level).choice(level, "n-1")
    assert choice.context.endswith(" = other")


def test_without_a_context_all_is_as_before() -> None:
    plain = creative_of("thompson")
    assert [decided(True, n, plain).variant for n in range(50)] == [decided(7, n).variant for n in range(50)]
    assert plain == creative_of({"by": "thompson"})


@pytest.mark.parametrize(
    ("explore", "problem"),
    [
        ({"by": "thompson", "context": "recipient.points / 3.0 + 1.0"}, ""),
        ({"by": "thompson", "context": "size(recipient.id)"}, "a context has few values"),
        ({"by": "luck"}, "thompson"),
        ({"by": "thompson", "context": "recipent.loyal"}, "recipient"),
    ],
)
def test_what_is_no_context_is_refused(explore: Any, problem: str) -> None:
    if not problem:  # what it comes to is known at the open only
        assert creative_of(explore).explore
        return
    with pytest.raises(ValidationError, match=problem):
        creative_of(explore)

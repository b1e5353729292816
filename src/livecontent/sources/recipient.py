"""The fact `recipient`: the profile of who opens the email."""

from collections.abc import Mapping

from livecontent.facts import Fact, Opening, Reason
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, Source
from livecontent.vocabulary import FactType

RECIPIENT = FactType("recipient")


class RecipientSource(Source):
    """Tells `recipient`, at once."""

    fact = RECIPIENT

    def ask(self, opening: Opening, _facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Mapping[str, object]]:
        """The profile, or why there is none."""
        person = opening.person
        if person.profile is not None:
            return Fact(person.profile, Reason.FRESH, "recipients")
        if person.problem:
            return Fact(None, Reason.BROKEN, "recipients", note=person.problem)
        if opening.ref:
            note = "unknown recipient"
        else:
            note = "the recipient has not consented" if person.consent == "none" else "the image address has no ref"
        return Fact(None, Reason.MISSING, "recipients", note=note)

"""What the pages of the demo's shop share: who is there, their words, and the guide at the top."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from livecontent.history.messages import Message
from livecontent.studio.pages.catalogue import Catalogue
from livecontent.studio.pages.wish import FIRST, UNKNOWN, FoundPerson, find
from livecontent.studio.site import Site

SHOP = "/shop/"
_SHOWN = 6  # events of somebody


class GuideStep(NamedTuple):
    """A step of the story: the name of its words, and where it is."""

    name: str
    address: str


def guide(person: str) -> Sequence[GuideStep]:
    """The story from the first look to the adviser, for a recipient by id."""
    who = urlencode({"as": person})
    return (
        GuideStep("look", f"{SHOP}p/grand-tempete-rouge?{who}"),
        GuideStep("inbox", f"/?{urlencode({'person': person, 'mail': 'story'})}"),
        GuideStep("till", f"{SHOP}till?{who}"),
        GuideStep("mixer", f"{SHOP}mixer?{who}"),
        GuideStep("adviser", f"{SHOP}adviser?{who}"),
    )


class DemoPages:
    """Makes pages for whoever is in the shop."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.parts = site.parts

    async def customers(self) -> list[FoundPerson]:
        """Who has an account: one person of each language."""
        known = [await find(self.parts.storage.recipients, FIRST[language]) for language in FIRST]
        return [one for one in known if one.id != UNKNOWN]

    def first(self, words: Catalogue, customers: Sequence[FoundPerson]) -> FoundPerson:
        """Whom the story is of, until somebody else is chosen: who speaks the visitor's language."""
        return next((one for one in customers if one.id == FIRST[words.language]), FoundPerson())

    def page(self, request: Request, template: str, person: FoundPerson, **context: Any) -> Response:
        """A page with the words of the demo."""
        words: Catalogue = context.setdefault("words", self.site.words(request))
        policy: Mapping[str, str] = context.pop("policy", {})
        followed = FIRST[words.language] if person.id == UNKNOWN else person.id
        texts = words.area("demo")
        context |= {"person": person, "unknown": UNKNOWN, "guide": guide(followed), "told": texts["guide"]}
        return self.site.render(request, template, policy=policy, t=texts, **context)

    async def kept(self, person: FoundPerson) -> Sequence[Message]:
        """What was kept of somebody last, the newest first."""
        messages = [one for one in await self.parts.storage.history.of_person(person.ref) if one.kind == "track"]
        return messages[: -_SHOWN - 1 : -1]

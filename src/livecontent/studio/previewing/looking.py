"""Opens images for pages of the studio: by the same line, from the same request, as the public address does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.responses import Response

from livecontent.creative.model import Creative
from livecontent.facts import Opening
from livecontent.links import click_path, image_path
from livecontent.pipeline import Answer, Engine, answer, undrawn_answer
from livecontent.render.compile import CompiledCreative
from livecontent.storage.base import RecipientStore
from livecontent.studio.pages.why import PreviewImage, PreviewParser
from livecontent.studio.pages.wish import UNKNOWN, FoundPerson, find
from livecontent.studio.previewing.state import PreviewState

PATIENCE = 5.0  # seconds for each image: who previews waits longer than a recipient, and sees no fallback instead

# Who asks is the same for all who look, so that a colleague sees the same: a browser at no known address.
_AGENT = b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Blocks(Protocol):
    """Writes what an image says as HTML, for web pages."""

    async def look(self, opening: Opening, kit: Engine, query: str) -> Response:
        """The page of an open; it is neither counted nor recorded."""

    async def font(self, name: str) -> Response:
        """A file of a font that a page names."""


@dataclass(frozen=True, slots=True)
class PreviewLooker:
    """Looks at images as somebody would see them; nothing is recorded, counted or used up."""

    kit: Engine
    reader: PreviewParser
    recipients: RecipientStore

    @classmethod
    def of(cls, kit: Engine, reader: PreviewParser, recipients: RecipientStore) -> "PreviewLooker":
        """One that waits as long as people do."""
        patient = kit.patient(PATIENCE)
        return cls(patient, reader, recipients)

    async def person(self, state: PreviewState) -> FoundPerson:
        """Who opens; somebody whom nobody knows, where none is named or there is no such one."""
        return await find(self.recipients, state.person) if state.person else FoundPerson()

    async def look(
        self, compiled: CompiledCreative, state: PreviewState, person: FoundPerson | None = None, **addresses: str
    ) -> PreviewImage:
        """An image of a creative; `addresses` are those that its page gives it."""
        person = person or await self.person(state)
        opening = await self.opening(compiled.loaded.creative, compiled.loaded.name, state, person)
        found = await answer(opening, self.engine(compiled, state))
        named = {"image": "", "dark": "", "click": click_path(opening.creative, person.ref), "why": "", **addresses}
        return PreviewImage(compiled, opening, found, **named)

    async def undrawn(self, compiled: CompiledCreative, state: PreviewState, person: FoundPerson) -> Answer:
        """What would be decided, without the picture."""
        opening = await self.opening(compiled.loaded.creative, compiled.loaded.name, state, person)
        return await undrawn_answer(opening, self.engine(compiled, state))

    async def opening(self, creative: Creative, name: str, state: PreviewState, person: FoundPerson) -> Opening:
        """The open that the public address of the image would be asked for."""
        query = urlencode(state.image_query()).encode()
        scope = request_for(image_path(name, person.ref, creative.format), query)
        return _speaking(await self.reader.opening(scope), state.lang)

    def engine(self, compiled: CompiledCreative, state: PreviewState) -> Engine:
        """That of the one creative, or of one of its variants."""
        shown = compiled.only(state.variant) if state.variant else compiled
        return replace(self.kit, creatives={compiled.loaded.name: shown})

    async def block(self, compiled: CompiledCreative, state: PreviewState, blocks: Blocks) -> Response:
        """The image as HTML."""
        opening = await self.opening(compiled.loaded.creative, compiled.loaded.name, state, await self.person(state))
        query = urlencode(state.image_query())
        return await blocks.look(opening, self.engine(compiled, state), query)


def request_for(path: str, query: bytes) -> dict[str, Any]:
    """The request of a browser for a path, as an ASGI server would hand it over."""
    headers = [(b"user-agent", _AGENT)]
    return {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": headers, "client": None}


def _speaking(opening: Opening, language: str) -> Opening:
    """The open of somebody who speaks a language."""
    profile: Mapping[str, object] | None = opening.person.profile
    if not language:
        return opening
    if profile is not None:
        return replace(opening, person=opening.person._replace(profile={**profile, "language": language}))
    return replace(opening, client=replace(opening.client, language=language))


def is_known(person: FoundPerson) -> bool:
    """Whether the person is somebody whom the store knows."""
    return person.id != UNKNOWN

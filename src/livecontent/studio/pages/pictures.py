"""The images of the email, for one person and one client, with their addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

from livecontent.creative.context import language_of
from livecontent.facts import Fact, Opening
from livecontent.links import click_path, image_path
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import CompiledCreative

PreviewScope = Mapping[str, Any]


class PreviewParser(Protocol):
    """Reads opens from requests."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the time, with its zone."""

    async def opening(self, scope: PreviewScope) -> Opening:
        """The open that a request asks for, as somebody who previews wants it."""


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """An image as it stands in the email."""

    compiled: CompiledCreative
    answer: Answer
    image: str  # its public address
    click: str  # that of the link around it
    why: str  # that of its explanation

    @property
    def language(self) -> str:
        """The language that it speaks."""
        return language_of(self.compiled.loaded.creative, self.answer.moment)


@dataclass(frozen=True, slots=True)
class Window:
    """Looks at images as whoever asks for the page would be shown them: same headers, same address."""

    kit: Engine
    reader: PreviewParser
    scope: PreviewScope

    async def look(self, compiled: CompiledCreative, ref: str, params: Mapping[str, str]) -> PreviewImage:
        """The image of a creative for a recipient; the parameters are those of its address."""
        creative = compiled.loaded.creative
        name = compiled.loaded.name
        query = f"?{urlencode(params)}" if params else ""
        image = image_path(name, ref, creative.format)
        asked = {**self.scope, "path": image, "query_string": query[1:].encode()}
        found = await answer(await self.reader.opening(asked), self.kit)
        return PreviewImage(
            compiled,
            found,
            f"{image}{query}",
            f"{click_path(name, ref)}{query}",
            f"/studio/explain/{name}/{ref}{query}",
        )


def all_facts(pictures: list[PreviewImage]) -> dict[str, Fact[Any]]:
    """What is known for any of the images."""
    return {name: fact for picture in pictures for name, fact in picture.answer.moment.facts.items()}

"""What the layers of a creative may refer to, and images by their address, as layers look them up."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from babel import Locale, UnknownLocaleError

from livecontent.expressions.unknown import Drawable
from livecontent.runtime.cache import Cache
from livecontent.scene import Face
from livecontent.tiles import TileServer
from livecontent.vocabulary import Vocabulary

_LOCALES = 256


class RemoteFinder(Protocol):
    """Looks images up by their address, in memory."""

    @property
    def stamp(self) -> object:
        """Changes whenever an image may be another than before."""

    def find(self, address: str) -> str | None:
        """The digest of the image at an address, None where it is not there (yet)."""

    def why_not(self, address: str) -> str:
        """Why there is no image at an address."""


class NoRemoteImages:
    """Where nothing is fetched."""

    stamp = None

    def find(self, _address: str) -> str | None:
        """None."""
        return None

    def why_not(self, _address: str) -> str:
        """Nothing is fetched."""
        return "it is not fetched here"


class Tiles(NamedTuple):
    """The tiles of maps: where they come from, if from anywhere, and who finds them."""

    server: TileServer | None = None
    finder: RemoteFinder = NoRemoteImages()


NO_TILES = Tiles()


def is_address(name: str) -> bool:
    """Whether an image is named by its address, not by its file."""
    return name.startswith(("https://", "http://"))


def known_locale(language: str, default: str) -> Locale:
    """The CLDR locale of a language such as fr-CA, else of a default, else English."""
    for name in (language, language.partition("-")[0], default):
        with suppress(ValueError, UnknownLocaleError):
            return Locale.parse(name[:20], sep="-")
    return Locale("en")


@dataclass(frozen=True, slots=True)
class ContentResources:
    """What a creative's layers may refer to: images by file name, icons and facts."""

    images: Mapping[str, str]  # digests of files
    icons: Mapping[str, tuple[str, Face]]  # glyphs
    vocabulary: Vocabulary
    drawable: Drawable  # what fonts draw
    remote: RemoteFinder = NoRemoteImages()  # noqa: RUF009  it holds nothing
    tiles: Tiles = NO_TILES
    locales: Cache[tuple[str, str], Locale] = field(default_factory=lambda: Cache("locales", _LOCALES))

    def locale(self, language: str, default: str) -> Locale:
        """The CLDR locale of a language such as fr-CA, else of a default, else English."""
        key = (language, default)
        return self.locales.get(key) or self.locales.put(key, known_locale(language, default))

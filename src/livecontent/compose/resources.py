"""What the layers of a creative may refer to."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from babel import Locale, UnknownLocaleError

from livecontent.compose.remote import NO_TILES, NoRemoteImages, RemoteFinder, Tiles
from livecontent.expressions.unknown import Drawable
from livecontent.runtime.cache import Cache
from livecontent.scene import Face
from livecontent.vocabulary import Vocabulary

_LOCALES = 256


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

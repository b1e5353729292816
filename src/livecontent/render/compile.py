"""What is done once for a creative, so that an open only does what changed.

A loaded creative becomes, for each variant, its layers ready to be filled in, and a static base: the image of the
layers that are the same for everybody, encoded in segments, and a finished image with default words.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import prod
from typing import Any, Self, get_args

from livecontent.compose.context import ContentContext, LayoutContext
from livecontent.compose.layer import Layer, walk
from livecontent.compose.link import compose_alt
from livecontent.compose.memo import Content, Contents, VariantContent, content_size
from livecontent.compose.resources import NO_TILES, ContentResources, NoRemoteImages, RemoteFinder, Tiles
from livecontent.compose.values import Rect
from livecontent.creative.context import make_context, written_in
from livecontent.creative.lets import with_lets
from livecontent.creative.load import LoadedCreative
from livecontent.creative.model import AvailableAssets, Variant
from livecontent.creative.params import ChoiceParam
from livecontent.creative.stand_in import with_variant_alone
from livecontent.errors import CreativeError, DrawingError, Problem
from livecontent.expressions.rule import RuleFacts
from livecontent.facts import Moment
from livecontent.links import Format
from livecontent.render.film import all_frames, film_of
from livecontent.render.inks import exact_colours
from livecontent.render.paint.images import image_key
from livecontent.render.paint.painter import Painter
from livecontent.render.static_images import StaticImages, StaticLibrary, encoder_of, make_base
from livecontent.runtime.cache import Cache
from livecontent.scene import Box, Picture, Scene
from livecontent.vocabulary import Vocabulary

MOST_PIXELS = 64_000_000  # of all images of a creative
_MEMO_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Workshop:
    """What creatives are compiled with, and opened with afterwards: one for a process."""

    painter: Painter
    statics: StaticLibrary
    layout: LayoutContext  # at scale 1
    memo: Contents
    vocabulary: Vocabulary
    remote: RemoteFinder
    hosts: frozenset[str]  # that images may come from
    tiles: Tiles

    @classmethod
    def of(
        cls,
        painter: Painter,
        vocabulary: Vocabulary,
        remote: RemoteFinder | None = None,
        hosts: Iterable[str] = (),
        tiles: Tiles = NO_TILES,
    ) -> Self:
        """One that remembers nothing yet; without `remote`, images are in the folders of creatives."""
        statics = StaticLibrary(painter.store, painter.fonts)
        memo: Contents = Cache("content", _MEMO_BYTES, content_size)
        layout = LayoutContext(painter.fonts, pictures=painter.images.size)
        return cls(painter, statics, layout, memo, vocabulary, remote or NoRemoteImages(), frozenset(hosts), tiles)

    @property
    def caches(self) -> Sequence[Cache[Any, Any]]:
        """What is kept, to be counted."""
        return self.statics.cache, self.memo, *self.painter.caches

    @property
    def available(self) -> AvailableAssets:
        """What creatives may name."""
        fonts = self.painter.fonts
        return AvailableAssets(fonts.families, frozenset(fonts.icons), self.hosts, fonts.upright, self.tiles.server)


class CompiledVariant:
    """A variant, ready to be opened. Its static images are made when they are first needed."""

    def __init__(self, loaded: LoadedCreative, variant: Variant, resources: ContentResources, shop: Workshop) -> None:
        """Raises `DrawingError` for what can't be laid out."""
        creative = loaded.creative
        self.variant = variant
        name = f"{loaded.name} {loaded.version}"
        self._creative = creative
        self._resources = resources
        self.key = shop.statics.key(loaded.version, variant.name)
        self._statics = shop.statics
        self._painter = shop.painter
        self._layout = shop.layout.at_scale(creative.scale)
        self._size = creative.size_of(variant)
        self._moves = any(layer.stay for layer in walk(creative.layers_of(variant), prefetched=True))
        canvas = Rect(0, 0, *self._size)
        links = creative.links_of(variant)
        self._layers = VariantContent(name, creative.layers_of(variant), links, canvas, shop.memo, turns=creative.turns)
        self._layers.fill_fixed(make_context(creative, Moment({}), resources))

    def content(self, moment: Moment) -> Content:
        """What it says for some facts."""
        language = written_in(self._creative, moment)
        words = self._resources.vocabulary.redact(moment.words) if moment.prefetched else moment.words

        def context() -> ContentContext:
            return make_context(self._creative, moment, self._resources, language)

        stamp = self._resources.remote.stamp if self._layers.foreign else None
        return self._layers.content(words, language, prefetched=moment.prefetched, context=context, stamp=stamp)

    def scene(self, content: Content) -> Scene:
        """Its layout, in device pixels."""
        width, height = self._size
        creative = self._creative
        scene = content.scene(self._layout, width, height, creative.background)
        return scene._replace(film=film_of(scene, creative.loop, creative.max_bytes)) if self._moves else scene

    @cached_property
    def default(self) -> Content:
        """Where nobody is known, nor when the image will be read."""
        live = make_context(self._creative, with_lets(self._creative, Moment({})), self._resources)
        facts = RuleFacts(live.words, prefetched=True, timezone=self._creative.timezone)
        return self._layers.filled(replace(live, facts=facts, live=live))

    @property
    def changing(self) -> Sequence[Layer]:
        """The layers that are not the same for everybody."""
        return [layer for layer, fixed in zip(self._layers.layers, self._layers.fixed, strict=True) if not fixed]

    @property
    def ready(self) -> StaticImages | None:
        """Its static images, where they are in memory."""
        return self._statics.cache.get(self.key)

    def images(self) -> StaticImages:
        """Its static images. Not for the event loop. Raises `DrawingError`."""
        return self._statics.images(self.key, self._still, self._draw)

    @property
    def ready_fallback(self) -> bytes | None:
        """The image with default words, where it is made."""
        return bytes(self.ready.fallback) if self.ready else self._statics.made(self.key, "fallback")

    def fallback(self) -> bytes:
        """The image with default words. Not for the event loop."""
        return bytes(self.images().fallback)

    def _still(self) -> Scene:
        """The nodes that are the same for everybody."""
        scene = self.scene(self.default)
        moving = frozenset(scene.moving)
        return scene._replace(nodes=tuple(node for index, node in enumerate(scene.nodes) if index not in moving))

    def _draw(self) -> StaticImages:
        scene, still, creative = self.scene(self.default), self._still(), self._creative
        ready = self.default.static_below
        whole = self._painter.draw(scene)
        exact = exact_colours(creative.layers_of(self.variant), creative.background)
        seen = all_frames(scene, self._painter) if scene.film else whole
        encoder = encoder_of(creative.format, whole, exact, creative.palette, creative.dpi, seen)
        base = make_base(self.key, creative.format, still, ready, self._painter, encoder)
        return StaticImages(base, encoder.encode(whole))


class CompiledCreative:
    """A creative, ready to be opened."""

    def __init__(self, loaded: LoadedCreative, shop: Workshop) -> None:
        """Raises `CreativeError` where an image or font can't be used."""
        self._statics = shop.statics
        self._painter = shop.painter
        self._fallbacks: dict[Format, bytes] = {}  # as many ask for them when there is no time to draw
        images = _images(loaded, shop.painter)
        fonts = shop.painter.fonts
        drawn = (images, fonts.icons, loaded.vocabulary, fonts.drawable)
        self.resources = ContentResources(*drawn, shop.remote, shop.tiles)
        try:
            variants = [CompiledVariant(loaded, v, self.resources, shop) for v in loaded.creative.variants]
        except DrawingError as error:
            raise CreativeError([Problem(loaded.name, 1, 1, str(error))]) from None
        self.variants: Mapping[str, CompiledVariant] = {one.variant.name: one for one in variants}
        self.loaded = loaded
        self.dark = CompiledCreative(loaded.dark, shop) if loaded.dark else None

    def in_theme(self, params: Mapping[str, str]) -> "CompiledCreative":
        """It as the parameters of an address want it: light or dark."""
        if self.dark is None:
            return self
        theme = self.loaded.creative.params["theme"]
        asked = params.get("theme")
        values: Sequence[str] = theme.values if isinstance(theme, ChoiceParam) else ()
        return self.dark if (asked if asked in values else theme.default) == "dark" else self

    def only(self, variant: str) -> "CompiledCreative":
        """It with one of its variants alone, shown whatever its rule says. Raises `KeyError` for no such variant."""
        one = copy(self)
        one.loaded = with_variant_alone(self.loaded, variant)
        one.dark = self.dark.only(variant) if self.dark else None
        return one

    def alt(self, variant: Variant, moment: Moment, said: Iterable[str]) -> str:
        """What the image of a variant says in words."""
        creative = self.loaded.creative
        return compose_alt(creative.alt_of(variant), said, make_context(creative, moment, self.resources))

    @property
    def keys(self) -> set[str]:
        """The keys of all that is kept of it in files."""
        images = map(image_key, self.resources.images.values())
        variants = [one.key for one in self.variants.values()]
        more = self.dark.keys if self.dark else set()
        own = {*images, *variants, *map(self._key, get_args(Format)), self._statics.checked(self.loaded.version)}
        return own | more

    @property
    def images(self) -> set[str]:
        """The digests of all images that it may show."""
        return {*self.resources.images.values(), *(self.dark.images if self.dark else ())}

    @property
    def was_opened(self) -> bool:
        """Whether static images of any variant are in files."""
        return any(variant.key in self._painter.store for variant in self.variants.values())

    @property
    def _last(self) -> CompiledVariant:
        return self.variants[self.loaded.creative.variants[-1].name]

    def ready_fallback(self, format_: Format) -> bytes | None:
        """Its fallback in a format, where it is made; kept from then on."""
        found = self._fallbacks.get(format_)
        if found is None:
            creative = self.loaded.creative
            if creative.fallback is None and format_ == creative.format:
                found = self._last.ready_fallback
            else:
                found = self._statics.made(self._key(format_), "file")
            if found is not None:
                self._fallbacks[format_] = found
        return found

    def fallback(self, format_: Format) -> bytes:
        """Its fallback file, fitted to its size, else its last variant with default words. Not for the event loop."""
        creative = self.loaded.creative
        if creative.fallback is None and format_ == creative.format:
            return self._last.fallback()
        return self._statics.file(self._key(format_), partial(self._draw_fallback, format_))

    def _key(self, format_: Format) -> str:
        return self._statics.key(self.loaded.version, "fallback", format_)

    def _draw_fallback(self, format_: Format) -> bytes:
        creative, variant = self.loaded.creative, self._last
        scene = variant.scene(variant.default)
        if creative.fallback is not None:
            width, height = creative.size
            scene = scene._replace(width=width * creative.scale, height=height * creative.scale)
            file = self.resources.images[creative.fallback]
            scene = scene._replace(nodes=(Picture(box=Box(0, 0, scene.width, scene.height), asset=file),))
        image = self._painter.draw(scene)
        exact = exact_colours(creative.layers_of(variant.variant), creative.background)
        few = creative.palette and format_ == creative.format
        return encoder_of(format_, image, exact, few, creative.dpi).encode(image)


def _images(loaded: LoadedCreative, painter: Painter) -> Mapping[str, str]:
    """The digests of the creative's images by file name. Raises `CreativeError` that names each one not usable."""
    images: dict[str, str] = {}
    problems: list[Problem] = []
    pixels = 0
    for name, data in loaded.assets.items():
        try:
            images[name] = painter.images.add(data)
            pixels += prod(painter.images.size(images[name]) or ())
        except DrawingError as error:
            problems.append(Problem(f"{loaded.name}/{name}", 1, 1, str(error)))
        if pixels > MOST_PIXELS:  # the others are not looked at: that could take minutes
            message = f"up to this one, the images of the creative have {pixels:,} pixels; {MOST_PIXELS:,} are the most"
            help_ = "save them at the size that they are shown at, or twice that"
            problems.append(Problem(f"{loaded.name}/{name}", 1, 1, message, help_))
            break
    if problems:
        raise CreativeError(problems)
    return images

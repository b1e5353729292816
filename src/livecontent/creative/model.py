"""A creative as people write it: one image slot of an email or page, and the images it can become."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from livecontent.compose.kinds import AnyLayer
from livecontent.compose.kinds.map import MapLayer
from livecontent.compose.layer import Layer, join_else, walk
from livecontent.compose.text.said import RIGHT_TO_LEFT
from livecontent.compose.values import CanvasSize, Duration, Model, Rect, Size
from livecontent.creative.limits import ALL_OFFERS, OF_OFFER, ArmWeight, Caps, Counted, Explore, Share
from livecontent.creative.params import ChoiceParam, Param, Poll, poll_name
from livecontent.creative.written_values import BackgroundColour, CurrencyCode, LanguageName, OffersWanted, VariantName
from livecontent.expressions.one_go import Condition, InOneGo, join_conditions
from livecontent.expressions.rule import Formula, Rule
from livecontent.expressions.score import Score
from livecontent.expressions.template import LocalizedTemplate, Template
from livecontent.expressions.window import HORIZON, lasts
from livecontent.links import Format
from livecontent.runtime.names import known_zone
from livecontent.scene import Colour as Rgba
from livecontent.tiles import MapView, TileServer

_NOT_AT_LAST = OF_OFFER - {"valid_for"} | {"offers"}


class Variant(Model):
    """One of the images a creative can become."""

    name: VariantName
    offers: OffersWanted = ()  # which of the shop's offers it was made of, one for each
    when: Rule | None = None
    from_: Template | None = Field(None, alias="from")  # moments between which it may be chosen
    until: Template | None = None
    valid_for: Duration | None = None  # how long its rule stays true, by the author's word
    rank: Annotated[int, Field(ge=-1000, le=1000)] = 0  # its tier: the highest comes first
    score: Score | None = None  # within a tier
    cap: Caps = ()  # how often somebody may see it
    rest: Counted | None = None  # how long somebody who has seen it does not see it again
    vary: bool = False  # whether it is never shown twice running
    group: VariantName | None = None  # variants of several creatives that a cap counts together
    link: Template | None = None
    alt: LocalizedTemplate | None = None
    size: CanvasSize | None = None  # the creative's, where it says none
    collapse: bool = False  # whether there is nothing to say: one pixel, and the email closes the gap
    layers: Annotated[tuple[AnyLayer, ...], Field(max_length=100)] = ()

    @cached_property
    def limited(self) -> bool:
        """Whether it depends on what somebody has seen."""
        return bool(self.cap or self.rest or self.vary)

    @cached_property
    def scored(self) -> Score | None:
        """Its score, by its own chance of a click."""
        return self.score.of(self.name) if self.score else None

    @model_validator(mode="after")
    def _scored_at_once(self) -> "Variant":
        """Compiled as it is loaded, not at the first open."""
        _ = self.scored
        return self

    @model_validator(mode="after")
    def _something_or_nothing(self) -> "Variant":
        if self.collapse and (self.layers or self.size):
            raise ValueError("a variant with `collapse: true` is one pixel: leave out its layers and size")
        if not self.collapse and not self.layers:
            raise ValueError("a variant has `layers`, or `collapse: true`")
        return self

    @model_validator(mode="after")
    def _else_inside(self) -> "Variant":
        join_else(self.layers)
        return self


class Creative(Model):
    """One image slot. The last variant is always true."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    size: CanvasSize
    scale: Annotated[int, Field(ge=1, le=3)] = 2
    format: Format = "jpg"
    formats: tuple[Format, ...] | None = None  # further ones that an address may ask for
    palette: bool = False
    background: BackgroundColour = Rgba(255, 255, 255)
    language: LanguageName = "en"
    timezone: Annotated[str, AfterValidator(known_zone)] | None = None
    currency: CurrencyCode = "EUR"
    horizon: Duration = HORIZON
    loop: Annotated[int, Field(ge=0, le=100)] = 1  # how often an animation of layers plays; 0: without end
    max_bytes: Annotated[int, Field(ge=10_000, le=10_000_000)] = 600_000  # of such an animation
    link: Template | None = None
    hosts: tuple[str, ...] = ()
    alt: LocalizedTemplate | None = None
    params: Mapping[str, Param] = {}
    polls: Mapping[Annotated[str, AfterValidator(poll_name)], Poll] = {}
    let: Mapping[str, Formula] = {}  # worked out once for an open
    styles: Mapping[str, Mapping[str, object]] = {}
    fallback: str | None = None
    silence: Share | None = None  # of opens with nothing to say, as what there is to say is not good enough
    holdout: Share | None = None  # of people to whom nothing is ever said
    split: Mapping[VariantName, ArmWeight] = {}  # variants that are tried against each other
    explore: Explore | None = None  # whether what is clicked more is shown more
    cap: Caps = ()  # of all variants but the last
    place: Annotated[int, Field(ge=1, le=20)] = 1  # among the images of an email that share a pool of offers
    layers: Annotated[tuple[AnyLayer, ...], Field(max_length=100)] = ()  # over those of each variant
    variants: Annotated[tuple[Variant, ...], Field(min_length=1, max_length=100)]

    @model_validator(mode="before")
    @classmethod
    def _answers_are_params(cls, data: Any) -> Any:
        """The answer that an address names is a parameter with the name of the poll."""
        polls = data.get("polls") if isinstance(data, Mapping) else None
        if not isinstance(polls, Mapping):
            return data
        answers = {name: poll.get("answers") for name, poll in polls.items() if isinstance(poll, Mapping)}
        params = {
            name: {"type": "choice", "values": [str(one) for one in found]}
            for name, found in answers.items()
            if isinstance(found, list | tuple) and found
        }
        return {**data, "params": {**params, **(data.get("params") or {})}}

    @model_validator(mode="before")
    @classmethod
    def _silent_at_last(cls, data: Any) -> Any:
        """Where there may be nothing to say, and no last variant says so, one pixel does."""
        if not isinstance(data, Mapping) or not (data.get("silence") or data.get("holdout")):
            return data
        variants = data.get("variants")
        if not isinstance(variants, list | tuple) or not variants or not isinstance(variants[-1], Mapping):
            return data
        if not variants[-1].keys() & _NOT_AT_LAST:
            return data
        return {**data, "variants": [*variants, {"name": "silent", "collapse": True}]}

    @model_validator(mode="after")
    def _else_inside(self) -> "Creative":
        join_else(self.layers)
        return self

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that texts are written in, where any stands in more than one; the creative's own first."""
        layers = (layer for variant in self.variants for layer in walk(self.layers_of(variant), prefetched=True))
        values = (
            self.alt,
            *(variant.alt for variant in self.variants),
            *(value for layer in layers for _, value in (*layer, *layer.texts())),
        )
        texts = (value for value in values if isinstance(value, LocalizedTemplate))
        found = dict.fromkeys(language for text in texts for language in text.by_language if language)
        return tuple(sorted(found, key=lambda language: language != self.language))

    @cached_property
    def turns(self) -> bool:
        """Whether some readers read from right to left, and others do not."""
        return len({RIGHT_TO_LEFT.match(language) is not None for language in self.languages}) > 1

    def speaks(self, language: str) -> bool:
        """Whether a recipient of this language can be spoken to; a creative of one language formats for everybody."""
        return not self.languages or not {language, language.partition("-")[0]}.isdisjoint(self.languages)

    @cached_property
    def ranked(self) -> tuple[Variant, ...]:
        """All variants but the last by rank, then as declared, where more than rules decides; else none."""
        deciding = self.silence or self.holdout or self.split or self.explore or self.cap or self.pool
        if deciding or any(one.rank or one.score or one.limited or one.group for one in self.variants):
            return tuple(sorted(self.variants[:-1], key=lambda one: -one.rank))
        return ()

    @cached_property
    def by_chance(self) -> tuple[Variant, ...]:
        """The variants that are scored by the chance of a click."""
        return tuple(one for one in self.ranked if one.score and one.score.chances)

    @property
    def learns_clicks(self) -> bool:
        """Whether it decides by how often its variants were clicked."""
        return bool(self.explore or self.by_chance)

    @cached_property
    def together(self) -> Mapping[str, InOneGo]:
        """By name of a variant, what its rule and score are worked out with."""
        plain = (one for one in self.ranked if one.from_ is None and one.until is None)
        return join_conditions(
            [Condition(one.name, (one.rank, self.trusts(one)), one.when, one.scored) for one in plain]
        )

    def trusts(self, variant: Variant) -> bool:
        """Whether a variant, by the author's word, is still true when a prefetched image is read."""
        return lasts(variant.valid_for, self.horizon)

    @cached_property
    def pool(self) -> str:
        """Which offers it shares with other images of an email; "" for none."""
        chosen = {name for one in self.variants for name in one.offers}
        return ALL_OFFERS if ALL_OFFERS in chosen else ", ".join(sorted(chosen))

    @cached_property
    def arms(self) -> Mapping[str, float]:
        """The variants that are drawn from, with their weights."""
        if self.split or not self.explore:
            return self.split
        return {one.name: 1.0 for one in self.variants[:-1]}

    def layers_of(self, variant: Variant) -> tuple[Layer, ...]:
        """The layers of a variant and those that all share, from bottom to top."""
        return () if variant.collapse else (*variant.layers, *self.layers)

    def map_views(self) -> Iterator[MapView]:
        """How much its maps of stores show; one without a box as much as there may be."""
        for variant in self.variants:
            for layer in walk(self.layers_of(variant), prefetched=True):
                if isinstance(layer, MapLayer) and layer.may_show_stores:
                    yield layer.view(*(layer.box or Rect(0, 0, *self.size_of(variant)))[2:])

    def size_of(self, variant: Variant) -> Size:
        """The size of a variant in CSS pixels."""
        return Size(1, 1) if variant.collapse else variant.size or self.size

    @cached_property
    def further_formats(self) -> frozenset[Format]:
        """What an address may ask for besides the creative's own format."""
        usual: tuple[Format, ...] = ("webp",) if self.format in ("jpg", "png") else ()
        return frozenset(usual if self.formats is None else self.formats)

    @cached_property
    def signed_params(self) -> frozenset[str]:
        """The parameters whose values count only in an address that is signed for them."""
        return frozenset(
            name
            for name, param in self.params.items()
            if not isinstance(param, ChoiceParam) and param.signed and not param.values
        )

    @property
    def varies(self) -> bool:
        """Whether not all variants have the same size."""
        return len({self.size_of(variant) for variant in self.variants}) > 1

    @property
    def dpi(self) -> int:
        """The pixels of an inch, as Outlook for Windows goes by them where the HTML tells no size."""
        return 96 * self.scale if self.varies else 96

    def links_of(self, variant: Variant) -> tuple[Template, ...]:
        """The link of a variant, and the creative's, for where a fact of the first is not known."""
        return tuple(link for link in (variant.link, self.link) if link is not None)

    def alt_of(self, variant: Variant) -> LocalizedTemplate | None:
        """The alt text of a variant, else the creative's."""
        return variant.alt or self.alt


Creative.model_rebuild(_types_namespace=Layer.types)


def has_themes(creative: Creative) -> bool:
    """Whether a parameter `theme` can be light or dark, which a reader's screen may ask for."""
    theme = creative.params.get("theme")
    return isinstance(theme, ChoiceParam) and {"light", "dark"} <= set(theme.values)


@dataclass(frozen=True, slots=True)
class AvailableAssets:
    """What a creative may name besides its own files: families of fonts, icons, hosts of images, and tiles.

    Families that are `upright` have no italics.
    """

    families: frozenset[str]
    icons: frozenset[str]
    hosts: frozenset[str] = frozenset()
    upright: frozenset[str] = frozenset()
    tiles: TileServer | None = None  # of maps

"""The ladder: there is always a picture. Its lower steps are made at publish; they need no disk, network or drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import get_args

from PIL import Image

from livecontent.facts import Moment, Need, Reason
from livecontent.links import Format
from livecontent.render.base import encoder_of
from livecontent.render.compile import CompiledCreative
from livecontent.render.encode.tiles import encode


class FallbackLevel(StrEnum):
    """How far down an answer comes from."""

    LIVE = "live"  # every fact it names is known and fresh
    STALE = "stale"  # a fact is past its time
    DEFAULTS = "defaults"  # a fact is not known: default words, or a layer left out
    VARIANT = "variant"  # the variant's picture with default words, made at publish
    STATIC = "static"  # the creative's fallback
    NEUTRAL = "neutral"  # no such creative: one white pixel


def level_of(moment: Moment, needs: Iterable[Need], left_out: Iterable[str]) -> FallbackLevel:
    """The step of a picture drawn from these facts."""
    step = FallbackLevel.LIVE
    for need in needs:
        fact = moment.fact(need)
        if fact is None or not fact.reason.known:
            return FallbackLevel.DEFAULTS
        if fact.reason is Reason.STALE:
            step = FallbackLevel.STALE
    return FallbackLevel.DEFAULTS if any(left_out) else step


class FallbackChain:
    """The steps that are ready-made."""

    def __init__(self) -> None:
        pixel = Image.new("RGB", (1, 1), "white")
        self._neutral: Mapping[Format, bytes] = {
            format_: encode(encoder_of(format_, pixel), pixel) for format_ in get_args(Format)
        }

    def pick(
        self, compiled: CompiledCreative | None, variant: str | None, format_: Format
    ) -> tuple[bytes, FallbackLevel]:
        """The best that is ready: of the variant, where one was chosen, else of the creative, else neutral."""
        if compiled is None:
            return self._neutral[format_], FallbackLevel.NEUTRAL
        if variant and format_ == compiled.loaded.creative.format:
            return compiled.variants[variant].fallback, FallbackLevel.VARIANT
        return compiled.fallback[format_], FallbackLevel.STATIC

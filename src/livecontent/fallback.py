"""The ladder: there is always a picture. Its lower steps are made at publish; they need no disk, network or drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import get_args

from PIL import Image

from livecontent.compile import Compiled
from livecontent.encode.mosaic import encode
from livecontent.facts import Moment, Reason
from livecontent.links import Format
from livecontent.plate import mosaic_of


class Step(StrEnum):
    """How far down an answer comes from."""

    LIVE = "live"  # every fact it names is known and fresh
    STALE = "stale"  # a fact is past its time
    DEFAULTS = "defaults"  # a fact is not known: default words, or a layer left out
    VARIANT = "variant"  # the variant's picture with default words, made at publish
    STATIC = "static"  # the creative's fallback
    NEUTRAL = "neutral"  # no such creative: one white pixel


def step_of(moment: Moment, roots: Iterable[str], left_out: Iterable[str]) -> Step:
    """The step of a picture drawn from these facts."""
    step = Step.LIVE
    for root in roots:
        fact = moment.facts.get(root)
        if fact is None or not fact.reason.known:
            return Step.DEFAULTS
        if fact.reason is Reason.STALE:
            step = Step.STALE
    return Step.DEFAULTS if any(left_out) else step


class Ladder:
    """The steps that are ready-made."""

    def __init__(self) -> None:
        pixel = Image.new("RGB", (1, 1), "white")
        self._neutral: Mapping[Format, bytes] = {
            format_: encode(mosaic_of(format_, pixel), pixel) for format_ in get_args(Format)
        }

    def lower(self, compiled: Compiled | None, variant: str | None, format_: Format) -> tuple[bytes, Step]:
        """The best that is ready: of the variant, where one was chosen, else of the creative, else neutral."""
        if compiled is None:
            return self._neutral[format_], Step.NEUTRAL
        if variant and format_ == compiled.published.creative.format:
            return compiled.casts[variant].fallback, Step.VARIANT
        return compiled.fallback[format_], Step.STATIC

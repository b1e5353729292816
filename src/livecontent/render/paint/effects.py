"""What is done to nodes that were drawn as a picture of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Box, Colour, Group, Modules, Node, Shape, Text

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore


class Bent(NamedTuple):
    """A picture that was bent: one colour and its coverage, or all colours ('RGBA'); and where it stands."""

    ink: ImagingCore | Colour
    box: Box
    mask: ImagingCore | None = None

    @property
    def size(self) -> int:
        """Bytes, about."""
        return self.box.width * self.box.height * (1 if self.mask else 4) + 500


def one_ink(nodes: Iterable[Node], fonts: Fonts) -> Colour | None:
    """The opaque colour that all of some nodes is drawn in, so that coverage is enough; None where there are more."""
    found = set(_inks(nodes, fonts))
    return found.pop() if len(found) == 1 else None


def _inks(nodes: Iterable[Node], fonts: Fonts) -> Iterator[Colour | None]:
    for node in nodes:
        match node:
            case _ if node.shadow:
                yield None
            case Group(effects=None):
                yield from _inks(node.nodes, fonts)
            case Shape(paint=Colour() as ink, stroke=None) | Modules(colour=ink):
                yield ink._replace(alpha=255)
            case Text(colour=ink, stroke=None) if not _has_pictures(node, fonts):
                yield ink._replace(alpha=255)
            case _:
                yield None


def _has_pictures(text: Text, fonts: Fonts) -> bool:
    """Whether there are emoji in it."""
    return any(fonts.mask(*run[:3], run.rtl, 0, run.optical).ink.mode != "L" for run in text.runs)

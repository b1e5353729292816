"""How letters look that stand between tags, as far as it is not how the text around them looks."""

from typing import NamedTuple

from livecontent.scene import Colour

_BOLD, _HEAVY = 700, 900


class Line(NamedTuple):
    """A line through or under letters; None: in the colour of the text."""

    colour: Colour | None


class Look(NamedTuple):
    """What tags say of letters; what they say nothing of is the text's."""

    family: str = ""
    weight: int = 0
    bold: bool = False  # bolder than the text is
    italic: bool = False
    size: float = 0.0  # CSS pixels, before the text is shrunk
    part: float = 1.0  # of the text's size, else
    colour: Colour | None = None
    under: Line | None = None
    through: Line | None = None

    def bolder(self) -> "Look":
        """As `<b>` makes it."""
        return self._replace(weight=bolder(self.weight)) if self.weight else self._replace(bold=True)

    def sized(self, part: float) -> "Look":
        """So many times as large."""
        return self._replace(size=self.size * part) if self.size else self._replace(part=self.part * part)


PLAIN_LOOK = Look()


def bolder(weight: int) -> int:
    """The weight of what is to stand out in a text of a weight."""
    return _BOLD if weight < _BOLD - 100 else _HEAVY

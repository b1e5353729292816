"""How long to measure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Rounds in which all contenders take turns, and the seconds each has in a round."""

    rounds: int = 5
    seconds: float = 4.0
    openings: int = 1_000_000  # of the measurement of memory
    creatives: int = 100  # of the measurement of libraries
    recipients: int = 1_000_000  # of the measurement of commands
    products: int = 100_000  # of the measurement of catalogues
    flood: float = 60.0  # seconds of more opens than can be drawn
    events: int = 1_000_000  # of the measurement of histories
    people: int = 100_000  # of the same

"""What is tried by night alone, in `make nightly`: by day each law is held with fewer cases."""

from __future__ import annotations

from hypothesis import settings

NIGHT = settings.get_current_profile_name() == "nightly"


def cases(by_day: int) -> int:
    """How many examples: ten times as many by night."""
    return by_day * 10 if NIGHT else by_day

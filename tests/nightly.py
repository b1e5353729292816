"""What is tried by night alone, in `make nightly`: by day laws that cost much are held with fewer cases."""

from __future__ import annotations

from hypothesis import settings

NIGHT = settings.get_current_profile_name() == "nightly"


def cases(by_day: int, *, by_night: int) -> int:
    """How many examples: by night as many as of every other law, 1000, but where each makes whole servers."""
    return by_night if NIGHT else by_day

"""From when and until when something is true, at an open and on a prefetch."""

from datetime import datetime, timedelta


def holds_in_window(
    from_: datetime | None, until: datetime | None, at: datetime, *, prefetched: bool, horizon: timedelta
) -> bool | None:
    """Whether a moment lies between two others; on a prefetch, whether it surely will when the image is read.

    A `from` that has passed stays true, one still to come is unknown; an `until` is certain where it is further away
    than the horizon.
    """
    if until is not None and at >= until:
        return False
    if from_ is not None and at < from_:
        return None if prefetched else False
    if prefetched and until is not None and until - at <= horizon:
        return None
    return True

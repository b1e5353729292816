"""From when and until when something is true, at an open and on a prefetch."""

from datetime import datetime, timedelta, tzinfo

HORIZON = timedelta(days=7)  # an image may be read as long after it was fetched


def holds_in_window(
    from_: datetime | None, until: datetime | None, at: datetime, *, prefetched: bool, horizon: timedelta = HORIZON
) -> bool | None:
    """Whether a moment lies between two others; on a prefetch, whether it surely will when the image is read.

    A `from` that has passed stays true, one still to come is unknown; an `until` is certain where it is further away
    than the horizon. All are aware datetimes.
    """
    if until is not None and at >= until:
        return False
    if from_ is not None and at < from_:
        return None if prefetched else False
    if prefetched and until is not None and until - at <= horizon:
        return None
    return True


def lasts(valid_for: timedelta | None) -> bool:
    """Whether, by the author's word, something is still true when a prefetched image is read."""
    return valid_for is not None and valid_for >= HORIZON


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """A moment from ISO 8601 such as 2026-12-24T18:00, in the time zone where it has no offset; None if it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except ValueError:
        return None

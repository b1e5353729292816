"""From when and until when something is true, at an open and on a prefetch."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from livecontent.expressions.calendar import moment_from
from livecontent.expressions.rule import Tested
from livecontent.expressions.template import MissingValueError, Template
from livecontent.expressions.unknown import UNSTEADY

HORIZON = timedelta(days=7)  # an image may be read as long after it was fetched, unless the creative says otherwise


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


def lasts(valid_for: timedelta | None, horizon: timedelta) -> bool:
    """Whether, by the author's word, something is still true when a prefetched image is read."""
    return valid_for is not None and valid_for >= horizon


def read_moment(text: str, zone: tzinfo | None) -> datetime:
    """A moment from ISO 8601, in the time zone where it has no offset. Raises `MissingValueError`."""
    try:
        return moment_from(text, zone)
    except ValueError as error:
        raise MissingValueError(str(error)) from None


def window_test(
    from_: Template | None,
    until: Template | None,
    read: Callable[[Template], datetime],
    at: datetime | None,
    *,
    prefetched: bool,
    horizon: timedelta,
) -> Tested:
    """Whether a moment is between two that are written out; `read` fills one in, or raises `MissingValueError`."""
    try:
        moments = [None if text is None else read(text) for text in (from_, until)]
    except MissingValueError as error:
        return Tested(None, str(error))
    if at is None:
        return Tested(None, "now is not known")
    value = holds_in_window(moments[0], moments[1], at, prefetched=prefetched, horizon=horizon)
    if value is None:
        return Tested(None, UNSTEADY, by_time=True)
    return Tested(value, "" if value else "it is not between its `from` and its `until`")


def both(one: Tested, other: Tested) -> Tested:
    """What two tests are together: false where one is; only time hides it where nothing else hides either."""
    for tested in (one, other):
        if tested.value is False:
            return tested
    unknown = [tested for tested in (one, other) if tested.value is None]
    return unknown[0]._replace(by_time=all(tested.by_time for tested in unknown)) if unknown else one

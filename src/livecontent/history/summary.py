"""What is kept of somebody's sums, as JSON: to go on from, and what an open reads of them."""

from collections.abc import Sequence
from typing import NamedTuple

from livecontent.history.messages import Message
from livecontent.history.plain_json import encode_json
from livecontent.history.sums import Sums, add_message
from livecontent.history.told import habits_in, history_in

LATE = 200  # of somebody's messages at least, among which a late one is put without a look at all of them


Earlier = tuple[int, str]  # sums of all but the last messages, and of how many these are


class Summary(NamedTuple):
    """Sums of `n` messages, `history_in` and `habits_in`; and the earlier sums, where new ones were made."""

    n: int
    sums: str
    history: str
    habits: str
    earlier: Earlier | None


def summarise(sums: Sums, messages: Sequence[Message], late: int = LATE) -> Summary:
    """Adds messages, in the order of their time and all after those in the sums."""
    early = len(messages) - late
    earlier: Earlier | None = None
    for place, message in enumerate(messages):
        if place == early >= late:
            earlier = (sums["n"], encode_json(sums))
        add_message(sums, message)
    return Summary(sums["n"], encode_json(sums), encode_json(history_in(sums)), encode_json(habits_in(sums)), earlier)

"""What is kept of somebody's sums, as JSON: to go on from, and what an open reads of them."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from pydantic_core import to_json

from livecontent.history.messages import Message
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
            earlier = (sums["n"], _written(sums))
        add_message(sums, message)
    return Summary(sums["n"], _written(sums), _written(history_in(sums)), _written(habits_in(sums)), earlier)


def _written(value: object) -> str:
    """In the order that it has: the last is at the end."""
    try:
        return to_json(value).decode()
    except ValueError:  # deeper than it goes
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

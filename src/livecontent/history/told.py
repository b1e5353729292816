"""What an open reads of sums: small, and ready to be told."""

from collections.abc import Mapping
from typing import Any

from livecontent.history.habits import find_habits
from livecontent.history.sums import Sums, weight_at

_YEAR = 366 * 86_400.0
_SEEN, _STORES = 20, 5


def history_in(sums: Sums) -> dict[str, Any]:
    """What somebody has done last, times in seconds since 1970."""
    last = sums["last"][0]
    orders = [one for one in sums["orders"].values() if one[0] > last - _YEAR] or list(sums["orders"].values())[-1:]
    return {
        "at": last,
        "seen": [[sku, *seen] for sku, seen in list(sums["seen"].items())[-_SEEN:]],
        "basket": [[sku, *kept] for sku, kept in sums["basket"].items()],
        "orders": orders,
        "tickets": list(sums["tickets"].values()),
        "visit": sums["visit"],
    }


def habits_in(sums: Sums) -> dict[str, Any]:
    """Habits by name as value, share and count; and the stores, each with how much they go there."""
    found: dict[str, Any] = dict(find_habits(sums))
    if found.pop("stores", None):
        whole = weight_at(sums["last"][0])
        most = sorted(sums["weights"]["stores"].items(), key=lambda one: (-one[1], one[0]))[:_STORES]
        found["stores"] = [{store: weight / whole for store, weight in most}, sums["counts"]["stores"]]
    return found


def traits_in(sums: Sums, rules: Mapping[str, str]) -> dict[str, Any]:
    """What was told of somebody by identify: where that differs, the newest, unless a rule says otherwise."""
    return {name: _settled(trait, rules.get(name, "newest")) for name, trait in sums["traits"].items()}


def _settled(trait: list[Any], rule: str) -> Any:
    newest, told, counts = trait
    if rule == "explicit":
        return newest if told is None else told
    if rule == "most-frequent":  # of several, the one that was told last
        return max(reversed(counts.values()), key=lambda one: one[0])[1]
    return newest

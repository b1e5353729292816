"""What an open reads of sums: small, and ready to be told."""

from collections.abc import Mapping
from typing import Any

from livecontent.history.habits import band_of, find_habits
from livecontent.history.sums import Sums, weight_at

_YEAR = 366 * 86_400.0
_SEEN, _STORES = 20, 5


def history_in(sums: Sums) -> dict[str, Any] | None:
    """What somebody has done last, times in seconds since 1970; None of whom nothing was heard."""
    last = sums["heard"]
    if not last:
        return None
    orders = [one for one in sums["orders"].values() if one[0] > last - _YEAR] or list(sums["orders"].values())[-1:]
    return {
        "at": last,
        "seen": [[sku, *seen] for sku, seen in list(sums["seen"].items())[-_SEEN:]],
        "basket": [[sku, *kept] for sku, kept in sums["basket"].items()],
        "orders": orders,
        "tickets": list(sums["tickets"].values()),
        "visit": sums["visit"],
        **({"own": sums["own"]} if sums["own"] else {}),
    }


def habits_in(sums: Sums) -> dict[str, Any]:
    """Habits by name: the values of those that are claimed, and what all were found of; and the stores they go to.

    All as of the last message, at `at`: what they say later is for the reader to weigh.
    """
    found = find_habits(sums)
    values: dict[str, Any] = {name: habit.value for name, habit in found.items() if habit.value is not None}
    if "price_band" in values:
        values["price_band"] = band_of(values["price_band"])
    if "best_hour" in values:
        values["best_hour"] = int(values["best_hour"])
    values.pop("stores", None)
    of = {name: one for name, one in found.items() if name != "stores"}
    told: dict[str, Any] = {"at": sums["last"][0], "values": values, "found": of}
    if "stores" in found:
        whole = weight_at(sums["last"][0])
        most = sorted(sums["weights"]["stores"].items(), key=lambda one: (-one[1][0], one[0]))[:_STORES]
        weights = {store: (sum_ / whole, squares / whole / whole) for store, (sum_, squares) in most}
        told["stores"] = [weights, sums["counts"]["stores"]]
    return told


def traits_in(traits: Mapping[str, list[Any]], rules: Mapping[str, str]) -> dict[str, Any]:
    """What was told of somebody by identify: where that differs, the newest, unless a rule says otherwise."""
    return {name: _settled(trait, rules.get(name, "newest")) for name, trait in traits.items()}


def _settled(trait: list[Any], rule: str) -> Any:
    newest, told, counts = trait
    if rule == "explicit":
        return newest if told is None else told
    if rule == "most-frequent":  # of several, the one that was told last
        return max(reversed(counts.values()), key=lambda one: one[0])[1]
    return newest

"""Habits: what somebody mostly does, where what they did says so clearly enough; and in one sentence, why.

A habit is claimed only of five and more, and where it is ahead of the next by two standard deviations: of those without
a habit, hardly one in twenty looks as if they had. What is older counts less, and tells less.
"""

from collections.abc import Mapping
from math import sqrt
from types import MappingProxyType
from typing import NamedTuple

from livecontent.history.sums import BANDS, HALF_LIFE, Sums, weight_at

ENOUGH = 5  # of what it is learned of, before a habit is claimed
FAINT = 1.0  # what counts less altogether, one of now being 1, is too old for a habit
_CLEAR = 2.0  # standard deviations
_WEEKEND = 2 / 7  # of the days

HABITS = ("week", "part_of_day", "category", "brand", "colour", "price_band", "channel", "contact", "best_hour")


class Habit(NamedTuple):
    """A habit, or None where there is not enough data: `share` of what counts, `support` of what it is learned of.

    `weight` is how much that counts, one of the time that is asked for being 1.
    """

    value: str | None
    share: float
    support: int
    weight: float


class Weight(NamedTuple):
    """How often something was, the older counting less: the weights of each time, and their squares, summed up."""

    sum: float
    squares: float


def find_habits(sums: Sums) -> dict[str, Habit]:
    """All habits of which something is known, by name."""
    whole = weight_at(sums["last"][0])
    found = {
        name: _claimed(name, {option: Weight(*weight) for option, weight in weights.items()}, sums["counts"][name])
        for name, weights in sums["weights"].items()
    }
    return {name: habit._replace(weight=habit.weight / whole) for name, habit in found.items()}


def _claimed(name: str, weights: Mapping[str, Weight], count: int) -> Habit:
    return _week(weights, count) if name == "week" else claim(weights, count)


def claim(weights: Mapping[str, Weight], count: int) -> Habit:
    """The option that is clearly ahead."""
    ranked = sorted(weights.items(), key=lambda one: (-one[1].sum, one[0]))
    first, most = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else Weight(0.0, 0.0)
    clear = count >= ENOUGH and most.sum - second.sum >= _CLEAR * sqrt(most.squares + second.squares)
    total = sum(one.sum for one in weights.values())
    return Habit(first if clear else None, most.sum / total, count, total)


def _week(weights: Mapping[str, Weight], count: int) -> Habit:
    """Against what chance would give: two days of seven."""
    weekend, total = weights["weekend"].sum if "weekend" in weights else 0.0, sum(one.sum for one in weights.values())
    squares = sum(one.squares for one in weights.values())
    away = (weekend - total * _WEEKEND) / sqrt(squares * _WEEKEND * (1 - _WEEKEND))
    clear = count >= ENOUGH and abs(away) >= _CLEAR
    share = weekend / total
    ahead, share = ("weekend", share) if away > 0 else ("weekday", 1 - share)
    return Habit(ahead if clear else None, share, count, total)


def left_of(then: float, now: float) -> float:
    """How much of a weight is left: half of it after a half-life. Times in seconds since 1970."""
    return float(0.5 ** (max(now - then, 0.0) / (HALF_LIFE * 86_400.0)))


def band_of(option: str) -> str:
    """A band of prices as people read it, such as 25-50."""
    number = int(option)
    if number == 0:
        return f"under {BANDS[0]}"
    return f"{BANDS[number - 1]}-{BANDS[number]}" if number < len(BANDS) else f"from {BANDS[-1]}"


def say_habit(name: str, habit: Habit, language: str = "en") -> str:
    """A habit, or that there is none, in one sentence in English or French."""
    words = _SENTENCES["fr" if language.partition("-")[0] == "fr" else "en"]
    what = words["of"][name].format(count=habit.support)
    if habit.value is None:
        few = words["few" if habit.support < ENOUGH else "old" if habit.weight < FAINT else "mixed"]
        return few[""].format(what=words["what"][name], of=what, enough=ENOUGH)
    value = words["values"].get(habit.value, habit.value)
    if name == "price_band":
        value = band_of(habit.value)
    said = words["said"].get(name, words["said"][""]).format(what=words["what"][name], value=value)
    return words["claim"][""].format(said=said, share=round(habit.share * 100), of=what, days=int(HALF_LIFE))


_Words = Mapping[str, Mapping[str, str]]
_SENTENCES: Mapping[str, _Words] = MappingProxyType(
    {
        "en": {
            "claim": {"": "{said}: {share}% of {of}; what is {days} days old counts half."},
            "few": {"": "{what}: not enough data, {of}; {enough} are needed."},
            "old": {"": "{what}: not enough data, {of}, all too long ago."},
            "mixed": {"": "{what}: not enough data, {of} say nothing clear."},
            "of": {
                "week": "{count} purchases and visits",
                "part_of_day": "{count} purchases and visits",
                "where": "{count} visits and purchases in stores",
                "category": "{count} products bought",
                "brand": "{count} products bought",
                "colour": "{count} products bought",
                "price_band": "{count} products bought",
                "channel": "{count} orders",
                "contact": "{count} replies",
                "best_hour": "{count} messages read",
            },
            "what": {
                "week": "Days",
                "part_of_day": "Time of day",
                "where": "Stores",
                "category": "Category",
                "brand": "Brand",
                "colour": "Colour",
                "price_band": "Price",
                "channel": "Channel",
                "contact": "Contact",
                "best_hour": "Best hour",
            },
            "said": {
                "": "{what}: mostly {value}",
                "week": "Comes mostly {value}",
                "part_of_day": "Comes mostly {value}",
                "where": "Goes to stores {value}",
                "price_band": "Mostly buys at prices of {value}",
                "channel": "Mostly buys {value}",
                "contact": "Mostly answers by {value}",
                "best_hour": "Reads messages at {value}:00",
            },
            "values": {
                "weekend": "at weekends",
                "weekday": "on weekdays",
                "morning": "in the morning",
                "afternoon": "in the afternoon",
                "evening": "in the evening",
                "night": "at night",
                "home": "near home",
                "work": "near work",
                "on_the_way": "on the way between home and work",
                "elsewhere": "far from home and work",
                "store": "in stores",
                "web": "on the web",
            },
        },
        "fr": {
            "claim": {"": "{said} : {share} % de {of} ; ce qui date de {days} jours compte pour moitié."},
            "few": {"": "{what} : données insuffisantes, {of} ; il en faut {enough}."},
            "old": {"": "{what} : données insuffisantes, {of}, mais depuis trop longtemps."},
            "mixed": {"": "{what} : données insuffisantes, {of} sans tendance nette."},
            "of": {
                "week": "{count} achats et visites",
                "part_of_day": "{count} achats et visites",
                "where": "{count} visites et achats en magasin",
                "category": "{count} produits achetés",
                "brand": "{count} produits achetés",
                "colour": "{count} produits achetés",
                "price_band": "{count} produits achetés",
                "channel": "{count} commandes",
                "contact": "{count} réponses",
                "best_hour": "{count} messages lus",
            },
            "what": {
                "week": "Jours",
                "part_of_day": "Moment de la journée",
                "where": "Magasins",
                "category": "Catégorie",
                "brand": "Marque",
                "colour": "Couleur",
                "price_band": "Prix",
                "channel": "Canal d’achat",
                "contact": "Contact",
                "best_hour": "Meilleure heure",
            },
            "said": {
                "": "{what} : surtout {value}",
                "week": "Vient surtout {value}",
                "part_of_day": "Vient surtout {value}",
                "where": "Va en magasin {value}",
                "price_band": "Achète surtout à des prix de {value}",
                "channel": "Achète surtout {value}",
                "contact": "Répond surtout par {value}",
                "best_hour": "Lit ses messages à {value} h",
            },
            "values": {
                "weekend": "le week-end",
                "weekday": "en semaine",
                "morning": "le matin",
                "afternoon": "l’après-midi",
                "evening": "le soir",
                "night": "la nuit",
                "home": "près de chez elle ou lui",
                "work": "près de son travail",
                "on_the_way": "sur le trajet entre domicile et travail",
                "elsewhere": "loin du domicile et du travail",
                "store": "en magasin",
                "web": "sur le site",
            },
        },
    }
)

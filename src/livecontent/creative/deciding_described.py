"""What editors show of the keys that decide between variants: a description, and an example."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_CAP = ("How often somebody may see it in a time, 90 days at most.", {"times": 2, "per": "7 days"})

DECIDING: Mapping[str, tuple[str, Any]] = MappingProxyType(
    {
        "Creative.silence": ("The share of opens that get the last variant: only the best offers speak.", 0.9),
        "Creative.holdout": ("The share of people who always get the last variant, so that the lift is known.", 0.05),
        "Creative.split": (
            "Variants that are tried against each other, with their weights; a person keeps theirs.",
            {"red": 1, "blue": 1},
        ),
        "Creative.explore": ("thompson: what is clicked more is shown more, of split or of all variants.", "thompson"),
        "Exploration.by": ("thompson: the more likely a variant is the best, the more it is shown.", "thompson"),
        "Exploration.context": (
            "CEL that is true or false, or a word: each of its values has weights of its own.",
            "recipient.points > 500",
        ),
        "Creative.cap": _CAP,
        "Creative.place": ("Which of the images of an email that share offers it is: 1 takes the best of them.", 2),
        "Variant.offers": (
            "It is written once for many offers of the shop: all, a tag, a name or a list; fields are offer.title.",
            "all",
        ),
        "Variant.rank": ("Its tier: a variant of a higher rank comes first, whatever the scores.", 2),
        "Variant.score": (
            "A number in CEL: the highest of a rank is shown. click_chance is the learned chance of a click.",
            "click_chance * product['sku-7'].price",
        ),
        "Variant.cap": _CAP,
        "Variant.rest": ("How long somebody who has seen it does not see it again, 90 days at most.", "3 days"),
        "Variant.vary": ("Never twice running to the same person.", True),
        "Variant.group": ("Variants of all creatives with this name are counted together by a cap.", "offers"),
        "Cap.times": ("How many sends it may be seen in.", 2),
        "Cap.per": ("In how long a time.", "7 days"),
        "Cap.over": ("What is counted: variant, creative, all (creatives that count), or the name of a group.", "all"),
        "Creative.polls": (
            "Questions to which a click is an answer; results are poll.colour.red.",
            {"colour": {"answers": ["red", "blue"]}},
        ),
        "Poll.answers": ("The answers. Each is a value of the parameter with the name of the poll.", ["red", "blue"]),
    }
)

OFFER: Mapping[str, tuple[str, Any]] = MappingProxyType(
    {
        "title": ("What it says, as offer.title.", {"en": "Time for shade", "fr": "Vive l’ombre"}),
        "text": ("A line below.", "Parasols that stop 98% of UV rays"),
        "image": ("A picture beside this file, as offer.image; or an address.", "parasol.jpg"),
        "link": ("Where a click goes.", "https://shop.example/parasols"),
    }
)

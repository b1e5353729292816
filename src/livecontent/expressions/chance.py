"""The names of the chance of a click: in a score as it is written, and in that of one variant among others."""

CLICK_CHANCE = "click_chance"  # of the variant that is scored
CLICK_CHANCES = "click_chances"  # of all, by variant: so scores of several are worked out in one go; nobody writes it

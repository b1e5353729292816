"""How people write the name of a place, cut step by step to the name that lists have."""

import re
from collections.abc import Iterator

from livecontent.sources.place.packed import ends_of_names

_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\s*[(（\[].*", ""),  # Halle (Saale)
        (r"\bs/\s*", "sur "),  # Vitry s/Seine
        (r"\s*[/,;|].*", ""),  # Frankfurt/Main; Paris, France
        (r"^(?:[a-z]{1,2}-)?\d{3,6}\s+", ""),  # 75015 Paris
        (r"[\s-]+cedex\b.*", ""),  # Lyon CEDEX 03
        (r"[\s-]+(?:\d{1,5}\.?|\d{1,2}(?:er|e|è|eme|ème|th|st|nd|rd|º)|[ivx]+\.?)(?:\s+arr\w*\.?)?$", ""),  # Lyon 3e
        (r"\s+[ai]\.\s?[a-z]{1,2}\.?$", ""),  # Frankfurt a. M.
        (r"^(?:г|город|м|місто|tp)(?:\.\s*|\s+)", ""),  # г. Москва
        (r"^(?:thành phố|kota|comune di|ville de|ciudad de|stadt|city of|greater)\s+", ""),
        (r"\s+(?:city|town|kommune?|stad)$", ""),  # Taipei City
        (r"-(?:si|shi|gun|ku)$", ""),  # Suwon-si
        (r"^ste[\s.-]+", "Sainte-"),
        (r"^st[\s.-]+", "Saint-"),
    )
)
_DISTRICT = re.compile(r"([^\W\d_]{3,})[-–][^-–]+")


def spellings(name: str) -> Iterator[str]:
    """The name, and what is left of it when it is cut or spelt out, a step at a time."""
    yield name
    yield from ends_of_names(name)
    for pattern, instead in _RULES:
        shorter = pattern.sub(instead, name).strip()
        if shorter and shorter != name:
            name = shorter
            yield name
            yield from ends_of_names(name)


def without_district(name: str) -> str:
    """München of München-Schwabing, "" of what is not written so."""
    found = _DISTRICT.fullmatch(name.strip())
    return found[1] if found else ""

"""Why a product is recommended, in one sentence of the reader's language."""

from collections.abc import Mapping
from types import MappingProxyType

from livecontent.storage.picks import PickReason

_WORDS: Mapping[str, Mapping[PickReason, str]] = MappingProxyType(
    {
        "en": {
            "seen": "You looked at it recently.",
            "together": "Often bought with {name}.",
            "alike": "Much like {name}, at a similar price.",
            "new": "New, and close to {name}.",
        },
        "fr": {
            "seen": "Vous l’avez regardé récemment.",
            "together": "Souvent acheté avec {name}.",
            "alike": "Dans l’esprit de {name}, à un prix proche.",
            "new": "Une nouveauté proche de {name}.",
        },
        "de": {
            "seen": "Das haben Sie sich kürzlich angesehen.",
            "together": "Oft zusammen gekauft mit {name}.",
            "alike": "Ähnlich wie {name}, zu einem ähnlichen Preis.",
            "new": "Neu und ähnlich wie {name}.",
        },
        "es": {
            "seen": "Lo ha visto hace poco.",
            "together": "Se compra a menudo con {name}.",
            "alike": "Parecido a {name}, a un precio similar.",
            "new": "Novedad parecida a {name}.",
        },
        "it": {
            "seen": "L’ha guardato di recente.",
            "together": "Spesso acquistato con {name}.",
            "alike": "Simile a {name}, a un prezzo vicino.",
            "new": "Una novità simile a {name}.",
        },
        "nl": {
            "seen": "U hebt dit onlangs bekeken.",
            "together": "Vaak samen gekocht met {name}.",
            "alike": "Lijkt op {name}, voor een vergelijkbare prijs.",
            "new": "Nieuw en vergelijkbaar met {name}.",
        },
    }
)


def why(reason: PickReason, name: str, language: str) -> str | None:
    """The sentence; `name` is of the product that led to it. None where it can't be said in this language."""
    words = _WORDS.get(language.partition("-")[0])
    if words is None or (not name and reason != "seen"):
        return None
    return words[reason].format(name=name)

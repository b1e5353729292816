"""The fact `recommended`: products for the recipient, the best first, each with one sentence that says why."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from livecontent.config import Settings
from livecontent.errors import StorageError
from livecontent.facts import Fact, Opening, Reason
from livecontent.sources.base import NO_KEYS, FactsByRoot, Keys, SourceDependencies
from livecontent.sources.product.source import PRODUCT, ProductSource
from livecontent.sources.product.told import NAMES, SAMPLE, Viewing, tell
from livecontent.sources.recommended.job import BOUGHT
from livecontent.sources.recommended.model import skus_in
from livecontent.sources.recommended.why import why
from livecontent.storage.picks import Pick, PickStore
from livecontent.storage.products import ProductStore, StoredProduct
from livecontent.vocabulary import FactType

LISTED = 4
_LOOKED_AT = LISTED + 1  # picks, at first

_NAMES: Mapping[str, Any] = {**NAMES, "reason": str, "why": str | None}
_SAMPLE = {**SAMPLE, "reason": "together", "why": "Often bought with Boots."}
RECOMMENDED = FactType(
    "recommended",
    _NAMES,
    [_SAMPLE, _SAMPLE],
    shape="list",
    volatile="all",
    choices={**PRODUCT.choices, "reason": frozenset({"seen", "together", "alike", "new"})},
    extensible=True,
)
_SOURCE = "recommended"


class RecommendedSource(ProductSource):
    """Tells `recommended`, at once where the stores have it at hand."""

    fact = RECOMMENDED

    def __init__(self, picks: PickStore, store: ProductStore, max_age: float, zone: str | None) -> None:
        super().__init__(store, max_age, zone)
        self._picks = picks

    @classmethod
    def make(cls, dependencies: SourceDependencies, /) -> Self:
        """Of the stores of the server."""
        settings = dependencies.settings
        return cls(dependencies.picks, dependencies.products, settings.products.max_age, settings.timezone)

    @classmethod
    def declared(cls, _settings: Settings, /) -> FactType:
        """All of it changes with time: what is sold out is not in it."""
        return cls.fact

    def ask(self, opening: Opening, facts: FactsByRoot, _keys: Keys = NO_KEYS, /) -> Fact[Any] | Awaitable[Fact[Any]]:
        """What was picked for the recipient, without what they have bought since, and what is sold out."""
        profile = facts["recipient"].value
        if not opening.ref or profile is None:
            return Fact(None, Reason.MISSING, _SOURCE, note="the recipient is not known")
        seeing = _Seeing(self._viewing(opening, facts), frozenset(skus_in(profile.get(BOUGHT))))
        try:
            picks = self._picks.of_person(opening.ref)
            return self._listed(picks, seeing) if isinstance(picks, Sequence) else self._picked(picks, seeing)
        except StorageError as error:
            return Fact(None, Reason.BROKEN, _SOURCE, note=str(error))

    async def _picked(self, picks: Awaitable[Sequence[Pick]], seeing: "_Seeing") -> Fact[Any]:
        found = self._listed(await picks, seeing)
        return found if isinstance(found, Fact) else await found

    def _listed(
        self, picks: Sequence[Pick], seeing: "_Seeing", looked_at: int = _LOOKED_AT
    ) -> Fact[Any] | Awaitable[Fact[Any]]:
        """The first picks; more of them where some of the first can't be shown."""
        asked = picks[:looked_at]
        skus = {pick.sku: None for pick in asked} | {pick.behind: None for pick in asked if pick.behind}
        found = self._store.look_up(skus)
        if not isinstance(found, Mapping):
            return self._looked_up(picks, seeing, found, looked_at)
        fact = _told(asked, found, seeing)
        return self._listed(picks, seeing, len(picks)) if _is_short(fact, picks, looked_at) else fact

    async def _looked_up(
        self, picks: Sequence[Pick], seeing: "_Seeing", found: Awaitable[Mapping[str, StoredProduct]], looked_at: int
    ) -> Fact[Any]:
        fact = _told(picks[:looked_at], await found, seeing)
        if not _is_short(fact, picks, looked_at):
            return fact
        more = self._listed(picks, seeing, len(picks))
        return more if isinstance(more, Fact) else await more


def _is_short(fact: Fact[Any], picks: Sequence[Pick], looked_at: int) -> bool:
    return looked_at < len(picks) and len(fact.value or ()) < LISTED


class _Seeing(NamedTuple):
    """Who sees them, and what they have bought."""

    viewing: Viewing
    bought: frozenset[str]


def _told(picks: Sequence[Pick], products: Mapping[str, StoredProduct], seeing: _Seeing) -> Fact[Any]:
    listed: list[Mapping[str, object]] = []
    age = 0.0
    viewing = seeing.viewing
    for pick in picks:
        product = products.get(pick.sku)
        if product is None or pick.sku in seeing.bought or len(listed) == LISTED:
            continue
        told = tell(product, viewing)
        if told.words.get("in_stock") is not False:
            said = why(pick.reason, _name(products.get(pick.behind), viewing.language), viewing.language)
            listed.append({**told.words, "reason": pick.reason, **({"why": said} if said else {})})
            age = max(age, told.age)
    if not listed:
        return Fact(None, Reason.MISSING, _SOURCE, note="nothing is picked for them; see livecontent recommend")
    return Fact(listed, Reason.CACHED, _SOURCE, age)


def _name(product: StoredProduct | None, language: str) -> str:
    """What a product is called in a language, else in its own."""
    values = product.values if product else {}
    texts = values.get(f"[{language}]") or values.get(f"[{language.partition('-')[0]}]") or {}
    name = (texts.get("name") if isinstance(texts, Mapping) else None) or values.get("name")
    return name if isinstance(name, str) else ""

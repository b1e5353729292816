"""The sources that there are, one line each, and the vocabulary that follows from them."""

from collections.abc import Iterable, Mapping

from livecontent.config import Settings
from livecontent.expressions.unknown import Redacted
from livecontent.sources.base import Source
from livecontent.sources.code import CodeSource
from livecontent.sources.feed.source import FeedSource
from livecontent.sources.habit import HabitSource
from livecontent.sources.history import HistorySource
from livecontent.sources.latest import LatestSource
from livecontent.sources.now import NowSource
from livecontent.sources.place.source import PlaceSource
from livecontent.sources.poll import PollSource
from livecontent.sources.product.source import NO_COLUMNS, ProductSource, ProductsSource, with_columns
from livecontent.sources.recipient import RecipientSource
from livecontent.sources.recommended.source import RecommendedSource
from livecontent.sources.request import CLIENT, PARAM
from livecontent.sources.segment import SegmentSource
from livecontent.sources.store.source import StoreSource, StoresSource
from livecontent.sources.trait import TraitSource
from livecontent.sources.weather.source import WeatherSource
from livecontent.vocabulary import Vocabulary

SOURCES: tuple[type[Source], ...] = (
    RecipientSource,
    PlaceSource,
    WeatherSource,
    NowSource,
    StoreSource,
    StoresSource,
    FeedSource,
    CodeSource,
    PollSource,
    ProductSource,
    ProductsSource,
    RecommendedSource,
    HistorySource,
    HabitSource,
    LatestSource,
    TraitSource,
    SegmentSource,
)


def make_vocabulary(
    sources: Iterable[type[Source]], settings: Settings | None = None, columns: Mapping[str, str] = NO_COLUMNS
) -> Vocabulary:
    """The names of what these tell, by the settings where there are some, and of what a request tells itself.

    The columns are those of the catalogue that was imported.
    """
    facts = [source.declared(settings) if settings else source.fact for source in sources]
    facts = [with_columns(fact, columns) if fact.extensible else fact for fact in facts]
    return Vocabulary((*facts, CLIENT, PARAM), Redacted)


VOCABULARY = make_vocabulary(SOURCES)

"""The facts that there are: one line for each."""

from livecontent.expressions.unknown import Redacted
from livecontent.sources.now import NOW
from livecontent.sources.place.source import PLACE
from livecontent.sources.recipient import RECIPIENT
from livecontent.sources.request import CLIENT, PARAM
from livecontent.sources.store.source import STORE, STORES
from livecontent.sources.weather.source import WEATHER
from livecontent.vocabulary import Vocabulary

VOCABULARY = Vocabulary((RECIPIENT, PLACE, WEATHER, NOW, CLIENT, STORE, STORES, PARAM), Redacted)

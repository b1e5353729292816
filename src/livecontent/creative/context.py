"""From a creative and the facts of an open to the context in which its layers are filled in."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from livecontent.compose.context import ContentContext, Language
from livecontent.compose.resources import ContentResources
from livecontent.compose.text.said import RIGHT_TO_LEFT
from livecontent.creative.model import Creative
from livecontent.expressions.rule import RuleFacts
from livecontent.facts import Moment
from livecontent.looks import WRITTEN_AS


def language_of(creative: Creative, moment: Moment) -> str:
    """The recipient's language, from the profile, else from the client, where the creative speaks it; else its own."""
    for root in ("recipient", "client"):
        fact = moment.words.get(root)
        named = fact.get("language") if isinstance(fact, dict) else None
        language = named.replace("_", "-") if isinstance(named, str) else ""
        if language and creative.speaks(language):
            return language
    return creative.languages[0] if creative.languages else creative.language


def zone_of(creative: Creative, moment: Moment) -> tzinfo:
    """The clock of a text: the recipient's place, else the creative's, else UTC."""
    now = moment.words.get("now")
    zone: tzinfo | None = now["at"].tzinfo if isinstance(now, dict) and "hour" in now else None
    return zone or ZoneInfo(creative.timezone or "UTC")


def written_in(creative: Creative, moment: Moment) -> Language:
    """How facts are written for who opens."""
    recipient = moment.words.get("recipient")
    named = recipient.get("language") if isinstance(recipient, dict) else None
    own = named.replace("_", "-") if isinstance(named, str) else ""
    shapes = WRITTEN_AS.get(own) or WRITTEN_AS.get(own.partition("-")[0], "")
    return Language(language_of(creative, moment), str(zone_of(creative, moment)), shapes)


def make_context(
    creative: Creative, moment: Moment, resources: ContentResources, language: Language | None = None
) -> ContentContext:
    """Makes ready to fill in. On a prefetch, what time changes is redacted."""
    language = language or written_in(creative, moment)
    locale = resources.locale(language.tag, creative.language)
    own = {"locale": locale, "timezone": ZoneInfo(language.timezone), "currency": creative.currency}
    words = {**moment.words, **own}
    rtl = RIGHT_TO_LEFT.match(language.tag if creative.languages else creative.language) is not None
    shared = (creative.language, creative.horizon, moment, resources, language, locale, rtl)
    live = ContentContext(*shared, words, RuleFacts(words, timezone=creative.timezone))
    if not moment.prefetched:
        return live
    words, now = resources.vocabulary.redact(words), words.get("now")
    facts = RuleFacts(words, prefetched=True, timezone=creative.timezone, now=now)
    return ContentContext(*shared, words, facts, live)

"""The controls of a preview: what each offers, what it is set to, and how that is said."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError

from livecontent.creative.model import Creative, has_themes
from livecontent.creative.params import ChoiceParam, IntegerParam, MomentParam, NumberParam, Param
from livecontent.studio.pages.catalogue import Catalogue
from livecontent.studio.pages.choices import CLIENTS
from livecontent.studio.pages.wish import COLDEST, CONSENTS, HOTTEST, SKIES, THEMES, TYPICAL, WARMEST_SNOW, FoundPerson
from livecontent.studio.previewing.axes import DAYS, HOURS
from livecontent.studio.previewing.looking import is_known
from livecontent.studio.previewing.state import BROWSER, PreviewState

# Where a creative speaks no language of its own.
_TRIED = ("en", "fr", "de", "es", "it", "nl", "pt-BR", "pl", "ja", "ar")


class NamedChoice(NamedTuple):
    """One of a few values, and how it is called."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class ParamControl:
    """A parameter of the creative."""

    name: str
    value: str
    usual: str
    choices: Sequence[str] = ()
    least: float | None = None  # of a number
    most: float | None = None
    whole: bool = False
    moment: bool = False


@dataclass(frozen=True, slots=True)
class Slider:
    """Hours from the start of a day, on the recipient's own clock."""

    start: datetime
    hours: int
    value: int
    days: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Controls:
    """What can be set."""

    clients: Sequence[NamedChoice]
    languages: Sequence[NamedChoice]
    consents: Sequence[str]
    skies: Sequence[str]
    sky: str
    degrees: float
    doubtful: bool  # whether there is no such weather on earth
    themes: Sequence[str]
    variants: Sequence[str]
    params: Sequence[ParamControl]
    slider: Slider
    coldest: int = COLDEST
    hottest: int = HOTTEST


class Setting(NamedTuple):
    """A control in a word: what it is set to, whether that was chosen here, and the address without it."""

    name: str
    label: str
    value: str
    given: bool
    without: str


def controls_for(creative: Creative, state: PreviewState, words: Catalogue, now: datetime) -> Controls:
    """The controls of a creative, as they are set."""
    sky, _, degrees = state.weather.partition(":")
    spoken = creative.languages or _TRIED
    tags = [*spoken, *([state.lang] if state.lang and state.lang not in spoken else [])]
    variants = [variant.name for variant in creative.variants]
    return Controls(
        clients=[NamedChoice(client, words.texts["client_name"][client]) for client in (BROWSER, *CLIENTS)],
        languages=[NamedChoice(tag, language_name(tag, words)) for tag in tags],
        consents=CONSENTS,
        skies=SKIES,
        sky=sky,
        degrees=float(degrees) if degrees else TYPICAL[sky],
        doubtful=sky == "snow" and float(degrees) > WARMEST_SNOW,
        themes=THEMES if has_themes(creative) else (),
        variants=variants if len(variants) > 1 else (),
        params=list(_params(creative, state)),
        slider=_slider(state, now),
    )


def settings_of(
    creative: Creative, state: PreviewState, person: FoundPerson, words: Catalogue, address: Callable[..., str]
) -> list[Setting]:
    """All controls in a row; `address` tells that of the page with changes."""
    texts = words.texts
    said: Mapping[str, Any] = texts["preview"]
    chosen = {
        "person": person.name if is_known(person) else texts["unknown"],
        "at": words.moment(datetime.fromisoformat(state.at)) if state.at else said["now"],
        "city": state.city or said["own"],
        "weather": _weather(state, words) or said["live"],
        "client": texts["client_name"][state.client or BROWSER],
        "lang": language_name(state.lang, words) if state.lang else said["own"],
        "consent": texts["consents"][state.consent or "own"],
        **({"theme": texts["theme"][state.theme] if state.theme else said["usual"]} if has_themes(creative) else {}),
        **({"variant": state.variant or said["by_rules"]} if len(creative.variants) > 1 else {}),
        **({"ip": state.ip} if state.ip else {}),
    }
    rows = [
        Setting(name, said["setting"][name], value, bool(getattr(state, name)), address(**{name: ""}))
        for name, value in chosen.items()
    ]
    if creative.params.keys() - ({"theme"} if has_themes(creative) else set()):
        listed = ", ".join(f"{name} {value}" for name, value in state.params.items())
        rows.append(
            Setting("params", said["setting"]["params"], listed or said["usual"], bool(listed), address(params={}))
        )
    return rows


def language_name(tag: str, words: Catalogue) -> str:
    """What a language is called in that of the page; its tag where nobody knows."""
    try:
        name = Locale.parse(tag.replace("-", "_")).get_display_name(words.language)
    except (UnknownLocaleError, ValueError):
        name = None
    return f"{name[:1].upper()}{name[1:]}" if name else tag


def _weather(state: PreviewState, words: Catalogue) -> str:
    sky, _, degrees = state.weather.partition(":")
    return f"{words.texts['sky'][sky]}, {words.number(float(degrees))}°" if sky else ""


def _params(creative: Creative, state: PreviewState) -> Iterator[ParamControl]:
    for name, param in creative.params.items():
        if name == "theme" and has_themes(creative):
            continue
        yield _param(name, param, state.params.get(name, ""))


def _param(name: str, param: Param, value: str) -> ParamControl:
    usual = _written(param.default)
    match param:
        case ChoiceParam():
            return ParamControl(name, value, usual, param.values)
        case IntegerParam() | NumberParam() if not param.values:
            whole = isinstance(param, IntegerParam)
            return ParamControl(name, value, usual, least=param.min, most=param.max, whole=whole)
        case MomentParam() if not param.values:
            return ParamControl(name, value, usual, moment=True)
    return ParamControl(name, value, usual, [_written(one) for one in param.values])


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)


def _slider(state: PreviewState, now: datetime) -> Slider:
    start = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    at = datetime.fromisoformat(state.at).replace(tzinfo=None) if state.at else now.replace(tzinfo=None)
    hours = DAYS * HOURS - 1
    value = min(max(int((at - start) / timedelta(hours=1)), 0), hours)
    return Slider(start, hours, value, [start + timedelta(days=day) for day in range(DAYS)])

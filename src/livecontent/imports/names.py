"""Countries, languages and time zones in whatever common spelling, as codes.

Their names in all languages are those of CLDR, https://cldr.unicode.org, in the files that Babel ships.
"""

import pickle
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from babel import localedata
from babel.core import get_global

from livecontent.runtime.names import ZONES, fold

COUNTRIES = frozenset(get_global("territory_languages")) - {"ZZ"}  # ISO 3166-1 alpha-2, and XK

# What the European Union writes for two countries, https://publications.europa.eu/code/en/en-370100.htm
_EUROPEAN = {"UK": "GB", "EL": "GR"}

# Names that CLDR does not list: parts of the United Kingdom, official names, short ones, and old ones.
_MORE_COUNTRIES = """
GB: Great Britain, Großbritannien, Grande-Bretagne, Gran Bretagna, Gran Bretaña, Britain, England, Scotland, Wales,
Northern Ireland, United Kingdom of Great Britain and Northern Ireland, Angleterre, Inglaterra, Inghilterra, Écosse,
Schottland
US: United States of America, Estados Unidos de América, Vereinigte Staaten von Amerika, États-Unis d'Amérique,
США, EUA, EEUU, EE. UU.
AE: UAE, Emirates, VAE, EAU
BY: Weißrussland
BO: Plurinational State of Bolivia
CD: Democratic Republic of the Congo, DRC, DR Congo, Zaire
CG: Republic of the Congo
CI: Ivory Coast, Elfenbeinküste
CZ: Czech Republic, République tchèque, Repubblica Ceca, República Checa, Tschechische Republik
HK: Hong Kong, Hong Kong China, 香港
IE: Republic of Ireland
IR: Islamic Republic of Iran
KP: Democratic People's Republic of Korea, DPRK
KR: Republic of Korea, Korea Republic of
LA: Lao People's Democratic Republic
MD: Republic of Moldova
MK: Macedonia, Macédoine, Mazedonien, Former Yugoslav Republic of Macedonia, FYROM
MO: Macao, Macau, Macau SAR, Macau China, 澳门, 澳門
PS: Palestine, State of Palestine
RU: Russian Federation
SK: Slovak Republic
SY: Syrian Arab Republic
TW: Republic of China, Province of China Taiwan, Taiwan China
TZ: United Republic of Tanzania
VA: Holy See, Vatican
VE: Bolivarian Republic of Venezuela
CN: People's Republic of China, PRC
FM: Federated States of Micronesia
KG: Kyrgyz Republic
""".strip()
_MORE_LANGUAGES = """
es: castellano, castilian
fa: farsi
zh: mandarin, mandarin chinese, putonghua
zh-Hans: Chinese simplified
zh-Hant: Chinese traditional
pt-BR: brazilian portuguese, português brasileiro
""".strip()
_TWO_COUNTRIES = frozenset({"congo", "korea"})
_MAJORITY = 3  # times as many languages as call another country so

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
_PARENTHESIS = re.compile(r"(.+?)\s*\(([^()]+)\)")


def country_of_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country from such a code in any case."""
    code = text.strip().upper()
    code = _EUROPEAN.get(code, code)
    return code if code in COUNTRIES else None


class Names:
    """Countries, languages and time zones by code and by name; lists of names are read when they are needed."""

    def country(self, text: str) -> str:
        """The ISO 3166-1 alpha-2 code of a country, by code (FR, FRA, 250), or name in any language.

        Raises `ValueError`, also for what means two countries.
        """
        code = country_of_code(text) or self._country_of_letters(text) or self._country_of_name(text)
        if code is None:
            raise ValueError(f"{text!r} is not a country, such as FR or France")
        return code

    def _country_of_letters(self, text: str) -> str | None:
        """By a code with dots, such as U.S.A., of three letters or of three digits."""
        code = re.sub(r"[.\s]", "", text).upper()
        if len(code) == 2:
            return country_of_code(code) if "." in text else None
        codes: Sequence[str] = get_global("territory_aliases").get(code, []) if len(code) == 3 else []
        return codes[0] if len(codes) == 1 and codes[0] in COUNTRIES else None

    def _country_of_name(self, text: str) -> str | None:
        if match := _PARENTHESIS.fullmatch(text):  # Germany (DE), Korea (South)
            inner = country_of_code(match[2]) or self._country_of_name(f"{match[2]} {match[1]}")
            return inner or self._country_of_name(match[1])
        name = fold(text)
        first, comma, last = text.partition(",")
        turned = fold(f"{last} {first}") if comma else ""  # Moldova, Republic of
        forms = (name, name.removeprefix("the "), turned, turned.removeprefix("the "), _shortened(name))
        return next((self._countries[form] for form in forms if form in self._countries), None)

    def language(self, text: str) -> str:
        """A language as `fr`, `fr-FR` or `zh-Hant-TW`, by such a tag in any case, a POSIX locale, or its name.

        Raises `ValueError`.
        """
        tag = re.split(r"[.@,;]", text)[0].strip()
        found = self._language_of_tag(tag) or self._language_of_name(text)
        if found is None:
            raise ValueError(f"{text!r} is not a language, such as fr, fr-CA or French")
        return found

    def _language_of_tag(self, tag: str) -> str | None:
        match = _LANGUAGE.fullmatch(tag)
        if not match:
            return None
        code = match[1].lower()
        code = get_global("language_aliases").get(code, code).partition("_")[0]
        if code not in self._codes:
            return None
        region = match[3] and (country_of_code(match[3]) or match[3])
        region = region if region in COUNTRIES or (region or "").isdigit() else None  # en-EU is English
        return "-".join(part for part in (code, match[2] and match[2].title(), region) if part)

    def _language_of_name(self, text: str) -> str | None:
        if found := self._languages.get(fold(text)):
            return found
        if match := _PARENTHESIS.fullmatch(text):  # French (Canada)
            language = self._languages.get(fold(match[1]))
            country = country_of_code(match[2]) or self._country_of_name(match[2])
            return "-".join(part for part in (language, country) if part) if language else None
        return None

    def zone(self, text: str) -> str:
        """A time zone (IANA), by its name in any case, its city alone, or the name that Windows has for it.

        Raises `ValueError`.
        """
        found = text if text in ZONES else self._zones.get(_bare_zone(text))
        if found is None:
            raise ValueError(f"{text!r} is not a time zone, such as Europe/Paris")
        return found

    @cached_property
    def _zones(self) -> Mapping[str, str]:
        windows = {_bare_zone(name): zone for name, zone in get_global("windows_zone_mapping").items()}
        cities = Counter(_bare_zone(zone.rpartition("/")[2]) for zone in ZONES)
        by_city = {_bare_zone(zone.rpartition("/")[2]): zone for zone in ZONES if "/" in zone}
        alone = {name: zone for name, zone in by_city.items() if cities[name] == 1}
        return alone | windows | {_bare_zone(zone): zone for zone in ZONES}

    @cached_property
    def _countries(self) -> Mapping[str, str]:
        names = _majority("territories", COUNTRIES.__contains__)
        found = {_shortened(name): code for name, code in names.items()} | names | dict(_listed(_MORE_COUNTRIES))
        return {name: code for name, code in found.items() if name not in _TWO_COUNTRIES}

    @cached_property
    def _languages(self) -> Mapping[str, str]:
        names = _majority("languages", lambda code: code != "root")
        return {name: code.replace("_", "-") for name, code in names.items()} | dict(_listed(_MORE_LANGUAGES))

    @cached_property
    def _codes(self) -> frozenset[str]:
        english = _names("en", "languages")
        return frozenset(code.partition("_")[0] for code in english)


def _shortened(name: str) -> str:
    """The name of a country (folded) as people shorten it."""
    return re.sub(r"\bsaint\b", "st", name).replace(" and ", " ").removesuffix(" sar china")


def _bare_zone(text: str) -> str:
    return text.strip().replace(" ", "_").casefold()


def _listed(lines: str) -> Iterator[tuple[str, str]]:
    """Names with their codes, from lines `code: name, name`."""
    for line in re.split(r"\n(?=[a-zA-Z-]+: )", lines):
        code, _, names = line.partition(": ")
        yield from ((fold(name), code) for name in names.replace("\n", " ").split(", "))


def _names(locale: str, kind: str) -> Mapping[str, str]:
    """What a language calls countries or languages, by code. Not through Babel, which would keep all it has read."""
    file = Path(localedata.resolve_locale_filename(locale))
    found: Mapping[str, str] = pickle.loads(file.read_bytes()).get(kind, {})  # noqa: S301  Babel's own
    return found


def _majority(kind: str, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Codes by what any language calls them; not where languages disagree."""
    written = Counter(pair for locale in localedata.locale_identifiers() for pair in _names(locale, kind).items())
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (code, name), times in written.items():
        if wanted(code):
            votes[fold(name)][code] += times
    return {name: _winner(codes) for name, codes in votes.items() if _winner(codes)}


def _winner(codes: Counter[str]) -> str:
    first, second = [*codes.most_common(2), ("", 0)][:2]
    return first[0] if first[1] >= _MAJORITY * second[1] else ""

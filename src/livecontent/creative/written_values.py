"""What a creative writes as a name, a code or a colour: checked as it is read."""

from typing import Annotated

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from livecontent.compose.values import ColourValue
from livecontent.links import CREATIVE_NAME, is_name
from livecontent.scene import Colour as Rgba


def _known_language(name: str) -> str:
    try:
        Locale.parse(name, sep="-")
    except (ValueError, UnknownLocaleError):
        raise ValueError(f"{name!r} is not a language such as fr or fr-CA") from None
    return name


def _known_currency(code: str) -> str:
    if code not in list_currencies():
        raise ValueError(f"{code!r} is not a currency: write an ISO 4217 code such as EUR")
    return code


def _variant_name(name: str) -> str:
    if not is_name(name):
        raise ValueError(
            f"{name!r} is not a valid name: use lower-case letters, digits and hyphens, such as gold-members"
        )
    return name


def _opaque(colour: Rgba) -> Rgba:
    if colour.alpha < 255:
        raise ValueError("the background must be opaque: mail clients show images on any colour")
    return colour


LanguageName = Annotated[str, AfterValidator(_known_language)]
CurrencyCode = Annotated[str, AfterValidator(_known_currency)]
BackgroundColour = Annotated[ColourValue, AfterValidator(_opaque)]
VariantName = Annotated[
    str, AfterValidator(_variant_name), WithJsonSchema({"type": "string", "pattern": f"^{CREATIVE_NAME}$"})
]
OffersWanted = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value, json_schema_input_type=str | list[str]),
]

"""What the creatives of a folder share: `brand.yaml`, components and offers, beside their folders."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from livecontent.compose.values import ColourValue, Model
from livecontent.creative.offers import checked_offer
from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.source import YamlSource, read_source
from livecontent.errors import CreativeError, Problem, did_you_mean
from livecontent.links import FACT_NAME

BRAND, COMPONENTS, OFFERS = "brand.yaml", "components", "offers"
PICTURES_OF_BRAND = "brand"  # the folder of a logo
THEMES = frozenset({"light", "dark"})

_BRAND = "a brand is a mapping with keys such as colors, fonts and logo"
_COMPONENT = "a component is a mapping with the keys layers and, if it has some, params"
_OFFER = "an offer is a mapping with keys such as title, image and link"

_Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,39}$")]


class ThemedColour(Model):
    """A colour in two themes."""

    light: ColourValue
    dark: ColourValue


class ThemedFile(Model):
    """A picture in two themes."""

    light: str
    dark: str


class BrandFont(Model):
    """A family, and what goes with it."""

    family: str
    weight: Annotated[int, Field(ge=100, le=900)] | None = None
    size: Annotated[float, Field(ge=4, le=400)] | None = None
    italic: bool = False


class Brand(Model):
    """What stands in `brand.yaml`: each name under colors, fonts and sizes is known as `brand.NAME`."""

    colors: Mapping[_Name, ColourValue | ThemedColour] = {}
    fonts: Mapping[_Name, str | BrandFont] = {}
    sizes: Mapping[_Name, float] = {}
    styles: Mapping[str, Mapping[str, object]] = {}
    logo: str | ThemedFile | None = None


class Component(Model):
    """What stands in `components/NAME.yaml`: layers, and parameters with their defaults, null for none."""

    params: Mapping[Annotated[str, Field(pattern=f"^{FACT_NAME}$")], object] = {}
    layers: Annotated[tuple[Mapping[str, Any], ...], Field(min_length=1, max_length=60)]


class SharedFiles:
    """The shared files of a folder of creatives, each read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, YamlSource | None] = {}
        self.used: dict[str, bytes] = {}  # what was read of each, by its path in the folder; b"" where there is none

    @cached_property
    def names(self) -> Mapping[str, Any]:
        """What `brand.NAME` may be, as it is written. Raises `CreativeError`."""
        if self.brand is None:
            return {}
        data = self.brand.data
        found = {name: value for key in ("colors", "fonts", "sizes") for name, value in (data.get(key) or {}).items()}
        logo = data.get("logo")
        return {**found, "logo": logo} if logo else found

    @cached_property
    def brand(self) -> YamlSource | None:
        """The file of the brand; None where there is none. Raises `CreativeError` for what is wrong in it."""
        source = self._source(BRAND)
        if source is not None:
            _check(source, Brand)
            data = source.data
            names = [(key, name) for key in ("colors", "fonts", "sizes") for name in data.get(key) or {}]
            for index, (key, name) in enumerate(names):
                if name == "logo" or name in [other for _, other in names[:index]]:
                    raise CreativeError([source.problem((key, name), f"brand.{name} would mean two things")])
        return source

    def component(self, name: str) -> YamlSource | None:
        """The file of a component; None where there is none. Raises `CreativeError` for what is wrong in it."""
        path = f"{COMPONENTS}/{name}.yaml"
        known = path in self._read
        source = self._source(path)
        if source is not None and not known:
            _check(source, Component)
        return source

    @property
    def components(self) -> list[str]:
        """The names of all components."""
        return sorted(file.stem for file in (self._folder / COMPONENTS).glob("*.yaml"))

    @cached_property
    def offers(self) -> Mapping[str, YamlSource]:
        """All offers by their names, in this order. Raises `CreativeError` for what is wrong in any of them."""
        self.used[OFFERS] = b""  # a creative that asks becomes another when offers come
        return {name: offer for name in self.offer_names if (offer := self._offer(name))}

    @property
    def offer_names(self) -> list[str]:
        """The names of all offers."""
        files = (self._folder / OFFERS).glob("*.yaml")
        return sorted(file.stem for file in files if file.name != "creative.yaml")  # one may be named as the folder

    def take_offer(self, name: str) -> YamlSource:
        """One of the offers, which is a part of the creative from now on."""
        path = f"{OFFERS}/{name}.yaml"
        self.used[path] = self._data(path) or b""
        return self.offers[name]

    def _offer(self, name: str) -> YamlSource | None:
        path = f"{OFFERS}/{name}.yaml"
        data = self._data(path)
        return None if data is None else checked_offer(name, read_source(str(self._folder / path), data, _OFFER))

    def picture(self, name: str, most: int) -> bytes | None:
        """A picture of the brand or of offers, of so many bytes at most; None where there is none in its folder."""
        file, parts = self._folder / name, Path(name).parts
        inside = parts[:1] in ((PICTURES_OF_BRAND,), (OFFERS,)) and ".." not in parts
        if not inside or file.is_symlink() or not file.is_file() or file.stat().st_size > most:
            return None
        self.used[name] = file.read_bytes()
        return self.used[name]

    def _source(self, path: str) -> YamlSource | None:
        if path not in self._read:
            data = self._data(path)
            self.used[path] = data or b""
            what = _BRAND if path == BRAND else _COMPONENT
            self._read[path] = None if data is None else read_source(str(self._folder / path), data, what)
        return self._read[path]

    def _data(self, path: str) -> bytes | None:
        file = self._folder / path
        try:
            return file.read_bytes() if file.is_file() else None
        except OSError as error:
            raise CreativeError([Problem(str(file), 1, 1, f"can't be read: {error.strerror}")]) from None


class KeptSharedFiles(SharedFiles):
    """Those that a version was published with; their folder may be gone."""

    def __init__(self, folder: Path, files: Mapping[str, bytes]) -> None:
        """The files by their path in the folder."""
        super().__init__(folder)
        self._files = files

    @property
    def components(self) -> list[str]:
        """Nobody asks: all that a version names was there."""
        return []

    @property
    def offer_names(self) -> list[str]:
        """Those that a version shows."""
        inside = (Path(path) for path in self._files if path.startswith(f"{OFFERS}/"))
        return sorted(path.stem for path in inside if path.suffix == ".yaml" and len(path.parts) == 2)

    def picture(self, name: str, most: int) -> bytes | None:
        """As it was."""
        if (data := self._data(name)) is not None and len(data) <= most:
            self.used[name] = data
            return data
        return None

    def _data(self, path: str) -> bytes | None:
        return self._files.get(path)


def _check(source: YamlSource, model: type[Model]) -> None:
    """Raises `CreativeError` for all that is wrong in a shared file."""
    try:
        model.model_validate(source.data)
    except ValidationError as error:
        found: dict[tuple[int, int], Problem] = {}
        for item in error.errors():
            path: YamlPath = tuple(item["loc"])
            key = str(path[-1]) if path else ""
            message, help_ = str(item.get("ctx", {}).get("error") or item["msg"]), ""
            if item["type"] == "extra_forbidden":
                message, help_ = f"unknown key '{key}'", did_you_mean(key, model.model_fields)
            problem = source.problem(path, message, help_=help_)
            found.setdefault((problem.line, problem.column), problem)  # a colour is also no pair of colours
        raise CreativeError(list(found.values())) from None


def asks_for_themes(data: Mapping[str, Any]) -> bool:
    """Whether a creative, as it is written, has a parameter `theme` that is light or dark."""
    params = data.get("params")
    theme = params.get("theme") if isinstance(params, Mapping) else None
    values = theme.get("values") if isinstance(theme, Mapping) else None
    return isinstance(values, list) and {value for value in values if isinstance(value, str)} >= THEMES

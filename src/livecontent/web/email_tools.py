"""Email tools and their merge tags."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from livecontent.errors import ConfigError

_FILE = Path(__file__).with_name("email_tools.toml")  # says what each of these is


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """An email tool, and how it writes a contact field into a message."""

    name: str
    tag: str
    field: str
    rule: str
    example: str = "liveref"
    case: str = ""
    notes: tuple[str, ...]
    checked: bool
    source: str
    date: date

    @property
    def usual_tag(self) -> str:
        """The merge tag of the field that documents and pages show."""
        return self.tag_of(self.example)

    def tag_of(self, field: str) -> str:
        """The merge tag of a contact field. Raises `ConfigError` for a name that this tool has no field by."""
        name = {"upper": field.upper(), "lower": field.lower()}.get(self.case, field)
        if not re.fullmatch(self.field, name):
            raise ConfigError(f"--field {field}: for {self.name} it is {self.rule}")
        return self.tag.replace("FIELD", name)


def load_tools() -> Mapping[str, Tool]:
    """The tools by key, from `email_tools.toml`."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({key: Tool(**{**table, "notes": tuple(table["notes"])}) for key, table in tables.items()})

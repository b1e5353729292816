"""The JSON Schema of creatives, for editors that help while one writes."""

from __future__ import annotations

import warnings
from typing import Any

from pydantic.json_schema import PydanticJsonSchemaWarning

from livecontent.creative.model import Creative


def creative_schema() -> dict[str, Any]:
    """The schema of `creative.yaml`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PydanticJsonSchemaWarning)  # defaults that are compiled texts are not told
        schema = Creative.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}

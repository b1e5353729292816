"""How deep plain data may be: readers of JSON stop somewhere, so nothing is kept that one of them can't read."""

from livecontent.errors import DataError

MOST_LEVELS = 50  # objects and lists in each other


def check_levels(values: object, text: str) -> None:
    """Raises `DataError` for values, written as this JSON, that are deeper."""
    if text.count("{") + text.count("[") <= MOST_LEVELS:
        return
    level = [values]
    for _ in range(MOST_LEVELS):
        level = [inner for one in level for inner in _inside(one)]
    if any(isinstance(one, dict | list | tuple) for one in level):
        raise DataError(f"it has more than {MOST_LEVELS} levels of objects and lists in each other")


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []

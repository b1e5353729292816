"""Values that depend on rules: `color: [{when: item.stock == 0, use: "#c00"}, "#111"]`.

The first alternative whose rule is true is used, else the last, which has no rule; without one, the default, and where
there is none the layer is left out. All alternatives are checked when the creative is loaded; at an open, they are
picked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import product
from typing import Any, ClassVar, NamedTuple, Self, TypeVar, cast

from pydantic import ModelWrapValidatorHandler, ValidationError, ValidationInfo, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from livecontent.compose.values import Model
from livecontent.expressions.rule import Rule, RuleFacts, read_rule

# Keys that tell whether a layer is shown, or what it is made of: these have rules of their own.
SAME_ALWAYS = frozenset({"style", "when", "else", "from", "until", "prefetched", "valid_for", "at", "for"})

M = TypeVar("M", bound=Model)
ValuePlace = tuple[str | int, ...]  # of a value in its layer, such as ("color",) or ("font", "size")
Picks = tuple[int, ...]  # for each choice, which alternative: from 0; as many as there are rules: the last

_MOST = 100  # layers that are made of one and kept, and alternatives of one key
_SHAPE = "an alternative is {when: a condition, use: a value}; the last may be a value alone"


class Choice(NamedTuple):
    """A value that depends on rules; `otherwise`: there is one where none is true; `written`: and it is written."""

    place: ValuePlace
    rules: tuple[Rule, ...]
    written: bool
    otherwise: bool = True

    def pick(self, facts: RuleFacts) -> int:
        """The first alternative whose rule is true."""
        for index, rule in enumerate(self.rules):
            if rule.test(facts).value:
                return index
        return len(self.rules)

    @property
    def size(self) -> int:
        """How many alternatives there are."""
        return len(self.rules) + self.otherwise

    def told(self, facts: RuleFacts) -> str:
        """What is picked and why, for people: `color: else (item.stock == 0 is unknown: ...)`."""
        tested = [(rule.source, rule.test(facts)) for rule in self.rules]
        true = next((source for source, one in tested if one.value), None)
        unknown = [f"{source} is unknown: {one.note}" for source, one in tested if one.value is None]
        where = ".".join(map(str, self.place))
        picked = f"when {true}" if true is not None else "else" if self.written else "default"
        why = f" ({'; '.join(unknown)})" if unknown else ""
        return f"{where}: {picked if true is not None or self.otherwise else 'none, so it is left out'}{why}"

    def steps(self, pick: int) -> ValuePlace:
        """Where an alternative stands in the list."""
        return (pick, "use") if pick < len(self.rules) else (pick,) if self.written else ()


class _Found(NamedTuple):
    place: ValuePlace
    items: Sequence[Any]


class LayerChoices:
    """All choices of a layer, and its fields for all that may be picked."""

    __slots__ = ("_fields", "_made", "all", "rules")

    def __init__(self, choices: Sequence[Choice], fields: Mapping[str, tuple[Picks, Mapping[Picks, object]]]) -> None:
        """Of each field: which choices it has, by their indices, and its values by the picks of these."""
        self.all = tuple(choices)
        self.rules = tuple(rule for choice in choices for rule in choice.rules)
        self._fields = fields
        self._made: dict[Picks, Model] = {}

    @property
    def variations(self) -> list[Picks]:
        """Picks in which each alternative comes once at least."""
        most = max(choice.size for choice in self.all)
        return [tuple(min(index, choice.size - 1) for choice in self.all) for index in range(most)]

    def pick(self, facts: RuleFacts) -> Picks | None:
        """What is picked by the facts; None where something has no value then."""
        picks = []
        for choice in self.all:
            index = choice.pick(facts)
            if index >= choice.size:
                return None
            picks.append(index)
        return tuple(picks)

    def made(self, model: M, picks: Picks) -> M:
        """The model with the values that were picked: made once."""
        if (found := self._made.get(picks)) is not None:
            return cast("M", found)
        made: M = model.model_copy()
        values = vars(made)
        fields = {name: values[name] for name in type(model).model_fields}
        values.clear()  # what was worked out of other values does not hold
        for name, (indices, by_picks) in self._fields.items():
            fields[name] = by_picks[tuple(picks[index] for index in indices)]
        values.update(fields, chosen_by=self.rules, origin=model, before=getattr(model, "before", ()))
        if len(self._made) < _MOST:
            self._made[picks] = made
        return made

    def __repr__(self) -> str:
        return f"LayerChoices({self.all!r}, {self._fields!r})"


class Choosing(Model):
    """What may have values that depend on rules."""

    choices: ClassVar[LayerChoices | None] = None  # its values that do
    types: ClassVar[Mapping[str, Any]] = {}  # that its fields name, and only `kinds/` knows
    chosen_by: ClassVar[tuple[Rule, ...]] = ()  # of what was made of such a one: the rules of its choices
    origin: ClassVar[Any] = None  # and that one, as it is written

    @classmethod
    def model_rebuild(cls, **options: Any) -> bool | None:
        """Builds its validator, when it is first needed: a kind of layers holds all others."""
        return super().model_rebuild(**options | {"_types_namespace": cls.types})

    @model_validator(mode="wrap")
    @classmethod
    def _chosen(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        found = find_choices(data, SAME_ALWAYS)
        return choices_from(cls, data, found, info) if found else handler(data)

    def variations(self) -> Sequence[Self]:
        """The layer with every value that it may have, each in one at least; itself, where none depends on rules."""
        if self.choices is None:
            return (self,)
        return [self.with_picks(picks) for picks in self.choices.variations]

    def with_picks(self, picks: Picks) -> Self:
        """The layer with these alternatives of its choices."""
        return self.choices.made(self, picks) if self.choices else self


def find_choices(data: object, kept: Iterable[str]) -> list[_Found]:
    """The choices in a layer as it is written, but not in the layers inside it, nor under the keys that are `kept`."""
    if not isinstance(data, Mapping):
        return []
    return [found for key, value in data.items() if key not in kept for found in _in_value((key,), value)]


def _in_value(place: ValuePlace, value: object) -> Iterator[_Found]:
    if isinstance(value, list) and any(map(_is_alternative, value)):
        yield _Found(place, value)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, list):  # layers are mappings
                yield from _in_value((*place, index), item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _in_value((*place, key), item)


def _is_alternative(item: object) -> bool:
    return isinstance(item, Mapping) and ("use" in item or item.keys() == {"when"})


def choices_from(model: type[M], data: Mapping[str, Any], found: Iterable[_Found], info: ValidationInfo) -> M:
    """The model for the first alternatives, with its choices. Raises `ValidationError` for all that is wrong."""
    problems: list[InitErrorDetails] = []
    choices = [_read(one, info, problems) for one in found]
    if problems:
        raise ValidationError.from_exception_data(model.__name__, problems)
    reader = _Reader(model, data, choices, info)
    choices = reader.with_defaults()
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    fields: dict[str, tuple[Picks, Mapping[Picks, object]]] = {}
    for key in dict.fromkeys(choice.place[0] for choice in choices):
        indices = tuple(index for index, choice in enumerate(choices) if choice.place[0] == key)
        values = reader.values(names.get(str(key), str(key)), indices)
        fields[names.get(str(key), str(key))] = (indices, values)
    if reader.problems:
        raise ValidationError.from_exception_data(model.__name__, list(reader.problems.values()))
    first: M = reader.read((0,) * len(choices))
    object.__setattr__(first, "choices", LayerChoices(choices, fields))
    return first


def _read(found: _Found, info: ValidationInfo, problems: list[InitErrorDetails]) -> Choice:
    """A choice whose rules are compiled; what is wrong is added."""
    rules: list[Rule] = []
    last = len(found.items) - 1
    for index, item in enumerate(found.items):
        if isinstance(item, Mapping) and item.keys() == {"when", "use"}:
            try:
                rules.append(read_rule(item["when"], info))
            except PydanticCustomError as error:
                problems.append(InitErrorDetails(type=error, loc=(*found.place, index, "when"), input=item["when"]))
        elif index < last or _is_alternative(item):
            odd = PydanticCustomError("choice", _SHAPE)
            problems.append(InitErrorDetails(type=odd, loc=(*found.place, index), input=item))
    return Choice(found.place, tuple(rules), not _is_alternative(found.items[-1]))


class _Reader:
    """Validates a layer for one alternative after the other."""

    def __init__(
        self, model: type[Model], data: Mapping[str, Any], choices: list[Choice], info: ValidationInfo
    ) -> None:
        self._model, self._data, self._choices, self._info = model, data, choices, info
        self.problems: dict[object, InitErrorDetails] = {}

    def with_defaults(self) -> list[Choice]:
        """The choices, with whether there is a value where none is written at the end."""
        for index, choice in enumerate(self._choices):
            if not choice.written:
                picks = tuple(len(choice.rules) * (at == index) for at in range(len(self._choices)))
                missing = isinstance(choice.place[-1], int) or any(
                    error["type"] == "missing" and error["loc"][: len(choice.place)] == choice.place
                    for error in self._errors(picks)
                )
                self._choices[index] = choice._replace(otherwise=not missing)
        return self._choices

    def values(self, name: str, indices: Picks) -> Mapping[Picks, object]:
        """A field for all picks of its choices."""
        combinations = list(product(*(range(self._choices[index].size) for index in indices)))
        if len(combinations) > _MOST:
            error = PydanticCustomError("choice", f"at most {_MOST} alternatives are allowed here")
            self.problems[name] = InitErrorDetails(type=error, loc=self._choices[indices[0]].place, input=None)
            return {}
        found: dict[Picks, object] = {}
        for one in combinations:
            picks = [0] * len(self._choices)
            for index, pick in zip(indices, one, strict=True):
                picks[index] = pick
            for flaw in self._errors(tuple(picks)):
                place = self._place(flaw["loc"], tuple(picks))
                self.problems.setdefault((place, flaw["msg"]), _again(flaw, place))
            if not self.problems:
                found[one] = getattr(self.read(tuple(picks)), name)
        return found

    def read(self, picks: Picks) -> Any:
        """The layer for some picks. Raises `ValidationError`."""
        data = deepcopy(dict(self._data))
        for choice, pick in zip(self._choices, picks, strict=True):
            _put(data, choice, pick)
        return self._model.model_validate(data, context=self._info.context)

    def _errors(self, picks: Picks) -> list[ErrorDetails]:
        try:
            self.read(picks)
        except ValidationError as error:
            return error.errors(include_url=False)
        return []

    def _place(self, loc: ValuePlace, picks: Picks) -> ValuePlace:
        """The place of an error, in the alternative that it is in."""
        for choice, pick in zip(self._choices, picks, strict=True):
            size = len(choice.place)
            if loc[:size] == choice.place:
                return (*loc[:size], *choice.steps(pick), *loc[size:])
        return loc


def _put(data: Any, choice: Choice, pick: int) -> None:
    """Puts an alternative in the place of all."""
    for step in choice.place[:-1]:
        data = data[step]
    last = choice.place[-1]
    if pick < len(choice.rules):
        data[last] = data[last][pick]["use"]
    elif choice.written:
        data[last] = data[last][-1]
    else:
        del data[last]


def _again(error: ErrorDetails, place: ValuePlace) -> InitErrorDetails:
    """An error, to be raised at another place."""
    context = {**error.get("ctx", {}), "message": error["msg"]}
    return InitErrorDetails(
        type=PydanticCustomError(error["type"], "{message}", context),
        loc=place,
        input=error["input"],
    )

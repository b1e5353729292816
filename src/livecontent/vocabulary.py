"""The names that rules and texts may use, by what sources declare of their facts; and those that they do use."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, TypeVar, cast, get_origin

from pydantic import ValidationInfo

from livecontent.declared import AnyKey, item_names, without_none
from livecontent.facts import Fact, FactsByKey, Need, Reason, spell_out

T = TypeVar("T")
FactShape = Literal["one", "list", "keyed", "lists"]
FactPath = tuple[str, ...]  # ("weather", "temperature"), ("stores", "0", "open"), ("product", "sku-7", "price")
OF_AN_ITEM = frozenset({"item", "index", "first", "last"})  # names inside of a repeat
EACH = "[]"  # the step of a path to each item of a list
_VALUE_AT: Mapping[FactShape, int] = MappingProxyType({"one": 1, "list": 2, "keyed": 2, "lists": 3})  # steps before
_KEY_OF_FACT = re.compile(r"\[(?:(?P<by>[a-z]+)=)?(?P<path>[a-z_]\w*(?:\.\w+|\[\d*\])*)\]")


def told_at_open(path: FactPath, by: str = "") -> str:
    """The step of a path whose key another fact tells, as in `product[recipient.favourite]`; `EACH` if none can."""
    step = f"[{by}={dotted(path)}]" if by else f"[{dotted(path)}]"
    return step if _KEY_OF_FACT.fullmatch(step) else EACH


def path_in(key: str) -> tuple[FactPath, str]:
    """The path that tells a key at the open, and what it selects by, such as "category"; none of a literal key."""
    match = _KEY_OF_FACT.fullmatch(key)
    return (tuple(re.findall(r"\w+|\[\]", match["path"])), match["by"] or "") if match else ((), "")


def inside_repeat(need: Need, item: FactPath | None) -> Need:
    """What is needed inside of a repeat through these items: `product[item.sku]` of all of them."""
    path, by = path_in(need[1]) if isinstance(need, tuple) and item else ((), "")
    return (need[0], told_at_open((*item, *path[1:]), by)) if item and path[:1] == ("item",) else need


@dataclass(frozen=True, slots=True)
class FactType:
    """What a source declares of its fact: one value with names, a list of such, or for each key one, or a list.

    `sample` is a value as the source tells it (of a keyed fact: for any key), None where nobody knows one beforehand.
    """

    root: str
    names: Mapping[str, Any] = field(
        default_factory=dict, hash=False
    )  # with Python types; empty: they depend on the data
    sample: object = field(default=None, hash=False)
    shape: FactShape = "one"
    volatile: frozenset[str] | Literal["all"] = frozenset()  # names that time changes; "all": also how many there are
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)  # the only texts that a name may be
    countries: frozenset[str] = frozenset()  # names that are two letters of ISO 3166
    keys: frozenset[str] | None = None  # of a keyed fact: the only ones there are, where these are known
    computed: bool = False  # whether each name is worked out of other facts
    names_of: Callable[[str], Iterable[str]] | None = field(default=None, hash=False)  # a key's own; none: by the data
    extensible: bool = False  # whether there may be other names, which depend on the data
    known: bool = False  # whether these are those of the data there is now

    @property
    def has_keys(self) -> bool:
        """Whether it is asked for by key."""
        return self.shape in ("keyed", "lists")

    @property
    def redacted_by_key(self) -> bool:
        """Whether time changes all that stands under a key, whatever that is: then it is not known as a whole."""
        return self.shape == "keyed" and self.volatile == "all" and not self.names

    def changes(self, rest: FactPath) -> bool:
        """Whether time changes what stands under these names of one value; under no name: the whole."""
        return self.volatile == "all" or (bool(rest) and rest[0] in self.volatile)


class Vocabulary:
    """The facts there are, by the declarations of their sources. Immutable."""

    __slots__ = ("_made", "_redacted", "_redactors", "lists", "samples", "types")

    def __init__(self, types: Iterable[FactType], redacted: Callable[[str], object]) -> None:
        """`redacted` makes what stands for a volatile name. Raises `ValueError` where two declare the same root."""
        declared = tuple(types)
        self.types: Mapping[str, FactType] = MappingProxyType({fact.root: fact for fact in declared})
        if len(self.types) < len(declared):
            raise ValueError("two sources tell the same fact")
        self.lists = frozenset(fact.root for fact in declared if fact.shape == "list")
        self.samples: Mapping[str, object] = MappingProxyType(
            {fact.root: _sample_words(fact) for fact in declared if fact.sample is not None}
        )
        self._made: dict[object, object] = {}
        self._redacted = redacted
        self._redactors = tuple((fact.root, _redactor(fact, redacted)) for fact in declared if fact.volatile)

    def with_sample(self, root: str, sample: Mapping[str, object]) -> "Vocabulary":
        """The same with some of the names of a fact whose names depend on the data, such as those of `recipient`."""
        found = copy(self)
        found.samples = MappingProxyType({**self.samples, root: sample})
        return found

    def made(self, make: Callable[["Vocabulary"], T]) -> T:
        """What is made of the vocabulary alone, such as a compiler of rules: when first asked for, and once."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])

    def with_fact(self, fact: FactType) -> "Vocabulary":
        """The same with one more. Raises `ValueError` where there is one of this root."""
        return Vocabulary((*self.types.values(), fact), self._redacted)

    def path_of(self, steps: Sequence[Any]) -> FactPath:
        """The path of steps as they are written, of which some are paths themselves.

        Raises `ValueError` where one of these is to be the key of lists, which can be told in `repeat` only.
        """
        path = tuple(EACH if isinstance(step, list | tuple) else str(step) for step in steps)
        fact = self.types.get(path[0])
        if fact is None or not fact.has_keys or len(steps) < 2 or path[1] != EACH:
            return path
        if fact.shape == "lists":
            raise ValueError(f"{fact.root}[...] with a fact as its key is for repeat; here write {fact.root}['...']")
        return path[0], told_at_open(tuple(EACH if isinstance(one, list) else str(one) for one in steps[1])), *path[2:]

    def locate(self, path: FactPath) -> tuple[FactType, FactPath] | None:
        """The fact that a path begins with, and the names behind its index or key; None where there is no such fact."""
        fact = self.types.get(path[0]) if path else None
        return (fact, path[_VALUE_AT[fact.shape] :]) if fact else None

    def is_volatile(self, path: FactPath) -> bool:
        """Whether time changes what a path names; `item` may be one of any list of which a prefetch has items."""
        if path[0] == "item":
            lists = [fact for fact in self.types.values() if fact.shape in ("list", "lists")]
            return any(fact.changes(path[1:]) for fact in lists if (fact.shape, fact.volatile) != ("list", "all"))
        found = self.locate(path)
        return found is not None and found[0].changes(found[1])

    def choices_at(self, path: FactPath) -> frozenset[str] | None:
        """The only texts that a path may be; None where it may be any."""
        found = self.locate(path)
        if found is None:
            return None
        fact, rest = found
        if len(rest) == 3 and item_names(fact.names.get(rest[0])):  # of each in a list, such as weather.days[0].icon
            rest = rest[2:]
        return fact.choices.get(rest[0]) if len(rest) == 1 else None

    def is_country(self, path: FactPath) -> bool:
        """Whether a path is a country, as two letters of ISO 3166."""
        found = self.locate(path)
        return found is not None and len(found[1]) == 1 and found[1][0] in found[0].countries

    def is_list(self, path: FactPath) -> bool:
        """Whether a path is a whole list of facts: `stores`, or `products["u-1|u-2"]`."""
        fact = self.types.get(path[0])
        return fact is not None and len(path) == {"list": 1, "lists": 2}.get(fact.shape)

    def may_be_list(self, path: FactPath) -> bool:
        """Whether a path may be gone through: a list fact, or a list in a value, such as `recipient.basket`."""
        found = self.locate(path)
        if found is None:
            return False
        fact, rest = found
        if not rest:
            return self.is_list(path) or (fact.shape == "keyed" and len(path) == 2 and not fact.names)
        kind = without_none(fact.names.get(rest[0]))
        return not fact.names or (len(rest) == 1 and (get_origin(kind) or kind) in (list, tuple, Any))

    def need_of(self, path: FactPath) -> Need | None:
        """What a path needs to be gathered; None for what is no fact. Raises `ValueError` where a key is missing."""
        fact = self.types.get(path[0])
        if fact is None:
            return None
        if fact.computed and len(path) > 1:
            return fact.root, path[1]
        if not fact.has_keys:
            return fact.root
        told, _ = path_in(path[1]) if len(path) > 1 else ((), "")
        if len(path) < 2 or (path[1].startswith("[") and not told):
            raise ValueError(f"{fact.root} needs its key: {fact.root}['...'], or {fact.root}[recipient.favourite]")
        by = self.types.get(told[0]) if told else None
        if told and told[0] != "item" and (by is None or by.has_keys or by.computed):
            raise ValueError(
                f"{dotted(told)} is no key of {fact.root}: it is to be a fact, such as recipient.favourite"
            )
        return fact.root, path[1]

    def redact(self, words: Mapping[str, object]) -> dict[str, object]:
        """The words as a prefetch has them: each name that time changes stands for something not known."""
        found = dict(words)
        for root, redact in self._redactors:
            if (value := found.get(root)) is not None:
                found[root] = redact(value)
        return found

    def sample_at(self, path: FactPath) -> object:
        """The sample of a path, as words: of any item of a list, of any key. None where there is none."""
        value: object = self.samples.get(path[0])
        for step in path[1:]:
            if isinstance(value, list):
                value = value[0] if value and step != "size" else None
            elif isinstance(value, Mapping):
                value = value[step] if isinstance(value, AnyKey) else value.get(step)
            else:
                return None
        return value

    def sample_facts(self, needs: Iterable[Need]) -> dict[str, Fact[Any]]:
        """Facts as samples of all that is needed, where there are some."""
        found: dict[str, Any] = {}
        for need in needs:
            root, key = need if isinstance(need, tuple) else (need, None)
            fact = self.types.get(root)
            if fact is None or fact.sample is None:
                continue
            if not fact.has_keys:
                found[root] = fact.sample
            elif key is not None:
                found.setdefault(root, FactsByKey())[key] = Fact(fact.sample, Reason.GIVEN)
        return {root: Fact(value, Reason.GIVEN) for root, value in found.items()}


def _sample_words(fact: FactType) -> object:
    words = spell_out(fact.sample)
    return AnyKey(words) if fact.has_keys else words


def _redactor(fact: FactType, redacted: Callable[[str], object]) -> Callable[[Any], object]:
    """What makes of the words of a fact those of a prefetch; made once, as it runs at every prefetch."""
    if fact.redacted_by_key:
        return lambda by_key: {key: redacted(f"{fact.root}.{key}") for key in by_key}
    if fact.volatile == "all" and fact.shape == "list":
        whole = redacted(fact.root)
        return lambda _: whole
    one = _redactor_of_one(fact, redacted)
    if fact.shape == "list":
        return lambda items: [one(item) for item in items]
    if fact.shape == "keyed":
        return lambda by_key: {key: one(value) for key, value in by_key.items()}
    if fact.shape == "lists":
        return lambda by_key: {key: [one(item) for item in items] for key, items in by_key.items()}
    return one


def _redactor_of_one(fact: FactType, redacted: Callable[[str], object]) -> Callable[[Any], object]:
    def hold(names: Iterable[str]) -> Iterator[tuple[str, object]]:
        return ((name, redacted(f"{fact.root}.{name}")) for name in names)

    if fact.volatile == "all":
        held = dict(hold(fact.names))
        return (lambda _: held) if held else (lambda value: dict(hold(value)))
    held = dict(hold(sorted(fact.volatile)))
    return lambda value: {**value, **held}


@dataclass(frozen=True, slots=True)
class UsedName:
    """A fact that a rule or text names, such as ("weather", "temperature"), and where it stands in its source.

    `needed`: whether it is to be known for the rule to be so.
    """

    path: FactPath
    offset: int
    needed: bool = True

    def __str__(self) -> str:
        return dotted(self.path)


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact that a rule or text compares with a text written in it, and where that stands."""

    path: FactPath
    text: str
    offset: int


def dotted(path: FactPath) -> str:
    """A path as people write it, such as `stores[0].open` or `product['sku-7'].price`."""
    return "".join(map(_written, path)).removeprefix(".")


def _written(step: str) -> str:
    if step.isdecimal():
        return f"[{step}]"
    if step.startswith("["):
        return step
    return f".{step}" if step.isidentifier() else f"['{step}']"


def vocabulary_of(info: ValidationInfo) -> Vocabulary:
    """The vocabulary that a creative is validated with: `model_validate(data, context={"vocabulary": ...})`."""
    vocabulary = info.context.get("vocabulary") if isinstance(info.context, dict) else None
    if not isinstance(vocabulary, Vocabulary):
        raise TypeError("validate a creative with context={'vocabulary': Vocabulary(...)}")
    return vocabulary

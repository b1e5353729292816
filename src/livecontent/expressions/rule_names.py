"""What a rule names, read from its tree; and which rules would take a redacted fact for one that is not there."""

import re

from livecontent.expressions.calendar import TIMED
from livecontent.expressions.cel_ast import CelNode, code_in
from livecontent.expressions.cel_functions import TOLD, asks_clock
from livecontent.expressions.chance import CLICK_CHANCE, CLICK_CHANCES
from livecontent.vocabulary import EACH, Compared, FactPath, UsedName, Vocabulary, dotted

# What is done with numbers and texts alone.
_OF_VALUES = frozenset(
    {"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_+_", "_-_", "_*_", "_/_", "_%_"}
    | {"startsWith", "endsWith", "contains", "matches"}
)
_PREFETCHED = "names that time changes are missing on a prefetch"


class RuleReader:
    """Collects the names of a rule. Raises `ValueError` with the column (from 1) for what a rule may not do.

    On a prefetch, names that time changes are taken out of maps: CEL then takes `item.open` for unknown, as it should,
    but `has(item.open)`, `"open" in item` and a comparison of the whole for false. These are refused.
    """

    def __init__(self, source: str, vocabulary: Vocabulary) -> None:
        self.names: list[UsedName] = []
        self.chances: list[UsedName] = []  # of a click, which are no facts
        self.compared: list[Compared] = []
        self.variables: set[str] = set()
        self.on_clock = False  # whether it asks for the time zone or the day at the reader's place
        self.told = 0  # the column (from 1) where a part of it tells what it comes to; 0 for none
        self._source = code_in(source)
        self._vocabulary = vocabulary
        self._loops: dict[str, FactPath | None] = {"@result": None}  # by variable: the path to each item

    def is_volatile(self, path: FactPath) -> bool:
        """Whether time changes what a path names, or may change it where a step is told at the open."""
        whole = path[:-1]
        told = path[-1].startswith("[") and self._hides(whole) and not self._is_list(whole)
        return told or self._vocabulary.is_volatile(path)

    def read(self, node: CelNode) -> None:
        """Reads a node and all inside."""
        if path := self._path(node):
            self._add(path, node)
            if self._hides(path):
                raise self._refusal(node, f"{dotted(path)} is not a single value: {_PREFETCHED}", path)
        elif node.kind == "has" and (path := self._path(node.inner[0])):
            self._add((*path, node.name), node, needed=False)
            if self.is_volatile((*path, node.name)):
                raise self._refusal(node, f"has({dotted(path)}.{node.name}) would be false on a prefetch", path)
        elif node.kind == "loop":
            self._read_loop(node)
        elif node.name == "size" and (path := self._path(node.inner[0])) and self._is_list(path):
            self._add((*path, "size"), node.inner[0])
        else:
            self._compare(node)
            self._ask_clock(node)
            if node.kind == "call" and node.name == TOLD:
                self.told = self._source.rfind(TOLD, 0, node.offset + 1) + 1
            for index, inner in enumerate(node.inner):
                if inner.kind == "variable" and self._path(inner) == ("item",) and self._is_value(node, index):
                    self._add(("item",), inner)
                else:
                    self.read(inner)

    def _path(self, node: CelNode) -> FactPath | None:
        """The path that a node names; steps that are told at the open are in brackets."""
        if node.kind == "variable":
            if node.name in self._loops:
                return self._loops[node.name]
            self.variables.add(node.name)
            return tuple(node.name.split("."))
        if node.kind != "field" and node.name != "_[_]":
            return None
        path = self._path(node.inner[0])
        if path is None or node.kind == "field":
            return path and (*path, node.name)
        index = node.inner[1]
        if isinstance(index.value, str | int):
            return (*path, str(index.value))
        self.read(index)
        told = self._path(index)
        if told is None or len(path) > 1:
            return (*path, EACH)
        try:
            return self._vocabulary.path_of((*path, told))
        except ValueError as error:
            raise ValueError(f"{self._start(node) + 1}: {error}") from None

    def _read_loop(self, node: CelNode) -> None:
        """A macro of CEL gives what it goes through a name, so that a short rule could double a text a hundred times.

        So rules make no lists, and go through those that there are.
        """
        items, start, body = node.inner
        macro = re.search(r"(\w+)\s*$", self._source[: node.offset])
        column, name = (macro.start() + 1, macro[1]) if macro else (node.offset + 1, "exists")
        if start.kind == "list":
            raise ValueError(f"{column}: rules have no '{name}'; use exists, all, exists_one or size")
        path = self._path(items)
        if path is None:
            raise ValueError(f"{column}: '{name}' is for lists, such as stores.exists(s, s.open)")
        self._add(path, items)
        if self._hides(path) and not self._is_list(path):
            raise self._refusal(items, f"'{name}' looks at the names in {dotted(path)}: {_PREFETCHED}", path)
        outer = dict(self._loops)
        self._loops[node.name] = (*path, EACH)
        self.read(body)
        self._loops = outer

    def _ask_clock(self, node: CelNode) -> None:
        """Notes what is worked out on the clock of the reader's place, and that time changes ages and birthdays."""
        self.on_clock |= asks_clock(node)
        if node.kind == "call" and node.name in TIMED:
            offset = self._source.rfind(node.name, 0, node.offset + 1)
            self.names.append(UsedName(("now", "date"), max(offset, 0)))

    def _compare(self, node: CelNode) -> None:
        """Notes the texts that a fact is compared with."""
        if node.name not in ("_==_", "_!=_", "@in"):
            return
        one, other = node.inner
        pairs = [(one, text) for text in other.inner] if node.name == "@in" else [(one, other), (other, one)]
        for fact, text in pairs:
            if isinstance(text.value, str) and (path := self._path(fact)):
                self.compared.append(Compared(path, text.value, text.offset))

    def _is_value(self, node: CelNode, index: int) -> bool:
        """Whether an operand is taken for a number or a text; a mapping is none of what it is compared with."""
        if node.name != "@in":
            return node.name in _OF_VALUES
        among = self._path(node.inner[1])
        return not index and not (among and self._hides(among))

    def _is_list(self, path: FactPath) -> bool:
        return self._vocabulary.is_list(path)

    def _hides(self, path: FactPath) -> bool:
        """Whether names may be taken out of what a path names."""
        if path == ("item",):
            return any(fact.volatile for fact in self._vocabulary.types.values() if fact.shape in ("list", "lists"))
        found = self._vocabulary.locate(path)
        if found is None or found[1] or (found[0].redacted_by_key and len(path) > 1):
            return False
        return bool(found[0].volatile)

    def _refusal(self, node: CelNode, problem: str, path: FactPath) -> ValueError:
        types = self._vocabulary.types
        lists = (fact for fact in types.values() if fact.shape == "list" and fact.volatile != "all")
        fact = types.get(path[0]) or next(lists, None)
        names = fact.names if fact else {}
        name = next((name for name, kind in names.items() if kind is bool), next(iter(names), "name"))
        whole = dotted(path)
        ask = f"size({whole}) or {whole}.exists(x, x.{name})" if self._is_list(path) else f"{whole}.{name}"
        return ValueError(f"{self._start(node) + 1}: {problem}; ask for a value, such as {ask}")

    def _add(self, path: FactPath, node: CelNode, *, needed: bool = True) -> None:
        found = self.chances if path[0] in (CLICK_CHANCE, CLICK_CHANCES) else self.names
        found.append(UsedName(path, self._start(node), needed))

    def _start(self, node: CelNode) -> int:
        """Where a path begins; CEL tells where the last of its operators stands."""
        while node.inner:
            node = node.inner[0]
        root = node.name.partition(".")[0]
        return max(self._source.rfind(root, 0, node.offset + len(root)), 0)

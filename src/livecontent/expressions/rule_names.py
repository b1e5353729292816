"""What a rule names, read from its tree; and which rules would take a redacted fact for one that is not there."""

import re

from livecontent.expressions.cel_ast import Call, CelNode, Constant, Field, Literal, Loop, Variable
from livecontent.expressions.names import EACH, Compared, UsedName, dotted
from livecontent.vocabulary import FactPath, Vocabulary

_LISTED = "a rule takes no 'map' or 'filter'; it asks with exists, all, exists_one or size"
_ON_A_PREFETCH = "on a prefetch names that time changes are not in it"


class RuleReader:
    """Collects the names of a rule. Raises `ValueError` with the column (from 1) for what a rule may not do.

    On a prefetch, names that time changes are taken out of maps: CEL then takes `item.open` for unknown, as it should,
    but `has(item.open)`, `"open" in item` and a comparison of the whole for false. Only the former is allowed.
    """

    def __init__(self, source: str, vocabulary: Vocabulary) -> None:
        self.names: list[UsedName] = []
        self.compared: list[Compared] = []
        self.variables: set[str] = set()
        self._source = source
        self._vocabulary = vocabulary
        self._loops: dict[str, FactPath | None] = {"@result": None}  # by variable: the path to each item

    def read(self, node: CelNode) -> None:
        """Reads a node and all inside."""
        if path := self._path(node):
            self._name(path, node)
            if self._hides(path):
                raise self._refusal(node, f"{dotted(path)} is no single value, and {_ON_A_PREFETCH}", path)
            return
        match node:
            case Field(tested=True):
                self._read_has(node)
            case Field():
                self.read(node.operand)
            case Call():
                self._read_call(node)
            case Literal():
                for part in node.parts:
                    self.read(part)
            case Loop():
                self._read_loop(node)

    def is_volatile(self, path: FactPath) -> bool:
        """Whether time changes what a path names, or may change it where a step is told at the open."""
        whole = path[:-1]
        told_at_open = path[-1] == EACH and self._hides(whole) and not self._is_list(whole)
        return told_at_open or self._vocabulary.is_volatile(path)

    def _path(self, node: CelNode) -> FactPath | None:
        """The path that a node names; steps that are told at the open are in brackets."""
        match node:
            case Variable():
                if node.name in self._loops:
                    return self._loops[node.name]
                self.variables.add(node.name)
                return tuple(node.name.split("."))
            case Field(tested=False):
                path = self._path(node.operand)
                return path and (*path, node.name)
            case Call(function="_[_]"):
                path = self._path(node.arguments[0])
                return path and (*path, self._step(node.arguments[1]))
        return None

    def _step(self, index: CelNode) -> str:
        if isinstance(index, Constant) and isinstance(index.value, str | int):
            return str(index.value)
        self.read(index)
        return EACH

    def _read_has(self, node: Field) -> None:
        operand = self._path(node.operand)
        if operand is None:
            self.read(node.operand)
            return
        path = (*operand, node.name)
        self._name(path, node.operand, needed=False)
        if self.is_volatile(path):
            raise self._refusal(node.operand, f"has({dotted(path)}) would be false on a prefetch", operand)

    def _read_call(self, node: Call) -> None:
        match node:
            case Call(function="size", arguments=(items,)) if (path := self._path(items)) and self._is_list(path):
                self._name((*path, "size"), items)
                return
            case Call(function="_==_" | "_!=_", arguments=(one, other)):
                self._compare(one, other)
                self._compare(other, one)
            case Call(function="@in", arguments=(one, Literal(is_list=True) as among)):
                for part in among.parts:
                    self._compare(one, part)
        for argument in node.arguments:
            self.read(argument)

    def _read_loop(self, node: Loop) -> None:
        """A macro of CEL gives what it goes through a name, so that a short rule could double a text a hundred times.

        So rules make no lists, and go through those that there are.
        """
        macro = re.search(r"(\w+)\s*$", self._source[: node.offset])
        column, name = (macro.start() + 1, macro[1]) if macro else (node.offset + 1, "exists")
        if isinstance(node.start, Literal):
            raise ValueError(f"{column}: {_LISTED}")  # noqa: TRY004  of a text
        path = self._path(node.items)
        if path is None:
            raise ValueError(f"{column}: '{name}' looks through a fact, such as stores.exists(s, s.open)")
        self._name(path, node.items)
        if self._hides(path) and not self._is_list(path):
            raise self._refusal(
                node.items, f"'{name}' goes through the names of {dotted(path)}, and {_ON_A_PREFETCH}", path
            )
        outer = dict(self._loops)
        self._loops[node.variable] = (*path, EACH)
        self.read(node.body)
        self._loops = outer

    def _compare(self, one: CelNode, other: CelNode) -> None:
        path = self._path(one)
        if path and isinstance(other, Constant) and isinstance(other.value, str):
            self.compared.append(Compared(path, other.value, other.offset))

    def _is_list(self, path: FactPath) -> bool:
        return len(path) == 1 and path[0] in self._vocabulary.lists

    def _hides(self, path: FactPath) -> bool:
        """Whether names may be taken out of what a path names."""
        if path == ("item",):
            return any(self._vocabulary.types[root].volatile for root in self._vocabulary.lists)
        found = self._vocabulary.locate(path)
        return found is not None and not found[1] and bool(found[0].volatile)

    def _refusal(self, node: CelNode, problem: str, path: FactPath) -> ValueError:
        fact = self._vocabulary.types.get(next(iter(self._vocabulary.lists)) if path[0] == "item" else path[0])
        names = fact.names if fact else {}
        name = next((name for name, kind in names.items() if kind is bool), next(iter(names), "name"))
        ask = f"size({path[0]}) or {path[0]}.exists(x, x.{name})" if self._is_list(path) else f"{dotted(path)}.{name}"
        return ValueError(f"{self._start(node) + 1}: {problem}; ask for a value, such as {ask}")

    def _name(self, path: FactPath, node: CelNode, *, needed: bool = True) -> None:
        self.names.append(UsedName(path, self._start(node), needed))

    def _start(self, node: CelNode) -> int:
        """Where a path begins; CEL tells where the last of its operators stands."""
        while not isinstance(node, Variable):
            match node:
                case Field():
                    node = node.operand
                case Call():
                    node = node.arguments[0]
                case _:
                    return node.offset
        root = node.name.partition(".")[0]
        return max(self._source.rfind(root, 0, node.offset + len(root)), 0)

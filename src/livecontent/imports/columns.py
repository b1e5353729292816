"""What each column of a CSV is read as: decided over all of its values, never for one alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

from livecontent.errors import DataError
from livecontent.imports.dates import DateReader
from livecontent.imports.headers import bare, listing
from livecontent.imports.kinds import ColumnKind, Dates, Numbers
from livecontent.imports.known import Reading
from livecontent.imports.own import SERIAL, names_days, read_nothing, read_own_text, read_truth, reads, why_text
from livecontent.imports.survey import ColumnSurvey, Seen, TextShape

ColumnType = Literal["text", "number", "date", "boolean", "skip"]

_ODD = 100  # one value in so many may be none where the others are numbers, and is left out
_MEMO = 4096  # values of a column whose reading is remembered
POINT_ZERO = "; all end in .0, as a program writes that took them for numbers: format the column as text, export again"


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody has said of a file: encoding, sign before decimals, order of dates, types of columns.

    Where `keep` names columns, others are not stored.
    """

    encoding: str = ""
    decimal: str = ""
    date: str = ""
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()

    def stores(self, name: str, key: str = "id") -> bool:
        """Whether a column is wanted; the key always is."""
        return name == key or (self.types.get(name) != "skip" and (not self.keep or name in self.keep))

    def by_attribute(self, header: Sequence[str], names: Sequence[str]) -> "Choices":
        """These, where columns may have been named by the words of the header. Raises `DataError`."""
        known = dict(zip(map(bare, header), names, strict=True)) | {bare(name): name for name in names}
        if unknown := [name for name in (*self.types, *self.keep) if bare(name) not in known]:
            raise DataError(f"--columns {unknown[0]}: there is no such column; found: {listing(header)}")
        types = {known[bare(name)]: type_ for name, type_ in self.types.items()}
        return replace(self, types=types, keep=frozenset(known[bare(name)] for name in self.keep))


class Doubt(NamedTuple):
    """What only people can tell of a column: the option that tells it, and what each of its values makes of one."""

    option: str
    example: str
    answers: Mapping[str, object]

    def __str__(self) -> str:
        values = " or ".join(map(str, self.answers.values()))
        options = " or ".join(f"{self.option} {answer}" for answer in self.answers)
        return f"{self.example} can be {values}: say which with {options}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its attribute, what to tell of it, and how its cells are read; not at all where it is left out."""

    name: str
    told: str
    read: Reading | None
    style: str = ""  # of numbers or dates, where the values leave no other
    doubt: Doubt | None = None


class KnownColumns(Protocol):
    """The columns whose names tell what they mean."""

    @property
    def key(self) -> str:
        """The column that names a row."""

    def reading(self, name: str) -> Reading | None:
        """How values of a known column are read; None where the values themselves tell."""

    def meaning(self, name: str) -> str:
        """What to tell of a known column."""


class ColumnReader:
    """Decides what columns are."""

    def __init__(self, choices: Choices, dates: DateReader, known: KnownColumns) -> None:
        self._choices = choices
        self._known = known
        self._kinds: tuple[ColumnKind, ...] = (Dates(dates), Numbers())

    def decide(self, names: Sequence[str], surveys: Sequence[ColumnSurvey]) -> tuple[Column, ...]:
        """What one column leaves open, another may tell: sign and order are the same in all of a file."""
        columns = [self._column(name, survey) for name, survey in zip(names, surveys, strict=True)]
        told = {column.style: column.name for column in columns if column.style}
        return tuple(
            self._as_in(column, survey, told) if column.doubt else column
            for column, survey in zip(columns, surveys, strict=True)
        )

    def _as_in(self, column: Column, survey: ColumnSurvey, told: Mapping[str, str]) -> Column:
        styles = [style for style in column.doubt.answers if style in told] if column.doubt else []
        if len(styles) != 1:
            return column
        found = self._typed(column.name, survey, styles[0]) or column
        return replace(found, told=f"{found.told}, as in {told[styles[0]]}")

    def _column(self, name: str, survey: ColumnSurvey) -> Column:
        chosen = self._choices.types.get(name)
        if not self._choices.stores(name, self._known.key):
            return Column(name, "not stored", None)
        if read := self._known.reading(name):
            return self._known_column(name, survey, read)
        if not survey.filled:
            return Column(name, "empty", read_nothing)
        if why := "text" if chosen == "text" else "" if chosen else why_text(name, survey):
            return Column(name, why, _remembered(read_own_text, survey))
        first = next(iter(survey.filled.values()))
        if chosen != "number" and names_days(name) and all(shape.serial for shape in survey.filled):
            return Column(name, f"{first.example} is {SERIAL}", None)
        if chosen == "boolean" or all(shape.truth for shape in survey.filled):
            return Column(name, "true or false", _remembered(read_truth, survey))
        return self._typed(name, survey) or Column(name, self._mixed(survey), _remembered(read_own_text, survey))

    def _known_column(self, name: str, survey: ColumnSurvey, read: Reading) -> Column:
        told = self._known.meaning(name)
        if name == self._known.key:
            zeros = survey.filled and all(shape.point_zero for shape in survey.filled)
            return Column(name, told + (POINT_ZERO if zeros else ""), read)
        signs = {sign for seen in survey.seen.values() for sign in ".," if sign in seen.example}
        degrees = told == "degrees" and len(signs) == 1
        return Column(name, told, _remembered(read, survey), signs.pop() if degrees else "")

    def _typed(self, name: str, survey: ColumnSurvey, style: str = "") -> Column | None:
        """As dates or numbers, in a style that was told, or that the values leave; None where they are neither."""
        chosen = self._choices.types.get(name)
        for kind in self._kinds:
            if chosen in (kind.noun, None):
                said = self._choices.date if kind.noun == "date" else self._choices.decimal
                styles = [one for one in kind.styles if one in (style or said, "")] or kind.styles
                if found := self._as_kind(name, survey, kind, styles, forced=chosen is not None):
                    return found
        return None

    def _as_kind(
        self, name: str, survey: ColumnSurvey, kind: ColumnKind, styles: Sequence[str], *, forced: bool
    ) -> Column | None:
        shapes = _without_serials(name, survey) if kind.noun == "date" else survey.filled
        whole = sum(seen.count for seen in shapes.values())
        fits = {style: _fitting(shapes, kind, style) for style in styles}
        best = max(fits.values())
        allowed = whole if forced else whole // _ODD
        if not best or whole - best > allowed:
            return None
        # Where some values are odd, another style that few more contradict is possible, too.
        alive = [style for style, count in fits.items() if count == best or (best < whole and whole - count <= allowed)]
        if seen := _undecided(shapes, kind, alive):
            doubt = Doubt(kind.option, seen.example, {style: kind.read(seen.example, style) for style in alive})
            return Column(name, f"left out: {doubt}", None, doubt=doubt)
        style = max(alive, key=lambda one: fits[one])
        told = kind.describe([(shape, seen.example) for shape, seen in _read_by(shapes, kind, style)], style)
        decisive = len(alive) == 1 and len(styles) > 1
        return Column(name, told, _remembered(reads(kind, style), survey), style if decisive else "")

    def _mixed(self, survey: ColumnSurvey) -> str:
        """Why a column is text of which many values are not."""
        whole = sum(seen.count for seen in survey.filled.values())
        for kind in self._kinds:
            style = max(kind.styles, key=lambda one: _fitting(survey.filled, kind, one))
            read = dict(_read_by(survey.filled, kind, style))
            if sum(seen.count for seen in read.values()) * 2 >= whole:
                odd = next((seen for shape, seen in survey.filled.items() if shape not in read), None)
                if odd is None:
                    return f"text, as {kind.option} contradicts the values"
                return f"text, as {odd.example[:40]!r} on line {odd.line} is no {kind.noun} like the others"
        return "text"


def _read_by(shapes: Mapping[TextShape, Seen], kind: ColumnKind, style: str) -> list[tuple[TextShape, Seen]]:
    """What a style reads."""
    index = kind.styles.index(style)
    return [(shape, seen) for shape, seen in shapes.items() if kind.marks(shape)[index] >= 0]


def _fitting(shapes: Mapping[TextShape, Seen], kind: ColumnKind, style: str) -> int:
    return sum(seen.count for _, seen in _read_by(shapes, kind, style))


def _undecided(shapes: Mapping[TextShape, Seen], kind: ColumnKind, styles: Sequence[str]) -> Seen | None:
    """Values of which these styles make several."""
    indexes = [kind.styles.index(style) for style in styles]
    for shape, seen in shapes.items():
        marks = kind.marks(shape)
        if len({marks[index] for index in indexes} - {-1}) > 1:
            return seen
    return None


def _without_serials(name: str, survey: ColumnSurvey) -> Mapping[TextShape, Seen]:
    """Without the numbers that a spreadsheet keeps for days, where the column has days."""
    days = sum(seen.count for shape, seen in survey.filled.items() if max(shape.dates) >= 0)
    whole = sum(seen.count for seen in survey.filled.values())
    if not (names_days(name) or days * 2 >= whole):
        return survey.filled
    return {shape: seen for shape, seen in survey.filled.items() if not shape.serial}


def _remembered(read: Reading, survey: ColumnSurvey) -> Reading:
    """A reading that remembers, where values come again and again."""
    return lru_cache(_MEMO)(read) if survey.texts * 2 < survey.count else read

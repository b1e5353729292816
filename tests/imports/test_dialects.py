"""The law of imports: of a file in any dialect the table comes out, or it is told what could not be decided."""

import csv
import io
import random
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.imports.columns import Column
from livecontent.imports.encoding import EncodingDoubtError
from livecontent.imports.recipients import open_recipients
from livecontent.imports.row_files import TypedRow
from livecontent.imports.table_file import no_progress

NAMES = {
    "cp1252": "Zoé François Müller Jörg José Peña Søren Åsa Hélène Anaïs Ann Tom Eva",
    "cp1250": "Łukasz Świętosława Małgorzata Jiří Božena Zoltán Győző Šárka Anna Jan Eva",
    "cp1251": "Иван Георги Мария Светлана Николай Ольга Дмитрий",
}
DATES = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%m/%d/%y")
STYLES = ((".", ""), (".", ","), (".", " "), (".", "'"), (",", ""), (",", "."), (",", " "), (",", "\u00a0"), (",", "'"))


class Person(NamedTuple):
    id: str
    first_name: str
    points: int
    balance: float
    until: date
    sku: str


class Dialect(NamedTuple):
    encoding: str
    delimiter: str
    quoting: int
    end: str
    decimal: str
    group: str
    dates: str
    padding: bool
    told: bool
    order: list[int]


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    decimal, group = draw(st.sampled_from(STYLES))
    return Dialect(
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1250", "cp1251"])),
        draw(st.sampled_from(",;\t|")),
        draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        draw(st.sampled_from(["\n", "\r\n", "\r"])),
        decimal,
        group,
        draw(st.sampled_from(DATES)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.permutations(range(len(Person._fields)))),
    )


def people(count: int, encoding: str, chance: random.Random) -> list[Person]:
    names = NAMES.get(encoding, " ".join(NAMES.values())).split()
    return [
        Person(
            f"c{number:03}",
            chance.choice(names),
            chance.choice([chance.randrange(1000), chance.randrange(100_000)]),
            round(chance.choice([chance.uniform(0, 100), chance.uniform(-9000, 90_000)]), 2),
            date(chance.randrange(1950, 2040), chance.randrange(1, 13), chance.randrange(1, 29)),
            f"{chance.randrange(10_000):05}",
        )
        for number in range(count)
    ]


def grouped(number: float, decimals: int, dialect: Dialect) -> str:
    text = f"{number:,.{decimals}f}"
    return text.replace(",", "\0").replace(".", dialect.decimal).replace("\0", dialect.group)


def written(rows: list[Person], dialect: Dialect) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=dialect.delimiter, quoting=dialect.quoting, lineterminator=dialect.end)  # type: ignore[arg-type]
    if dialect.told:
        out.write(f"sep={dialect.delimiter}{dialect.end}")
    writer.writerow([Person._fields[place] for place in dialect.order])
    for row in rows:
        cells = (
            row.id,
            row.first_name,
            grouped(row.points, 0, dialect),
            grouped(row.balance, 2, dialect),
            row.until.strftime(dialect.dates),
            row.sku,
        )
        pad = " " if dialect.padding else ""
        writer.writerow([pad + cells[place] + pad for place in dialect.order])
    return out.getvalue().encode(dialect.encoding)


@pytest.mark.usefixtures("letter_models")
@settings(max_examples=settings.default.max_examples * 2 if settings.default else 200)
@given(dialects(), st.sampled_from([3, 8, 40]), st.randoms(use_true_random=False))
def test_the_table_comes_out_or_it_is_told_what_is_open(dialect: Dialect, count: int, chance: random.Random) -> None:
    table = people(count, dialect.encoding, chance)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        file.write_bytes(written(table, dialect))
        try:
            with open_recipients(file, {}) as opened:
                columns = {column.name: column for column in opened.columns}
                rows = [row.values for row in opened.rows(no_progress) if isinstance(row, TypedRow)]
        except EncodingDoubtError:
            assert dialect.encoding.startswith("cp")
            return
    assert list(columns) == [Person._fields[place] for place in dialect.order]
    assert [row["id"] for row in rows] == [person.id for person in table]
    for row, person in zip(rows, table, strict=True):
        assert row["first_name"] == person.first_name
        assert row["sku"] == person.sku
        assert_right(row, columns["points"], person.points)
        assert_right(row, columns["balance"], person.balance)
        assert_right(row, columns["until"], person.until.isoformat())


def assert_right(row: object, column: Column, value: object) -> None:
    assert isinstance(row, dict)
    if column.doubt or column.told.startswith("text, as"):
        assert column.name not in row or isinstance(row[column.name], str)
    else:
        assert row[column.name] == value

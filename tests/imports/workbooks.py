"""Workbooks, made by hand: the few parts that a reader needs."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def address(column: int, row: int) -> str:
    """Such as B7; columns and rows count from 0."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"


def cell(value: object, where: str) -> str:
    match value:
        case bool():
            return f'<c r="{where}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{where}"><v>{value}</v></c>'
        case ("date", number):
            return f'<c r="{where}" s="1"><v>{number}</v></c>'
        case ("error", text):
            return f'<c r="{where}" t="e"><v>{text}</v></c>'
        case _:
            return f'<c r="{where}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def write_xlsx(
    file: Path, sheets: Mapping[str, Sequence[Sequence[object]]], hidden: frozenset[str] = frozenset()
) -> None:
    """A workbook; None is an empty cell."""
    parts = {}
    entries, links = [], []
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        entries.append(f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"{state}/>')
        links.append(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        )
        lines = "".join(
            f'<row r="{y + 1}">'
            + "".join(cell(value, address(x, y)) for x, value in enumerate(row) if value is not None)
            + "</row>"
            for y, row in enumerate(rows)
        )
        data = f"<sheetData>{lines}</sheetData>"
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{_MAIN}">{data}</worksheet>'
    links.append(f'<Relationship Id="rId99" Type="{_OFFICE}/styles" Target="styles.xml"/>')
    formats = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    parts["xl/styles.xml"] = f'<styleSheet xmlns="{_MAIN}">{formats}</styleSheet>'
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{"".join(entries)}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{_RELS}">{"".join(links)}</Relationships>'
    parts["[Content_Types].xml"] = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in parts.items():
            out.writestr(name, text)


def write_ods(file: Path, rows: Sequence[Sequence[str]]) -> None:
    """A LibreOffice workbook of texts."""
    office, table, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
            for value in row
        )
        + "</table:table-row>"
        for row in rows
    )
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        out.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{manifest}"/>')
        out.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{text}"><office:body>'
            f'<office:spreadsheet><table:table table:name="Leute">{lines}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        )

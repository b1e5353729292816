"""Files that are converted, where nothing but the data folder can be written."""

import tempfile
from pathlib import Path

import pytest
from workbooks import write_xlsx

from livecontent.imports.table_file import open_table
from livecontent.runtime.private_files import make_data_folder

XML = """<rss xmlns:g="http://base.google.com/ns/1.0"><channel>
<item><g:id>1</g:id><g:title>Umbrella</g:title></item></channel></rss>"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder on a machine that has no folder for temporary files."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "nowhere")])
    return tmp_path / "data"


def test_workbooks_and_xml_are_read(data: Path, tmp_path: Path) -> None:
    make_data_folder(data)
    write_xlsx(tmp_path / "people.xlsx", {"Sheet": [["id", "name"], ["a", "Zoé"]]})
    (tmp_path / "products.xml").write_text(XML)
    for name, value in (("people.xlsx", "Zoé"), ("products.xml", "Umbrella")):
        with open_table(tmp_path / name) as table, table.text() as text:
            assert value in text.read()
    assert not list(data.iterdir()), "nothing of them stays"
    assert not (tmp_path / "nowhere").exists()

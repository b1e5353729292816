"""One recipient's odd value is no mistake of a creative."""

import json
from pathlib import Path

import pytest
from running import Run, said

CREATIVE = """
title: Ring
size: 390x200
alt: Your points
variants:
  - name: a
    layers: [{ring: "{{ recipient.points }}", of: 500, box: [0, 0, 100, 100]}]
"""


@pytest.mark.parametrize("odd", range(3))  # one of them is looked at first
def test_one_number_out_of_range_fails_no_check(odd: int, run: Run, tmp_path: Path) -> None:
    (tmp_path / "templates" / "ring").mkdir(parents=True)
    (tmp_path / "templates" / "ring" / "creative.yaml").write_text(CREATIVE)
    people = [{"id": str(number), "points": 1e300 if number == odd else number} for number in range(3)]
    (tmp_path / "people.jsonl").write_text("\n".join(map(json.dumps, people)))
    run("import", "recipients", "people.jsonl")
    checked = run("check")
    assert "0 errors" in said(checked)
    assert checked.exit_code == 0

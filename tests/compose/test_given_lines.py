"""Texts of people in Thai, Japanese and Korean: lines break between words, none begins with a small ョ or a bracket."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from livecontent.creative.source import read_source
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Text
from made_creatives import composed, moment_of, valid

CASES = Path(__file__).parents[1] / "cases"


def rows_of(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader((CASES / file).read_text("utf-8").splitlines()))


LINES = {
    "th": ["สวัสดีค่ะคุณสมชายวันนี้", "ฝนตกที่กรุงเทพมหานคร", "อย่าลืมพกร่มนะคะเปิด", "ทำการถึงหกโมง"],
    "ja": [
        "今日はとってもいい",
        "天気ですね。",
        "コーヒーショップへ",
        "ようこそ、田中さん！",
        "「特別セール」は…",
    ],
    "ko": ["안녕하세요김철수님", "오늘은비가옵니다", "우산을잊지마세요"],
}


@pytest.mark.parametrize("row", rows_of("03-lines.csv"), ids=lambda row: row["id"])
def test_lines_of_asia_break_where_their_readers_break_them(fonts: Fonts, row: dict[str, str]) -> None:
    creative = valid(read_source("creative.yaml", (CASES / "03-narrow.creative.yaml").read_bytes()).data)
    scene, _ = composed(creative, moment_of(recipient=row), fonts)
    lines: dict[int, list[tuple[int, str]]] = {}
    for node in scene.nodes:
        for run in node.runs if isinstance(node, Text) else ():
            lines.setdefault(run.y, []).append((run.x, run.text))
    assert ["".join(text for _, text in sorted(lines[y])) for y in sorted(lines)] == LINES[row["id"]]

"""Texts in many scripts, for laws that hold for every text."""

from __future__ import annotations

from hypothesis import strategies as st

from livecontent.compose.text.sanitize import sanitize

SCRIPTS = {
    "latin": "abcdefgh ijklmWW éèç-'’.,/ \u00a0\u202f",
    "french": "abc  é !?:;»«%€’.-",
    "arabic": "ابتثجحخ دذرزس ،؟ 123",
    "hebrew": "אבגד הוזח טי \"'-",
    "devanagari": "नमस्ते दुनिया क्षत्रि ज्ञ",
    "emoji": "😀👍🏽👨\u200d👩\u200d👧🇫🇷❤\ufe0f ☂",
    "cjk": "日本語のテキスト、。한국 ",
    "lines": "ab c\n d\u200b",
}
ALL = "".join(SCRIPTS.values())

texts = st.one_of(
    *(st.text(st.sampled_from(script), max_size=40) for script in SCRIPTS.values()),
    st.text(st.sampled_from(ALL), max_size=40),
    st.text(max_size=40),
).map(lambda text: sanitize(text).strip())

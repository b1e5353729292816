"""Units are written as Babel writes them, by whichever of their names."""

from __future__ import annotations

import pytest
from babel import Locale, units

from livecontent.expressions.template import MissingValueError
from made_creatives import template


@pytest.mark.parametrize("locale", ["en", "fr", "ar", "en_CA"])
def test_units_are_written_as_babel_writes_them_by_any_of_their_names(locale: str) -> None:
    words = template("{{ n | unit: name, '#,##0.0' }}")
    for whole in Locale.parse(locale).unit_display_names:
        short = whole.partition("-")[2]
        for name in (whole, short, short.rpartition("-")[2]):
            written = words.fill({"n": 1234.56, "name": name, "locale": locale})
            assert written == units.format_unit(1234.56, name, "short", "#,##0.0", locale), name


def test_what_is_no_unit_is_told_by_the_name_it_was_given() -> None:
    with pytest.raises(MissingValueError, match="'parsnip' is not a CLDR unit"):
        template("{{ 3 | unit: 'parsnip' }}").fill({})

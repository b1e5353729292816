"""How often each variant was shown and clicked, summed up as it is counted: nobody has to read all showings again.

The first showing of a person and send counts, with whether anything of it was clicked. Whatever changes a showing, by a
click, a merge, `forget` or age, takes its send off before, and adds it again after: so the sums are always exact.
"""

from typing import Final

# Of two at the same time, the one that comes first by name. The + keeps SQLite to the primary key, as by the index on
# times it would read all that is older: https://sqlite.org/optoverview.html#uplus
FIRST: Final = """
NOT EXISTS (SELECT 1 FROM showings AS o WHERE o.person = s.person AND o.creative = s.creative AND o.slot = s.slot
    AND (+o.at, o.variant) < (s.at, s.variant))
"""
CLICKED: Final = """
EXISTS (SELECT 1 FROM showings AS o WHERE o.person = s.person AND o.creative = s.creative AND o.slot = s.slot
    AND o.clicked IS NOT NULL)
"""
_TALLY = f"""
INSERT INTO tries SELECT creative, context, variant, arm = variant, {{sign}}count(*), {{sign}}sum({CLICKED})
FROM showings AS s WHERE {{which}} AND variant <> '' AND {FIRST} GROUP BY 1, 2, 3, 4
ON CONFLICT DO UPDATE SET shown = shown + excluded.shown, clicked = clicked + excluded.clicked
"""  # noqa: S608  ours
_TABLE = """
CREATE TABLE tries (
    creative TEXT NOT NULL, context TEXT NOT NULL, variant TEXT NOT NULL, drawn INTEGER NOT NULL,
    shown INTEGER NOT NULL, clicked INTEGER NOT NULL, PRIMARY KEY (creative, context, variant, drawn)
) STRICT, WITHOUT ROWID;
CREATE INDEX tries_of_nobody ON tries (shown) WHERE shown = 0;
"""
_NO_MORE = "DELETE FROM tries WHERE shown = 0"
_NEW, _OLD = "(NEW.person, NEW.creative, NEW.slot)", "(OLD.person, OLD.creative, OLD.slot)"
# A showing that is there already is ignored, which no trigger after it hears of.
_THERE = """
WHEN NOT EXISTS (SELECT 1 FROM showings WHERE person = NEW.person AND creative = NEW.creative AND slot = NEW.slot
    AND variant = NEW.variant)
"""


def _triggers() -> str:
    made = ""
    for event, sends, condition in (("INSERT", _NEW, _THERE), ("UPDATE", f"{_OLD}, {_NEW}", ""), ("DELETE", _OLD, "")):
        which = f"(person, creative, slot) IN (VALUES {sends})"
        before, after = (_TALLY.format(sign=sign, which=which) for sign in ("-", ""))
        name = event.lower()
        made += f"CREATE TRIGGER before_{name} BEFORE {event} ON showings {condition} BEGIN {before}; END;\n"
        made += f"CREATE TRIGGER after_{name} AFTER {event} ON showings BEGIN {after}; {_NO_MORE}; END;\n"
    return made


RECOUNT: Final = _TALLY.format(sign="", which="true")
TRIES: Final = f"{_TABLE}{_triggers()}"

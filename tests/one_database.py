"""Files of tests that the run on PostgreSQL need not even load, by what is written in them."""

import re

WHOLE = re.compile(r"^pytestmark = .*\bmark\.(?:e2e|gates|bench|libreoffice|once)\b", re.MULTILINE)
"""All tests of the file run beside it."""


def has_nothing_for_postgresql(path, *, on_sqlite):
    """Of a file whose tests run on SQLite unless they are marked "both", or of any other."""
    text = path.read_text("utf-8")
    return bool(WHOLE.search(text)) or (on_sqlite and "mark.both" not in text)

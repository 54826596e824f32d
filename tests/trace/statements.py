"""What a statement of the store of events must not have, so that its tables can be spread over servers (docs/adr/0032)."""

import re

NUMBERS = re.compile(r"\b(?:nextval|setval)\s*\(", re.IGNORECASE)
# what follows FROM, JOIN or UPDATE and is no function or sub-query
TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE)\s+(?!pg_catalog\.)[\w.\"]+(?!\s*\()(?![\w.\"])", re.IGNORECASE)
NAMED = re.compile(
    r"\bWITH\s+(?!RECURSIVE\b)(?:.*?,\s*)?[\w\"]+\s*\([^()]*\)\s+AS\b", re.IGNORECASE | re.DOTALL
)


def faults_of(statement):
    """The first is refused on distributed tables, the second is planned without its filter."""
    found = []
    if NUMBERS.search(statement) and TABLE.search(statement):
        found.append("takes numbers of a sequence and reads a table")
    if NAMED.search(statement):
        found.append("names the columns of a WITH that is not recursive")
    return found

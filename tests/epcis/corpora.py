"""The reference corpora (../shared/corpora), read once: documents with their verdicts, vectors line by line."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Case:
    """A document of a corpus, and what the official schema says of it (for XML: any of the four XSDs)."""

    name: str
    path: Path
    is_xml: bool
    is_valid: bool

    @property
    def data(self):
        return self.path.read_bytes()


@cache
def cases(shared):
    """Every document of the corpora with its verdict, formats asserted."""
    found = []
    for expected in sorted((shared / "corpora").glob("*/EXPECTED-schema.json")):
        corpus = expected.parent
        for name, verdict in sorted(json.loads(expected.read_text(encoding="utf-8")).items()):
            is_xml = "xml" in verdict
            valid = (
                any(value for key, value in verdict.items() if key.startswith("xsd"))
                if is_xml
                else bool(verdict.get("schema_valid_with_formats"))
            )
            found.append(Case(f"{corpus.name}/{name}", corpus / name, is_xml, valid))
    return tuple(found)


def vectors(shared, name):
    """The lines of a vector file, e.g. ``digital-link/syntax-engine_parse-uri``."""
    path = shared / "corpora" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]

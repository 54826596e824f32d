"""Write docs/security-requirements.md from tests/security/asvs.csv and bars.csv: `.venv/bin/python tools/security_page.py`."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path("docs") / "security-requirements.md"
STATUSES = ("tested", "documented", "not met", "not applicable")
CHAPTERS = (
    "encoding and sanitisation", "validation and business logic", "web frontend", "interfaces", "files", "authentication",
    "sessions", "authorisation", "self-contained tokens", "OAuth and OIDC", "cryptography", "secure communication",
    "configuration", "data protection", "coding and architecture", "logging and error handling", "WebRTC",
)  # fmt: skip
HEAD = """<!-- Written by tools/security_page.py; a test compares it with tests/security/. -->

# Security requirements

`tests/security/asvs.csv` has a row for each requirement of the levels 1 and 2 of OWASP ASVS 5.0.0 (70 and 183; the words are ours, the
standard is at owasp.org under CC BY-SA 4.0), and `tests/security/bars.csv` one for each bar of the project in security (S) and in robustness (R). A status is one of

- **tested**: somebody has read the tests that are named; they fail where the requirement is broken;
- **documented**: the requirement asks for a document, and it is there;
- **not met**: the reason says what is missing;
- **not applicable**: the reason says why.

`tests/security/test_requirements.py` fails when a requirement is missing or there twice, when a row names a test, page or heading that does not
exist, and when a reason is empty. `tests/security/mutations.toml` names changes that would break a bar and the test that sees each;
`./khcn mutations` makes them one by one in a copy of the tree and fails when a test stays green. It is run before each release, whole
(about an hour on two processors, beside a PostgreSQL server of its own), and with the names of those concerned when one of these tests or
what it tests is changed. Each bar in security that is tested has at least one, and its test is among the evidence of the bar.

"""


def row_of_table(*cells: object) -> str:
    """A line of a table in Markdown."""
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n"


def _counts(rows: list[dict[str, str]]) -> list[int]:
    found = Counter(row["status"] for row in rows)
    return [found[status] for status in STATUSES]


def text_of(asvs: list[dict[str, str]], bars: list[dict[str, str]]) -> str:
    """The page for these rows."""
    text = (
        HEAD + "## Counts\n\n" + row_of_table("chapter", "", "rows", *STATUSES) + row_of_table(*["---"] * 7)
    )
    for number, title in enumerate(CHAPTERS, 1):
        rows = [row for row in asvs if row["id"].startswith(f"V{number}.")]
        text += row_of_table(f"V{number}", title, len(rows), *_counts(rows))
    for level in "12":
        rows = [row for row in asvs if row["level"] == level]
        text += row_of_table(f"**level {level}**", "", len(rows), *_counts(rows))
    text += row_of_table("**all**", "", len(asvs), *_counts(asvs))
    text += row_of_table("**bars**", "S0 to S38, R1 to R26", len(bars), *_counts(bars))
    for title, rows in (("Requirements that are not met", asvs), ("Bars that are not met", bars)):
        text += f"\n## {title}\n\n"
        text += "".join(
            f"- **{row['id']}** ({row['asks']}): {row['reason']}\n"
            for row in rows
            if row["status"] == "not met"
        )
    return text


def rows_of(name: str) -> list[dict[str, str]]:
    """The lines of one of the files."""
    with (ROOT / "tests" / "security" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    (ROOT / PAGE).write_text(text_of(rows_of("asvs.csv"), rows_of("bars.csv")), "utf-8")


if __name__ == "__main__":
    main()

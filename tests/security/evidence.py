"""What the files beside this one point to: tests by their ids, pages by their headings."""

import csv
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
TEST_ID = re.compile(r"\btests/[\w/]+\.py::\w+")
STATUSES = ("tested", "documented", "not met", "not applicable")


def rows_of(name):
    """The lines of a file of this folder, as dictionaries."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def tests_of(path):
    """Names of the tests of a file; none where there is no such file."""
    file = ROOT / path
    text = file.read_text("utf-8") if file.is_file() else ""
    return frozenset(re.findall(r"^(?:    )?def (test_\w+)\(", text, re.MULTILINE))


def is_test(node):
    """Whether ``tests/….py::test_…`` is there, or the drill ``drill/….py::run``."""
    path, _colons, name = node.partition("::")
    if path.startswith("drill/"):
        return (
            name == "run" and "\ndef run() -> str:" in (ROOT / path).read_text("utf-8")
            if (ROOT / path).is_file()
            else False
        )
    return name in tests_of(path)


@cache
def headings_of(path):
    """The headings of a page as they stand in addresses; none where there is no such page."""
    file = ROOT / path
    text = file.read_text("utf-8") if file.is_file() else ""
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in found)


def is_page(place):
    """Whether ``docs/….md`` is there, and after ``#`` a heading of it."""
    path, _sign, heading = place.partition("#")
    return heading in headings_of(path) if heading else bool(headings_of(path))


def faults_of(row):
    """What is wrong with one line of such a file, in words."""
    name, evidence = row["id"], row["evidence"].split()
    if row["status"] not in STATUSES:
        return [f"{name}: there is no status {row['status']!r}"]
    found = [] if row["asks"].strip() else [f"{name}: does not say what is asked for"]
    found += (
        [f"{name}: more cells than the first line names; commas stand in quotation marks"]
        if None in row
        else []
    )
    if row["status"] in {"tested", "documented"}:
        there = is_test if row["status"] == "tested" else is_page
        found += [f"{name}: {each} is not there" for each in evidence if not there(each)]
        found += [] if evidence else [f"{name}: {row['status']}, but nothing is named"]
    else:
        found += [f"{name}: {row['status']}, and yet names evidence"] if evidence else []
        found += [] if row["reason"].strip() else [f"{name}: {row['status']} without a reason"]
    return found + [
        f"{name}: {each} is not there" for each in TEST_ID.findall(row["reason"]) if not is_test(each)
    ]

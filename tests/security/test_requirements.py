"""The lists of what is asked for in security are complete, and what they point to is there."""

import tomllib
from collections import Counter

import pytest

from tests.security.evidence import HERE, ROOT, faults_of, is_test, rows_of
from tools import reliability_page, security_page

# OWASP ASVS 5.0.0: section to the level of each of its requirements, in their order.
SECTIONS = {
    "V1.1": "22", "V1.2": "1111122223", "V1.3": "112222222223", "V1.4": "222", "V1.5": "123",
    "V2.1": "122", "V2.2": "112", "V2.3": "12223", "V2.4": "23",
    "V3.1": "3", "V3.2": "113", "V3.3": "12223", "V3.4": "11222233", "V3.5": "11122333", "V3.6": "3", "V3.7": "22333",
    "V4.1": "12233", "V4.2": "23333", "V4.3": "22", "V4.4": "1222",
    "V5.1": "2", "V5.2": "112333", "V5.3": "113", "V5.4": "222",
    "V6.1": "122", "V6.2": "111111112222", "V6.3": "11223333", "V6.4": "112233", "V6.5": "22222333", "V6.6": "2223",
    "V6.7": "33", "V6.8": "2222",
    "V7.1": "222", "V7.2": "1111", "V7.3": "22", "V7.4": "11222", "V7.5": "223", "V7.6": "22",
    "V8.1": "1233", "V8.2": "1123", "V8.3": "133", "V8.4": "23",
    "V9.1": "111", "V9.2": "1222",
    "V10.1": "22", "V10.2": "223", "V10.3": "22223", "V10.4": "1111122222233333", "V10.5": "22222", "V10.6": "22", "V10.7": "222",
    "V11.1": "2233", "V11.2": "22233", "V11.3": "11233", "V11.4": "1222", "V11.5": "23", "V11.6": "23", "V11.7": "33",
    "V12.1": "12233", "V12.2": "11", "V12.3": "22223",
    "V13.1": "2333", "V13.2": "222223", "V13.3": "2233", "V13.4": "1222233",
    "V14.1": "22", "V14.2": "12223333", "V14.3": "122",
    "V15.1": "12233", "V15.2": "12233", "V15.3": "1222222", "V15.4": "3333",
    "V16.1": "2", "V16.2": "22222", "V16.3": "2222", "V16.4": "222", "V16.5": "2223",
    "V17.1": "23", "V17.2": "22223333", "V17.3": "22",
}  # fmt: skip
LEVELS = {
    f"{section}.{number}": level
    for section, levels in SECTIONS.items()
    for number, level in enumerate(levels, 1)
}
BARS = [*(f"S{number}" for number in range(39)), *(f"R{number}" for number in range(1, 27))]


def test_the_list_of_requirements_is_that_of_the_standard():
    assert Counter(LEVELS.values()) == {"1": 70, "2": 183, "3": 92}


def test_each_requirement_of_the_first_two_levels_has_one_row():
    found = [(row["id"], row["level"]) for row in rows_of("asvs.csv")]
    assert found == [(name, level) for name, level in LEVELS.items() if level != "3"]


def test_each_bar_has_one_row():
    assert [row["id"] for row in rows_of("bars.csv")] == BARS


@pytest.mark.parametrize("name", ["asvs.csv", "bars.csv"])
def test_each_row_names_what_is_there_or_says_why_not(name):
    assert [fault for row in rows_of(name) for fault in faults_of(row)] == []


GOOD = {"id": "V1", "asks": "x", "status": "tested", "reason": ""}
HERE_ID = "tests/security/test_requirements.py::test_each_bar_has_one_row"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"evidence": HERE_ID}, None),
        ({"evidence": f"{HERE_ID}_x"}, "V1: tests/security/test_requirements.py::test_each_bar_has_one_row_x is not there"),
        ({"evidence": "tests/security/absent.py::test_x"}, "V1: tests/security/absent.py::test_x is not there"),
        ({"evidence": ""}, "V1: tested, but nothing is named"),
        ({"evidence": HERE_ID, "asks": " "}, "V1: does not say what is asked for"),
        ({"evidence": "", "status": "met"}, "V1: there is no status 'met'"),
        ({"evidence": "", "status": "not met"}, "V1: not met without a reason"),
        ({"evidence": "", "status": "not applicable", "reason": " "}, "V1: not applicable without a reason"),
        ({"evidence": HERE_ID, "status": "not met", "reason": "x"}, "V1: not met, and yet names evidence"),
        ({"evidence": HERE_ID, None: ["y"]}, "V1: more cells than the first line names; commas stand in quotation marks"),
        ({"evidence": "", "status": "not met", "reason": "see tests/a.py::test_b"}, "V1: tests/a.py::test_b is not there"),
        ({"evidence": "docs/adr/0012-closed-unless-a-scope-opens-it.md", "status": "documented"}, None),
        ({"evidence": "docs/adr/0025-wrong-sign-ins-stop-neither-pages-nor-people.md#rule", "status": "documented"}, None),
        ({"evidence": "docs/absent.md", "status": "documented"}, "V1: docs/absent.md is not there"),
        ({"evidence": "docs/architecture.md#absent", "status": "documented"}, "V1: docs/architecture.md#absent is not there"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named(row, fault):
    assert faults_of(GOOD | row) == ([fault] if fault else [])


def test_the_page_of_requirements_is_up_to_date():
    page = (ROOT / security_page.PAGE).read_text("utf-8")
    assert page == security_page.text_of(rows_of("asvs.csv"), rows_of("bars.csv")), (
        "run .venv/bin/python tools/security_page.py"
    )


ROBUSTNESS = [name for name in BARS if name.startswith("R")]


def test_each_bar_of_robustness_has_its_figure_with_day_and_conditions():
    assert reliability_page.faults_of(rows_of("figures.csv"), ROBUSTNESS) == []


FIGURE = {"id": "R1", "figure": "0 lost", "measured": "2026-11-30", "conditions": "alone"}


@pytest.mark.parametrize(
    ("figures", "faults"),
    [
        ([FIGURE], []),
        ([], ["R1: 0 figures"]),
        ([FIGURE, FIGURE], ["R1: 2 figures"]),
        ([FIGURE, FIGURE | {"id": "R99"}], ["R99: there is no such bar"]),
        ([FIGURE | {"figure": "passed"}], ["R1: no number in the figure"]),
        ([FIGURE | {"measured": ""}], ["R1: no day"]),
        ([FIGURE | {"conditions": " "}], ["R1: no conditions"]),
    ],
)
def test_a_wrong_figure_is_named(figures, faults):
    assert reliability_page.faults_of(figures, ["R1"]) == faults


def test_the_page_of_reliability_is_up_to_date():
    page = (ROOT / reliability_page.PAGE).read_text("utf-8")
    assert page == reliability_page.text_of(rows_of("bars.csv"), rows_of("figures.csv")), (
        "run .venv/bin/python tools/reliability_page.py"
    )


def mutations():
    return tomllib.loads((HERE / "mutations.toml").read_text("utf-8"))["mutation"]


def test_each_mutation_changes_one_place_that_is_there_and_names_a_test():
    """``./khcn mutations`` makes each of them and sees that its test fails."""
    faults = []
    for each in mutations():
        times = (ROOT / each["file"]).read_text("utf-8").count(each["before"])
        faults += [f"{each['name']}: {times} places in {each['file']}"] if times != 1 else []
        faults += [f"{each['name']}: {each['test']} is not there"] if not is_test(each["test"]) else []
        faults += [f"{each['name']}: changes nothing"] if each["before"] == each["after"] else []
        faults += [f"{each['name']}: no bar {each['bar']}"] if each["bar"] not in BARS else []
    assert faults == []
    assert len({each["name"] for each in mutations()}) == len(mutations())


FAULTS = {
    "a missing permission": {"a-page-open-to-all-accounts"},
    "rows of others": {"rows-of-every-organisation", "a-workbook-takes-over-rows-of-other-divisions"},
    "SQL from text": {
        "what-was-typed-as-part-of-a-statement",
        "what-was-typed-as-part-of-the-statement-of-a-search",
    },
    "text that is not escaped": {"the-title-of-a-record-as-markup", "cells-of-a-list-as-markup"},
    "a form without its token": {"forms-without-a-token"},
}


def test_the_faults_that_the_suite_has_to_see_are_among_the_mutations():
    names = {each["name"] for each in mutations()}
    assert {fault: missing for fault, wanted in FAULTS.items() if (missing := wanted - names)} == {}
    assert len([each for each in mutations() if each["bar"].startswith("S")]) >= 20


def test_each_bar_of_security_that_is_tested_has_a_mutation_that_a_test_of_it_sees():
    """S38 is about the mutations themselves."""
    evidence = {
        row["id"]: row["evidence"].split() for row in rows_of("bars.csv") if row["status"] == "tested"
    }
    named = [(each["bar"], each["test"]) for each in mutations() if each["bar"] in evidence]
    bars = [name for name in evidence if name.startswith("S") and name != "S38"]
    assert [name for name in bars if name not in dict(named)] == []
    assert [(bar, test) for bar, test in named if bar.startswith("S") and test not in evidence[bar]] == []

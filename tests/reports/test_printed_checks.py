"""Slips in typed words: found with both places, and nothing where there is none."""

import pytest

from khcn.reports.checking.checks import FIGURE_CHECKS, PRINTED_CHECKS, run_checks
from tests.reports.printed_given import PERIODS, VALUES, resolved, slips, written

pytestmark = pytest.mark.django_db  # the name of the province

YEARS = range(2021, 2027)


def found_in(report):
    return [each for each in run_checks(resolved(report)) if each.severity != "note"]


@pytest.mark.parametrize("name", PERIODS)
def test_clean_reports_of_six_years_raise_no_alarm(name):
    assert {year: found_in(written(name, year)) for year in YEARS} == {year: [] for year in YEARS}


def test_slips_are_found_with_both_places_both_values_and_their_records():
    made, missed = 0, []
    for name, year in (("month", 2024), ("quarter", 2022), ("nine months", 2023), ("year", 2025)):
        for slip in slips(name, year):
            made += 1
            hits = [
                each
                for each in found_in(slip.report)
                if slip.section in {each.section_1, each.section_2}
                and all((each.place_1, each.value_1, each.place_2, each.value_2))
                and (each.records or not any(VALUES[code] for code in each.codes if code in VALUES))
            ]
            if not hits:
                missed.append((name, slip.name))
    assert made >= 150
    assert missed == []


def test_each_check_says_what_it_looks_at_and_none_is_listed_twice():
    checks = (*FIGURE_CHECKS, *PRINTED_CHECKS)
    titles = [str(each.title) for each in checks]
    assert len(set(titles)) == len(checks)
    assert len({each.run for each in checks}) == len(checks)
    assert all(titles)

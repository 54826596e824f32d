"""Figures in brackets behind the figure that they are parts of: what is in the total and in no part is typed there, or found."""

import re
from dataclasses import replace
from datetime import date

import pytest

from khcn.kernel.indicators import Period, registry
from khcn.reports.checking.figure_checks import sums
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.reports.printed_given import readings

pytestmark = pytest.mark.django_db
FORMS = {name: parse_form(body) for name, body in shipped_bodies().items()}
CHECKS = [(name, number) for name, form in FORMS.items() for number in range(len(form.checks))]
FIGURE = r"\[([A-Z]+-\d+)(?::so)?\]"
BRACKETS = re.compile(rf"{FIGURE}[^()\[\]]*(?:\[\^\d+\])?[^()\[\]]*\(([^()]*{FIGURE}[^()]*)\)")
NO_PARTS = {
    ("SK-01", "SK-02"): "rounds, and initiatives",
    ("HS-15", "HS-13"): "a share",
    ("UD-14", "UD-15"): "pots, and square metres",
    ("NV-05", "NV-06"): "of which",
    ("NV-06", "DC-07"): "those that were ended",
    ("DV-16", "DV-08"): "services at another place",
    ("NT-06", "NV-09"): "tasks of another sentence",
    ("UD-01", "UD-02"): "planned for the year",
    ("UD-03", "UD-04"): "planned for the year",
    **dict.fromkeys(
        [
            ("NG-03", "KH-09"),
            ("NV-15", "KH-09"),
            ("NT-06", "KH-09"),
            ("TK-01", "CL-12"),
            ("KHTC-11", "KH-12"),
        ],
        "of another sentence",
    ),
}


def period_of(form):
    return Period(date(2022, 12, 15), date(2023, 9, 15), 2023, form.period_kind)


def bracketed(form):
    """Section, the figure before the brackets and the figures in them, names left out."""
    for section in form.sections:
        for found in BRACKETS.finditer(re.sub(r"\[[A-Z]+-\d+:ten\]", "", section.text)):
            yield section.key, found[1], tuple(re.findall(FIGURE, found[2]))


@pytest.mark.parametrize("name", FORMS)
def test_all_bracketed_figures_are_checked_or_no_parts(name):
    checked = {(each.section, each.total, each.parts) for each in FORMS[name].checks}
    left = [
        (key, total, parts)
        for key, total, parts in bracketed(FORMS[name])
        if (total, parts[0]) not in NO_PARTS
        and not any(
            (key, total) == (place, whole) and set(parts) <= set(all_parts)
            for place, whole, all_parts in checked
        )
    ]
    assert left == []


def sums_of(form, values, change=lambda text: text):
    """The codes of the sums that do not add up, with these values beside those that tests have of every figure."""
    known = readings(period_of(form), form)
    known._values |= values
    source = source_from_form(form, period_of(form))
    sections = tuple(replace(each, text=change(each.text)) for each in source.sections)
    report = resolve(replace(source, sections=sections), registry, known)
    return [(each.section_1, each.codes) for each in sums(report) if each.code == "sum"]


@pytest.mark.parametrize(("name", "number"), CHECKS)
def test_what_is_in_the_total_and_in_no_part_is_found(name, number):
    form = FORMS[name]
    check = form.checks[number]
    codes = check.total, *check.parts
    text = form.section(check.section).text
    even = {code: 2 if f"[{code}]" in text else 0 for code in check.parts}
    even[check.total] = sum(even.values())
    assert (check.section, codes) not in sums_of(form, even)
    assert (check.section, codes) in sums_of(form, {**even, check.total: even[check.total] + 1})


PARTS = ("KH-06", "KH-07", "KH-22")
TYPED = "- Triển khai [KH-05] nhiệm vụ ([KH-06] cấp Quốc gia; [KH-07] cấp tỉnh; 01 cấp Bộ)."


@pytest.mark.parametrize(("total", "found"), [(3, []), (4, [("C.6", ("KH-05", *PARTS))])])
def test_what_is_in_no_part_may_be_typed_into_the_brackets(total, found):
    def change(text):
        return TYPED if "[KH-06]" in text else text

    values = {"KH-05": total, "KH-06": 1, "KH-07": 1, "KH-22": 0}
    wrong = sums_of(FORMS["bao-cao-9-thang"], values, change)
    assert [each for each in wrong if each[0] == "C.6"] == found

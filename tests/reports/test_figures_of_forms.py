"""What the shipped forms compute: figures of every unit in each, and no event of a register that no monthly report counts."""

import pytest

from khcn.kernel.indicators import Basis, registry
from khcn.reports.forms.definition import parse_form, shipped_bodies

# Of the periodic reports: table forms are each about one subject
FORMS = {name: form for name, body in shipped_bodies().items() if not (form := parse_form(body)).tables}
UNITS = ("QLKH", "QLCN", "TDC", "TTRA", "VP", "TTUD")
# The parts of each form about strengths, shortcomings and plans, which have figures of their own
PLANS = {
    "bao-cao-thang": ("II",),
    "bao-cao-quy": ("II",),
    "bao-cao-6-thang": ("III",),
    "bao-cao-9-thang": ("B", "C"),
    "bao-cao-nam": ("B", "C"),
}
# Events that the monthly report leaves out, with the reason
NOT_MONTHLY = {
    "HC-01": "shortcomings stand where a report has a part about them",
    "KH-10": "what came of plans stands with the plans",
    "KH-11": "what came of plans stands with the plans",
    "KH-13": "what came of plans stands with the plans",
}

# Figures that the nine-month report has and the reports of the half-year and the year do not
NINE_MONTHS_ONLY = {
    "BX-12": "a number of days that a rule gives: it stands in the words about letters of 2023",
}


def of_results(name):
    """Figures of a form's parts about what was done."""
    return {
        code
        for each in FORMS[name].sections
        if each.key.partition(".")[0] not in PLANS[name]
        for code in each.codes()
    }


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", FORMS)
def test_the_sections_of_a_unit_cite_figures_of_its_registers(name, unit):
    own = {each.code for each in registry if each.owner == unit}
    cited = {code for each in FORMS[name].sections if each.owner == unit for code in each.codes()}
    assert cited & own


def test_the_monthly_report_counts_every_event():
    events = {each.code for each in registry if each.basis is Basis.FLOW}
    left_out = events - set(FORMS["bao-cao-thang"].codes())
    assert left_out - set(NOT_MONTHLY) == set()
    assert set(NOT_MONTHLY) <= events


def test_the_quarter_form_has_the_sections_of_the_month_form():
    month, quarter = (
        [(each.key, each.text, each.also) for each in FORMS[name].sections if each.key not in PLANS[name]]
        for name in ("bao-cao-thang", "bao-cao-quy")
    )
    assert month == quarter
    assert FORMS["bao-cao-thang"].checks == FORMS["bao-cao-quy"].checks


@pytest.mark.parametrize("name", ["bao-cao-6-thang", "bao-cao-nam"])
def test_longer_reports_have_the_figures_of_the_nine_month_report(name):
    nine = of_results("bao-cao-9-thang")
    assert nine - set(FORMS[name].codes()) - set(NINE_MONTHS_ONLY) == set()
    assert set(NINE_MONTHS_ONLY) <= nine


def test_longer_reports_have_the_figures_of_the_month_form():
    month = of_results("bao-cao-thang")
    assert month - set(FORMS["bao-cao-6-thang"].codes()) == set()
    assert month - set(FORMS["bao-cao-nam"].codes()) == set()

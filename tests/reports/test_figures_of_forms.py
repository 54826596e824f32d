"""What the shipped forms compute: figures of every unit in each, and no event of a register that no monthly report counts."""

import pytest

from khcn.kernel.indicators import Basis, registry
from khcn.reports.forms.definition import parse_form, shipped_bodies

FORMS = {name: parse_form(body) for name, body in shipped_bodies().items()}
UNITS = ("QLKH", "QLCN", "TDC", "TTRA", "VP", "TTUD")
OF_PLANS = "B", "C", "II", "III"
"""Parts of strengths, shortcomings and plans, by form: they have figures of their own."""
# Events that the monthly report leaves out, with the reason
NOT_MONTHLY = {
    "HC-01": "shortcomings are told where a report has a part about them",
    "KH-10": "what came of plans is told with the plans",
    "KH-11": "what came of plans is told with the plans",
    "KH-13": "what came of plans is told with the plans",
}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", ["bao-cao-thang", "bao-cao-quy", "bao-cao-9-thang"])
def test_the_sections_of_a_unit_cite_figures_of_its_registers(name, unit):
    own = {each.code for each in registry if each.owner == unit}
    cited = {code for each in FORMS[name].sections if each.owner == unit for code in each.codes()}
    assert cited & own


def test_the_monthly_report_counts_every_event():
    events = {each.code for each in registry if each.basis is Basis.FLOW}
    left_out = events - set(FORMS["bao-cao-thang"].codes())
    assert left_out - set(NOT_MONTHLY) == set()
    assert set(NOT_MONTHLY) <= events


def test_the_quarter_is_told_as_its_months_are():
    month, quarter = (FORMS[f"bao-cao-{name}"] for name in ("thang", "quy"))
    assert [(each.key, each.text, each.also) for each in month.sections if each.key not in OF_PLANS] == [
        (each.key, each.text, each.also) for each in quarter.sections if each.key not in OF_PLANS
    ]
    assert month.checks == quarter.checks

"""The statistics forms, data groups and Biểu 21 on the records of the demonstration: sums, rules between forms, lists, files."""

import io

import openpyxl
import pytest

from khcn.kernel.documents.model import Table
from khcn.reference.models import ReportingRegime
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.compose import compose
from khcn.reports.composing.filled_tables import FilledTable
from khcn.reports.composing.rendering import render
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.reports.views.figures import figures_workbook

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]
FORMS = {code: form for code, body in shipped_bodies().items() if (form := parse_form(body)).tables}


def filled(form, year=2023):
    regime = ReportingRegime.objects.get(code=form.regime)
    return resolve(source_from_form(form, regime.period(form.period_kind, year)))


@pytest.mark.parametrize("code", FORMS)
def test_a_table_form_holds_on_the_demonstration(demo_year, code):
    report = filled(FORMS[code])
    wrong = [
        (each.code, each.place_1, each.value_1, each.value_2, each.records)
        for each in run_checks(report)
        if each.severity != "note"
    ]
    assert wrong == []
    tables = [each for section in report.sections for each in section.blocks if isinstance(each, FilledTable)]
    assert len(tables) == len(FORMS[code].tables)
    for cell in (cell for table in tables for row in table.rows for cell in row.cells if cell.code):
        indicator = report.readings.indicator(cell.code)
        records = list(indicator.records(report.source.period))
        assert cell.value == indicator.measure.over(records), cell.code
    document = compose(report)
    sheets = openpyxl.load_workbook(io.BytesIO(figures_workbook((), {}, document))).sheetnames
    assert len(sheets) == len(tables) + 2
    assert sum(isinstance(block, Table) for annex in document.annexes for block in annex.blocks) == len(
        tables
    )
    assert render(document, "docx")[:2] == b"PK"

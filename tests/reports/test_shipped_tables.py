"""The table forms that ship: each sum and each rule between cells fires where it does not hold. Without records, so that it is cheap."""

from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings

from khcn.kernel.indicators import Period, PeriodKind, registry
from khcn.reports.checking.system_checks import check_forms
from khcn.reports.checking.table_checks import cell_rules, table_sums
from khcn.reports.composing.filled_tables import FilledTable
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import TypedValue, source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.reports.forms.tables import address_of
from khcn.reports.models import OverrideAspect

pytestmark = pytest.mark.django_db
FORMS = {code: form for code, body in shipped_bodies().items() if (form := parse_form(body)).tables}
RULES = [(code, rule.left, rule.right) for code, form in FORMS.items() for rule in form.rules]
PERIODS = {
    PeriodKind.YEAR: Period(date(2023, 1, 1), date(2024, 1, 1), 2023),
    PeriodKind.NINE_MONTHS: Period(date(2022, 12, 15), date(2023, 9, 15), 2023, PeriodKind.NINE_MONTHS),
}


def source_of_form(code):
    form = FORMS[code]
    return source_from_form(form, PERIODS[form.period_kind])


def cells_of(report):
    for section in report.sections:
        for table in (each for each in section.blocks if isinstance(each, FilledTable)):
            for row in (each for each in table.rows if each.row):
                yield from ((table, row, cell) for cell in row.cells if cell.column and cell.code)


def typed_over(source, cell, value):
    found = cell.line.pieces[0].occurrence
    key = (found.section, found.code, found.nth, OverrideAspect.VALUE)
    return replace(source, overrides={key: TypedValue(OverrideAspect.VALUE, "Thử", value=value)})


def test_seventeen_forms_and_bieu_21_ship_with_rules_between_them():
    assert sum(code.startswith("thong-ke-") for code in FORMS) == 10
    assert sum(code.startswith("du-lieu-") for code in FORMS) == 7
    assert "bieu-21" in FORMS
    assert all(form.confirm for form in FORMS.values())
    assert {FORMS[code].regime for code in FORMS} == {"TK-KHCN", "BC-DINH-KY"}
    between = [rule for form in FORMS.values() for rule in form.rules if rule.other_form]
    assert len(between) >= 7
    assert {rule.other_form for rule in between} <= set(FORMS)


@pytest.mark.once
def test_the_example_of_the_page_works_as_it_stands():
    page = (settings.ROOT / "docs" / "howto" / "add-a-table-form.md").read_text("utf-8")
    body = page.split("```toml\n")[1].split("```")[0]
    assert check_forms({"vi-du-bieu": body}, registry) == []
    report = resolve(source_from_form(parse_form(body), PERIODS[PeriodKind.YEAR]))
    assert not list(cell_rules(report))
    assert not list(table_sums(report))


@pytest.mark.once
def test_a_field_or_a_category_that_no_record_has_stops_the_start():
    body = shipped_bodies()["du-lieu-1"]
    wrong = check_forms({"du-lieu-1": body.replace('field = "host"', 'field = "hots"')}, registry)
    assert [(each.id, each.msg) for each in wrong] == [
        ("reports.E005", "the records of figure NV-01 have no field hots")
    ]
    body = shipped_bodies()["thong-ke-04"]
    wrong = check_forms({"thong-ke-04": body.replace('"grassroots"', '"gras"')}, registry)
    assert {each.id for each in wrong} == {"reports.E003"}


@pytest.mark.parametrize(("code", "left", "right"), RULES)
def test_each_rule_fires_where_a_cell_contradicts_it(code, left, right):
    source = source_of_form(code)
    report = resolve(source)
    assert not list(cell_rules(report))
    address = address_of(left)
    cell = next(
        cell
        for table, row, cell in cells_of(report)
        if (table.table.section, row.row.key, cell.column.key)
        == (address.section, address.row, address.column)
    )
    wrong = list(cell_rules(resolve(typed_over(source, cell, 999), readings=report.readings)))
    assert [each.value_1 for each in wrong if each.value_1 == "999"], (code, left, right)
    assert all(each.severity == "error" and each.remedy for each in wrong)


@pytest.mark.parametrize("code", FORMS)
def test_each_total_fires_where_its_parts_do_not_add_up(code):
    source = source_of_form(code)
    report = resolve(source)
    assert not list(table_sums(report))
    totals = [
        cell
        for table, row, cell in cells_of(report)
        if row.row.sum or cell.column.sum or (table.table.records and cell.column.total)
    ]
    for cell in totals:
        changed = resolve(typed_over(source, cell, 999), readings=report.readings)
        wrong = list(table_sums(changed))
        assert any(each.value_2 == "999" for each in wrong), cell.code

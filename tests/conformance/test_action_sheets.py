"""Every action with a sheet of its own: the template names the columns, a filled row is carried out or refused in words."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.layouts.template_workbook import HEADING_ROW, template_workbook
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.text.cell_addresses import column_letters
from khcn.kernel.text.fold import fold
from tests.conformance.shapes import covering, features_of_actions
from tests.factories.registry import factory_of
from tests.kernel.intake_sample import cells_with_openpyxl

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 5)
BOOKKEEPING = ("kernel_intake.batch", "kernel_workflow.workflowstep")  # of the file itself
KINDS = [kind for kind in sheet_kinds() if kind.action]


def test_each_sheet_has_a_name_and_each_column_a_heading_of_its_own():
    names = [fold(kind.sheet_name) for kind in sheet_kinds()]
    assert sorted(names) == sorted(set(names))
    for kind in KINDS:
        headings = [fold(column.heading) for column in kind.columns()]
        assert sorted(headings) == sorted(set(headings)), kind.key


def cell(column, value):
    """A value as people write it into a workbook."""
    if value is None:
        return None
    return getattr(value, column.target.lookup) if column.target else column.kind.preview(value)


def sample(column):
    """A value of an input: a word of its list, a record, or a value of its kind's samples."""
    if column.field.choices:
        return column.field.flatchoices[0][0]
    if column.target is not None:
        return factory_of(column.field.related_model)(**column.field.get_limit_choices_to())
    return next(value for value in column.kind.sample[1] if value and in_range(column.field, value))


def in_range(field, value):
    """Whether the field takes the value: a kind has samples below 0, a number of things is none of them."""
    try:
        field.run_validators(value)
    except ValidationError:
        return False
    return True


def row_about(kind, record, *, inputs):
    """The cells of a row: what says which record is meant, and the inputs, as samples or empty."""
    return [
        cell(column, getattr(record, column.name))
        if column.name in kind.register.natural_key
        else cell(column, sample(column) if inputs == "samples" else None)
        for column in kind.columns()
    ]


def filled(kind, row):
    """The template with these cells under its headings."""
    book = cells_with_openpyxl(template_workbook([kind], actor=SYSTEM))
    sheet = book[kind.sheet_name]
    headings = [cell.value.removesuffix(" *") for cell in sheet[HEADING_ROW + 1]]
    assert headings == [column.heading for column in kind.columns()]
    for place, value in enumerate(row, start=1):
        sheet.cell(HEADING_ROW + 2, place, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# What reads a cell is the kind of its column: sheets that have all kinds stand for the others where no operation is asked.
WITH_ALL_KINDS = covering(KINDS, features_of_actions)


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [*((kind, "samples") for kind in KINDS), *((kind, "nothing") for kind in WITH_ALL_KINDS)],
    ids=lambda each: each if isinstance(each, str) else each.key,
)
def test_a_filled_row_is_carried_out_or_refused_in_words(kind, inputs):
    record = factory_of(kind.register.model)()
    content = filled(kind, row_about(kind, record, inputs=inputs))
    before = ChangeEntry.objects.count()
    found = make_plan(content, "mau.xlsx", actor=SYSTEM, on=TODAY)
    assert ChangeEntry.objects.count() == before
    assert found.questions == []
    if found.is_ready:
        assert [(row.pk, row.label) for row in found.sheets[0].rows] == [(record.pk, str(record)[:120])]
        batch = intake.upload(content=content, name="mau.xlsx", actor=SYSTEM, on=TODAY)
        intake.confirm_import(batch=batch, actor=SYSTEM, on=TODAY)
        log = ChangeEntry.objects.filter(batch=batch.act)
        assert log.exclude(model__in=BOOKKEEPING).exists()
    else:
        assert {problem.row for problem in found.errors} == {HEADING_ROW + 2}
        assert all(problem.message and problem.code != "not_on_record" for problem in found.errors)


@pytest.mark.parametrize("kind", WITH_ALL_KINDS, ids=[kind.key for kind in WITH_ALL_KINDS])
def test_an_unknown_record_and_a_formula_are_refused_at_their_place(kind):
    record = factory_of(kind.register.model)()
    row = row_about(kind, record, inputs="samples")
    names = [column.name for column in kind.columns()]
    place = names.index(kind.register.natural_key[-1])
    formula = [*row[:place], "=1+1", *row[place + 1 :]]
    found = make_plan(filled(kind, formula), "mau.xlsx", actor=SYSTEM, on=TODAY)
    where = f"{column_letters(place)}{HEADING_ROW + 2}"
    assert ("formula", where) in {(problem.code, problem.cell) for problem in found.errors}
    content = filled(kind, row)
    with acting(SYSTEM):
        record.delete()
    found = make_plan(content, "mau.xlsx", actor=SYSTEM, on=TODAY)
    assert [problem.code for problem in found.errors] == ["not_on_record"]
    assert found.errors[0].row == HEADING_ROW + 2

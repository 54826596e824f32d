"""What stands in the department's own workbooks already is no change: each of them imported again, and each register as it is exported."""

from collections import Counter, defaultdict

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from khcn.config.demo.workbooks import division_files
from khcn.config.register_files import import_workbook, read_registers, workbook
from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.fields.dated_names import is_dated
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.registry import registers
from khcn.kernel.screens.export_columns import columns_only_shown
from khcn.kernel.workbooks.export import export_workbook
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from tests.demo.conftest import ENTERED

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]


def changes_of_records():
    """Entries of the log, but for those of the uploads themselves."""
    return ChangeEntry.objects.exclude(model__startswith="kernel_").count()


def test_a_workbook_imported_again_changes_nothing(demo_year):
    before, changed = changes_of_records(), {}
    for division in division_files(settings.DEMO):
        content = workbook(read_registers(settings.DEMO, division.registers))
        counts = import_workbook(
            content=content, name=division.name, actor=SYSTEM, on=ENTERED, taken_over=division.taken_over
        ).counts
        if counts.create or counts.change or not counts.same:
            changed[division.name] = counts
    assert changed == {}
    assert changes_of_records() == before


def test_a_register_that_was_exported_comes_back_without_a_change(demo_year):
    """And without a question, with the columns that are only shown, and without. That equal rows give equal bytes is shown by tests/kernel/test_export.py."""
    changed, problems = {}, {}
    for register in registers():
        rows = register.model.objects.order_by("pk")
        if not rows.exists():
            continue
        shown = columns_only_shown(register, register.rows(SYSTEM, ENTERED))
        plans = [
            make_plan(content, f"{register.slug}.xlsx", actor=SYSTEM, on=ENTERED)
            for content in (
                export_workbook(register, rows),
                *([export_workbook(register, rows, "", shown)] if shown.headings else ()),
            )
        ]
        counts = [plan.counts for plan in plans]
        if any(each.same != rows.count() or each.questions or each.errors for each in counts):
            changed[register.name] = counts
        found = [[str(problem) for problem in plan.problems] for plan in plans]
        if found != found[:1] * len(found):
            problems[register.name] = found
    assert (changed, problems) == ({}, {})


def links_of(register):
    """The columns of the workbook of a register that name records of the others, but for dated ones, of which the day says which is meant."""
    return [
        column
        for column in sheet_columns(register)
        if column.target is not None and not is_dated(column.target.model)
    ]


def names_of_two(named):
    """By register of records that others name, the two that are named most get one name where the database lets them have it; gives which do."""
    shared = set()
    for register in (each for each in registers() if "__" not in each.lookup and len(named[each.name]) > 1):
        (first, _times), *others = named[register.name].most_common(30)
        records, lookup = register.model._base_manager, register.lookup
        name = records.values_list(lookup, flat=True).get(pk=first)
        for other, _times in others:
            try:
                with transaction.atomic():
                    records.filter(pk=other).update(**{lookup: name})
            except IntegrityError:
                continue
            shared.add(register.name)
            break
    return shared


def test_where_two_records_have_one_name_an_export_comes_back_without_a_question(demo_year):
    """Of every register whose records others name: goods that were received have the number of the lot that they came from."""
    named = defaultdict(Counter)
    for register in registers():
        for column in links_of(register):
            rows = register.model.objects.exclude(**{column.name: None})
            named[column.target.name].update(rows.values_list(column.name, flat=True))
    asked = {}
    with transaction.atomic():
        shared = names_of_two(named)
        for register in registers():
            rows = register.model.objects.order_by("pk")
            if not rows.exists() or shared.isdisjoint(column.target.name for column in links_of(register)):
                continue
            plan = make_plan(export_workbook(register, rows), "x.xlsx", actor=SYSTEM, on=ENTERED)
            if plan.counts.same != rows.count() or plan.errors or plan.questions:
                found = [f"{each.heading}: {each.value}" for each in plan.questions]
                asked[register.name] = (plan.counts, [str(each) for each in plan.errors], found)
        transaction.set_rollback(True)
    assert asked == {}
    assert {"goods.lot", "goods.location", "parties.person"} <= shared

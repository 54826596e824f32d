"""What stands in the department's own workbooks already is no change: each of them imported again, and each register as it is exported."""

import pytest
from django.conf import settings

from khcn.config.demo.workbooks import division_files
from khcn.config.register_files import import_workbook, read_registers, workbook
from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.registry import registers
from khcn.kernel.screens.export_columns import columns_only_shown
from khcn.kernel.workbooks.export import export_workbook
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
    """With the columns that are only shown, and without. That equal rows give equal bytes is shown by tests/kernel/test_export.py."""
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
        if any(each.same != rows.count() for each in counts):
            changed[register.name] = counts
        found = [[str(problem) for problem in plan.problems] for plan in plans]
        if found != found[:1] * len(found):
            problems[register.name] = found
    assert (changed, problems) == ({}, {})

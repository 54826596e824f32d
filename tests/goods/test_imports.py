"""A workbook writes into no lot and no diary of another producer, also where only a link of the row says whose it is."""

import io
from datetime import date

import openpyxl
import pytest

from khcn.goods.models import Lot, LotEntry
from khcn.kernel.actors import Actor, ActorKind, acting
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.export import export_workbook
from tests.factories.goods import LotEntryFactory, LotFactory

pytestmark = pytest.mark.django_db


def plan_of(rows, organisation, change=None):
    """What a producer's account gets to see of a workbook with these rows of the register, after a change of its sheet."""
    register = register_of(rows.model)
    book = openpyxl.load_workbook(io.BytesIO(export_workbook(register, rows.order_by("pk"))))
    if change:
        change(book.active)
    stream = io.BytesIO()
    book.save(stream)
    actor = Actor(77, "Hợp tác xã", None, kind=ActorKind.ORGANISATION, organisation_id=organisation.pk)
    with acting(actor):
        return make_plan(stream.getvalue(), "a.xlsx", actor=actor, on=date(2023, 9, 14))


@pytest.mark.parametrize("make", [LotFactory, LotEntryFactory])
def test_rows_of_others_are_refused(make):
    mine, theirs = make(), make()
    of_mine = (mine if isinstance(mine, Lot) else mine.lot).item.organisation
    found = plan_of(type(mine).objects.filter(pk__in=[mine.pk, theirs.pk]), of_mine)
    assert (found.counts.same, found.counts.change, found.counts.create) == (1, 0, 0)
    assert not found.is_ready  # what nobody may choose is asked about as if it were not there


def test_a_new_entry_in_the_diary_of_another_is_refused():
    mine, theirs = LotEntryFactory(), LotEntryFactory()

    def put_lot_of_other(sheet):
        heads = [cell.value for cell in sheet[1]]
        sheet.cell(2, heads.index("Lô hàng *") + 1).value = theirs.lot.number
        sheet.delete_cols(len(heads))  # the key of the exported row

    found = plan_of(LotEntry.objects.filter(pk=mine.pk), mine.lot.item.organisation, put_lot_of_other)
    assert (found.counts.same, found.counts.change, found.counts.create) == (0, 0, 0)
    assert not found.is_ready

"""The diary of a lot from a workbook without the numbers of its entries: each row is one, and read twice it is the same one."""

import io
from datetime import date

import openpyxl
import pytest

from khcn.goods.models import LotEntry
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import AnswerAction
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.export import export_workbook
from tests.factories.base import an_actor
from tests.factories.goods import LocationFactory, LotEntryFactory, LotFactory
from tests.kernel.intake_sample import DAY, book_of, decide

pytestmark = pytest.mark.django_db
DAYS = (date(2022, 5, 12), date(2022, 5, 10), date(2022, 5, 11))


@pytest.fixture
def editor():
    return an_actor(unit_code="TDC")


@pytest.fixture
def lot():
    return LotFactory(number="CS-230406", made_on=date(2022, 5, 10))


@pytest.fixture
def location(lot):
    return LocationFactory(organisation=lot.item.organisation, name="Vườn chè Minh Họa")


def harvest(day, amount=10, **more):
    row = {"lot": "CS-230406", "kind": "Thu hoạch, làm ra", "done_on": day, "location": "Vườn chè Minh Họa"}
    return {**row, "amount": amount, **more}


def sent(editor, *rows):
    return sent_as_it_is(editor, book_of(LotEntry, rows))


def sent_as_it_is(editor, content):
    batch = intake.upload(content=content, name="nhat-ky.xlsx", actor=editor, on=DAY)
    return batch, intake.preview(batch=batch, actor=editor, on=DAY)


def found_in(plan):
    counts = plan.counts
    return counts.create, counts.change, counts.same, len(plan.questions), [str(each) for each in plan.errors]


def stored():
    return list(LotEntry.objects.order_by("ordinal").values_list("ordinal", "done_on", "amount"))


def exported():
    return export_workbook(register_of(LotEntry), LotEntry.objects.order_by("ordinal"))


def test_all_rows_of_one_lot_are_entries_and_no_second_time(lot, location, editor):
    rows = [harvest(day) for day in DAYS]
    batch, plan = sent(editor, *rows)
    assert found_in(plan) == (3, 0, 0, 0, [])
    intake.confirm_import(batch=batch, actor=editor, on=DAY)
    entries = [(1, DAYS[0], 10), (2, DAYS[1], 10), (3, DAYS[2], 10)]
    assert stored() == entries
    _batch, again = sent(editor, *rows)
    assert (found_in(again), again.is_empty) == ((0, 0, 3, 0, []), True)
    batch, more = sent(editor, *rows, harvest(date(2022, 5, 13)))
    assert found_in(more) == (1, 0, 3, 0, [])
    intake.confirm_import(batch=batch, actor=editor, on=DAY)
    assert stored() == [*entries, (4, date(2022, 5, 13), 10)]


def test_an_exported_diary_comes_back_without_a_change_also_without_numbers_and_keys(lot, location, editor):
    batch, _plan = sent(editor, *[harvest(day) for day in DAYS])
    intake.confirm_import(batch=batch, actor=editor, on=DAY)
    content = exported()
    _batch, plan = sent_as_it_is(editor, content)
    assert found_in(plan) == (0, 0, 3, 0, [])
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    for place in (len(heads), heads.index("Số mục") + 1):
        sheet.delete_cols(place)
    stream = io.BytesIO()
    book.save(stream)
    _batch, plan = sent_as_it_is(editor, stream.getvalue())
    assert found_in(plan) == (0, 0, 3, 0, [])
    assert exported() == content


def test_a_row_with_another_amount_is_another_entry(lot, location, editor):
    batch, _plan = sent(editor, harvest(DAYS[0]))
    intake.confirm_import(batch=batch, actor=editor, on=DAY)
    _batch, plan = sent(editor, harvest(DAYS[0], 11))
    assert found_in(plan) == (1, 0, 0, 0, [])


@pytest.mark.parametrize(
    ("action", "entries"),
    [
        (AnswerAction.CREATE, [(1, DAYS[0], 10), (2, DAYS[0], 10)]),
        (AnswerAction.SKIP, [(1, DAYS[0], 10)]),
    ],
)
def test_of_two_equal_rows_somebody_says_whether_they_are_two(lot, location, editor, action, entries):
    batch, plan = sent(editor, harvest(DAYS[0]), harvest(DAYS[0]))
    [question] = plan.questions
    assert (question.text, [each.label for each in question.options]) == (
        "Dòng 3 giống hệt dòng 2 của tệp. Là một việc ghi hai lần hay hai việc?",
        ["Là hai việc, ghi cả hai", "Không đọc dòng này"],
    )
    assert not plan.is_ready
    decide(batch=batch, key=question.key, action=action, target="", actor=editor, on=DAY)
    intake.confirm_import(batch=batch, actor=editor, on=DAY)
    assert stored() == entries


def test_two_equal_entries_on_record_are_the_two_rows(lot, location, editor):
    batch, plan = sent(editor, harvest(DAYS[0]), harvest(DAYS[0]))
    decide(
        batch=batch, key=plan.questions[0].key, action=AnswerAction.CREATE, target="", actor=editor, on=DAY
    )
    intake.confirm_import(batch=batch, actor=editor, on=DAY)
    _batch, again = sent(editor, harvest(DAYS[0]), harvest(DAYS[0]))
    assert found_in(again) == (0, 0, 2, 0, [])
    _batch, more = sent(editor, *[harvest(DAYS[0])] * 3)
    assert found_in(more)[:4] == (0, 0, 2, 1)


def test_a_number_in_the_file_is_not_given_to_another_row(lot, location, editor):
    rows = harvest(DAYS[0]), harvest(DAYS[1], ordinal=1), harvest(DAYS[2], ordinal=1)
    _batch, plan = sent(editor, *rows)
    assert [(each.row, each.code) for each in plan.errors] == [(4, "twice_in_file")]
    batch, plan = sent(editor, *rows[:2])
    assert found_in(plan) == (2, 0, 0, 0, [])
    intake.confirm_import(batch=batch, actor=editor, on=DAY)
    assert stored() == [(1, DAYS[1], 10), (2, DAYS[0], 10)]


def test_the_diaries_of_two_lots_of_one_number_come_back_and_a_row_without_a_key_is_asked_with_their_names(
    lot, location, editor
):
    """Goods that were received have the number of the lot that they came from, and a diary of their own."""
    other = LotFactory(number=lot.number, made_on=date(2022, 5, 11))
    place = LocationFactory(organisation=other.item.organisation, name="Kho Minh Họa")
    for each, where in ((lot, location), (other, place)):
        LotEntryFactory(lot=each, location=where, ordinal=1)
    _batch, plan = sent_as_it_is(editor, exported())
    assert found_in(plan) == (0, 0, 2, 0, [])
    _batch, plan = sent(editor, harvest(DAYS[0]))
    [question] = plan.questions
    assert [each.label for each in question.options] == [
        f"CS-230406 – {lot.item}, {lot.item.organisation}, 10/05/2022",
        f"CS-230406 – {other.item}, {other.item.organisation}, 11/05/2022",
        "Bỏ qua các dòng này",
    ]

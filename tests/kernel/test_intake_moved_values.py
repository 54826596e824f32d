"""Columns of which the values were exchanged among known records are asked about once; ordinary corrections are not."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.checks import moved_values
from khcn.kernel.intake.import_plan import NotReady
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.export import export_workbook
from khcn.parties.models import Person
from khcn.science.enums import TaskType
from khcn.science.models import ScienceTask, TaskProposal
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import FieldGroupFactory
from tests.factories.science import ScienceTaskFactory, TaskProposalFactory
from tests.kernel.intake_sample import DAY, OFFICER, answered, heading, sent_bytes, sheets

pytestmark = pytest.mark.django_db

MILLION = 10**6
KEEP = "Giữ cột này như trong sổ, ghi các cột khác"
KEEP_SEVERAL = "Giữ các cột này như trong sổ, ghi các cột khác"
SKIP = "Không đọc các dòng này"
ANY_ORDER = (7, 2, 11, 4, 0, 9, 5, 1, 10, 3, 8, 6)
TOWNS = ("Ngân Sơn", "Ba Bể", "Na Rì", "Chợ Mới", "Bạch Thông", "Pác Nặm", "Chợ Đồn", "Bằng Lũng")


def write_all(count):
    return f"Đúng là đổi: ghi cả {count} dòng theo tệp"


@pytest.fixture
def proposals():
    """Sixteen proposals of eight organisations; the last one has none."""
    group = FieldGroupFactory()
    hosts = [OrganisationFactory(name=f"Hợp tác xã {town}") for town in TOWNS]
    return [
        TaskProposalFactory(
            code=f"DX24-{number:03}",
            title=f"Đề xuất trồng cây số {number}",
            proposer=hosts[number % len(hosts)] if number < 15 else None,
            field_group=group,
            received_on=date(2023, 4, 1) + timedelta(days=(number * 7) % 16),
        )
        for number in range(16)
    ]


@pytest.fixture
def tasks():
    return [
        ScienceTaskFactory(
            code=f"24-{number:02}",
            title=f"Nhiệm vụ thử số {number}",
            short_name=f"Tên gọi {place:02}",
            budget_total=(500 + 10 * place) * MILLION,
            planned_end_on=date(2024, 1 + place, 28),
            principal_investigator=PersonFactory(full_name=f"Người Thử {place:02}"),
        )
        for number, place in enumerate(ANY_ORDER)
    ]


def exported(model):
    """The workbook of an export, its sheet, and by field the place of its column."""
    stream = io.BytesIO(export_workbook(register_of(model), model.objects.order_by("code")))
    book = openpyxl.load_workbook(stream)
    sheet = book.active
    places = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[1]}
    return book, sheet, lambda name: places[heading(model, name)]


def column_of(sheet, place):
    return [sheet.cell(row, place).value for row in range(2, sheet.max_row + 1)]


def put(sheet, place, values):
    for row, value in enumerate(values, start=2):
        sheet.cell(row, place).value = value


def sort_alone(sheet, place):
    """As Excel sorts: empty cells go last. Gives in how many rows another value stands then."""
    was = column_of(sheet, place)
    now = sorted(each for each in was if each is not None)
    now += [None] * (len(was) - len(now))
    put(sheet, place, now)
    return sum(1 for one, other in zip(was, now, strict=True) if other is not None and one != other)


def sent(book, name="a.xlsx"):
    stream = io.BytesIO()
    book.save(stream)
    return sent_bytes(stream.getvalue(), name)


def hosts():
    return dict(TaskProposal.objects.order_by("code").values_list("code", "proposer__name"))


def test_an_export_with_one_column_sorted_alone_is_one_question_and_keeps_what_is_on_record(proposals):
    before = hosts()
    book, sheet, place = exported(TaskProposal)
    moved = sort_alone(sheet, place("proposer"))
    put(sheet, place("note"), ["đã xem"] * 16)
    batch, plan = sent(book)
    (question,) = plan.questions
    assert len(question.rows) == moved
    first = min(question.rows)
    old, new = before[f"DX24-{first - 2:03}"], column_of(sheet, place("proposer"))[first - 2]
    assert question.text.startswith(
        f"Cột “Tổ chức đề xuất” có thể đã bị sắp xếp hoặc dán riêng: {moved} dòng ghi giá trị mà sổ đang có ở các dòng khác. "
        f"Nếu đúng vậy, sửa tệp rồi tải lên lại. Ví dụ dòng {first}: “{old}” thành “{new}”; "
    )
    assert [each.label for each in question.options] == [KEEP, write_all(moved), SKIP]
    with pytest.raises(NotReady):
        intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert answered(batch, question, KEEP).is_ready
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert hosts() == before
    assert set(TaskProposal.objects.values_list("note", flat=True)) == {"đã xem"}


def test_the_values_of_the_file_are_written_where_somebody_says_so_and_no_row_where_they_are_left_out(
    proposals,
):
    before = hosts()
    book, sheet, place = exported(TaskProposal)
    moved = sort_alone(sheet, place("proposer"))
    batch, plan = sent(book)
    plan = answered(batch, plan.questions[0], SKIP)
    assert (plan.counts.skip, plan.counts.change, plan.is_ready) == (moved, 0, True)
    assert answered(batch, plan.settled[0], write_all(moved)).is_ready
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    now = column_of(sheet, place("proposer"))
    assert hosts() == {code: value or before[code] for code, value in zip(before, now, strict=True)}


@pytest.mark.parametrize("name", ["short_name", "budget_total", "planned_end_on", "principal_investigator"])
def test_columns_of_texts_amounts_days_and_links_are_asked_about(tasks, name):
    book, sheet, place = exported(ScienceTask)
    moved = sort_alone(sheet, place(name))
    _batch, plan = sent(book)
    label = heading(ScienceTask, name)
    assert [
        (
            each.text.startswith(f"Cột “{label}” có thể đã bị sắp xếp hoặc dán riêng: {moved} dòng"),
            len(each.rows),
        )
        for each in plan.questions
    ] == [(True, moved)]


@pytest.mark.parametrize("name", ["received_on", "field_group", "proposer"])
def test_columns_of_near_days_and_of_few_values_are_asked_about(proposals, name):
    """Where a column has few values, their places tell: equal ones stand together in the file, and not on record."""
    groups = [FieldGroupFactory(code=f"g{number}", label=f"Lĩnh vực {number}") for number in range(3)]
    with acting(SYSTEM):
        for number, each in enumerate(proposals):
            each.field_group = groups[(number * 5) % 3]
            each.received_on = date(2023, 4, 1) + timedelta(days=2 * number + number**2 % 3)
            each.save()
    book, sheet, place = exported(TaskProposal)
    if name == "received_on":  # each day in the row above
        was = column_of(sheet, place(name))
        put(sheet, place(name), [*was[1:], was[0]])
    else:
        sort_alone(sheet, place(name))
    _batch, plan = sent(book)
    label = heading(TaskProposal, name)
    assert [each.text.startswith(f"Cột “{label}” có thể") for each in plan.questions] == [True]


def test_a_part_of_the_natural_key_that_was_sorted_alone_is_asked_about():
    """The hidden keys say which records the rows are, so each row looks like a correction of its record."""
    for number, place in enumerate(ANY_ORDER):
        host = OrganisationFactory(name=f"Hợp tác xã số {place:02}")
        PersonFactory(full_name=f"Người Thử {number:02}", organisation=host)
    stream = io.BytesIO(export_workbook(register_of(Person), Person.objects.order_by("full_name")))
    book = openpyxl.load_workbook(stream)
    sheet = book.active
    label = heading(Person, "organisation")
    moved = sort_alone(sheet, next(cell.column for cell in sheet[1] if str(cell.value).startswith(label)))
    _batch, plan = sent(book)
    assert [
        each.text.startswith(f"Cột “{label}” có thể đã bị sắp xếp hoặc dán riêng: {moved} dòng")
        for each in plan.questions
    ] == [True]


def test_a_sheet_typed_by_codes_needs_no_hidden_keys(tasks):
    codes = [task.code for task in tasks]
    amounts = sorted(task.budget_total for task in tasks)
    content = sheets({"KP": [["Mã nhiệm vụ", "Tổng kinh phí"], *zip(codes, amounts, strict=True)]})
    _batch, plan = sent_bytes(content)
    assert [each.text.startswith("Cột “Tổng kinh phí (đồng)” có thể") for each in plan.questions] == [True]


@pytest.mark.parametrize("edge", [0, -1], ids=["a cell deleted, those below moved up", "one inserted"])
def test_a_column_that_slipped_by_a_cell_is_asked_about(tasks, edge):
    book, sheet, place = exported(ScienceTask)
    was = column_of(sheet, place("short_name"))
    put(sheet, place("short_name"), [*was[1:], None] if edge == 0 else ["Tên mới", *was[:-1]])
    _batch, plan = sent(book)
    assert [each.text.startswith("Cột “Tên gọi tắt” có thể") for each in plan.questions] == [True]


def test_several_columns_are_one_question_or_one_each(tasks):
    book, sheet, place = exported(ScienceTask)
    for name in ("short_name", "planned_end_on"):
        sort_alone(sheet, place(name))
    batch, plan = sent(book)
    (question,) = plan.questions
    labels = [heading(ScienceTask, name) for name in ("short_name", "planned_end_on")]
    assert question.text.startswith(
        f"Các cột “{labels[0]}”, “{labels[1]}” có thể đã bị sắp xếp hoặc dán riêng: {len(question.rows)} dòng"
    )
    assert [each.label for each in question.options] == [
        KEEP_SEVERAL,
        write_all(len(question.rows)),
        "Hỏi từng cột",
        SKIP,
    ]
    plan = answered(batch, question, "Hỏi từng cột")
    names, days = plan.questions
    answered(batch, names, KEEP)
    plan = answered(batch, days, write_all(len(days.rows)))
    assert {change.column for row in plan.sheets[0].rows for change in row.changes} == {"planned_end_on"}
    assert answered(batch, question, KEEP_SEVERAL).is_empty


def test_an_answer_does_not_hold_for_values_that_were_not_shown_with_it(tasks):
    book, sheet, place = exported(ScienceTask)
    sort_alone(sheet, place("short_name"))
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, sheet.max_column).value = None  # without keys no row is out of date
    batch, plan = sent(book)
    moved = len(plan.questions[0].rows)
    assert answered(batch, plan.questions[0], write_all(moved)).questions == []
    with acting(SYSTEM):
        tasks[5].short_name = "Tên vừa đổi"
        tasks[5].save()
    assert len(intake.preview(batch=batch, actor=OFFICER, on=DAY).questions) == 1


def changed_only(name, values):
    """A sheet of codes and one column."""
    codes = [*ScienceTask.objects.order_by("code").values_list("code", flat=True)]
    return sheets(
        {"Nhiệm vụ": [["Mã nhiệm vụ", heading(ScienceTask, name)], *zip(codes, values, strict=False)]}
    )


def amounts_of(tasks):
    return [task.budget_total for task in tasks]


ORDINARY = {
    "new names": ("short_name", lambda tasks: [f"Tên mới {number}" for number in range(12)]),
    "two exchanged": (
        "short_name",
        lambda tasks: [tasks[1].short_name, tasks[0].short_name, *(each.short_name for each in tasks[2:])],
    ),
    "four exchanged": (
        "short_name",
        lambda tasks: [
            *(each.short_name for each in reversed(tasks[:4])),
            *(each.short_name for each in tasks[4:]),
        ],
    ),
    "the same for all": ("planned_end_on", lambda tasks: ["31/12/2024"] * 12),
    "all a month later": (
        "planned_end_on",
        lambda tasks: [
            date(2024 + each.planned_end_on.month // 12, each.planned_end_on.month % 12 + 1, 28)
            for each in tasks
        ],
    ),
    "all ten millions more": (
        "budget_total",
        lambda tasks: [each + 10 * MILLION for each in amounts_of(tasks)],
    ),
    "a tenth less": ("budget_total", lambda tasks: [each * 9 // 10 for each in amounts_of(tasks)]),
    "half of them others'": (
        "budget_total",
        lambda tasks: [
            *reversed(amounts_of(tasks)[:6]),
            *(each + 3 * MILLION for each in amounts_of(tasks)[6:]),
        ],
    ),
    "states exchanged here and there": (
        "task_type",
        lambda tasks: ["Đề tài" if number in {2, 3, 7} else "Dự án" for number in range(len(tasks))],
    ),
    "kinds": ("task_type", lambda _tasks: ["Dự án", "Đề án", "Nhiệm vụ khác"] * 4),
    "a year later": ("start_year", lambda _tasks: [2023] * 12),
}


@pytest.mark.parametrize(("name", "values"), ORDINARY.values(), ids=[*ORDINARY])
def test_ordinary_corrections_of_many_rows_are_not_asked_about(tasks, name, values):
    _batch, plan = sent_bytes(changed_only(name, values(tasks)))
    assert plan.questions == []


def test_states_that_move_on_and_records_given_to_others_by_a_rule_are_not_asked_about():
    people = [f"Người Thử {letter}" for letter in "ABCDE"]
    made = [PersonFactory(full_name=name) for name in people]
    for number in range(20):
        ScienceTaskFactory(
            code=f"24-{number:02}",
            title=f"Nhiệm vụ thử số {number}",
            principal_investigator=made[number % 5],
            task_type=[*TaskType][number % 2],
        )
    # the tasks of one are those of the next: each old value became one new value
    values = [people[(number + 1) % 5] for number in range(20)]
    _batch, plan = sent_bytes(changed_only("principal_investigator", values))
    assert plan.questions == []


def test_new_values_are_not_compared_with_those_of_cells_that_were_left_empty(tasks):
    """A sheet in which only the corrected cells are filled in, with names that other records have."""
    values = [*(each.short_name for each in tasks[6:]), *([None] * 6)]
    _batch, plan = sent_bytes(changed_only("short_name", values))
    assert (plan.questions, plan.counts.change) == ([], 6)


def test_words_that_nobody_has_explained_are_asked_about_first(proposals):
    book, sheet, place = exported(TaskProposal)
    sort_alone(sheet, place("proposer"))
    sheet.cell(2, place("proposer")).value = "Cơ sở chưa có trong sổ"
    batch, plan = sent(book)
    assert [each.value for each in plan.questions] == ["Cơ sở chưa có trong sổ"]
    create = next(each.label for each in plan.questions[0].options if each.action.value == "create")
    plan = answered(batch, plan.questions[0], create)
    assert [each.text.startswith("Cột “Tổ chức đề xuất” có thể") for each in plan.questions] == [True]


def test_the_work_grows_with_the_rows_and_not_with_their_square(monkeypatch):
    """Each cell is compared with the record of its row once, and the statements do not grow with the rows."""

    def counted(count):
        compared = []
        real = moved_values._is_same
        monkeypatch.setattr(moved_values, "_is_same", lambda *args: compared.append(1) or real(*args))
        codes = [*ScienceTask.objects.order_by("code").values_list("code", flat=True)[:count]]
        names = [f"Tên gọi {(number + 1) % count}" for number in range(count)]
        content = sheets({"N": [["Mã nhiệm vụ", "Tên gọi tắt"], *zip(codes, names, strict=True)]})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            _batch, plan = sent_bytes(content, f"{count}.xlsx")
        monkeypatch.undo()
        assert [each.rows for each in plan.questions] == [tuple(range(2, count + 2))]
        return len(compared), len(queries)

    for number in range(80):
        ScienceTaskFactory(
            code=f"24-{number:02}", title=f"Nhiệm vụ thử số {number}", short_name=f"Tên gọi {number}"
        )
    small, large = counted(20), counted(80)
    assert large == (4 * small[0], small[1])

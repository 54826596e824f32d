"""Rows of our own exports: known by a hidden key, so that a changed code or date is a correction; and what a key must not do."""

import io
from datetime import date

import openpyxl
import pytest

from khcn.councils.models import CouncilMember
from khcn.kernel.actors import SYSTEM, Grant, Role, acting
from khcn.kernel.intake import answering
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import AnswerAction, IntakeRefused, NotReady
from khcn.kernel.intake.layouts.template_workbook import template_workbook
from khcn.kernel.intake.matching.keyed_rows import KeyedRows
from khcn.kernel.intake.plans.plan_making import prepare_import
from khcn.kernel.intake.sheet_kinds import SheetKind
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.export import export_workbook
from khcn.kernel.workbooks.record_keys import HEADING, KeyMaker
from khcn.parties.models import Organisation, Person
from khcn.science.models import ScienceTask, TaskMilestone, TaskProposal
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMemberFactory
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory, TaskProposalFactory
from tests.kernel.intake_sample import CLERK, DAY, OFFICER, decide
from tests.kernel.other_workbooks import ods_of, xls_of

pytestmark = pytest.mark.django_db

CODE, TITLE, END = "Mã nhiệm vụ", "Tên nhiệm vụ", "Ngày kết thúc theo hợp đồng"

NAME = "ĐT.01.2023 – Nghiên cứu giống lúa số 1"
NEW_FIRST = ["Là bản ghi mới", f"Sửa của “{NAME}”", "Không đọc dòng này"]


@pytest.fixture
def tasks():
    """Two tasks with everything that tells them apart."""
    return [
        ScienceTaskFactory(
            code=f"ĐT.0{number}.2023",
            title=f"Nghiên cứu giống lúa số {number}",
            planned_end_on=date(2024, 12, 31),
        )
        for number in (1, 2)
    ]


class Exported:
    """An exported workbook as somebody edits it in Excel; rows and headings as they are seen."""

    def __init__(self, model=ScienceTask):
        self.book = openpyxl.load_workbook(
            io.BytesIO(export_workbook(register_of(model), model.objects.order_by("pk")))
        )
        self.sheet = self.book.active
        self.places = {str(cell.value).rstrip(" *"): cell.column for cell in self.sheet[1]}

    def set(self, row, **values):
        for name, value in values.items():
            self.cell(row, {"code": CODE, "title": TITLE, "end": END, "key": HEADING}[name]).value = value
        return self

    def cell(self, row, heading):
        return self.sheet.cell(row, self.places[heading])

    def copy(self, row):
        """A copy of the row below the last one, hidden cells too; gives its number."""
        self.sheet.append([cell.value for cell in self.sheet[row]])
        return self.sheet.max_row

    @property
    def rows(self):
        return [
            ["" if cell is None else cell for cell in row] for row in self.sheet.iter_rows(values_only=True)
        ]

    @property
    def content(self):
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()


def sent(content, actor=OFFICER, name="sua.xlsx"):
    """The batch and its plan."""
    batch = intake.upload(content=content, name=name, actor=actor, on=DAY)
    return batch, intake.preview(batch=batch, actor=actor, on=DAY)


def codes(plan):
    return [problem.code for problem in plan.errors]


def shown(row):
    return [(each.column, each.old, each.new) for each in row.changes]


def answered(batch, question, action, target=""):
    decide(batch=batch, key=question.key, action=action, target=target, actor=OFFICER, on=DAY)
    return intake.preview(batch=batch, actor=OFFICER, on=DAY)


def test_the_column_of_keys_is_hidden_takes_no_typing_and_moves_with_the_filter(tasks):
    sheet = Exported().sheet
    place = sheet.max_column
    letter = openpyxl.utils.get_column_letter(place)
    assert sheet.cell(1, place).value == HEADING
    assert sheet.column_dimensions[letter].hidden
    (rule,) = [each for each in sheet.data_validations.dataValidation if letter in str(each.sqref)]
    assert (rule.type, rule.formula1, rule.errorStyle or "stop") == ("custom", "FALSE", "stop")
    assert sheet.auto_filter.ref == f"A1:{letter}3"
    template = openpyxl.load_workbook(
        io.BytesIO(template_workbook([SheetKind(register_of(ScienceTask))], actor=OFFICER))
    ).worksheets[0]
    assert template.cell(4, place).value == HEADING
    assert template.column_dimensions[letter].hidden


def test_a_changed_code_and_date_correct_the_record_and_undo_brings_them_back(tasks):
    one, two = tasks
    edited = Exported().set(2, code="ĐT.07.2023", end=date(2025, 6, 30)).content
    batch, plan = sent(edited)
    (row,) = plan.sheets[0].rows
    assert (plan.questions, codes(plan), plan.counts.change, plan.counts.same) == ([], [], 1, 1)
    assert (row.pk, row.corrects) == (one.pk, NAME)
    assert shown(row) == [
        ("code", "ĐT.01.2023", "ĐT.07.2023"),
        ("planned_end_on", "31/12/2024", "30/06/2025"),
    ]
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert set(ScienceTask.objects.values_list("pk", "code")) == {(one.pk, "ĐT.07.2023"), (two.pk, two.code)}
    _batch, again = sent(edited, name="lan-hai.xlsx")
    assert (again.counts.same, again.is_empty) == (2, True)
    intake.undo_import(batch=batch, actor=OFFICER, on=DAY)
    one.refresh_from_db()
    assert (one.code, one.planned_end_on) == ("ĐT.01.2023", date(2024, 12, 31))


def test_what_the_preview_takes_for_a_correction_may_be_a_new_record(tasks):
    batch, plan = sent(Exported().set(2, code="ĐT.07.2023").content)
    question = plan.sheets[0].rows[0].question
    plan = answered(batch, question, AnswerAction.CREATE)
    assert (plan.counts.create, plan.counts.change, plan.questions) == (1, 0, [])
    plan = answered(batch, question, AnswerAction.USE, str(tasks[0].pk))
    assert plan.sheets[0].rows[0].corrects == NAME
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert ScienceTask.objects.count() == 2


@pytest.mark.parametrize(
    ("write", "name"),
    [(xls_of, "cu.xls"), (ods_of, "mo.ods")],
    ids=["xls", "ods"],
)
def test_keys_come_back_from_other_programs_too(tasks, write, name):
    rows = Exported().set(2, code="ĐT.07.2023").rows
    rows = [[f"{each:%d/%m/%Y}" if isinstance(each, date) else each for each in row] for row in rows]
    _batch, plan = sent(write(rows), name=name)
    assert ([row.corrects for row in plan.sheets[0].rows], codes(plan)) == ([NAME], [])


def test_only_the_spelling_of_a_code_may_be_corrected(tasks):
    batch, plan = sent(Exported().set(2, code="ĐT.01.2023".lower()).content)
    assert [shown(row) for row in plan.sheets[0].rows] == [[("code", "ĐT.01.2023", "đt.01.2023")]]
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert ScienceTask.objects.get(pk=tasks[0].pk).code == "đt.01.2023"


def test_a_new_record_typed_over_an_old_row_is_asked_about(tasks):
    book = Exported().set(2, code="ĐT.09.2023", title="Nuôi cá lồng trên hồ Ba Bể", end=date(2026, 1, 31))
    for cell in book.sheet[2]:
        heading = str(book.sheet.cell(1, cell.column).value).rstrip(" *")
        if heading not in (CODE, TITLE, END, HEADING, "Thực hiện từ năm"):
            cell.value = {"Loại nhiệm vụ": "Dự án", "Cấp quản lý": "Cấp cơ sở"}.get(heading)
    book.cell(2, "Thực hiện từ năm").value = 2020
    batch, plan = sent(book.content)
    (question,) = plan.questions
    assert [option.label for option in question.options] == NEW_FIRST
    with pytest.raises(NotReady):
        intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    plan = answered(batch, question, AnswerAction.SKIP)
    assert (plan.questions, plan.counts.skip, plan.counts.same) == ([], 1, 1)


def test_code_title_and_year_typed_over_at_once_are_asked_about_though_all_else_is_as_it_was(tasks):
    book = Exported().set(2, code="ĐT.01.2024", title="Nghiên cứu giống lúa số 1, năm thứ hai")
    book.cell(2, "Thực hiện từ năm").value = tasks[0].start_year + 1
    batch, plan = sent(book.content)
    (question,) = plan.questions
    assert [option.label for option in question.options] == NEW_FIRST
    plan = answered(batch, question, AnswerAction.CREATE)
    assert (plan.questions, plan.counts.create, plan.counts.same) == ([], 1, 1)
    plan = answered(batch, question, AnswerAction.USE, str(tasks[0].pk))
    assert [row.corrects for row in plan.sheets[0].rows] == [NAME]
    # The code alone was left as it was.
    book = Exported().set(2, title="Nuôi cá lồng trên hồ thủy điện")
    book.cell(2, "Thực hiện từ năm").value = tasks[0].start_year + 1
    (question,) = sent(book.content)[1].questions
    assert question.text.startswith(f"Dòng này thay hẳn tên của “{NAME}”")


@pytest.mark.parametrize(
    ("day", "asked"), [(date(2025, 3, 2), 1), (date(2023, 9, 1), 0)], ids=["another", "the same"]
)
def test_code_year_and_day_typed_over_at_once_are_asked_about_though_the_title_is_as_it_was(day, asked):
    """What is proposed again the next year keeps its title; a slip in code and year keeps the day."""
    proposal = TaskProposalFactory(code="DX24-075", for_year=2024, received_on=date(2023, 9, 1))
    book = Exported(TaskProposal)
    book.cell(2, "Mã đề xuất").value = "DX26-002"
    book.cell(2, "Thực hiện từ năm").value = 2026
    book.cell(2, "Ngày nhận").value = day
    batch, plan = sent(book.content)
    assert [each.options[0].label for each in plan.questions] == ["Là bản ghi mới"] * asked
    for question in plan.questions:
        plan = answered(batch, question, AnswerAction.CREATE)
    assert (plan.counts.create, plan.counts.change) == (asked, 1 - asked)
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    proposal.refresh_from_db()
    assert proposal.code == ("DX24-075" if asked else "DX26-002")


def test_another_person_typed_over_an_exported_row_is_asked_about_and_a_slip_is_not():
    person = PersonFactory(full_name="Bế Văn Tinh", position="Chuyên viên", phone="0912 000 001")
    book = Exported(Person)
    book.cell(2, "Họ và tên").value = "Bế Văn Tính"
    _batch, plan = sent(book.content, CLERK)
    assert (plan.questions, [row.corrects for row in plan.sheets[0].rows]) == ([], ["Bế Văn Tinh"])
    book.cell(2, "Họ và tên").value = "Quan Văn Mới"
    batch, plan = sent(book.content, CLERK)
    (question,) = plan.questions
    assert [option.label for option in question.options][:2] == ["Là bản ghi mới", "Sửa của “Bế Văn Tinh”"]
    decide(batch=batch, key=question.key, action=AnswerAction.CREATE, target="", actor=CLERK, on=DAY)
    intake.confirm_import(batch=batch, actor=CLERK, on=DAY)
    assert list(Person.objects.order_by("pk").values_list("full_name", flat=True)) == [
        person.full_name,
        "Quan Văn Mới",
    ]


def test_another_member_from_another_day_is_not_the_one_of_the_row(tasks):
    member = CouncilMemberFactory(council__code="HĐ-01")
    PersonFactory(full_name="Hoàng Thị Hà")
    book = Exported(CouncilMember)
    book.cell(2, "Thành viên").value = "Hoàng Thị Hà"
    assert sent(book.content)[1].questions == []
    book.cell(2, "Từ ngày").value = date(2026, 11, 1)
    (question,) = sent(book.content)[1].questions
    assert (question.options[0].label, question.options[1].target) == ("Là bản ghi mới", str(member.pk))


def test_a_copied_row_is_asked_about(tasks):
    book = Exported()
    number = book.copy(2)
    batch, plan = sent(book.set(number, code="ĐT.09.2023").content)
    (question,) = plan.questions
    assert question.rows == (number,)
    assert "bản sao của dòng 2" in question.text
    with pytest.raises(IntakeRefused):
        answered(batch, question, AnswerAction.USE, str(tasks[1].pk))  # not among the answers
    plan = answered(batch, question, AnswerAction.CREATE)
    assert (codes(plan), plan.counts.create, plan.counts.same) == ([], 1, 2)
    answering.ask_again(batch=batch, key=question.key, actor=OFFICER)
    plan = intake.preview(batch=batch, actor=OFFICER, on=DAY)
    assert [each.key for each in plan.questions] == [question.key]
    plan = answered(batch, question, AnswerAction.USE, str(tasks[0].pk))
    assert codes(plan) == ["twice_in_file"]


def test_keys_sorted_away_from_their_rows_are_asked_about_and_change_nothing(tasks):
    book = Exported()
    first, second = book.cell(2, HEADING).value, book.cell(3, HEADING).value
    batch, plan = sent(book.set(2, key=second, end=date(2025, 6, 30)).set(3, key=first).content)
    assert [question.rows for question in plan.questions] == [(2,), (3,)]
    for question in plan.questions:
        plan = answered(batch, question, question.options[0].action, question.options[0].target)
    assert [(row.pk, row.corrects) for row in plan.sheets[0].rows] == [(tasks[0].pk, "")]


def test_rows_pasted_in_another_order_are_asked_about_once_and_read_by_their_codes(tasks):
    more = [
        ScienceTaskFactory(code=f"ĐT.0{number}.2023", title=f"Nghiên cứu cây quế hữu cơ số {number}")
        for number in (3, 4, 5)
    ]
    book = Exported()
    rows = [[cell.value for cell in book.sheet[number]] for number in range(2, 7)]
    place = book.places[HEADING] - 1
    for number, row in enumerate([*rows[1:], rows[0]], start=2):  # all but the hidden column moves
        for column, value in enumerate(row, start=1):
            if column != place + 1:
                book.sheet.cell(number, column).value = value
    book.set(3, code="ĐT.33.2023").set(2, end=date(2025, 6, 30))
    batch, plan = sent(book.content)
    (question,) = plan.questions
    assert (question.rows, plan.counts.change, plan.counts.create) == ((2, 3, 4, 5, 6), 0, 0)
    plan = answered(batch, question, AnswerAction.USE, "codes")
    # the one whose code was corrected as well is found by its title
    (renamed,) = plan.questions
    assert (renamed.rows, renamed.options[0].target) == ((3,), str(more[0].pk))
    plan = answered(batch, renamed, AnswerAction.USE, str(more[0].pk))
    assert {(row.pk, row.action) for row in plan.sheets[0].rows} == {
        (tasks[1].pk, "change"),
        (more[0].pk, "change"),
    }
    assert (plan.questions, codes(plan), plan.counts.same) == ([], [], 3)
    answering.ask_again(batch=batch, key=question.key, actor=OFFICER)
    plan = answered(batch, question, AnswerAction.USE, "each")
    assert {each.rows for each in plan.questions} >= {(2,), (4,), (5,), (6,)}


def test_a_row_whose_record_was_changed_meanwhile_is_shown_with_both_before_it_is_written(tasks):
    book = Exported()
    for task in tasks:
        task.planned_end_on = date(2025, 1, 15)
        with acting(an_actor(label="Trần Thị Khác")):
            task.save()
    batch, plan = sent(book.set(2, title="Nghiên cứu giống lúa số 1 (tệp)").content)
    questions = {question.rows[0]: question for question in plan.questions}
    assert set(questions) == {2, 3}  # the untouched row would take the other change back
    assert "Trần Thị Khác" in questions[2].text
    assert (
        "Tên nhiệm vụ: sổ “Nghiên cứu giống lúa số 1”, tệp “Nghiên cứu giống lúa số 1 (tệp)”"
        in questions[2].text
    )
    answered(batch, questions[2], AnswerAction.USE, str(tasks[0].pk))
    plan = answered(batch, questions[3], AnswerAction.SKIP)
    assert (plan.questions, plan.counts.change, plan.counts.skip) == ([], 1, 1)
    tasks[0].planned_end_on = date(2025, 1, 16)
    with acting(SYSTEM):
        tasks[0].save()
    with pytest.raises(NotReady):  # the answer was about the version that was shown
        intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)


def test_a_refused_change_of_a_record_says_how_to_leave_it_alone():
    TaskMilestoneFactory()
    book = Exported(TaskMilestone)
    book.cell(2, "Ngày").value = date(2023, 8, 1)
    _batch, plan = sent(book.content)
    (problem,) = [each for each in plan.errors if "Đính chính mốc" in each.message]
    assert problem.remedy == "Ghi lại như trong sổ, hoặc không đọc dòng này."


def test_a_deleted_record_does_not_come_back_unasked(tasks):
    content = Exported().content
    with acting(SYSTEM):
        tasks[0].delete()
    batch, plan = sent(content)
    (question,) = plan.questions
    assert (question.rows, "đã bị xóa" in question.text) == ((2,), True)
    assert answered(batch, question, AnswerAction.CREATE).counts.create == 1


def test_forged_and_foreign_keys_reach_nothing(tasks):
    other = OrganisationFactory(name="Viện không liên quan")
    organisations = register_of(Organisation)
    elsewhere = KeyMaker(register_of(ScienceTask))(tasks[0].pk, "XX", tasks[0].updated_at)
    own = Exported().cell(2, HEADING).value
    keys = [
        own.replace(f"|{tasks[0].pk}|", f"|{tasks[1].pk}|"),
        KeyMaker(organisations)(other.pk, other.province, other.updated_at),
        elsewhere,
        "1",
        "x" * 2000,
        own[:-1],
    ]
    for key in keys:
        _batch, plan = sent(Exported().set(2, key=key, code="ĐT.77.2023", title="Tên hoàn toàn khác").content)
        assert ([row.action for row in plan.sheets[0].rows], plan.questions) == (["create"], []), key
        assert [each.code for each in plan.problems] == ["unusable_key"], key
    assert Organisation.objects.get(pk=other.pk).name == "Viện không liên quan"


def test_a_key_gives_no_right_to_a_record_of_others(tasks):
    """Of a division that may read the task and not change it, and of somebody who may not even read it."""
    content = Exported().set(2, code="ĐT.07.2023").content
    stranger = an_actor(Role.OFFICER, "TDC", user_id=31)
    _batch, plan = sent(content, actor=stranger)
    assert "permission" in codes(plan)
    assert plan.counts.change == 0
    (draft_sheet,) = prepare_import(content, "x.xlsx", actor=OFFICER, on=DAY).draft_sheets
    blind = an_actor(grants=(Grant("science.sciencetask", "read", allowed=False),))
    assert len(KeyedRows(draft_sheet, OFFICER).rows) == 2
    assert KeyedRows(draft_sheet, blind).rows == {}


def test_a_row_emptied_in_excel_leaves_its_record_alone_and_is_named(tasks):
    book = Exported()
    for cell in book.sheet[2]:
        if cell.column != book.places[HEADING]:
            cell.value = None
    _batch, plan = sent(book.content)
    assert [(each.row, each.code) for each in plan.sheets[0].left_out] == [(2, "emptied")]
    assert (plan.counts.same, plan.is_empty) == (1, True)

"""What a workbook would do: headings, cells, references, and all that is wrong with them at once."""

from datetime import date

import pytest

from khcn.directives.models import AssignedTask
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.intake.import_plan import Answer, AnswerAction, ImportSeverity, WorkbookRefused
from khcn.kernel.intake.plans.plan_making import make_plan, prepare_import
from khcn.parties.models import Organisation
from khcn.science.enums import TaskType
from khcn.science.models import ScienceTask, TaskMilestone, TaskProposal
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.factories.reference import CodeListItemFactory, LegalDocumentFactory
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import (
    CLERK,
    DAY,
    OFFICER,
    TASK,
    book_of,
    edited,
    heading,
    reference_data,
    rows_of,
    sheets,
)

pytestmark = pytest.mark.django_db


def look(content, actor=OFFICER, **options):
    return make_plan(content, "tep.xlsx", actor=actor, on=DAY, **options)


def errors(found):
    return [(problem.cell, problem.column, problem.code) for problem in found.errors]


# ------------------------------------------------------------------------------------------ headings


def test_columns_in_any_order_under_title_rows_and_with_slips():
    reference_data()
    head, row = rows_of(ScienceTask, [TASK])
    head = [text.upper() for text in head]
    head[0] = "Mã nhiệm vụ (*)"
    head[1] = "Ten nhiem vụ"
    head[8] = "Chủ nhiêm"
    order = [4, 2, 0, 1, 3, 5, 9, 8, 7, 6, 10]
    content = sheets(
        {
            "Tổng hợp": [
                ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"],
                [None, "DANH MỤC NHIỆM VỤ NĂM 2023"],
                [],
                ["STT", *(head[place] for place in order), "Ý kiến"],
                [1, *(row[place] for place in order), "không đọc"],
            ]
        }
    )
    found = look(content)
    assert found.errors == []
    assert found.questions == []
    (sheet,) = found.sheets
    assert sheet.register.model is ScienceTask
    assert (sheet.counts.create, sheet.rows[0].row, sheet.rows[0].label) == (1, 5, "ĐT.01.2023")
    assert set(sheet.ignored) == {"STT", "Ý kiến"}
    (note,) = found.problems
    assert (note.severity, note.code, note.row) == (ImportSeverity.NOTE, "ignored_columns", 4)


def test_headings_in_two_rows_with_a_merged_one_above():
    reference_data()
    names = [
        "code",
        "title",
        "task_type",
        "level",
        "managing_side",
        "start_year",
        "budget_total",
        "budget_state",
    ]
    lower = [heading(ScienceTask, name) for name in names]
    upper = [*lower[:6], "Kinh phí", None]
    below = [*[None] * 6, *lower[6:]]
    body = [*(TASK[name] for name in names[:7]), "500.000.000"]
    content = sheets({"Nhiệm vụ": [upper, below, body]})
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="G1:H1"/></mergeCells>'
    content = edited(content, {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b"</sheetData>", merge)})
    found = look(content)
    assert found.errors == []
    assert found.sheets[0].columns == tuple(lower)
    assert (found.sheets[0].counts.create, found.sheets[0].rows[0].row) == (1, 3)


def test_a_workbook_of_something_else_is_refused():
    with pytest.raises(WorkbookRefused) as caught:
        look(sheets({"Chi tiêu": [["Ngày ăn", "Món"], ["1/1", "Phở"]]}))
    assert [problem.code for problem in caught.value.problems] == ["wrong_template", "ignored_sheet"]


def test_registers_that_fit_equally_well_are_named_in_full():
    found = look(
        sheets({"TV": [["TT", "Nhiệm vụ", "Thành viên", "Vai trò"], [1, "24-01", "Ma A", "Thư ký"]]})
    )
    (problem,) = found.errors
    assert (problem.code, "“Tổ chức phối hợp thực hiện nhiệm vụ”" in problem.message) == (
        "sheet_not_assigned",
        True,
    )


def test_missing_columns_are_named():
    reference_data()
    found = look(book_of(ScienceTask, [TASK], only=["code", "title"]))
    (problem,) = found.errors
    assert (problem.code, problem.row) == ("missing_column", None)
    assert "“Loại nhiệm vụ”, “Cấp quản lý”, “Bên quản lý”, “Thực hiện từ năm”" in problem.message
    without_key = look(sheets({"nhiệm vụ KH&CN": rows_of(ScienceTask, [TASK], only=["title", "level"])}))
    assert [(p.code, p.message) for p in without_key.errors] == [
        ("missing_column", "Không thấy cột: “Mã nhiệm vụ”.")
    ]


# ------------------------------------------------------------------------------------------ cells


def test_all_problems_of_all_sheets_at_once():
    reference_data()
    bad = [
        {**TASK, "title": "", "start_year": "hai nghìn", "budget_total": "1,5"},
        {**TASK, "code": "ĐT.02", "planned_end_on": "31/2/2024", "is_supplementary": "có lẽ"},
        {**TASK, "code": "ĐT.03", "planned_start_on": "1/1/2025", "budget_state": "9.999.999.999.999"},
        {**TASK, "code": "ĐT.03"},
        {**TASK, "code": "X" * 41, "level": "Cấp bộ", "managing_side": "Tỉnh quản lý"},
        {**TASK, "code": "ĐT.05", "managing_side": "Trung ương quản lý"},
    ]
    proposal = {
        "code": "ĐX1",
        "title": "Đề xuất",
        "for_year": 2024,
        "field_group": "Nông nghiệp",
        "received_on": "09/2023",
    }
    content = sheets(
        {"nhiệm vụ KH&CN": rows_of(ScienceTask, bad), "đề xuất": rows_of(TaskProposal, [proposal])}
    )
    found = look(content)
    columns = rows_of(ScienceTask, bad)[0]
    place = {
        name: chr(65 + columns.index(heading(ScienceTask, name))) for name in (*TASK, "is_supplementary")
    }
    assert {(problem.sheet, problem.cell, problem.row, problem.code) for problem in found.errors} == {
        ("nhiệm vụ KH&CN", f"{place['title']}2", 2, "required"),
        ("nhiệm vụ KH&CN", f"{place['start_year']}2", 2, "unreadable"),
        ("nhiệm vụ KH&CN", f"{place['budget_total']}2", 2, "not_whole"),
        ("nhiệm vụ KH&CN", f"{place['planned_end_on']}3", 3, "no_such_day"),
        ("nhiệm vụ KH&CN", f"{place['is_supplementary']}3", 3, "yesno"),
        ("nhiệm vụ KH&CN", "", 4, "constraint"),
        ("nhiệm vụ KH&CN", f"{place['code']}5", 5, "twice_in_file"),
        ("nhiệm vụ KH&CN", f"{place['code']}6", 6, "too_long"),
        ("nhiệm vụ KH&CN", f"{place['managing_side']}7", 7, "model"),
        ("đề xuất", "E2", 2, "not_a_day"),
    }
    assert {p.message for p in found.errors if p.row == 4} == {
        "Ngân sách nhà nước lớn hơn tổng kinh phí.",
        "Ngày kết thúc phải sau ngày bắt đầu.",
    }
    twice = next(problem for problem in found.errors if problem.code == "twice_in_file")
    assert twice.message == "Trùng với dòng 4 của tệp: cùng Mã nhiệm vụ."
    assert all(problem.message and problem.remedy for problem in found.errors)
    assert not found.is_ready


def test_a_formula_is_read_as_its_value_and_named_and_without_a_value_or_in_error_refused_by_cell():
    reference_data()
    content = edited(
        book_of(ScienceTask, [{**TASK, "code": f"ĐT.0{number}"} for number in range(3)], only=[*TASK]),
        {
            "xl/worksheets/sheet1.xml": lambda xml: (
                xml.replace(b'<c r="F2"><v>2023</v></c>', b'<c r="F2"><f>2022+1</f><v>2023</v></c>')
                .replace(b'<c r="F3"><v>2023</v></c>', b'<c r="F3" t="e"><v>#REF!</v></c>')
                .replace(b'<c r="F4"><v>2023</v></c>', b'<c r="F4"><f>2022+1</f></c>')
            )
        },
    )
    found = look(content)
    assert errors(found) == [("F3", "Thực hiện từ năm", "error_value"), ("F4", "Thực hiện từ năm", "formula")]
    (warning,) = [problem for problem in found.problems if problem.code == "formulas_read"]
    assert (warning.severity, "F2" in warning.message) == (ImportSeverity.WARNING, True)
    assert found.sheets[0].counts.create == 1


@pytest.mark.parametrize(
    ("typed", "due_on", "precision"),
    [
        ("14/9/2023", date(2023, 9, 14), "day"),
        ("09/2023", date(2023, 9, 30), "month"),
        ("tháng 2 năm 2024", date(2024, 2, 29), "month"),
        ("quý IV/2023", date(2023, 12, 31), "quarter"),
        ("2023", date(2023, 12, 31), "year"),
        (2023, date(2023, 12, 31), "year"),
        (date(2023, 9, 14), date(2023, 9, 14), "day"),
    ],
)
def test_a_deadline_known_to_the_month_is_its_last_day(typed, due_on, precision):
    LegalDocumentFactory(number="731/QĐ-UBND")
    unit = OrgUnitFactory(name="Văn phòng", code="VP")
    row = {
        "source_document": "731/QĐ-UBND",
        "ordinal": "07",
        "content": "Xây dựng kế hoạch",
        "year": 2023.0,
        "lead_unit": "VĂN PHÒNG",
        "due_on": typed,
    }
    content = book_of(AssignedTask, [row])
    prepared = prepare_import(content, "tep.xlsx", actor=CLERK, on=DAY)
    assert prepared.plan.is_ready, [str(problem) for problem in prepared.plan.problems]
    record = prepared.draft_sheets[0].drafts[0].instance
    assert (record.due_on, record.due_precision, record.ordinal, record.lead_unit) == (
        due_on,
        precision,
        7,
        unit,
    )


def test_two_columns_that_disagree_about_precision():
    LegalDocumentFactory(number="731/QĐ-UBND")
    OrgUnitFactory(name="Văn phòng", code="VP")
    row = {"source_document": "731/QĐ-UBND", "ordinal": 1, "content": "x", "year": 2023, "lead_unit": "VP"}
    found = look(book_of(AssignedTask, [{**row, "due_on": "09/2023", "due_precision": "Ngày"}]), CLERK)
    assert errors(found) == [("G2", "Hạn tính theo", "precision")]


def test_codes_keep_their_zeros_and_a_code_that_excel_made_a_date_is_refused():
    reference_data()
    found = look(
        book_of(
            ScienceTask, [{**TASK, "code": "007"}, {**TASK, "code": 9.0}, {**TASK, "code": date(2023, 1, 5)}]
        )
    )
    assert [row.label for row in found.sheets[0].rows] == ["007", "9"]
    assert errors(found) == [("A4", "Mã nhiệm vụ", "date_in_text")]


# ------------------------------------------------------------------------------------------ words and questions


def test_a_mixed_type_offers_both():
    reference_data()
    found = look(book_of(ScienceTask, [{**TASK, "task_type": "Đề tài/dự án"}]))
    (question,) = found.questions
    assert [(option.action, option.target) for option in question.options] == [
        (AnswerAction.USE, TaskType.RESEARCH_TOPIC),
        (AnswerAction.USE, TaskType.PILOT_PROJECT),
        (AnswerAction.SKIP, ""),
    ]
    assert question.text == "“Đề tài/dự án” nêu nhiều loại cùng lúc ở cột “Loại nhiệm vụ”. Chọn một loại."
    assert found.errors == []
    settled = look(
        book_of(ScienceTask, [{**TASK, "task_type": "ĐỀ TÀI / DỰ ÁN"}]),
        answers={question.key: Answer(AnswerAction.USE, TaskType.PILOT_PROJECT)},
    )
    assert settled.is_ready
    assert [each.answer.label for each in settled.settled] == ["Dự án"]


def test_an_unknown_name_is_asked_once_with_the_nearest_matches():
    _field, host, _person = reference_data()
    OrganisationFactory(name="Ủy ban nhân dân huyện Ba Bể")
    typed = "Trung tâm Khuyến nôn"
    found = look(book_of(ScienceTask, [{**TASK, "host": typed}, {**TASK, "code": "ĐT.02", "host": typed}]))
    (question,) = found.questions
    assert (question.heading, question.value, question.rows) == ("Tổ chức chủ trì", typed, (2, 3))
    assert [(option.action, option.target) for option in question.options] == [
        (AnswerAction.USE, str(host.pk)),
        (AnswerAction.CREATE, ""),
        (AnswerAction.SKIP, ""),
    ]
    assert found.counts.create == 0
    for answer, create, skip in (
        (Answer(AnswerAction.USE, str(host.pk)), 2, 0),
        (Answer(AnswerAction.SKIP), 0, 2),
    ):
        settled = look(
            book_of(ScienceTask, [{**TASK, "host": typed}, {**TASK, "code": "ĐT.02", "host": typed}]),
            answers={question.key: answer},
        )
        assert (settled.counts.create, settled.counts.skip, settled.questions) == (create, skip, [])
    made = look(
        book_of(ScienceTask, [{**TASK, "host": typed}]),
        actor=SYSTEM,
        answers={question.key: Answer(AnswerAction.CREATE)},
    )
    assert made.is_ready
    assert [(sheet.register.model, sheet.counts.create) for sheet in made.sheets] == [
        (Organisation, 1),
        (ScienceTask, 1),
    ]


def test_an_answer_that_the_column_cannot_hold_leaves_the_question_open():
    reference_data()
    other = CodeListItemFactory(
        code_list="programme", code="x", label="Chương trình", valid_from=date(2020, 1, 1)
    )
    content = book_of(ScienceTask, [{**TASK, "field_group": "Nông ngiệp"}])
    (question,) = look(content).questions
    for target in (str(other.pk), "999999", "nhầm", "name:Không có"):
        assert [
            each.key
            for each in look(content, answers={question.key: Answer(AnswerAction.USE, target)}).questions
        ] == [question.key]


def test_case_and_spaces_do_not_matter_but_letters_and_tones_of_names_do():
    _field, host, _person = reference_data()
    row = {**TASK, "host": "TRUNG TÂM  khuyến nông", "level": "cap tinh"}
    found = look(book_of(ScienceTask, [row]))
    assert found.is_ready
    assert found.counts.create == 1
    (question,) = look(book_of(ScienceTask, [{**row, "host": "Trung tam Khuyến nông"}])).questions
    assert (question.options[0].target, question.options[0].label) == (str(host.pk), host.name)


def test_of_two_dated_records_the_one_in_force_on_the_rows_day():
    old = OrgUnitFactory(
        name="Phòng Quản lý", code="A", valid_from=date(2010, 1, 1), valid_to=date(2022, 1, 1)
    )
    new = OrgUnitFactory(name="Phòng Quản lý", code="A", valid_from=date(2022, 1, 1))
    LegalDocumentFactory(number="1/KH-UBND")

    def row(number, due_on):
        return {
            "source_document": "1/KH-UBND",
            "ordinal": number,
            "content": "x",
            "year": 2023,
            "lead_unit": "Phòng Quản lý",
            "due_on": due_on,
        }

    content = book_of(AssignedTask, [row(1, "31/12/2021"), row(2, "1/1/2022"), row(3, "1/1/2009")])
    prepared = prepare_import(content, "tep.xlsx", actor=CLERK, on=DAY)
    assert [draft.instance.lead_unit_id for draft in prepared.draft_sheets[0].drafts] == [
        old.pk,
        new.pk,
        None,
    ]
    (question,) = prepared.plan.questions
    assert question.rows == (4,)
    assert {option.target for option in question.options if option.action is AnswerAction.USE} == {
        str(old.pk),
        str(new.pk),
    }
    assert any("hết hiệu lực 01/01/2022" in option.label for option in question.options)


def test_sheets_refer_to_each_other_whatever_their_order():
    CodeListItemFactory(code_list="field_group", code="a", label="Nông nghiệp", valid_from=date(2020, 1, 1))
    milestone = {"task": "ĐT.01.2023", "kind": "Ký hợp đồng", "on": "1/3/2023"}
    child = {"name": "Trạm Khuyến nông", "governing_body": "Trung tâm Khuyến nông"}
    content = sheets(
        {
            "mốc thực hiện nhiệm vụ": rows_of(TaskMilestone, [milestone]),
            "nhiệm vụ KH&CN": rows_of(ScienceTask, [{**TASK, "planned_start_on": "01/03/2023"}]),
            "cá nhân": [["Họ và tên", "Đơn vị công tác"], ["Người Minh Họa", "Trạm Khuyến nông"]],
            "tổ chức": rows_of(Organisation, [child, {"name": "Trung tâm Khuyến nông"}]),
        }
    )
    found = look(content)
    assert (found.errors, found.questions) == ([], [])
    assert [sheet.sheet for sheet in found.sheets] == [
        "tổ chức",
        "cá nhân",
        "nhiệm vụ KH&CN",
        "mốc thực hiện nhiệm vụ",
    ]
    assert found.counts.create == 5


def test_a_name_near_one_of_the_same_file_can_be_chosen():
    reference_data()
    content = sheets(
        {
            "tổ chức": rows_of(Organisation, [{"name": "Hợp tác xã Yến Dương"}]),
            "nhiệm vụ KH&CN": rows_of(ScienceTask, [{**TASK, "host": "Hợp tác xã Yên Dươngg"}]),
        }
    )
    (question,) = look(content).questions
    option = question.options[0]
    assert option.label == "Hợp tác xã Yến Dương (có trong tệp này)"
    assert look(content, answers={question.key: Answer(option.action, option.target)}).is_ready


def test_likely_duplicates_are_warned_of_and_do_not_block():
    OrganisationFactory(name="Hợp tác xã Yến Dương")
    found = look(
        book_of(
            Organisation, [{"name": "HTX Yên Dương"}, {"name": "Hợp tác xã Ba Bể"}], only=["name", "kind"]
        )
    )
    assert [(p.cell, p.code, p.severity) for p in found.problems] == [
        ("A2", "duplicate_like", ImportSeverity.WARNING)
    ]
    assert found.is_ready
    assert found.counts.create == 2


# ------------------------------------------------------------------------------------------ changes and rights


def test_only_what_differs_is_a_change_an_empty_cell_says_nothing_and_cleared_ones_are_shown():
    _field, host, person = reference_data()
    ScienceTaskFactory(
        code="ĐT.01.2023",
        title="Tên cũ",
        note="ghi",
        mode="direct",
        host=host,
        principal_investigator=person,
        planned_end_on=date(2024, 12, 31),
    )
    row = {
        "code": "ĐT.01.2023",
        "title": "Tên mới",
        "mode": "(xóa)",
        "host": "(xoá)",
        "note": "",
        "principal_investigator": None,
        "planned_end_on": "31/12/2024",
    }
    found = look(book_of(ScienceTask, [row]))
    assert found.is_ready
    (change,) = found.sheets[0].rows
    assert [(each.column, each.old, each.new) for each in change.changes] == [
        ("title", "Tên cũ", "Tên mới"),
        ("mode", "Giao trực tiếp", ""),
        ("host", "Trung tâm Khuyến nông", ""),
    ]
    assert change.action == "change"


def test_a_column_that_is_not_in_the_file_is_not_touched_and_a_required_one_cannot_be_cleared():
    task = ScienceTaskFactory(code="ĐT.09", note="giữ nguyên")
    found = look(book_of(ScienceTask, [{"code": "ĐT.09", "title": "", "level": "Cấp tỉnh"}]))
    assert (found.is_ready, found.is_empty) == (True, True)
    found = look(book_of(ScienceTask, [{"code": "ĐT.09", "title": "(xóa)", "level": "Cấp tỉnh"}]))
    assert errors(found) == [("B2", "Tên nhiệm vụ", "required")]
    found = look(book_of(ScienceTask, [{"code": "ĐT.09", "title": task.title}]))
    assert (found.is_ready, found.is_empty, found.counts.same) == (True, True, 1)


def test_registers_and_records_of_others_are_refused():
    reference_data()
    outsider = an_actor(Role.OFFICER, "TTRA", user_id=9)
    found = look(book_of(ScienceTask, [TASK]), actor=outsider)
    assert [(problem.code, problem.row) for problem in found.errors] == [("permission", None)]
    mine = OrgUnitFactory(name="Phòng Một", code="P1")
    theirs = OrgUnitFactory(name="Phòng Hai", code="P2")
    task = AssignedTaskFactory(lead_unit=mine)
    other = AssignedTaskFactory(lead_unit=theirs)
    rows = [
        {"source_document": each.source_document.number, "ordinal": each.ordinal, "progress": "Đổi"}
        for each in (task, other)
    ]
    actor = an_actor(Role.OFFICER, "P1", user_id=9, unit_id=mine.pk)
    found = look(book_of(AssignedTask, rows), actor=actor)
    assert [(problem.code, problem.row) for problem in found.errors] == [("permission", 3)]


def test_the_query_count_does_not_grow_with_the_rows(django_assert_max_num_queries):
    reference_data()
    records = [{**TASK, "code": f"ĐT.{number}"} for number in range(300)]
    with django_assert_max_num_queries(20):
        assert look(book_of(ScienceTask, records)).counts.create == 300


def test_records_of_a_predecessor_province_are_matched_and_named(settings):
    """After 1/7/2025 province 19 works on what Bắc Kạn (06) left as on its own past."""
    reference_data()
    old = ScienceTaskFactory(code=TASK["code"], title=f"{TASK['title']} (cũ)", start_year=TASK["start_year"])
    settings.PROVINCE = "19"
    found = look(book_of(ScienceTask, [TASK]))
    assert [sheet.counts.change for sheet in found.sheets] == [1]
    assert found.questions == []
    OrganisationFactory(name="Của tỉnh 19")
    new = ScienceTaskFactory(
        code=TASK["code"], title=f"{TASK['title']}, tỉnh 19", start_year=TASK["start_year"]
    )
    assert (old.province, new.province) == ("06", "19")
    assert [sheet.counts.change for sheet in look(book_of(ScienceTask, [TASK])).sheets] == [1]

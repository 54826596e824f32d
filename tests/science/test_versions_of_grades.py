"""A grade of a scale counts on the days of the scale: for new results, for those on record, and for grades of one name."""

import io
from datetime import date

import openpyxl
import pytest
from django.apps import apps

from khcn.councils.models import CouncilMeeting
from khcn.kernel.actors import Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.dated.models import Dated
from khcn.kernel.fields.links import links_to
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import Question
from khcn.kernel.intake.models import Decision
from khcn.kernel.papers.differences import contradiction
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.list_pages import all_columns, list_page
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.kernel.screens.record_forms import form_class
from khcn.kernel.text.fold import name_key
from khcn.kernel.workbooks.export import export_workbook
from khcn.reference.models import CodeListItem
from khcn.science.models import MeetingItem, NominationProvince, TaskMilestone
from khcn.science.operations.meeting_quorum import QUORUM
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMemberFactory, SeatedMeetingFactory
from tests.factories.reference import AdminUnitFactory, CodeListItemFactory, RuleParameterFactory
from tests.factories.science import (
    MeetingItemFactory,
    ProgrammeNominationFactory,
    ScienceTaskFactory,
    TaskMilestoneFactory,
)
from tests.kernel.intake_sample import book_of, rows_of, sheets
from tests.kernel.papers_given import draft, issue
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db
STAFF, OFFICE = an_actor(Role.OFFICER, "QLKH"), an_actor(Role.OFFICE, "VP")
TODAY, BORDER = date(2026, 1, 5), date(2023, 6, 1)
EARLIER, LATER = date(2023, 5, 30), date(2023, 6, 2)
WORDS = {"actor": STAFF, "on": TODAY}


def grade(code="excellent", label="Xuất sắc", **days):
    return CodeListItemFactory(code_list="acceptance_grade", code=code, label=label, **days)


@pytest.fixture
def ended(db):
    return grade("good", "Khá", valid_to=BORDER)


@pytest.fixture
def versions(db):
    return grade(valid_to=BORDER), grade(valid_from=BORDER)


def item_on(day, **values):
    return MeetingItemFactory(meeting=SeatedMeetingFactory(held_on=day), **values)


def stored(item):
    return MeetingItem.objects.get(pk=item.pk).grade


# ------------------------------------------------------------------------------------------ days of records


def test_an_item_of_a_meeting_takes_no_grade_of_an_ended_scale(ended):
    item = item_on(LATER)
    row = {"meeting": item.meeting.code, "task": item.task.code, "grade": "Khá"}
    why = "“Khá” có hiệu lực từ ngày 01/01/2014 đến trước ngày 01/06/2023, không áp dụng vào ngày 02/06/2023."
    assert [why in text for text in form_refusals(item, *WORDS.values(), grade=ended)] == [True]
    assert why in api_refusal(item, *WORDS.values(), grade=ended)
    assert [why in text for text in import_problems(MeetingItem, row, *WORDS.values())] == [True]
    assert stored(item) is None
    assert form_refusals(item_on(EARLIER), *WORDS.values(), grade=ended) == []


def test_a_sheet_of_plain_rows_is_asked_about_days_too():
    province = AdminUnitFactory(level="province", full_name="Tỉnh cũ", valid_to=BORDER)
    nomination = ProgrammeNominationFactory(nominated_on=LATER)
    row = {"nomination": nomination.code, "admin_unit": province.full_name}
    (text,) = import_problems(NominationProvince, row, *WORDS.values())
    assert "“Tỉnh cũ” có hiệu lực từ ngày" in text


def test_the_day_of_a_meeting_stays_within_the_scale_of_its_grades(ended):
    item = item_on(EARLIER, grade=ended)
    (text,) = form_refusals(item.meeting, *WORDS.values(), held_on=LATER)
    assert "ghi “Khá”, mục này không áp dụng vào ngày 02/06/2023" in text
    assert form_refusals(item.meeting, *WORDS.values(), held_on=date(2023, 5, 31)) == []


def test_every_link_to_a_dated_row_says_its_day_or_is_known_to_have_none():
    silent = {
        f"{field.model.__name__}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, Dated)
        for field in links_to(model)
        if has_register(field.model) and field.name not in field.model.in_force_on
    }
    assert silent == {
        "AdminUnit.parent",  # places and units, which are not of one day
        "Organisation.admin_unit",
        "PilotModel.admin_unit",
        "RadiationFacility.admin_unit",
        "ConsultingContract.admin_unit",
        "FollowedModel.admin_unit",
        "InvestmentProject.admin_unit",
        *(f"{name}.unit" for name in ("PostQuota", "PersonnelEvent", "TrainingAssignment")),
        *(f"{name}.unit" for name in ("EmulationNomination", "ParPlanTask")),
        "ProcedureComponent.procedure",  # parts of one version
        "ProcedureStep.procedure",
        "AssignedTaskUnit.unit",
        "AssignedTask.lead_unit",  # has the day on which it is due, not that on which it was given
        "ScienceTask.programme",  # run for years, and have planned days only
        "ScienceTask.field_group",
        "AdminUnitSuccession.predecessor",  # ends on the day of the succession
        "AdminUnitSuccession.successor",
        "OrgUnitSuccession.predecessor",
        "OrgUnitSuccession.successor",
    }


# ------------------------------------------------------------------------------------------ one name, two versions


def form_with(item, text):
    """Save the form of an item with this text in the field of the grade."""
    register = register_of(MeetingItem)
    values = {"meeting": f"#{item.meeting_id}", "task": f"#{item.task_id}", "grade": text}
    with acting(STAFF):
        form = form_class(register)(values, instance=MeetingItem.objects.get(pk=item.pk))
        assert form.is_valid(), form.errors
        assert form.save_record(actor=STAFF, on=TODAY) is not None


@pytest.mark.parametrize("text", ["Xuất sắc", "Xuất sắc (từ 01/01/2014)", "key"])
def test_a_name_or_the_other_version_means_the_version_of_the_day(versions, text):
    for day, version in ((EARLIER, versions[0]), (LATER, versions[1])):
        item = item_on(day)
        form_with(item, f"#{versions[0].pk}" if text == "key" else text)
        assert stored(item) == version


def test_choosers_lists_and_exports_show_the_days_and_read_them_back(versions, ended):
    first, second = item_on(EARLIER, grade=versions[0]), item_on(LATER, grade=versions[1])
    third = item_on(EARLIER, grade=ended)
    register = register_of(MeetingItem)
    names = {first.pk: "Xuất sắc (từ 01/01/2014)", second.pk: "Xuất sắc (từ 01/06/2023)", third.pk: "Khá"}
    with acting(STAFF):
        choices = [text for _key, text in form_class(register)().fields["grade"].widget.choices]
        assert sorted(choices) == sorted(["(chưa chọn)", *names.values()])
        columns = [each for each in all_columns(register) if each.path == "grade"]
        page = list_page(register, register.rows(STAFF, TODAY), columns=columns)
        assert {row.pk: row.cells[0].text for row in page.rows} == names
    content = export_workbook(register, MeetingItem.objects.order_by("pk"))
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    place = next(number for number, text in enumerate(rows[0]) if text.startswith("Xếp loại"))
    assert [row[place] for row in rows[1:]] == list(names.values())
    batch = intake.upload(content=content, name="tệp.xlsx", **WORDS)
    plan = intake.preview(batch=batch, **WORDS)
    assert ([*plan.errors], plan.questions, plan.sheets[0].counts.same) == ([], [], 3)


def test_a_sheet_takes_the_version_of_each_day_without_asking_whatever_was_answered_before(versions):
    old, new = versions
    items = [item_on(EARLIER), item_on(LATER)]
    path = "science.meetingitem.grade"
    for text in ("Xuất sắc", "Giỏi nhất"):
        with acting(STAFF):
            Decision.objects.create(
                column=path,
                heading="Xếp loại",
                key=Question.key_of(path, name_key(text)),
                value_text=text,
                action="use",
                target=str(old.pk),
                decided_on=TODAY,
            )
        content = book_of(
            MeetingItem,
            [{"meeting": each.meeting.code, "task": each.task.code, "grade": text} for each in items],
        )
        batch = intake.upload(content=content, name=f"{text}.xlsx", **WORDS)
        assert intake.preview(batch=batch, **WORDS).is_ready
        intake.confirm_import(batch=batch, **WORDS)
        assert [stored(each) for each in items] == [old, new]
        for each in items:
            form_with(each, "")


# ------------------------------------------------------------------------------------------ versions that end


@pytest.fixture
def recorded(ended):
    """An acceptance and an item with the grade, before its end."""
    task = ScienceTaskFactory()
    kinds = (("contract_signed", date(2022, 3, 1)), ("accepted_province", date(2023, 2, 1)))
    for kind, day in kinds:
        TaskMilestoneFactory(task=task, kind=kind, on=day, grade=ended if kind.startswith("acc") else None)
    item_on(date(2023, 3, 1), grade=ended)
    return TaskMilestone.objects.get(grade=ended)


@pytest.mark.parametrize(
    ("days", "count", "what"),
    [
        ({"valid_to": date(2023, 1, 1)}, 2, "Gõ ngày hết hiệu lực sau ngày 01/03/2023"),
        ({"valid_to": date(2023, 2, 15)}, 1, "Gõ ngày hết hiệu lực sau ngày 01/03/2023"),
        ({"valid_from": date(2023, 2, 15)}, 1, "Gõ ngày có hiệu lực không muộn hơn ngày 01/02/2023"),
    ],
)
def test_a_version_is_not_ended_or_moved_under_records(recorded, days, count, what):
    row = recorded.grade
    expected = f"{count} bản ghi dùng “Khá”"
    for text in (*form_refusals(row, OFFICE, TODAY, **days), api_refusal(row, OFFICE, TODAY, **days)):
        assert expected in text
        assert what in text
    row = CodeListItem.objects.get(pk=row.pk)
    assert (row.valid_from, row.valid_to) == (date(2014, 1, 1), BORDER)
    assert form_refusals(row, OFFICE, TODAY, valid_to=date(2023, 3, 2)) == []


SUCCESSOR = {"code_list": "acceptance_grade", "code": "good", "label": "Khá"}
ROW = {**SUCCESSOR, "code_list": "Xếp loại nghiệm thu", "valid_from": "1/2/2023", "valid_to": "1/6/2023"}


def graded_with():
    return [
        {each.grade for each in model.objects.exclude(grade=None)} for model in (TaskMilestone, MeetingItem)
    ]


def test_a_successor_that_was_entered_late_takes_the_records_of_its_days_and_gives_them_back(recorded):
    old = recorded.grade
    before = item_on(date(2023, 1, 31), grade=old)
    paper = issue(draft(recorded.task))
    assert contradiction(paper) == ""
    new = CodeListItem(**SUCCESSOR, valid_from=date(2023, 2, 1), valid_to=BORDER)
    effects = save_row(register_of(CodeListItem), new, actor=OFFICE, on=TODAY)
    assert effects[1:] == ["2 bản ghi từ ngày đó chuyển sang mục mới."]
    assert graded_with() == [{new}, {old, new}]
    assert stored(before) == old
    assert contradiction(paper) == ""
    entry = ChangeEntry.objects.filter(model="science.taskmilestone").latest("pk")
    assert entry.after == {"grade_id": new.pk}
    assert entry.reason.startswith("Chuyển sang “Khá” có hiệu lực từ ngày 01/02/2023")
    (text,) = form_refusals(CodeListItem.objects.get(pk=new.pk), OFFICE, TODAY, valid_from=date(2023, 2, 15))
    assert "thì xóa mục này (các bản ghi trở về mục trước)" in text
    remove_row(register_of(CodeListItem), new, actor=OFFICE, on=TODAY)
    assert graded_with() == [{old}, {old}]
    assert CodeListItem.objects.get().valid_to == BORDER


def test_the_file_that_brought_a_successor_is_undone_with_what_it_moved(recorded):
    words = {"actor": OFFICE, "on": TODAY}
    batch = intake.upload(content=book_of(CodeListItem, [ROW]), name="a.xlsx", **words)
    intake.confirm_import(batch=batch, **words)
    assert {recorded.grade} not in graded_with()
    intake.undo_import(batch=batch, **words)
    assert graded_with() == [{recorded.grade}] * 2


def test_a_successor_that_says_something_else_takes_no_records(recorded):
    new = CodeListItem(**SUCCESSOR | {"label": "Khá tốt"}, valid_from=date(2023, 2, 1), valid_to=BORDER)
    with pytest.raises(Refused, match=r"2 bản ghi dùng “Khá”.*thêm mục mới với mã khác") as caught:
        save_row(register_of(CodeListItem), new, actor=OFFICE, on=TODAY)
    assert f"bản ghi đầu tiên là “{recorded}” (ngày 01/02/2023)" in str(caught.value)
    (text,) = import_problems(CodeListItem, ROW | {"label": "Khá tốt"}, OFFICE, TODAY)
    assert "2 bản ghi dùng “Khá”" in text
    new.valid_from = date(2023, 3, 2)
    save_row(register_of(CodeListItem), new, actor=OFFICE, on=TODAY)
    assert CodeListItem.objects.get(pk=recorded.grade_id).valid_to == date(2023, 3, 2)


@pytest.mark.parametrize("fails", [True, False])
def test_versions_of_one_grade_are_all_failing_ones_or_none_is(fails):
    first = grade("failed", "Không đạt", fails=fails)
    words = f"{'là' if fails else 'không phải'} mức không đạt; các mục cùng mã phải như nhau"
    row = {
        **ROW,
        "code": "failed",
        "label": "Không đạt",
        "valid_to": "",
    }  # the column of failing grades is missing
    other = {**row, "fails": "không" if fails else "có"}
    refused = import_problems(CodeListItem, row if fails else other, OFFICE, TODAY)
    assert [words in text for text in refused] == [True]
    (text,) = form_refusals(
        CodeListItem.objects.get(pk=grade("other", valid_from=BORDER).pk),
        OFFICE,
        TODAY,
        code="failed",
        fails=not fails,
    )
    assert words in text
    assert import_problems(CodeListItem, {**row, "fails": "có" if fails else "không"}, OFFICE, TODAY) == []
    assert form_refusals(first, OFFICE, TODAY, fails=not fails) == []  # the only one


def test_what_is_outside_already_keeps_nobody_from_mending_something_else(recorded):
    with acting(OFFICE):
        row = recorded.grade
        row.valid_to = date(2023, 1, 1)
        row.save()
    assert form_refusals(recorded, *WORDS.values(), note="Ghi chú") == []
    assert form_refusals(row, OFFICE, TODAY, valid_to=date(2022, 12, 1)) == []


def test_the_corrected_day_of_a_meeting_brings_the_grade_of_that_day(versions):
    item = item_on(EARLIER, grade=versions[0])
    TaskMilestoneFactory(task=item.task, kind="contract_signed", on=date(2022, 3, 1))
    run_action(item.meeting, "record-conclusions", STAFF, TODAY)
    meeting = CouncilMeeting.objects.get(pk=item.meeting_id)
    run_action(meeting, "correct-day", STAFF, TODAY, held_on=LATER, reason="gõ nhầm ngày")
    milestone = item.task.milestones.get(kind="accepted_province")
    assert (stored(item), milestone.grade, milestone.on) == (versions[1], versions[1], LATER)


@pytest.mark.parametrize("entered", ["in advance", "late"])
def test_a_decision_after_a_change_of_the_scale_is_still_what_the_meeting_decided(entered):
    RuleParameterFactory(code=QUORUM, value=67, unit="percent", valid_from=date(2014, 7, 15))
    old, other = grade(), grade("good", "Khá")
    meeting = SeatedMeetingFactory(held_on=EARLIER, members_present=2)
    CouncilMemberFactory(council=meeting.council, from_on=date(2021, 1, 1))
    item = MeetingItemFactory(meeting=meeting, grade=old)
    TaskMilestoneFactory(task=item.task, kind="contract_signed", on=date(2022, 3, 1))
    new = CodeListItem(code_list="acceptance_grade", code="excellent", label="Xuất sắc", valid_from=BORDER)

    def enter_new():
        save_row(register_of(CodeListItem), new, actor=OFFICE, on=TODAY)

    def record():
        chosen = CodeListItem.objects.get(pk=old.pk)
        answers = {"kind": "accepted_province", "reached_on": LATER, "grade": chosen}
        run_action(item.task, "record-milestone", STAFF, TODAY, **answers)

    for step in (enter_new, record) if entered == "in advance" else (record, enter_new):
        step()

    def grades():
        return stored(item), item.task.milestones.get(kind="accepted_province").grade

    assert grades() == (old, new)
    better_words = ((new, "Loại xuất sắc"), (old, "Xuất sắc (cũ)"), (old, "Xuất sắc"))
    for version, label in better_words:
        assert form_refusals(CodeListItem.objects.get(pk=version.pk), OFFICE, TODAY, label=label) == []
        for values in ({"code": "best"}, {"code_list": "research_field"}):
            (refusal,) = form_refusals(CodeListItem.objects.get(pk=version.pk), OFFICE, TODAY, **values)
            assert "không đổi được danh mục, mã và mức đạt" in refusal
    meeting = CouncilMeeting.objects.get(pk=meeting.pk)
    (text,) = form_refusals(meeting, *WORDS.values(), members_present=1)
    assert "có mặt 1 trong 2 thành viên; quy định cần ít nhất 2" in text
    assert form_refusals(CodeListItem.objects.get(pk=new.pk), OFFICE, TODAY, label="Xuất sắc") == []
    for given, expected in ((other, (other, other)), (CodeListItem.objects.get(pk=old.pk), (old, new))):
        run_action(item, "correct-grade", STAFF, TODAY, grade=given, reason="gõ nhầm")
        assert grades() == expected
    meeting = CouncilMeeting.objects.get(pk=meeting.pk)
    run_action(meeting, "correct-day", STAFF, TODAY, held_on=LATER, reason="gõ nhầm ngày")
    assert grades() == (new, new)


def moved_by_sheets(*names):
    def move(item, held_on):
        rows = {
            "họp": rows_of(CouncilMeeting, [{"code": item.meeting.code, "held_on": held_on}]),
            "dòng": rows_of(
                MeetingItem, [{"meeting": item.meeting.code, "task": item.task.code, "grade": "Xuất sắc"}]
            ),
        }
        content = sheets({name: rows[name] for name in names})
        batch = intake.upload(content=content, name="dời ngày.xlsx", **WORDS)
        assert intake.preview(batch=batch, **WORDS).is_ready
        intake.confirm_import(batch=batch, **WORDS)
        return batch

    return move


@pytest.mark.parametrize(
    "move",
    [
        lambda item, day: form_refusals(item.meeting, *WORDS.values(), held_on=day),
        lambda item, day: api_refusal(item.meeting, *WORDS.values(), held_on=day),
        moved_by_sheets("họp"),
        moved_by_sheets("dòng", "họp"),
    ],
    ids=["form", "api", "sheet", "sheet with the item"],
)
def test_a_meeting_that_moves_before_its_results_are_recorded_brings_the_grade_of_its_day(versions, move):
    item = item_on(EARLIER, grade=versions[0])
    batch = move(item, LATER)
    assert (stored(item), CouncilMeeting.objects.get(pk=item.meeting_id).held_on) == (versions[1], LATER)
    if batch:
        intake.undo_import(batch=batch, **WORDS)
        assert (stored(item), CouncilMeeting.objects.get(pk=item.meeting_id).held_on) == (
            versions[0],
            EARLIER,
        )


def test_an_import_is_not_undone_where_a_grade_entered_since_would_be_outside(versions):
    item = item_on(LATER)
    batch = moved_by_sheets("họp")(item, EARLIER)
    assert form_refusals(item, *WORDS.values(), grade=versions[0]) == []
    with pytest.raises(Refused):
        intake.undo_import(batch=batch, **WORDS)
    assert (stored(item), CouncilMeeting.objects.get(pk=item.meeting_id).held_on) == (versions[0], EARLIER)

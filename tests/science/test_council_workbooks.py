"""A workbook of a council, its meeting, the tasks on its agenda and their milestones."""

from datetime import date

import pytest

from khcn.councils.models import Council, CouncilKind, CouncilMeeting
from khcn.kernel.actors import EVERYTHING, Grant, Role
from khcn.kernel.fields.dated_links import judging_days
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.checks import rule_checks
from khcn.kernel.intake.checks.rule_checks import _referred_to as referred
from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.registers.writing import Write
from khcn.reference.models import CodeListItem, LegalDocument
from khcn.science.models import MeetingItem, TaskMilestone
from tests.factories.base import an_actor
from tests.factories.councils import CouncilFactory, CouncilMeetingFactory
from tests.factories.reference import CodeListItemFactory, GradeFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory
from tests.kernel.intake_sample import rows_of, sheets

pytestmark = pytest.mark.django_db
WORDS = {"actor": an_actor(Role.OFFICER, "QLKH"), "on": date(2026, 1, 5)}
CHAIN = 12


@pytest.mark.parametrize(
    ("sheet", "cell", "reported"),
    [
        ("meeting", {"kind": "Nghiệm"}, "Nghiệm"),
        ("meeting", {"held_on": "31/02/2023"}, "31/02/2023"),
        ("council", {"kind": "Nghiệm"}, "Nghiệm"),
        ("council", {"established_on": "31/02/2023"}, "31/02/2023"),
    ],
)
def test_a_cell_that_was_not_understood_is_named_and_what_refers_to_its_row_is_not_judged(
    sheet, cell, reported
):
    task = ScienceTaskFactory(code="NV-1")
    rows = {
        "council": {
            "code": "HD1",
            "name": "Hội đồng thử",
            "kind": "Nghiệm thu",
            "established_on": date(2023, 1, 1),
        },
        "meeting": {"code": "H1", "kind": "Nghiệm thu", "council": "HD1", "subject": "Họp thử"},
    }
    rows["meeting"]["held_on"] = date(2023, 6, 1)
    rows[sheet] |= cell
    content = sheets(
        {
            "Hội đồng": rows_of(Council, [rows["council"]]),
            "Họp": rows_of(CouncilMeeting, [rows["meeting"]]),
            "Việc": rows_of(MeetingItem, [{"meeting": "H1", "task": task.code, "passed": "Có"}]),
            "Mốc": rows_of(
                TaskMilestone, [{"task": task.code, "kind": "Nghiệm thu cấp tỉnh", "on": date(2023, 6, 1)}]
            ),
        }
    )
    batch = intake.upload(content=content, name="họp.xlsx", **WORDS)
    errors = intake.preview(batch=batch, **WORDS).errors
    assert [each.message for each in errors if reported in each.message] != []


def test_the_rows_that_refer_to_a_faulty_one_are_looked_at_once(monkeypatch):
    looked_at = []
    monkeypatch.setattr(
        rule_checks, "_referred_to", lambda record: looked_at.append(record) or referred(record)
    )
    rows = [
        {"number": f"{place}/QĐ", "kind": "Quyết định", "issuer": "UBND", "subject": "Thử", "issued_on": date(2020, 1, 1)}
        | ({"replaces": f"{place + 1}/QĐ"} if place < CHAIN else {"issued_on": "31/02/2023"})
        for place in range(1, CHAIN + 1)
    ]  # fmt: skip
    content = sheets({"Văn bản": rows_of(LegalDocument, rows)})
    office = WORDS | {"actor": an_actor(Role.OFFICE, "VP")}
    batch = intake.upload(content=content, name="chuỗi.xlsx", **office)
    (error,) = intake.preview(batch=batch, **office).errors
    assert ("31/02/2023" in error.message, len(looked_at)) == (True, CHAIN)


# ------------------------------------------------------------------------------------------ two sheets, each within bounds


def refusal_of(**rows):
    """Why a workbook is not written, by its preview or by what all rows have come to; "" when it is written."""
    words = WORDS | {"actor": an_actor(Role.OFFICER, "QLKH", grants=(Grant("reference", EVERYTHING, True),))}
    models = {"council": Council, "meeting": CouncilMeeting, "item": MeetingItem, "grade": CodeListItem}
    content = sheets({name: rows_of(models[name], [row]) for name, row in rows.items()})
    batch = intake.upload(content=content, name="hai trang.xlsx", **words)
    plan = intake.preview(batch=batch, **words)
    assert plan.questions == []
    for each in plan.errors:
        return f"Trang tính “{each.sheet}”, dòng {each.row}: {each.message}"
    try:
        intake.confirm_import(batch=batch, **words)
    except IntakeRefused as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    ("council", "meeting"),
    [
        ({"established_on": date(2023, 7, 1)}, {"held_on": date(2023, 6, 1)}),
        ({"dissolved_on": date(2023, 9, 1)}, {"held_on": date(2023, 10, 1)}),
        ({"dissolved_on": date(2023, 9, 1)}, {"code": "H9", "held_on": date(2023, 10, 1)}),
    ],
)
def test_a_council_and_its_meeting_are_judged_as_the_workbook_leaves_them(council, meeting):
    stored = CouncilFactory(kind="acceptance", code="HD1", established_on=date(2021, 1, 1))
    CouncilMeetingFactory(kind="acceptance", council=stored, held_on=date(2023, 8, 1), code="H8")
    new = (
        {"kind": str(CouncilKind.ACCEPTANCE.label), "council": "HD1", "subject": "Họp thử"}
        if "code" in meeting
        else {}
    )
    before = [*Council.objects.values(), *CouncilMeeting.objects.values()]
    why = refusal_of(council={"code": "HD1", **council}, meeting={"code": "H8", **new, **meeting})
    assert "dòng 2" in why
    assert [*Council.objects.values(), *CouncilMeeting.objects.values()] == before


@pytest.mark.parametrize(
    ("held_on", "ends", "sheets_given", "blamed"),
    [
        (date(2023, 6, 1), date(2023, 6, 15), ("item", "meeting"), "item"),
        (date(2023, 6, 20), None, ("item", "grade"), "item"),
        (date(2023, 6, 1), None, ("meeting", "grade"), "meeting"),
    ],
)
def test_a_grade_is_in_force_on_the_day_that_the_workbook_gives_to_the_meeting(
    held_on, ends, sheets_given, blamed
):
    meeting = CouncilMeetingFactory(kind="acceptance", held_on=held_on, code="H8")
    grade = GradeFactory(valid_to=ends)
    item = MeetingItemFactory(
        meeting=meeting, task__code="NV-1", grade=grade if blamed == "meeting" else None
    )
    scale = {"code_list": "Xếp loại nghiệm thu", "code": grade.code, "label": "Khá"}
    rows = {
        "item": {"meeting": "H8", "task": "NV-1", "grade": "Khá"},
        "meeting": {"code": "H8", "held_on": date(2023, 6, 20)},
        "grade": {**scale, "valid_from": grade.valid_from, "valid_to": date(2023, 6, 15)},
    }
    before = [MeetingItem.objects.values().get(), CouncilMeeting.objects.values().get(pk=item.meeting_id)]
    why = refusal_of(**{name: rows[name] for name in sheets_given})
    assert f"Trang tính “{blamed}”, dòng 2: “" in why
    assert "không áp dụng vào ngày 20/06/2023" in why
    assert before == [
        MeetingItem.objects.values().get(),
        CouncilMeeting.objects.values().get(pk=item.meeting_id),
    ]


@pytest.mark.parametrize("known", [False, True])
def test_a_grade_is_the_version_of_the_day_that_the_workbook_gives_to_the_meeting(known):
    meeting = CouncilMeetingFactory(kind="acceptance", held_on=date(2023, 6, 1), code="H8")
    GradeFactory(valid_to=date(2023, 6, 15))
    new = CodeListItemFactory(
        code_list="acceptance_grade", code="good", label="Khá", valid_from=date(2023, 6, 15)
    )
    task = ScienceTaskFactory(code="NV-1")
    if known:
        MeetingItemFactory(meeting=meeting, task=task)
    item = {"meeting": "H8", "task": "NV-1", "grade": "Khá"}
    assert refusal_of(item=item, meeting={"code": "H8", "held_on": date(2023, 6, 20)}) == ""
    assert MeetingItem.objects.get().grade == new


def test_a_grade_that_was_outside_before_keeps_no_meeting_from_moving(django_assert_num_queries):
    grade = GradeFactory(valid_to=date(2023, 6, 15))
    meetings = [CouncilMeetingFactory(held_on=date(2023, 7, day), code=f"H{day}") for day in range(1, 4)]
    for each in meetings:
        MeetingItemFactory(meeting=each, grade=grade)
    writes = [Write(each, each, frozenset({"held_on"})) for each in meetings]
    with (
        django_assert_num_queries(2),
        judging_days([(CouncilMeeting, writes)], WORDS["actor"]),
    ):  # whole chunks
        pass
    assert refusal_of(meeting={"code": "H1", "held_on": date(2023, 8, 1)}) == ""

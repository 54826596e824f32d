"""Sheets whose rows are actions: looked at, carried out and taken back by the rules of the button."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.directives.models import AssignedTask
from khcn.directives.operations import correct_result
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import IntakeRefused, NotReady
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.plans.action_sheets import MOST_ROWS, MOST_TOGETHER
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.intake.undo.undo_conflicts import UndoConflict
from khcn.kernel.intake.undo.undoing import why_not_undone
from khcn.science.models import AmendmentRequest, ScienceTask, TaskMilestone
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.intake_sample import cells_with_openpyxl, edited, sheets
from tests.web.conftest import confirmed, tree, words

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 5)
OFFICER = an_actor(Role.OFFICER, "QLKH", user_id=7)
KINDS = {kind.key: kind for kind in sheet_kinds()}
RESULT = KINDS["directives.assignedtask:record-result"]
MILESTONE = KINDS["science.sciencetask:record-milestone"]
APPROVE = KINDS["science.amendmentrequest:approve"]
REFUSE = KINDS["science.amendmentrequest:refuse"]


def rows_for(kind, rows):
    """Headings and rows of a sheet; a row gives the cell of each column by name."""
    headings = {column.name: column.heading for column in kind.columns()}
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [[headings[name] for name in names], *([row.get(name) for name in names] for row in rows)]


def book(*named):
    return sheets({kind.sheet_name: rows_for(kind, rows) for kind, rows in named})


def planned(kind, rows, *, actor=OFFICER, **options):
    return make_plan(book((kind, rows)), "tep.xlsx", actor=actor, on=TODAY, **options)


def problems(found):
    return [(each.cell or each.row, each.code) for each in found.problems]


def uploaded(*named, actor=OFFICER):
    return intake.upload(content=book(*named), name="tep.xlsx", actor=actor, on=TODAY)


def written(*named, actor=OFFICER):
    batch = uploaded(*named, actor=actor)
    intake.confirm_import(batch=batch, actor=actor, on=TODAY)
    return batch


@pytest.fixture
def lead():
    return OrgUnitFactory(code="QLKH", name="Phòng Quản lý khoa học")


@pytest.fixture
def member(lead):
    """An officer of the unit that leads the work."""
    return an_actor(Role.OFFICER, "QLKH", user_id=7, unit_id=lead.pk)


@pytest.fixture
def work(lead):
    """Two pieces of assigned work of one document, of the actor's own unit."""
    document = LegalDocumentFactory(number="12/KH-UBND")
    due_on = date(2023, 2, 28)  # what the tests record is late, so that no document has to prove its day
    return [
        AssignedTaskFactory(source_document=document, ordinal=each, lead_unit=lead, due_on=due_on)
        for each in (1, 2)
    ]


def result(ordinal, done_on="20/3/2023", **cells):
    return {"source_document": "12/KH-UBND", "ordinal": ordinal, "done_on": done_on, **cells}


def test_results_of_assigned_work_are_looked_at_and_recorded(work, member):
    rows = [result(1, progress="Đã trình"), result(2, "3/4/2023")]
    before = ChangeEntry.objects.count()
    found = planned(RESULT, rows, actor=member)
    assert (found.problems, found.counts.change, found.is_ready) == ([], 2, True)
    (sheet,) = found.sheets
    assert (sheet.title, sheet.as_json()["do"]) == (
        "Nhiệm vụ được giao: Ghi kết quả thực hiện",
        "record-result",
    )
    assert [(row.row, row.pk, row.label) for row in sheet.rows] == [
        (2 + place, each.pk, str(each)) for place, each in enumerate(work)
    ]
    assert [(change.heading, change.new) for change in sheet.rows[0].changes][-2:] == [
        ("Ngày hoàn thành", "20/03/2023"),
        ("Kết quả thực hiện", "Đã trình"),
    ]
    assert not AssignedTask.objects.filter(
        done_on__isnull=False
    ).exists()  # looking at it has written nothing
    assert ChangeEntry.objects.count() == before
    batch = written((RESULT, rows), actor=member)
    assert [each.done_on for each in AssignedTask.objects.order_by("ordinal")] == [
        date(2023, 3, 20),
        date(2023, 4, 3),
    ]
    entries = ChangeEntry.objects.filter(model="directives.assignedtask", batch=batch.act)
    assert {each.reason for each in entries} == {"Ghi kết quả thực hiện"}
    assert entries.count() == 2
    with pytest.raises(UndoConflict) as caught:  # late results, by the unit that leads the work
        intake.undo_import(batch=batch, actor=member, on=TODAY + timedelta(days=1))
    assert [(each.sheet, each.row) for each in caught.value.conflicts] == [
        (RESULT.sheet_name, row) for row in (2, 3)
    ]
    assert "đề nghị Văn phòng" in caught.value.conflicts[0].why
    intake.undo_import(batch=batch, actor=member, on=TODAY)
    assert not AssignedTask.objects.exclude(done_on=None, progress="").exists()


def test_what_is_wrong_with_a_row_is_named_at_its_place(work, member):
    LegalDocumentFactory(number="99/QĐ")
    rows = [
        result(1),
        result(1, "21/3/2023"),  # has a result after the row before
        result(2, "1/1/2027"),  # a day to come
        result(7),  # unknown
        result(2, None),  # the day is missing
        result(2, "hôm qua"),
    ]
    found = planned(RESULT, rows, actor=member)
    assert problems(found) == [
        (3, "guard"), ("C4", "future"), ("A5", "not_on_record"), ("C6", "invalid"), ("C7", "unreadable"),
    ]  # fmt: skip
    assert "Nhiệm vụ đã ghi hoàn thành ngày 20/03/2023" in found.problems[0].message
    assert all(each.remedy for each in found.problems[1:])
    assert found.counts.change == 1
    with pytest.raises(NotReady):
        intake.confirm_import(batch=uploaded((RESULT, rows), actor=member), actor=member, on=TODAY)
    assert not AssignedTask.objects.filter(done_on__isnull=False).exists()


def test_copied_rows_formulas_missing_columns_and_too_many_rows_are_refused(work, member):
    assert problems(planned(RESULT, [result(1), result(1)], actor=member)) == [(3, "twice_in_file")]
    rows = rows_for(RESULT, [result(1)])
    assert problems(
        make_plan(sheets({RESULT.sheet_name: [row[:2] for row in rows]}), "x.xlsx", actor=member, on=TODAY)
    ) == [(None, "missing_column")]
    content = sheets({RESULT.sheet_name: [rows[0], [*rows[1][:2], "=1+1"]]})
    formula = edited(
        content,
        {
            "xl/worksheets/sheet1.xml": lambda data: data.replace(
                b'<c r="C2" t="s">', b'<c r="C2"><f>TODAY()</f></c><c r="Z9" t="s">'
            )
        },
    )
    found = make_plan(formula, "x.xlsx", actor=member, on=TODAY)
    assert ("C2", "formula") in problems(found)
    many = planned(RESULT, [result(1, progress=str(number)) for number in range(MOST_ROWS + 1)], actor=member)
    assert problems(many) == [(MOST_ROWS + 2, "too_many_actions")]


def test_no_transaction_of_the_preview_holds_more_than_the_rows_of_one_record(work, member):
    many = [result(1, progress=str(number)) for number in range(MOST_TOGETHER + 1)]
    assert (MOST_TOGETHER + 2, "too_many_actions") in problems(planned(RESULT, many, actor=member))
    sheets = book((RESULT, many), (MILESTONE, []))
    assert (MOST_TOGETHER + 2, "too_many_actions") in problems(
        make_plan(sheets, "tep.xlsx", actor=member, on=TODAY)
    )
    with CaptureQueriesContext(connection) as asked:
        planned(RESULT, [result(1), result(2)], actor=member)
    taken_back = [each["sql"] for each in asked if each["sql"].startswith("ROLLBACK TO SAVEPOINT")]
    assert len(taken_back) == 2


def test_rights_are_those_of_the_button(work, lead, member):
    other = AssignedTaskFactory(
        source_document=work[0].source_document, ordinal=3, lead_unit=OrgUnitFactory(code="TCHC")
    )
    found = planned(RESULT, [result(1), result(other.ordinal)], actor=member)
    assert problems(found) == [(3, "not_permitted")]
    assert problems(planned(RESULT, [result(1)], actor=an_actor(Role.READER, "QLKH"))) == [
        (None, "permission")
    ]
    assert problems(planned(RESULT, [result(1)], actor=member, taken_over=True)) == [(None, "taken_over")]


def test_milestones_are_recorded_in_the_order_of_their_days_and_taken_back():
    task = ScienceTaskFactory(code="NV-1", planned_end_on=date(2030, 12, 31))
    rows = [
        {"code": "NV-1", "kind": "Tạm dừng triển khai", "reached_on": "1/5/2022"},
        {"code": "NV-1", "kind": "Ký hợp đồng", "reached_on": "1/3/2022"},
    ]
    assert planned(MILESTONE, rows).problems == []
    batch = written((MILESTONE, rows))
    assert [each.kind for each in task.milestones.order_by("on")] == ["contract_signed", "suspended"]
    task.refresh_from_db()
    before = ChangeEntry.objects.count()
    assert why_not_undone(batch, actor=OFFICER, on=TODAY) is None
    assert (ChangeEntry.objects.count(), TaskMilestone.objects.count()) == (before, 2)
    intake.undo_import(batch=batch, actor=OFFICER, on=TODAY)
    assert not TaskMilestone.objects.exists()
    batch = written((MILESTONE, rows[1:]))
    TaskMilestoneFactory(task=task, kind="suspended", on=date(2022, 5, 1))
    with pytest.raises(UndoConflict):
        intake.undo_import(batch=batch, actor=OFFICER, on=TODAY)
    again = planned(MILESTONE, [rows[0] | {"reached_on": "2/6/2022"}])
    assert [each.code for each in again.problems] == ["rule"]
    assert again.problems[0].column == "Mốc"


def test_requests_are_decided_from_one_file_and_a_step_is_not_taken_back(sign_in):
    tasks = [ScienceTaskFactory(code=f"NV-{number}") for number in (1, 2)]
    for task in tasks:
        TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    asked = [AmendmentRequestFactory(task=task) for task in tasks]
    LegalDocumentFactory(number="45/QĐ-SKHCN")
    key = {"kind": "Gia hạn thời gian thực hiện", "requested_on": "1/3/2023"}
    labels = dict(AmendmentRequest._meta.get_field("kind").flatchoices)
    key["kind"] = str(labels[asked[0].kind])
    approved = {
        "task": "NV-1",
        **key,
        "decided_on": "1/4/2023",
        "decision": "45/QĐ-SKHCN",
        "still_meant": "Có",
    }
    stale = planned(APPROVE, [approved | {"still_meant": ""}])
    assert [(each.cell, each.code) for each in stale.problems] == [("F2", "stale_request")]
    refused = {"task": "NV-2", **key}
    missing = planned(REFUSE, [refused | {"reason": None}])
    assert [(each.cell, each.code) for each in missing.problems] == [("D2", "invalid")]
    assert missing.problems[0].message
    (row,) = planned(REFUSE, [refused | {"reason": "Không đủ hồ sơ"}]).sheets[0].rows
    # what a person judges it by
    assert row.facts == (("Thời hạn đề nghị", "31/12/2023"), ("Do tổ chức chủ trì gửi", "Không"))
    page = sign_in(Role.OFFICER, "QLKH").get(
        f"/import/{uploaded((REFUSE, [refused | {'reason': 'Không đủ hồ sơ'}])).pk}/"
    )
    assert "Thời hạn đề nghị (trên hồ sơ)31/12/2023" in words(page)
    batch = written(
        (APPROVE, [approved]),
        (REFUSE, [refused | {"reason": "Không đủ hồ sơ"}]),
        actor=an_actor(Role.HEAD, "QLKH"),  # extends a term that has passed
    )
    assert [each.state for each in AmendmentRequest.objects.order_by("pk")] == ["approved", "refused"]
    assert ScienceTask.objects.get(code="NV-1").amendments.count() == 1
    again = planned(REFUSE, [refused | {"reason": "Không đủ hồ sơ"}])  # one of the sheets, sent by itself
    assert (remarks(again), again.is_empty) == ([(2, "done_before")], True)
    assert problems(planned(REFUSE, [refused | {"reason": "Lý do khác"}])) == [(2, "guard")]
    with pytest.raises(UndoConflict) as caught:
        intake.undo_import(batch=batch, actor=OFFICER, on=TODAY)
    assert "không lùi lại được" in str(caught.value.conflicts[0].why)
    assert [each.state for each in AmendmentRequest.objects.order_by("pk")] == ["approved", "refused"]


def remarks(found):
    """What is said of rows, of a plan without errors; bytes are the same within one second only."""
    assert found.errors == []
    return [(each.row, each.code) for each in found.problems if each.code != "written_before"]


def test_what_a_file_or_the_facts_say_already_is_named_and_not_done_again(work, member):
    rows = [result(1, progress="Đã trình"), result(2, "3/4/2023")]
    content = book((RESULT, rows[:1]))
    batch = intake.upload(content=content, name="tep.xlsx", actor=member, on=TODAY)
    intake.confirm_import(batch=batch, actor=member, on=TODAY)
    again = make_plan(content, "lại.xlsx", actor=member, on=TODAY)
    assert [(each.row, each.code) for each in again.problems] == [
        (None, "written_before"),
        (2, "done_before"),
    ]
    assert "ghi vào sổ ngày 05/01/2026 (tệp “tep.xlsx”" in again.problems[0].message
    assert "đã ghi ngày 05/01/2026: dòng 2 của tệp “tep.xlsx”" in again.problems[1].message
    both = planned(RESULT, rows, actor=member)
    assert (remarks(both), both.counts.same, both.counts.change) == ([(2, "done_before")], 1, 1)
    assert written((RESULT, rows), actor=member).counts[0]["same"] == 1
    batch.carried_out.all().delete()  # as if it had been done at the page
    known = planned(RESULT, [rows[0] | {"progress": None}], actor=member)
    assert (remarks(known), known.is_empty) == ([(2, "done_before")], True)
    assert "đã có trong sổ" in known.problems[-1].message
    other = planned(RESULT, [result(1, "21/3/2023")], actor=member)
    assert problems(other) == [(2, "guard")]


def test_a_milestone_is_recorded_again_once_it_has_been_taken_back():
    task = ScienceTaskFactory(code="NV-1")
    row = {"code": "NV-1", "kind": "Ký hợp đồng", "reached_on": "1/3/2022"}
    batch = written((MILESTONE, [row]))
    assert remarks(planned(MILESTONE, [row])) == [(2, "done_before")]
    batch.carried_out.all().delete()
    assert remarks(planned(MILESTONE, [row])) == [(2, "done_before")]  # by the milestone on record
    intake.undo_import(batch=batch, actor=OFFICER, on=TODAY)
    assert remarks(planned(MILESTONE, [row])) == []
    written((MILESTONE, [row]))
    with acting(SYSTEM):
        TaskMilestone.objects.get(task=task).delete()
    found = planned(MILESTONE, [row])
    assert (remarks(found), found.counts.change) == ([], 1)


def test_a_record_that_changed_after_the_preview_is_noticed(work, member, monkeypatch):
    batch = uploaded((RESULT, [result(1)]), actor=member)
    first = work[0]
    real = intake.lock_planned_records

    def saved_meanwhile(action_sheets):
        with acting(SYSTEM):
            first.content = "Nội dung khác"
            first.save()
        real(action_sheets)

    monkeypatch.setattr(intake, "lock_planned_records", saved_meanwhile)
    with pytest.raises(IntakeRefused, match="Có người vừa ghi"):
        intake.confirm_import(batch=batch, actor=member, on=TODAY)
    monkeypatch.undo()
    first.refresh_from_db()
    assert first.done_on is None
    intake.confirm_import(batch=batch, actor=member, on=TODAY)
    first.refresh_from_db()
    assert first.done_on == date(2023, 3, 20)


def test_what_only_another_sheet(work, member):
    rows = [result(1, result_document="77/BC-SKHCN")]
    (question,) = planned(RESULT, rows, actor=member).questions
    assert {option.action.value for option in question.options} == {"skip"}
    document = {
        "number": "77/BC-SKHCN",
        "issued_on": "1/3/2023",
        "issuer": "Sở KH&CN",
        "kind": "Báo cáo",
        "subject": "Kết quả",
    }
    both = book((KINDS["reference.legaldocument"], [document]), (RESULT, rows))
    found = make_plan(both, "x.xlsx", actor=member, on=TODAY)
    assert problems(found) == [("D2", "not_on_record")]
    assert found.problems[0].sheet == RESULT.sheet_name


def test_an_action_makes_no_record_from_a_name():
    task = ScienceTaskFactory(code="NV-1")
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    labels = dict(AmendmentRequest._meta.get_field("kind").flatchoices)
    row = {"code": "NV-1", "kind": str(labels["change_host"]), "decided_on": "1/4/2022"}
    found = planned(KINDS["science.sciencetask:amend"], [row | {"new_organisation": "Viện Chưa Có"}])
    (question,) = found.questions
    assert {option.action.value for option in question.options} == {"skip"}


def test_the_page_offers_the_sheet_and_shows_what_would_be_done(work, lead, sign_in):
    client = sign_in(Role.OFFICER, "QLKH")
    assert RESULT.title in words(client.get("/import/"))
    answer = client.get("/import/template/", {"register": [RESULT.key, MILESTONE.key]})
    assert cells_with_openpyxl(answer.content).sheetnames[:2] == [RESULT.sheet_name, MILESTONE.sheet_name]
    sent = io.BytesIO(book((RESULT, [result(1)])))
    sent.name = "ket-qua.xlsx"
    page = client.post("/import/upload/", {"file": sent}, follow=True)
    assert page.status_code == 200
    assert "Ghi kết quả thực hiện" in words(page)
    assert str(work[0]) in words(page)
    batch = Batch.objects.get()
    assert confirmed(client, batch.pk).status_code == 303
    work[0].refresh_from_db()
    assert work[0].done_on == date(2023, 3, 20)
    page = client.get(f"/import/{batch.pk}/")
    assert len(tree(page).xpath("//form[contains(@action, '/undo/')]")) == 1
    leader = an_actor(Role.LEADER, "LD")
    correct_result(task=work[0], done_on=date(2023, 3, 21), reason="nhầm", actor=leader, on=TODAY)
    before = ChangeEntry.objects.count()
    page = client.get(f"/import/{batch.pk}/")
    assert tree(page).xpath("//form[contains(@action, '/undo/')]") == []
    assert "Không hoàn tác được lần nhập này." in words(page)
    assert f"“{work[0]}”: Đã có người sửa sau khi nhập" in words(page)
    assert ChangeEntry.objects.count() == before
    sent.seek(0)
    again = words(client.post("/import/upload/", {"file": sent}, follow=True))
    assert "Tệp này đã được ghi vào sổ ngày" in again
    assert "dòng 2 của tệp “ket-qua.xlsx”" in again
    refused = client.post(f"/import/{batch.pk}/undo/")
    assert refused.status_code == 409
    assert tree(refused).xpath("//form[contains(@action, '/undo/')]") == []
    reader = sign_in(Role.READER, "QLKH")
    assert RESULT.title not in words(reader.get("/import/"))

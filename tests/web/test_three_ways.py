"""Form, JSON interface and import write a task's facts by the same rules and refuse with the same words."""

from datetime import date

import orjson
import pytest

from khcn.directives.models import AssignedTask
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import NotReady
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.parties.models import RoleRight
from khcn.science.models import ScienceTask, TaskAmendment, TaskMilestone, TaskProposal
from khcn.science.operations.history import history_of
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, OrgUnitFactory, PersonFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory, TaskProposalFactory
from tests.kernel.intake_sample import book_of, rows_of, sheets
from tests.web.conftest import account, form_values, tree, words

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 5)
OFFICER = an_actor(Role.OFFICER, "QLKH", user_id=7)
HEAD = an_actor(Role.HEAD, "QLKH", user_id=9)


def running(**fields):
    task = ScienceTaskFactory(**fields)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task


def recognised():
    task = running(code="CN-1")
    for kind, on in (("accepted_province", date(2023, 5, 1)), ("recognised", date(2023, 6, 1))):
        TaskMilestoneFactory(task=task, kind=kind, on=on)
    return task


def by_form(client, register, record, values, area="science"):
    """The page's answer: 303 when written, else the words of the page."""
    address = f"/{area}/{register}/{record.pk}/edit/" if record else f"/{area}/{register}/new/"
    sent = client.post(address, {**form_values(tree(client.get(address))), **values})
    return "" if sent.status_code == 303 else words(sent)


def by_api(client, register, record, values, area="science"):
    body = orjson.dumps(values)
    if record is None:
        sent = client.post(f"/api/{area}/{register}/", body, content_type="application/json")
    else:
        sent = client.patch(
            f"/api/{area}/{register}/{record.pk}/",
            body,
            content_type="application/json",
            headers={"If-Match": "*"},
        )
    return "" if sent.status_code in {200, 201} else sent.content.decode()


def by_import(model, rows, *, actor=OFFICER, taken_over=False):
    """Refusals with their cell; when there are none, the workbook is written."""
    content = book_of(model, rows)
    batch = intake.upload(content=content, name="tep.xlsx", actor=actor, on=TODAY, taken_over=taken_over)
    found = intake.preview(batch=batch, actor=actor, on=TODAY)
    if not found.is_ready:
        with pytest.raises(NotReady):
            intake.confirm_import(batch=batch, actor=actor, on=TODAY)
        return [(each.cell, each.column, f"{each.message} {each.remedy}") for each in found.errors]
    intake.confirm_import(batch=batch, actor=actor, on=TODAY)
    return []


# --------------------------------------------------------------------------------- what is refused


def test_a_task_that_was_never_accepted_is_not_liquidated(officer):
    task = running(code="NV-1")
    text = (
        "Không ghi được mốc “Thanh lý hợp đồng” ngày 01/06/2023: vào ngày đó nhiệm vụ ở trạng thái "
        "“đang thực hiện”."
    )
    given = {"task": f"#{task.pk}", "kind": "liquidated", "on": "1/6/2023"}
    assert text in by_form(officer, "milestones", None, given)
    assert text in by_api(
        officer, "milestones", None, {"task": {"id": task.pk}, "kind": "liquidated", "on": "2023-06-01"}
    )
    rows = [{"task": "NV-1", "kind": "Thanh lý hợp đồng", "on": "1/6/2023"}]
    ((cell, column, text_shown),) = by_import(TaskMilestone, rows)
    assert (cell, column) == ("B2", "Mốc")
    assert text_shown.startswith(text)
    assert list(task.milestones.values_list("kind", flat=True)) == ["contract_signed"]


def test_a_recognised_task_is_not_extended(officer):
    task = recognised()
    text = (
        "Không ghi được “Gia hạn thời gian thực hiện” ngày 01/07/2023: vào ngày đó nhiệm vụ ở trạng thái "
        "“đã nghiệm thu”."
    )
    typed = {
        "task": f"#{task.pk}",
        "kind": "extend_duration",
        "decided_on": "1/7/2023",
        "new_end_on": "31/12/2030",
    }
    assert text in by_form(officer, "amendments", None, typed)
    sent = {
        "task": {"id": task.pk},
        "kind": "extend_duration",
        "decided_on": "2023-07-01",
        "new_end_on": "2030-12-31",
    }
    assert text in by_api(officer, "amendments", None, sent)
    rows = [
        {
            "task": "CN-1",
            "kind": "Gia hạn thời gian thực hiện",
            "decided_on": "1/7/2023",
            "new_end_on": "31/12/2030",
        }
    ]
    ((cell, column, text_shown),) = by_import(TaskAmendment, rows)
    assert (cell, column) == ("B2", "Loại điều chỉnh")
    assert text_shown.startswith(text)
    assert not task.amendments.exists()


def test_a_contract_is_not_changed_by_editing_the_task(officer):
    task = running(code="NV-1", planned_end_on=date(2023, 8, 31))
    text = (
        "Nhiệm vụ đã ký hợp đồng hoặc đã điều chỉnh: thay đổi ghi bằng nút “Ghi điều chỉnh”, nhập nhầm thì bấm “Đính chính "
        "nhiệm vụ”."
    )
    assert text in by_form(officer, "tasks", task, {"planned_end_on": "31/12/2030"})
    assert text in by_api(officer, "tasks", task, {"planned_end_on": "2030-12-31"})
    ((cell, _column, text_shown),) = by_import(
        ScienceTask, [{"code": "NV-1", "planned_end_on": "31/12/2030"}]
    )
    assert cell == "B2"
    assert text_shown.startswith(text)
    task.refresh_from_db()
    assert task.planned_end_on == date(2023, 8, 31)
    assert by_form(officer, "tasks", task, {"note": "ghi chú mới"}) == ""


def test_a_recorded_milestone_is_neither_moved_nor_deleted_directly(officer):
    task = running(code="NV-1")
    signed = task.milestones.get()
    assert "“Đính chính mốc”" in by_form(officer, "milestones", signed, {"on": "1/1/2021"})
    assert "“Đính chính mốc”" in by_api(officer, "milestones", signed, {"kind": "liquidated"})
    deleted = officer.post(f"/science/milestones/{signed.pk}/delete/")
    assert (deleted.status_code, "“Bỏ mốc ghi nhầm”" in words(deleted)) == (409, True)
    gone = officer.delete(f"/api/science/milestones/{signed.pk}/", headers={"If-Match": "*"})
    assert (gone.status_code, "“Bỏ mốc ghi nhầm”" in gone.json()["message"]) == (409, True)
    assert by_form(officer, "milestones", signed, {"number": "HĐ 5"}) == ""
    assert list(task.milestones.values_list("kind", "on", "number")) == [
        ("contract_signed", date(2022, 3, 1), "HĐ 5")
    ]


def test_the_outcome_of_a_proposal_is_not_typed(officer):
    task = ScienceTaskFactory(code="NV-9")
    proposal = TaskProposalFactory(code="DX-1")
    text = "Kết quả xem xét ghi bằng nút “Xác định nhiệm vụ” hoặc “Không đưa vào danh mục”."
    assert text in by_form(officer, "proposals", proposal, {"outcome": "determined", "task": f"#{task.pk}"})
    assert text in by_api(officer, "proposals", proposal, {"outcome": "rejected"})
    ((cell, _column, text_shown),) = by_import(
        TaskProposal, [{"code": "DX-1", "outcome": "Không đưa vào danh mục"}]
    )
    assert (cell, text_shown.startswith(text)) == ("B2", True)
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.task) == ("open", None)
    new = {"code": "DX-2", "title": "Trồng sâm", "level": "province", "for_year": 2024, "outcome": "rejected"}
    typed = {"field_group": f"#{proposal.field_group_id}", "received_on": "1/4/2023"}
    assert text in by_form(officer, "proposals", None, {**new, **typed})
    sent = {"field_group": {"id": proposal.field_group_id}, "received_on": "2023-04-01"}
    assert text in by_api(officer, "proposals", None, {**new, **sent})
    row = {**new, "field_group": proposal.field_group.label, "received_on": "1/4/2023"}
    row["level"], row["outcome"] = "Cấp tỉnh", "Không đưa vào danh mục"
    ((_cell, _column, text_shown),) = by_import(TaskProposal, [row])
    assert text_shown.startswith(text)
    assert TaskProposal.objects.count() == 1


def test_a_proposal_that_became_a_task_is_not_opened_again_by_typing(officer):
    task = ScienceTaskFactory(code="NV-9")
    proposal = TaskProposalFactory(code="DX-1", outcome="determined", task=task)
    text = (
        "Kết quả xem xét ghi bằng nút “Xác định nhiệm vụ” hoặc “Không đưa vào danh mục”. Ghi nhầm thì bấm “Bỏ kết quả ghi nhầm” ở "
        "đề xuất; đề xuất đã thành nhiệm vụ thì bấm “Bỏ mốc ghi nhầm” ở mốc xác định của nhiệm vụ."
    )
    page = by_form(officer, "proposals", proposal, {"outcome": "open"})
    assert (text in page, "Hãy chọn kết quả" in page) == (True, False)
    sent = officer.patch(
        f"/api/science/proposals/{proposal.pk}/",
        orjson.dumps({"outcome": "open"}),
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert (sent.status_code, sent.json()["errors"]) == (422, {"outcome": [text]})
    ((cell, column, text_shown),) = by_import(TaskProposal, [{"code": "DX-1", "outcome": "Đang xem xét"}])
    assert (cell, column, text_shown) == ("B2", "Kết quả xem xét", text)
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.task) == ("determined", task)
    # A field of the model's own checks is asked about as before.
    amended = by_form(officer, "proposals", proposal, {"title": ""})
    assert "Kết quả xem xét ghi bằng nút" not in amended


@pytest.mark.parametrize(
    ("known", "typed"),
    [("DX-01", "dx–01"), ("DX-01", "ＤＸ-01"), ("DX-01", "ＤＸ-０１"), ("DX-０1", "DX-01"), ("DX", "dx")],
)
def test_a_code_in_other_letters_is_no_second_record(officer, known, typed):
    stored = TaskProposalFactory(code="ĐX-02"), TaskProposalFactory(code=known, title="Trồng sâm")
    text = f"“{typed}” chỉ khác “{known}” (Trồng sâm) ở chữ hoa, chữ thường hoặc kiểu chữ."
    new = {"code": typed, "title": "Trồng nấm", "level": "province", "for_year": 2024}
    field = stored[0].field_group
    form = {**new, "field_group": f"#{field.pk}", "received_on": "1/4/2023"}
    assert text in by_form(officer, "proposals", None, form)
    sent = {**new, "field_group": {"id": field.pk}, "received_on": "2023-04-01", "outcome": "open"}
    assert text in by_api(officer, "proposals", None, sent)
    assert text in by_form(officer, "proposals", stored[0], {"code": typed})
    assert text in by_api(officer, "proposals", stored[0], {"code": typed})
    row = {**new, "level": "Cấp tỉnh", "field_group": field.label, "received_on": "1/4/2023"}
    twice = by_import(TaskProposal, [{**row, "code": "DX-03"}, {**row, "code": "dx-03"}])
    assert [(cell, "Trùng với dòng 2" in text_shown) for cell, _column, text_shown in twice] == [("A3", True)]
    assert by_import(TaskProposal, [row]) == []  # a row of a workbook is about the record that it means
    stored[1].refresh_from_db()
    assert (stored[1].code, stored[1].title, TaskProposal.objects.count()) == (known, "Trồng nấm", 2)
    assert by_form(officer, "proposals", stored[1], {"code": typed}) == ""  # its own code in other letters


def test_records_whose_codes_looked_alike_before_can_still_be_edited(officer):
    TaskProposalFactory(code="DX-01")
    twin = TaskProposalFactory(code="dx-01")
    assert by_form(officer, "proposals", twin, {"title": "Trồng nấm"}) == ""
    assert by_api(officer, "proposals", twin, {"title": "Trồng sâm"}) == ""
    assert by_import(TaskProposal, [{"code": "dx-01", "title": "Trồng quế"}]) == []


def test_a_task_that_ended_before_its_contract_keeps_host_and_dates(officer):
    task = ScienceTaskFactory(code="NV-1", planned_end_on=date(2023, 8, 31))
    TaskMilestoneFactory(task=task, kind="stopped", on=date(2023, 1, 5))
    other = OrganisationFactory(name="Viện Khác")
    text = "Nhiệm vụ đã kết thúc: thông tin sửa bằng nút “Đính chính nhiệm vụ”."
    assert text in by_form(officer, "tasks", task, {"planned_end_on": "31/12/2030"})
    assert text in by_api(officer, "tasks", task, {"host": {"id": other.pk}})
    ((_cell, _column, text_shown),) = by_import(ScienceTask, [{"code": "NV-1", "host": other.name}])
    assert text_shown.startswith(text)
    before = ScienceTask.objects.get()
    assert (before.host, before.planned_end_on) == (task.host, date(2023, 8, 31))
    sent = {"code": "NV-1", "title": task.title, "start_year": task.start_year, "reason": "gõ nhầm"}
    for name in ("task_type", "level", "managing_side"):
        sent[name] = getattr(task, name)
    address = f"/api/science/tasks/{task.pk}/actions/correct/"
    done = officer.post(
        address,
        orjson.dumps({**sent, "host": {"id": other.pk}}),
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert done.status_code == 200, done.content
    after = ScienceTask.objects.get()
    # What was not sent stays as it was.
    for name in ("principal_investigator", "planned_start_on", "planned_end_on"):
        assert getattr(after, name) == getattr(before, name), name
    assert (after.host, after.corrected) == (other, True)


def test_assigned_work_is_not_entered_with_a_result_of_a_day_to_come(sign_in):
    client = sign_in(Role.OFFICE, "VP")
    document, unit = LegalDocumentFactory(), OrgUnitFactory(code="QLCN", name="Phòng Quản lý công nghệ")
    text = "Ngày hoàn thành 31/12/2090 chưa tới. Hãy ghi ngày đã hoàn thành."
    new = {"ordinal": 1, "content": "Tham mưu quyết định", "year": 2023, "due_precision": "day"}
    typed = {"source_document": f"#{document.pk}", "lead_unit": f"#{unit.pk}", "due_on": "31/3/2023"}
    page = by_form(client, "assigned-tasks", None, {**new, **typed, "done_on": "31/12/2090"}, "directives")
    assert text in page
    sent = {"source_document": {"id": document.pk}, "lead_unit": {"id": unit.pk}, "due_on": "2023-03-31"}
    assert text in by_api(
        client, "assigned-tasks", None, {**new, **sent, "done_on": "2090-12-31"}, "directives"
    )
    row = {**new, "source_document": document.number, "lead_unit": unit.name, "due_on": "31/3/2023"}
    row["due_precision"], row["done_on"] = "Ngày", "31/12/2090"
    ((_cell, column, text_shown),) = by_import(AssignedTask, [row], actor=an_actor(Role.OFFICE, "VP"))
    assert (column, text_shown.startswith(text)) == ("Ngày hoàn thành", True)
    assert not AssignedTask.objects.exists()
    done = {**new, **sent, "done_on": "2023-03-30"}
    assert by_api(client, "assigned-tasks", None, done, "directives") == ""


# ------------------------------------------------------------------------------ what is done right


@pytest.mark.parametrize("way", ["form", "api", "import", "action"])
def test_a_change_of_investigator_changes_the_investigator(officer, way):
    old, new = PersonFactory(full_name="Người Cũ"), PersonFactory(full_name="Người Mới")
    task = running(code="NV-1", principal_investigator=old)
    typed = {"task": f"#{task.pk}", "kind": "change_pi", "decided_on": "1/5/2023", "new_person": f"#{new.pk}"}
    sent = {"kind": "change_pi", "decided_on": "2023-05-01", "new_person": {"id": new.pk}}
    if way == "form":
        assert by_form(officer, "amendments", None, typed) == ""
    elif way == "api":
        assert by_api(officer, "amendments", None, {**sent, "task": {"id": task.pk}}) == ""
    elif way == "import":
        row = {
            "task": "NV-1",
            "kind": "Thay đổi chủ nhiệm",
            "decided_on": "1/5/2023",
            "new_person": "Người Mới",
        }
        assert by_import(TaskAmendment, [row]) == []
    else:
        address = f"/api/science/tasks/{task.pk}/actions/amend/"
        done = officer.post(
            address, orjson.dumps(sent), content_type="application/json", headers={"If-Match": "*"}
        )
        assert done.status_code == 200, done.content
    task.refresh_from_db()
    assert task.principal_investigator == new
    assert task.amendments.get().old_person == old


def test_rows_of_a_workbook_are_applied_in_the_order_of_their_days():
    ScienceTaskFactory(code="NV-1")
    rows = [
        {"task": "NV-1", "kind": "Thanh lý hợp đồng", "on": "1/9/2023"},
        {"task": "NV-1", "kind": "Nghiệm thu cấp tỉnh", "on": "1/6/2023"},
        {"task": "NV-1", "kind": "Ký hợp đồng", "on": "1/3/2022"},
    ]
    assert by_import(TaskMilestone, rows) == []
    (task,) = ScienceTask.objects.all()
    assert history_of(task).violations() == []
    assert task.milestones.count() == 3


def test_the_preview_shows_what_new_rows_say_and_the_cell_that_a_rule_is_against(officer):
    """A milestone is named by its task: without its values two rows of one task look the same."""
    running(code="NV-1")
    rows = [
        {"task": "NV-1", "kind": "Nghiệm thu cấp tỉnh", "on": "1/6/2023"},
        {"task": "NV-1", "kind": "Thanh lý hợp đồng", "on": "1/3/2021"},
    ]
    content = sheets({"Mốc": rows_of(TaskMilestone, rows)})
    batch = intake.upload(content=content, name="tep.xlsx", actor=OFFICER, on=TODAY)
    page = tree(officer.get(f"/import/{batch.pk}/"))
    new = [" ".join(each.itertext()).split() for each in page.xpath("//tr[@class='change']//dl")]
    assert [" ".join(each) for each in new] == ["Nhiệm vụ NV-1 Mốc Nghiệm thu cấp tỉnh Ngày 01/06/2023"]
    wrong = page.xpath("//section[@id='errors']//tbody/tr")
    assert [row.xpath("td[@data-label='Giá trị']/text()") for row in wrong] == [["Thanh lý hợp đồng"]]


def test_milestones_and_amendments_of_one_workbook_are_judged_together():
    ScienceTaskFactory(code="NV-1", planned_end_on=date(2023, 8, 31))
    LegalDocumentFactory(number="45/QĐ-SKHCN")
    content = sheets(
        {
            "Điều chỉnh": rows_of(
                TaskAmendment,
                [
                    {
                        "task": "NV-1",
                        "kind": "Gia hạn thời gian thực hiện",
                        "decided_on": "1/5/2023",
                        "new_end_on": "31/12/2023",
                        "decision": "45/QĐ-SKHCN",
                    }
                ],
            ),
            "Mốc": rows_of(TaskMilestone, [{"task": "NV-1", "kind": "Ký hợp đồng", "on": "1/3/2022"}]),
        }
    )
    # The head, because the term has passed.
    batch = intake.upload(content=content, name="tep.xlsx", actor=HEAD, on=TODAY)
    intake.confirm_import(batch=batch, actor=HEAD, on=TODAY)
    assert TaskAmendment.objects.get().old_end_on == date(2023, 8, 31)
    assert intake.undo_import(batch=batch, actor=HEAD, on=TODAY) == 2
    assert (TaskAmendment.objects.count(), TaskMilestone.objects.count()) == (0, 0)


def test_what_stands_on_two_sheets_of_an_import_is_named_once():
    task = ScienceTaskFactory(code="NV-1")
    TaskMilestoneFactory(task=task, kind="determined", on=date(2022, 1, 5))
    milestone = {"task": "NV-1", "kind": "Ký hợp đồng", "on": "1/3/2022"}
    amendment = {
        "task": "NV-1",
        "kind": "Bổ sung địa điểm",
        "decided_on": "1/5/2023",
        "new_text": "Thêm một xã",
    }
    content = sheets(
        {"Điều chỉnh": rows_of(TaskAmendment, [amendment]), "Mốc": rows_of(TaskMilestone, [milestone])}
    )
    batch = intake.upload(content=content, name="tep.xlsx", actor=OFFICER, on=TODAY)
    intake.confirm_import(batch=batch, actor=OFFICER, on=TODAY)
    TaskMilestoneFactory(task=task, kind="accepted_province", on=date(2023, 6, 1))
    with pytest.raises(intake.UndoConflict) as refused:
        intake.undo_import(batch=batch, actor=OFFICER, on=TODAY)
    (conflict,) = refused.value.conflicts
    assert "không còn đúng thứ tự" in conflict.why


def test_an_import_is_not_undone_when_later_steps_stand_on_it():
    task = ScienceTaskFactory(code="NV-1")
    content = book_of(TaskMilestone, [{"task": "NV-1", "kind": "Ký hợp đồng", "on": "1/3/2022"}])
    batch = intake.upload(content=content, name="tep.xlsx", actor=OFFICER, on=TODAY)
    intake.confirm_import(batch=batch, actor=OFFICER, on=TODAY)
    TaskMilestoneFactory(task=task, kind="accepted_province", on=date(2023, 6, 1))
    with pytest.raises(intake.UndoConflict, match="vướng 1 bản ghi"):
        intake.undo_import(batch=batch, actor=OFFICER, on=TODAY)
    assert task.milestones.count() == 2


# -------------------------------------------------------------------------------- taken over from paper


def test_history_from_paper_may_skip_steps_but_not_stand_in_an_impossible_order(sign_in):
    ScienceTaskFactory(code="NV-1")
    rows = [{"task": "NV-1", "kind": "Thanh lý hợp đồng", "on": "1/9/2019"}]
    assert len(by_import(TaskMilestone, rows)) == 1
    assert by_import(TaskMilestone, rows, actor=HEAD, taken_over=True) == []
    (made,) = TaskMilestone.objects.all()
    assert made.taken_over
    later = [{"task": "NV-1", "kind": "Ký hợp đồng", "on": "1/9/2020"}]
    ((_cell, _column, text_shown),) = by_import(TaskMilestone, later, actor=HEAD, taken_over=True)
    assert "đã thanh lý hợp đồng" in text_shown
    page = sign_in(Role.HEAD, "QLKH").get(f"/science/milestones/{made.pk}/")
    assert "chuyển từ hồ sơ giấy" in words(page)


def test_only_heads_and_administrators_take_over_from_paper(officer, sign_in):
    task = ScienceTaskFactory(code="NV-1")
    rows = [{"task": "NV-1", "kind": "Thanh lý hợp đồng", "on": "1/9/2019"}]
    found = make_plan(book_of(TaskMilestone, rows), "tep.xlsx", actor=OFFICER, on=TODAY, taken_over=True)
    assert [each.code for each in found.errors] == ["taken_over"]
    typed = {"task": f"#{task.pk}", "kind": "liquidated", "on": "1/9/2019", "taken_over": "1"}
    assert "Chỉ lãnh đạo phòng" in by_form(officer, "milestones", None, typed)
    sent = {"task": {"id": task.pk}, "kind": "liquidated", "on": "2019-09-01", "taken_over": True}
    assert "Chỉ lãnh đạo phòng" in by_api(officer, "milestones", None, sent)
    assert "taken_over" not in form_values(tree(officer.get("/science/milestones/new/")))
    officer.force_login(account(Role.HEAD, "QLKH"))
    assert by_api(officer, "milestones", None, sent) == ""
    assert task.milestones.get().taken_over


def test_a_row_that_changes_a_task_needs_the_right_to_act_on_the_task(officer):
    task = running(code="NV-1", host=OrganisationFactory(name="Viện Cũ"))
    OrganisationFactory(name="Viện Mới")
    with acting(SYSTEM):
        RoleRight.objects.create(
            role_id="officer", register="science.sciencetask", verb="act", allowed=False,
            valid_from=date(2020, 1, 1), reason="thử",
        )  # fmt: skip
    denied = "không có quyền"
    asked = {"kind": "change_host", "decided_on": "2022-09-01", "new_organisation": "Viện Mới"}
    assert denied in by_api(officer, "amendments", None, {"task": {"id": task.pk}, **asked})
    address = "/science/milestones/new/"
    sent = {"task": f"#{task.pk}", "kind": "accepted_province", "on": "1/6/2022"}
    assert [officer.get(address).status_code, officer.post(address, sent).status_code] == [403, 403]
    actor = RoleRight.given_to(OFFICER, on=TODAY)
    rows = [{"task": "NV-1", "kind": "Ký hợp đồng", "on": "1/6/2022"}]
    ((_cell, _column, text_shown),) = by_import(TaskMilestone, rows, actor=actor)
    assert "không được ghi vào sổ" in text_shown
    (signed,) = task.milestones.all()
    for name, values in (
        ("correct", {"kind": "contract_signed", "reached_on": "2022-04-01", "reason": "gõ nhầm"}),
        ("remove", {"reason": "gõ nhầm"}),
    ):
        refused = officer.post(
            f"/api/science/milestones/{signed.pk}/actions/{name}/",
            orjson.dumps(values),
            content_type="application/json",
            headers={"If-Match": "*"},
        )
        assert refused.json()["code"] == "not_permitted", name
    signed.refresh_from_db()
    assert signed.on == date(2022, 3, 1)
    task.refresh_from_db()
    assert (task.host.name, task.milestones.count(), task.amendments.count()) == ("Viện Cũ", 1, 0)

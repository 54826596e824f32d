"""One value for a field of many records of a list: chosen, previewed with what was there before, written at once or not at all."""

from datetime import date

import pytest
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake import bulk_change_views
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.plans import stored_plans
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.row_changes import change_buttons
from khcn.parties.models import Organisation, Person, User
from khcn.science.models import PilotModel, ScienceTask, TaskProposal
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import AdminUnitFactory
from tests.factories.science import (
    PilotModelFactory,
    ScienceTaskFactory,
    TaskMilestoneFactory,
    TaskProposalFactory,
)
from tests.security.test_closed_links import close
from tests.web.conftest import confirmed, form_values, tree, words
from tests.web.test_import_progress import refuse_to_plan, work

pytestmark = pytest.mark.django_db
PROPOSALS = "/import/change/science/proposals/"
TASKS = "/import/change/science/tasks/"


def asked(client, address, **values):
    """The form of the page as it comes, with these values, sent."""
    page = client.get(address)
    assert page.status_code == 200
    return client.post(address, {**form_values(tree(page)), **values}, follow=True)


def changes(page):
    """By record what the preview says that changes: heading, before, after."""
    found = {}
    for row in tree(page).xpath("//main//tr[@class='change']"):
        pairs = zip(row.xpath(".//dt"), row.xpath(".//dd"), strict=True)
        found[row.xpath("string(td[3])").strip()] = [
            (head.text_content(), text.xpath("string(.//del)"), text.xpath("string(.//ins)"))
            for head, text in pairs
        ]
    return found


def test_the_list_leads_to_the_page_with_its_ticks_and_its_filter(officer):
    TaskProposalFactory(for_year=2024)
    page = tree(officer.get("/science/proposals/?for_year=2024"))
    (button,) = set(page.xpath("//main//button[@form='chosen'][@formaction=$there]/text()", there=PROPOSALS))
    assert button.strip() == "Sửa hàng loạt"


def test_the_heading_says_how_many_records_are_changed(officer):
    records = [TaskProposalFactory() for _each in range(3)]
    for query, count in (("", 3), (f"?pk={records[0].pk}", 1)):
        heading = tree(officer.get(f"{PROPOSALS}{query}")).xpath("string(//h1)")
        assert heading == f"Sửa hàng loạt {count} bản ghi"


def test_ticked_rows_get_the_value_after_a_preview_that_says_what_was_there(officer):
    first = TaskProposalFactory(for_year=2024, note="")
    second = TaskProposalFactory(for_year=2025, note="cũ")
    other = TaskProposalFactory(for_year=2024)
    page = asked(officer, f"{PROPOSALS}?pk={first.pk}&pk={second.pk}", for_year="2025", note="Chuyển kỳ")
    assert changes(page) == {
        first.code: [("Thực hiện từ năm", "2024", "2025"), ("Ghi chú", "", "Chuyển kỳ")],
        second.code: [("Ghi chú", "cũ", "Chuyển kỳ")],
    }
    assert set(TaskProposal.objects.values_list("for_year", "note")) != {(2025, "Chuyển kỳ")}
    batch = Batch.objects.get()
    assert confirmed(officer, batch.pk).status_code == 303
    stored = dict(TaskProposal.objects.values_list("pk", "for_year"))
    assert stored == {first.pk: 2025, second.pk: 2025, other.pk: 2024}
    entries = ChangeEntry.objects.filter(model="science.taskproposal", action="update")
    assert {each.reason for each in entries} == {batch.name}
    assert (batch.name, len({each.batch for each in entries})) == (
        "Sửa hàng loạt: Thực hiện từ năm, Ghi chú, 2 đề xuất đặt hàng nhiệm vụ",
        1,
    )


def test_the_whole_batch_is_taken_back_by_one_button(officer):
    records = [TaskProposalFactory(note=f"cũ {number}") for number in range(3)]
    asked(officer, PROPOSALS, note="mới")
    batch = Batch.objects.get()
    confirmed(officer, batch.pk)
    assert set(TaskProposal.objects.values_list("note", flat=True)) == {"mới"}
    officer.post(f"/import/{batch.pk}/undo/")
    assert dict(TaskProposal.objects.values_list("pk", "note")) == {each.pk: each.note for each in records}


def test_all_rows_of_the_filter_are_changed_and_no_other(officer):
    inside, outside = TaskProposalFactory(for_year=2024), TaskProposalFactory(for_year=2025)
    page = asked(officer, f"{PROPOSALS}?for_year=2024", note="x")
    assert list(changes(page)) == [inside.code]
    assert outside.code not in words(page)


def test_a_filter_that_cannot_be_read_changes_nothing(officer):
    TaskProposalFactory()
    answer = officer.get(f"{PROPOSALS}?for_year=abc", follow=True)
    assert answer.redirect_chain == [("/science/proposals/?for_year=abc", 303)]
    assert "Có điều kiện lọc chưa đọc được. Sửa điều kiện lọc rồi làm lại." in words(answer)


def test_a_value_is_removed_where_that_is_ticked(officer):
    record, empty = TaskProposalFactory(note="cũ"), TaskProposalFactory(note="")
    page = asked(officer, PROPOSALS, cleared="note")
    assert changes(page) == {record.code: [("Ghi chú", "cũ", "(để trống)")]}
    assert "Không đổi: 1" in words(page)
    confirmed(officer, Batch.objects.get().pk)
    assert dict(TaskProposal.objects.values_list("pk", "note")) == {record.pk: "", empty.pk: ""}


def test_nothing_chosen_and_a_field_both_filled_and_emptied_are_refused_in_words(officer):
    TaskProposalFactory()
    nothing = officer.post(PROPOSALS, {})
    assert (nothing.status_code, "Chưa chọn trường nào để sửa." in words(nothing)) == (422, True)
    both = officer.post(PROPOSALS, {"note": "x", "cleared": "note"})
    assert (both.status_code, "Vừa ghi giá trị mới, vừa chọn xóa." in words(both)) == (422, True)
    assert not Batch.objects.exists()


def test_only_fields_that_the_register_declares_are_changed(officer):
    record = TaskProposalFactory(title="Trồng sâm")
    refused = officer.post(PROPOSALS, {"title": "khác", "outcome": "rejected", "cleared": "title"})
    assert refused.status_code == 422
    asked(officer, PROPOSALS, note="x", title="khác", outcome="rejected")
    confirmed(officer, Batch.objects.get().pk)
    record.refresh_from_db()
    assert (record.title, record.outcome, record.note) == ("Trồng sâm", "open", "x")


def test_rows_that_a_rule_refuses_are_named_with_its_words_and_left_out_by_one_button(officer):
    free, begun = ScienceTaskFactory(level="province"), ScienceTaskFactory(level="province")
    TaskMilestoneFactory(task=begun, kind="determined", on=date(2023, 1, 5))
    page = asked(officer, TASKS, level="grassroots")
    batch = Batch.objects.get()
    (refused,) = tree(page).xpath("//section[@id='errors']//tbody/tr")
    assert "sửa bằng nút “Đính chính nhiệm vụ”" in refused.text_content()
    button = tree(page).xpath("//form[@action=$there]//button", there=f"/import/{batch.pk}/faulty-rows/")
    assert [each.text_content() for each in button] == ["Không đọc các dòng có lỗi"]
    assert confirmed(officer, batch.pk).status_code == 409
    assert set(ScienceTask.objects.values_list("level", flat=True)) == {"province"}
    page = officer.post(f"/import/{batch.pk}/faulty-rows/", follow=True)
    assert "Không đọc 1 dòng có lỗi. Bản xem trước đã tính lại." in words(page)
    assert not tree(page).xpath("//section[@id='errors']")
    assert confirmed(officer, batch.pk).status_code == 303
    assert dict(ScienceTask.objects.values_list("pk", "level")) == {
        free.pk: "grassroots",
        begun.pk: "province",
    }


def test_there_is_nothing_to_leave_out_where_no_row_is_faulty(officer):
    TaskProposalFactory()
    asked(officer, PROPOSALS, note="x")
    before = Batch.objects.get().row_choices
    page = officer.post(f"/import/{Batch.objects.get().pk}/faulty-rows/", follow=True)
    assert "Không có lỗi nào của riêng một dòng." in words(page)
    assert Batch.objects.get().row_choices == before


def test_a_record_that_somebody_changes_meanwhile_is_named_and_nothing_is_half_written(officer):
    first, second = TaskProposalFactory(note="a"), TaskProposalFactory(note="b")
    asked(officer, PROPOSALS, note="mới")
    batch = Batch.objects.get()
    page = form_values(
        tree(officer.get(f"/import/{batch.pk}/")), f"//form[@action='/import/{batch.pk}/confirm/']"
    )
    with acting(SYSTEM):
        second.note = "của người khác"
        second.save()
    answer = officer.post(f"/import/{batch.pk}/confirm/", page)
    assert answer.status_code == 409
    assert f"“{second.code}" in words(answer)
    assert "sau khi trang sửa này được mở" in words(answer)
    assert dict(TaskProposal.objects.values_list("pk", "note")) == {
        first.pk: "a",
        second.pk: "của người khác",
    }


def test_a_link_and_a_date_of_an_imprecise_kind(officer):
    place = AdminUnitFactory()
    models = [PilotModelFactory() for _each in range(2)]
    asked(officer, "/import/change/science/pilot-models/", admin_unit=f"#{place.pk}", finished_on="15/3/2024")
    confirmed(officer, Batch.objects.get().pk)
    assert set(PilotModel.objects.values_list("admin_unit", "finished_on")) == {(place.pk, date(2024, 3, 15))}
    assert len(models) == 2


def test_a_value_that_was_typed_is_no_longer_an_invented_one(officer):
    both = TaskProposalFactory(note="cũ", illustrative=["note", "title"])
    one = TaskProposalFactory(note="cũ", illustrative=["note"])
    asked(officer, PROPOSALS, note="thật")
    confirmed(officer, Batch.objects.get().pk)
    stored = dict(TaskProposal.objects.values_list("pk", "illustrative"))
    assert stored == {both.pk: ["title"], one.pk: []}


def test_who_may_not_change_the_register_has_neither_button_nor_page(sign_in):
    OrganisationFactory()
    leader = sign_in(Role.LEADER, "LD")
    assert "Sửa hàng loạt" not in words(leader.get("/parties/organisations/"))
    assert leader.get("/import/change/parties/organisations/").status_code == 403
    assert leader.get("/import/change/parties/org-units/").status_code in {403, 404}
    assert Organisation.objects.count() == 1


def test_a_change_of_very_many_rows_is_planned_in_the_background(officer, monkeypatch):
    TaskProposalFactory.create_batch(30)
    monkeypatch.setattr(stored_plans, "LONG", 1)
    refuse_to_plan(monkeypatch)
    assert "Đang đợi đến lượt" in words(asked(officer, PROPOSALS, note="mới"))
    work()
    batch = Batch.objects.get()
    assert "Sửa: 30" in words(officer.get(f"/import/{batch.pk}/"))
    assert confirmed(officer, batch.pk).status_code == 303
    assert set(TaskProposal.objects.values_list("note", flat=True)) == {"mới"}


def test_more_rows_than_are_changed_at_once_are_refused_with_their_number(officer, monkeypatch):
    TaskProposalFactory.create_batch(3)
    monkeypatch.setattr(bulk_change_views, "MOST_ROWS", 2)
    page = officer.get(PROPOSALS, follow=True)
    assert "Danh sách đang lọc có 3 bản ghi, nhiều hơn 2 bản ghi sửa được một lần." in words(page)


def test_an_outside_account_has_no_button_where_it_may_change_records(client):
    """Of persons it may change its own; the pages behind the buttons are the department's."""
    with acting(SYSTEM):
        outside = User.objects.create_user("ngoai", full_name="Ngoài", organisation=OrganisationFactory())
    register = register_of(Person)
    actor = outside.actor_on(timezone.localdate())
    assert (register.may("change", actor), change_buttons(register, actor)) == (True, [])
    client.force_login(outside)
    assert [client.get(f"/import/{page}/parties/persons/").status_code for page in ("change", "grid")] == [
        403
    ] * 2


def test_a_register_whose_records_have_no_name_for_the_actor_is_not_changed_by_cells(officer):
    close("science.sciencetask")  # by which, and their own name, pilot models are known
    page = officer.get("/science/pilot-models/")
    assert (page.status_code, "Sửa hàng loạt" in words(page), "Sửa dạng bảng" in words(page)) == (
        200,
        False,
        False,
    )
    pages = [officer.get(f"/import/{page}/science/pilot-models/").status_code for page in ("change", "grid")]
    assert pages == [403, 403]


def test_a_column_of_names_that_are_closed_is_neither_in_the_form_nor_in_the_grid(officer):
    OrganisationFactory()
    wanted = {"kind", "governing_body", "admin_unit"}

    def columns(page):
        names = form_values(tree(officer.get(f"/import/{page}/parties/organisations/")))
        return {name.rpartition("-")[2] for name in names} & wanted

    assert columns("change") == columns("grid") == wanted
    close("reference.adminunit")
    assert columns("change") == columns("grid") == wanted - {"admin_unit"}

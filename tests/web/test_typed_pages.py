"""What is typed on a page for many records: its preview, the way back to the page and to the list, and its end without a decision."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.intake.jobs import end_left_previews_job
from khcn.kernel.intake.layouts.sheet_layouts import ROW_READ, FileReading, row_key
from khcn.kernel.intake.models import Batch, TypedPage
from khcn.kernel.intake.questions.file_answers import change_choices
from khcn.kernel.intake.work_items import intake_work
from khcn.kernel.jobs.recurring import JobContext
from tests.factories.base import an_actor
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory, TaskProposalFactory
from tests.web.conftest import account, confirmed, form_values, tree, words
from tests.web.test_bulk_change import asked, changes

pytestmark = pytest.mark.django_db
CHANGE = "/import/change/science/proposals/"
GRID = "/import/grid/science/proposals/"
TASKS = "/import/change/science/tasks/"
ORGANISATIONS = "/import/grid/parties/organisations/"


def typed_in_grid(client, record, address=GRID, **typed):
    """The grid with these texts in the cells of one record, previewed."""
    values = form_values(tree(client.get(address)))
    cells = {f"r{record.pk}-{name}": text for name, text in typed.items()}
    return client.post(address, {**values, **cells}, follow=True)


def colleague():
    """The head of the same division, in a browser of her own."""
    client = Client()
    client.force_login(account(Role.HEAD, "QLKH"))
    return client


def states():
    return list(Batch.objects.order_by("pk").values_list("state", flat=True))


def newest():
    return Batch.objects.latest("pk")


def links(page, text):
    return [each.get("href") for each in tree(page).xpath("//main//a") if each.text_content().strip() == text]


def night_of(day):
    end_left_previews_job(JobContext(clock=lambda: datetime(day.year, day.month, day.day, 1, tzinfo=UTC)))


def test_a_second_preview_of_one_page_takes_the_place_of_the_first(officer):
    record = TaskProposalFactory()
    asked(officer, CHANGE, note="một")
    typed_in_grid(officer, record, note="bảng")
    asked(colleague(), CHANGE, note="của người khác")
    asked(officer, CHANGE, note="hai")
    assert states() == ["rejected", "previewed", "previewed", "previewed"]
    page = asked(officer, CHANGE, note="hai")  # the same once more
    assert states() == ["rejected", "previewed", "previewed", "previewed"]
    assert changes(page) == {record.code: [("Ghi chú", "", "hai")]}


def test_a_preview_of_other_records_or_other_cells_stays(officer):
    first, second = TaskProposalFactory(), TaskProposalFactory()
    typed_in_grid(officer, first, f"{GRID}?pk={first.pk}", note="một")
    typed_in_grid(officer, second, f"{GRID}?pk={second.pk}", note="hai")
    typed_in_grid(officer, first, f"{GRID}?pk={first.pk}", title="Tên khác")
    assert states() == ["previewed"] * 3
    typed_in_grid(officer, first, note="ba", title="Tên mới")  # both of its cells
    assert states() == ["rejected", "previewed", "rejected", "previewed"]


def test_a_preview_of_another_register_stays(officer):
    TaskProposalFactory()
    asked(officer, CHANGE, note="một")
    TypedPage.objects.update(register="science.sciencetask")  # as one of a task with the same key
    asked(officer, CHANGE, note="hai")
    assert states() == ["previewed", "previewed"]


def test_what_was_typed_anew_on_the_page_of_a_preview_takes_its_place(officer):
    record = TaskProposalFactory(note="cũ", title="Tên cũ")
    typed_in_grid(officer, record, note="một", title="Tên mới")
    again = f"{GRID}?preview={Batch.objects.get().pk}"
    typed_in_grid(officer, record, again, note="cũ")  # as it was on record: one cell less
    assert states() == ["rejected", "previewed"]
    page = officer.get(f"/import/{Batch.objects.latest('pk').pk}/")
    assert changes(page) == {record.code: [("Tên đề xuất", "Tên cũ", "Tên mới")]}


def test_what_was_typed_anew_on_the_page_of_a_replaced_preview_takes_the_place_of_the_later_one(officer):
    record = TaskProposalFactory(note="cũ", title="Tên cũ")
    typed_in_grid(officer, record, note="một")
    first = f"{GRID}?preview={Batch.objects.get().pk}"
    typed_in_grid(officer, record, first, title="Tên mới")
    typed_in_grid(officer, record, first, title="Tên cũ", note="hai")  # by "back" of the browser
    assert states() == ["rejected", "rejected", "previewed"]
    assert links(
        officer.get(f"/import/{Batch.objects.earliest('pk').pk}/"), "Mở bản sau: " + newest().name
    ) == [f"/import/{newest().pk}/"]


def test_new_records_are_typed_again_only_by_the_same_texts(officer):
    for name in ("Hợp tác xã A", "Hợp tác xã B", "Hợp tác xã A"):
        values = form_values(tree(officer.get(ORGANISATIONS)))
        typed = {"new-1-name": name, "new-1-kind": "Hợp tác xã"}
        officer.post(ORGANISATIONS, {**values, **typed}, follow=True)
    assert states() == ["previewed", "previewed"]


def test_the_days_of_a_preview_are_counted_from_when_it_was_typed_last(officer):
    TaskProposalFactory()
    asked(officer, CHANGE, note="x")
    QuerySet(Batch).update(uploaded_on=date(2023, 3, 6))
    asked(officer, CHANGE, note="x")
    night_of(timezone.localdate() + timedelta(days=1))
    assert states() == ["previewed"]


def test_it_is_named_by_what_it_is_and_stands_neither_among_files_nor_among_work(officer):
    record = TaskProposalFactory()
    typed_in_grid(officer, record, note="x", received_on="5/3/24")
    batch = Batch.objects.get()
    assert batch.name == "Sửa dạng bảng: Ngày nhận, Ghi chú, 1 đề xuất đặt hàng nhiệm vụ"
    actor = an_actor(role=Role.OFFICER, user_id=batch.uploaded_by_id)
    assert intake_work(actor, timezone.localdate()).items == ()
    assert batch.name not in words(officer.get("/import/"))
    assert batch.name in words(officer.get("/import/?typed=1"))
    confirmed(officer, batch.pk)
    assert batch.name in words(officer.get("/import/?typed=1"))
    asked(officer, CHANGE, note="bỏ")
    dropped = Batch.objects.get(state="previewed")
    officer.post(f"/import/{dropped.pk}/reject/", follow=True)
    assert dropped.name not in words(officer.get("/import/?typed=1"))


def test_the_file_of_it_has_the_name_of_a_workbook(officer):
    TaskProposalFactory()
    asked(officer, CHANGE, note="x")
    answer = officer.get(f"/import/{Batch.objects.get().pk}/file/")
    assert ".xlsx" in answer["Content-Disposition"]
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(("days", "state"), [(0, "previewed"), (7, "previewed"), (8, "rejected")])
def test_what_is_left_without_a_decision_ends_at_night_after_its_day(officer, days, state):
    TaskProposalFactory()
    asked(officer, CHANGE, note="x")
    monday = date(2026, 3, 2)
    QuerySet(Batch).update(uploaded_on=monday)
    page = words(officer.get(f"/import/{Batch.objects.get().pk}/"))
    assert "được giữ đến hết ngày 09/03/2026 rồi tự hủy" in page
    night_of(monday + timedelta(days=days))
    assert states() == [state]
    answer = officer.get(f"/import/{Batch.objects.get().pk}/")
    page, headings = words(answer), tree(answer).xpath("//main//h2/text()")
    ended = "Không có gì được ghi vào sổ từ lần này. Hệ thống hủy ngày 10/03/2026. Hết số ngày giữ mà chưa được ghi vào sổ."
    assert (ended in page, "Kết quả" in headings) == (state == "rejected", False)
    assert bool(TypedPage.objects.get().sent) is (state == "previewed")


def test_a_file_and_what_was_written_do_not_end_at_night(officer):
    TaskProposalFactory()
    asked(officer, CHANGE, note="x")
    confirmed(officer, Batch.objects.get().pk)
    asked(officer, CHANGE, note="y")
    TypedPage.objects.filter(batch__state="previewed").delete()  # as a file that somebody sent
    night_of(timezone.localdate() + timedelta(days=30))
    assert states() == ["committed", "previewed"]


def test_the_way_back_to_the_list_keeps_its_filter_and_ticks(officer):
    record = TaskProposalFactory(for_year=2024)
    there = f"/science/proposals/?for_year=2024&pk={record.pk}"
    page = asked(officer, f"{CHANGE}?for_year=2024&pk={record.pk}", note="x")
    batch = Batch.objects.get()
    assert links(page, "Về danh sách") == [there]
    confirmed(officer, batch.pk)
    page = officer.get(f"/import/{batch.pk}/")
    assert links(page, "Về danh sách") == [there]
    assert links(page, "Quay lại biểu mẫu đang sửa") == []
    asked(officer, f"{CHANGE}?for_year=2024&pk={record.pk}", note="y")
    answer = officer.post(f"/import/{Batch.objects.get(state='previewed').pk}/reject/")
    assert answer["Location"] == there


def test_the_way_back_to_the_form_has_what_was_typed(officer):
    TaskProposalFactory(note="cũ")
    page = asked(officer, f"{CHANGE}?for_year=", note="  hai\r\ndòng", cleared="proposer")
    (back,) = links(page, "Quay lại biểu mẫu đang sửa")
    form = tree(officer.get(back))
    assert form_values(form)["note"].strip() == "hai\ndòng"
    assert not form.xpath("//main//*[@role='alert']")
    other = colleague()
    assert links(other.get(f"/import/{Batch.objects.get().pk}/"), "Quay lại biểu mẫu đang sửa") == []
    assert form_values(tree(other.get(back)))["note"].strip() == ""
    page = officer.post(back, {"note": "ba"}, follow=True)
    assert states() == ["rejected", "previewed"]
    assert links(page, "Quay lại biểu mẫu đang sửa") == [
        f"{CHANGE}?for_year=&preview={Batch.objects.get(state='previewed').pk}"
    ]


def test_the_way_back_to_the_grid_has_what_was_typed(officer):
    first, second = TaskProposalFactory(note="a"), TaskProposalFactory(note="b")
    page = typed_in_grid(officer, first, note="mới")
    (back,) = links(page, "Quay lại bảng đang sửa")
    values = form_values(tree(officer.get(back)))
    assert (values[f"r{first.pk}-note"].strip(), values[f"r{second.pk}-note"].strip()) == ("mới", "b")
    page = officer.post(back, {**values, f"r{second.pk}-note": "nữa"}, follow=True)
    assert sorted(changes(page)) == sorted([first.code, second.code])


def test_rows_are_named_by_the_number_of_the_grid_and_the_code(officer):
    records = [TaskProposalFactory() for _each in range(3)]
    page = typed_in_grid(officer, records[1], title="")
    keys = [each for each in form_values(tree(officer.get(GRID))) if each.startswith("key-")]
    number = 1 + keys.index(f"key-r{records[1].pk}")
    (row,) = tree(page).xpath("//section[@id='errors']//tbody/tr")
    assert row.xpath("string(td[2])").strip() == f"{number} ({records[1].code})"
    page = typed_in_grid(officer, records[1], proposer="Viện chưa có")
    hint = tree(page).xpath("string(//section[@id='questions']//*[@class='form-hint'])")
    assert f"dòng {number} ({records[1].code})" in hint


def test_a_preview_of_what_was_typed_speaks_of_no_file(officer):
    free, begun = ScienceTaskFactory(level="province"), ScienceTaskFactory(level="province")
    TaskMilestoneFactory(task=begun, kind="determined", on=date(2023, 1, 5))
    page = asked(officer, TASKS, level="grassroots")
    (row,) = tree(page).xpath("//section[@id='errors']//tbody/tr")
    assert row.xpath("string(td[2])").strip() == begun.code
    text = tree(page).xpath("string(//main)").replace("Tải tệp Excel của lần sửa này", "")
    assert [each for each in text.split(".") if "tệp" in each.lower()] == []
    assert list(changes(page)) == [free.code]


def test_what_others_changed_meanwhile_is_asked_about_without_a_file(officer):
    changed = TaskProposalFactory(note="a")
    values = form_values(tree(officer.get(GRID)))
    with acting(SYSTEM):
        changed.note = "của người khác"
        changed.save()
    page = officer.post(GRID, {**values, f"r{changed.pk}-note": "mới"}, follow=True)
    text = words(page)
    assert "sổ “của người khác”, đã gõ “mới”" in text
    assert "sau khi trang sửa này được mở" in text
    assert "Ghi giá trị đã gõ" in text
    shown = tree(page).xpath("string(//main)").replace("Tải tệp Excel của lần sửa này", "")
    assert [each for each in shown.split(".") if "tệp" in each.lower()] == []


def test_the_downloaded_faults_number_rows_as_the_page_does(officer):
    records = [TaskProposalFactory() for _each in range(3)]
    page = typed_in_grid(officer, records[1], title="")
    (row,) = tree(page).xpath("//section[@id='errors']//tbody/tr")
    answer = officer.get(f"/import/{Batch.objects.get().pk}/problems/")
    sheet = load_workbook(BytesIO(b"".join(answer) if answer.streaming else answer.content)).active
    heads, fault = ([each.value for each in line] for line in sheet.iter_rows(max_row=2))
    assert (heads[1], fault[1], fault[3]) == ("Dòng", row.xpath("string(td[2])").strip(), "")
    assert "tệp" not in f"{fault[5]} {fault[6]}"


@pytest.mark.parametrize("text", ["nt", "như trên", "(xóa)", "-", "Tổng cộng", "#N/A", "=1+1"])
def test_a_text_of_a_bulk_change_means_what_it_says(officer, text):
    first, second = TaskProposalFactory(note="cũ"), TaskProposalFactory(note="")
    page = asked(officer, CHANGE, note=text)
    assert changes(page) == {
        first.code: [("Ghi chú", "cũ", text)],
        second.code: [("Ghi chú", "", text)],
    }
    confirmed(officer, Batch.objects.get().pk)
    assert set(type(first).objects.values_list("note", flat=True)) == {text}


def test_clearing_and_the_same_word_as_a_text_are_two_changes(officer):
    record = TaskProposalFactory(note="cũ")
    assert changes(asked(officer, CHANGE, note="(xóa)")) == {record.code: [("Ghi chú", "cũ", "(xóa)")]}
    assert changes(asked(officer, CHANGE, cleared="note")) == {record.code: [("Ghi chú", "cũ", "(để trống)")]}


def test_a_value_that_no_record_takes_is_refused_at_its_field_before_a_preview_is_made(officer):
    for _each in range(3):
        TaskProposalFactory()
    page = officer.post(CHANGE, {"for_year": "2206"})
    assert page.status_code == 422
    (field,) = tree(page).xpath("//main//*[@aria-invalid='true']")
    assert (field.get("name"), field.get("value")) == ("for_year", "2206")
    assert not Batch.objects.exists()


def test_the_first_tab_of_a_preview_that_was_replaced_leads_to_the_newer_one(officer):
    record = TaskProposalFactory(note="cũ")
    asked(officer, CHANGE, note="một")
    first = Batch.objects.get()
    page = officer.get(f"/import/{first.pk}/")
    button = form_values(tree(page), f"//form[@action='/import/{first.pk}/confirm/']")
    asked(officer, CHANGE, note="hai")
    second = Batch.objects.get(state="previewed")
    answer = officer.post(f"/import/{first.pk}/confirm/", button)
    assert answer.status_code == 409
    (alert,) = tree(answer).xpath("//main//*[@role='alert']")
    assert "Ghi vào sổ" in alert.text_content()
    assert links(answer, f"Mở bản sau: {second.name}") == [f"/import/{second.pk}/"]
    record.refresh_from_db()
    assert record.note == "cũ"
    confirmed(officer, second.pk)
    assert links(officer.get(f"/import/{first.pk}/"), f"Mở bản sau: {second.name}") == [
        f"/import/{second.pk}/"
    ]
    head = colleague()
    assert links(head.get(f"/import/{first.pk}/"), f"Mở bản sau: {second.name}") == []
    asked(officer, CHANGE, note="ba")
    third = Batch.objects.get(state="previewed")
    officer.post(f"/import/{third.pk}/reject/")
    assert not tree(officer.get(f"/import/{third.pk}/")).xpath("//*[@id='preview-after']")


def test_a_preview_leads_to_the_one_that_took_its_place_and_to_no_other(officer):
    record, other = TaskProposalFactory(), TaskProposalFactory()
    of_record = f"{CHANGE}?pk={record.pk}"
    asked(officer, of_record, note="một")
    asked(officer, of_record, note="hai")
    first, second = Batch.objects.order_by("pk")
    asked(officer, f"{CHANGE}?pk={other.pk}", note="của bản ghi khác")
    assert links(officer.get(f"/import/{first.pk}/"), f"Mở bản sau: {second.name}") == [
        f"/import/{second.pk}/"
    ]
    officer.post(f"/import/{second.pk}/reject/")
    for each in (first, second):
        assert tree(officer.get(f"/import/{each.pk}/")).xpath("//*[@id='preview-after']") == []


def test_a_choice_in_the_preview_leaves_it_what_was_typed_on_a_page(officer):
    record = TaskProposalFactory()
    typed_in_grid(officer, record, note="x")
    batch = Batch.objects.get()
    actor = account(Role.OFFICER, "QLKH").actor_on(timezone.localdate())
    change_choices(batch, lambda choices: {**choices, row_key("Tờ", 2): ROW_READ}, actor)
    batch.refresh_from_db()
    assert FileReading.of(batch).is_typed

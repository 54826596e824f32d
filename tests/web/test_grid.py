"""Records of a list as a grid: what is typed or pasted is read as cells of a workbook, previewed, and written as an import."""

import json
from datetime import date
from urllib.parse import urlencode

import pytest
from django.conf import settings

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.bounded_process import NotDoneNow
from khcn.kernel.intake.changes import grid
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.readers import workbook_reading
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.search import register_search
from khcn.parties.models import Organisation, Person
from khcn.science.models import PilotModel, ProgressCheck, ScienceTask, TaskProposal
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import (
    PilotModelFactory,
    ProgressCheckFactory,
    ScienceTaskFactory,
    TaskProposalFactory,
)
from tests.security.test_closed_links import close
from tests.web.conftest import confirmed, form_values, tree, words
from tests.web.test_bulk_change import changes

pytestmark = pytest.mark.django_db
ORGANISATIONS = "/import/grid/parties/organisations/"
PROPOSALS = "/import/grid/science/proposals/"
TASKS = "/import/grid/science/tasks/"
MADE = {
    Organisation: lambda: OrganisationFactory(short_name="TT", address="Thôn 1, xã A", phone="0209123456"),
    Person: lambda: PersonFactory(degree="ThS", position="Trưởng phòng"),
    TaskProposal: lambda: TaskProposalFactory(received_on=date(2024, 3, 5), note="hai\ndòng"),
    ScienceTask: lambda: ScienceTaskFactory(
        budget_total=1_152_000_000, planned_start_on=date(2023, 1, 5), planned_end_on=date(2024, 12, 31)
    ),
    PilotModel: lambda: PilotModelFactory(area_ha="1.5", urged_on=date(2024, 3, 5)),
    ProgressCheck: lambda: ProgressCheckFactory(findings="hai\ndòng"),
}


def opened(client, address):
    page = client.get(address)
    assert page.status_code == 200
    return form_values(tree(page))


def saved(client, address, **typed):
    """The grid as it comes, with these texts in place of what it shows."""
    return client.post(address, {**opened(client, address), **typed}, follow=True)


@pytest.mark.parametrize("model", MADE, ids=lambda each: each._meta.model_name)
def test_what_a_cell_shows_is_read_again_as_what_is_on_record(officer, model):
    MADE[model]()
    register = register_of(model)
    address = f"/import/grid/{register.area}/{register.slug}/"
    values = opened(officer, address)
    pk = model.objects.get().pk
    # a browser leaves out the line break with which the text of a box begins
    assert json.loads(values[f"was-r{pk}"]) == [
        values[f"r{pk}-{each.name}"].removeprefix("\n")
        for each in grid.grid_columns(register, [*register.natural_key, *register.grid_fields])
    ]
    values[f"was-r{pk}"] = ""  # every cell counts as typed
    page = officer.post(address, values, follow=True)
    assert "Không đổi: 1" in words(page)
    assert [each["errors"] for each in Batch.objects.get().counts] == [0]
    assert changes(page) == {}


def test_every_register_with_a_grid_is_tried():
    assert {each.model for each in registers() if each.grid_fields} == set(MADE)


def test_only_the_cells_that_were_typed_are_written(officer):
    first, second = (TaskProposalFactory(title=each, note="cũ") for each in ("Trồng sâm", "Trồng quế"))
    page = saved(officer, PROPOSALS, **{f"r{first.pk}-note": "mới", f"r{first.pk}-received_on": "5/3/24"})
    expected = [("Ngày nhận", "01/04/2023", "05/03/2024"), ("Ghi chú", "cũ", "mới")]
    assert changes(page) == {first.code: expected}
    assert second.title not in words(page)
    assert confirmed(officer, Batch.objects.get().pk).status_code == 303
    assert dict(TaskProposal.objects.values_list("pk", "note")) == {first.pk: "mới", second.pk: "cũ"}


def test_an_emptied_cell_removes_the_value_and_a_required_one_is_refused(officer):
    record = TaskProposalFactory(note="cũ")
    page = saved(officer, PROPOSALS, **{f"r{record.pk}-note": ""})
    assert changes(page) == {record.code: [("Ghi chú", "cũ", "(để trống)")]}
    page = saved(officer, PROPOSALS, **{f"r{record.pk}-title": ""})
    assert tree(page).xpath("//section[@id='errors']//tbody/tr")


def test_a_code_is_corrected_as_that_of_the_same_record(officer):
    record = TaskProposalFactory(code="DX-1")
    page = saved(officer, PROPOSALS, **{f"r{record.pk}-code": "DX-01"})
    assert "sửa của “" in words(page)
    confirmed(officer, Batch.objects.get().pk)
    record.refresh_from_db()
    assert (record.code, TaskProposal.objects.count()) == ("DX-01", 1)


def test_rows_are_added_at_the_end(officer):
    OrganisationFactory(name="Hợp tác xã A")
    values = opened(officer, ORGANISATIONS)
    assert values["new-TOTAL_FORMS"] == "2"
    more = {
        "new-TOTAL_FORMS": "4",
        "new-1-name": "Hợp tác xã B",
        "new-1-kind": "Hợp tác xã",
        "new-3-name": "Hợp tác xã C",
        "new-3-kind": "hợp tác xã",
    }
    page = officer.post(ORGANISATIONS, {**values, **more}, follow=True)
    assert "Thêm mới: 2" in words(page)
    assert confirmed(officer, Batch.objects.get().pk).status_code == 303
    assert sorted(Organisation.objects.values_list("name", flat=True)) == [
        f"Hợp tác xã {each}" for each in "ABC"
    ]


def test_a_grid_without_all_that_a_new_record_needs_adds_none(officer, monkeypatch):
    monkeypatch.setattr(type(register_of(TaskProposal)), "grid_fields", ("note",))
    record = TaskProposalFactory()
    assert "new-TOTAL_FORMS" not in opened(officer, PROPOSALS)
    added = {"new-TOTAL_FORMS": "2", "new-1-code": "X1"}
    saved(officer, PROPOSALS, **{f"r{record.pk}-note": "mới", **added})
    assert [(each["create"], each["change"]) for each in Batch.objects.get().counts] == [(0, 1)]


def test_amounts_are_read_as_officials_write_them(officer):
    record = ScienceTaskFactory(budget_total=1_000_000_000)
    page = saved(officer, TASKS, **{f"r{record.pk}-budget_total": "1,2 tỷ"})
    assert changes(page) == {record.code: [("Tổng kinh phí (đồng)", "1.000.000.000", "1.200.000.000")]}


@pytest.mark.parametrize(("text", "reported"), [("1.2oo", "1.2oo"), ("nt", "như trên")])
def test_a_cell_that_cannot_be_read_is_named_at_its_place_and_nothing_typed_is_lost(officer, text, reported):
    first, second = ScienceTaskFactory(budget_total=5), ScienceTaskFactory(budget_total=6)
    page = saved(officer, TASKS, **{f"r{first.pk}-budget_total": text, f"r{second.pk}-short_name": "Tên mới"})
    assert page.status_code == 422
    (cell,) = tree(page).xpath("//input[@aria-invalid='true']")
    assert (cell.get("name"), cell.get("value")) == (f"r{first.pk}-budget_total", text)
    (error,) = tree(page).xpath("//*[@id=$there]", there=cell.get("aria-describedby"))
    assert reported in error.text_content()
    (link,) = tree(page).xpath("//*[@role='alert']//a")
    row = [each.get("name") for each in tree(page).xpath("//tbody//input[contains(@name, 'budget_total')]")]
    number = 1 + row.index(cell.get("name"))
    assert (link.get("href"), cell.get("id")) == (f"#{cell.get('name')}", cell.get("name"))
    assert link.text_content() == f"Dòng {number} ({first.code}), Tổng kinh phí (đồng)"
    again = form_values(tree(page))
    assert again[f"r{second.pk}-short_name"] == "Tên mới"
    assert not Batch.objects.exists()
    page = officer.post(TASKS, {**again, f"r{first.pk}-budget_total": "7"}, follow=True)
    assert len(changes(page)) == 2


def test_a_long_text_that_nobody_touched_stays_whole(officer):
    text = "\r\n".join(f"dòng {number}: ý kiến của hội đồng" for number in range(90))
    long, other = TaskProposalFactory(note=text), TaskProposalFactory()
    values = opened(officer, PROPOSALS)
    values[f"r{long.pk}-note"] = values[f"r{long.pk}-note"].replace("\n", "\r\n")  # as a browser sends it
    page = officer.post(PROPOSALS, {**values, f"r{other.pk}-received_on": "5/3/24"}, follow=True)
    assert changes(page) == {other.code: [("Ngày nhận", "01/04/2023", "05/03/2024")]}
    assert long.code not in words(page)


@pytest.mark.parametrize(("name", "most"), [("note", 32_767), ("title", 500)])
def test_a_text_longer_than_its_field_takes_is_refused_at_its_cell(officer, name, most):
    record = TaskProposalFactory()
    page = saved(officer, PROPOSALS, **{f"r{record.pk}-{name}": "x" * (most + 1)})
    assert page.status_code == 422
    (cell,) = tree(page).xpath("//*[@aria-invalid='true']")
    assert cell.get("name") == f"r{record.pk}-{name}"
    assert form_values(tree(page))[f"r{record.pk}-{name}"].strip() == "x" * (most + 1)


def test_a_text_as_long_as_its_field_takes_is_written_whole(officer):
    record = TaskProposalFactory()
    saved(officer, PROPOSALS, **{f"r{record.pk}-note": "x" * 32_767})
    confirmed(officer, Batch.objects.get().pk)
    record.refresh_from_db()
    assert record.note == "x" * 32_767


def test_an_unknown_name_is_asked_about(officer):
    record = TaskProposalFactory()
    page = saved(officer, PROPOSALS, **{f"r{record.pk}-proposer": "Viện chưa có"})
    assert "Viện chưa có" in words(page).split("1 giá trị cần chọn cách xử lý")[1]


def test_a_record_that_somebody_has_changed_meanwhile_is_asked_about_with_both_values(officer):
    record = TaskProposalFactory(note="cũ")
    values = opened(officer, PROPOSALS)
    with acting(SYSTEM):
        record.title, record.note = "Tên của người khác", "của người khác"
        record.save()
    page = officer.post(PROPOSALS, {**values, f"r{record.pk}-note": "của tôi"}, follow=True)
    assert "Ghi chú: sổ “của người khác”, đã gõ “của tôi”" in words(page)
    assert "Tên của người khác →" not in words(page)  # what was not typed stays as it now is


def test_a_code_that_nobody_typed_stays_an_invented_one(officer):
    record = TaskProposalFactory(note="cũ", illustrative=["code", "note", "title"])
    page = saved(officer, PROPOSALS, **{f"r{record.pk}-note": "thật"})
    assert "dữ liệu minh họa" in words(page)
    confirmed(officer, Batch.objects.get().pk)
    record.refresh_from_db()
    assert record.illustrative == ["code", "title"]


@pytest.mark.parametrize("is_code_given_again", [False, True])
def test_what_somebody_corrected_in_the_natural_key_meanwhile_stays(officer, is_code_given_again):
    record = TaskProposalFactory(code="DX-1", note="cũ")
    values = opened(officer, PROPOSALS)
    with acting(SYSTEM):
        record.code = "DX-2"
        record.save()
    if is_code_given_again:
        TaskProposalFactory(code="DX-1", note="cũ")
    page = officer.post(PROPOSALS, {**values, f"r{record.pk}-note": "của tôi"}, follow=True)
    assert "1 giá trị cần chọn cách xử lý" in words(page)
    assert "Ghi chú: sổ “cũ”, đã gõ “của tôi”" in words(page)
    assert "DX-1" not in words(page)


def test_an_organisation_that_was_renamed_meanwhile_is_the_same(officer):
    record = OrganisationFactory(name="Hợp tác xã Một", short_name="cũ")
    values = opened(officer, ORGANISATIONS)
    with acting(SYSTEM):
        record.name = "Hợp tác xã Hai"
        record.save()
    page = officer.post(ORGANISATIONS, {**values, f"r{record.pk}-short_name": "mới"}, follow=True)
    assert "Tên viết tắt: sổ “cũ”, đã gõ “mới”" in words(page)
    assert "Hợp tác xã Một" not in words(page)


def test_a_grid_in_which_nothing_was_typed_is_refused_in_words(officer):
    TaskProposalFactory()
    page = saved(officer, PROPOSALS)
    assert (page.status_code, "Chưa sửa ô nào." in words(page)) == (422, True)


def test_a_key_that_is_altered_or_of_another_register_changes_nothing(officer):
    record, task = TaskProposalFactory(note="cũ"), ScienceTaskFactory()
    other = opened(officer, TASKS)[f"key-r{task.pk}"]
    values = opened(officer, PROPOSALS)
    for key in (other, values[f"key-r{record.pk}"] + "x"):
        page = officer.post(PROPOSALS, {**values, f"key-r{record.pk}": key, f"r{record.pk}-note": "mới"})
        assert page.status_code == 422
    assert not Batch.objects.exists()


def test_the_grid_shows_the_ticked_rows_and_says_what_it_leaves_out(officer, monkeypatch):
    monkeypatch.setattr(grid, "ROWS", 2)
    records = [TaskProposalFactory() for _each in range(3)]
    page = officer.get(f"{PROPOSALS}?pk={records[0].pk}")
    assert [name for name in form_values(tree(page)) if name.startswith("key-")] == [f"key-r{records[0].pk}"]
    page = officer.get(PROPOSALS)
    assert "Một bảng có nhiều nhất 2 bản ghi, còn 1 bản ghi sau đó không có ở đây." in words(page)


def test_the_largest_grid_can_be_sent_and_a_larger_form_is_named_as_such(officer):
    for _each in range(grid.ROWS):
        ScienceTaskFactory()
    values = opened(officer, TASKS)
    columns = [name.removeprefix("new-1-") for name in values if name.startswith("new-1-")]
    (most,) = map(int, tree(officer.get(TASKS)).xpath("//*[@data-rows='new']/@data-most"))
    assert most == 298
    values["new-TOTAL_FORMS"] = str(most + 1)
    values |= {f"new-{row + 1}-{name}": "x" for row in range(most) for name in columns}
    form = "application/x-www-form-urlencoded"
    page = officer.post(TASKS, urlencode({**values, "more": "new"}), content_type=form)
    again = form_values(tree(page))
    assert (page.status_code, again["new-TOTAL_FORMS"]) == (200, str(most + 1))
    assert [again[f"new-{row + 1}-{name}"] for row in range(most) for name in columns] == ["x"] * (
        most * len(columns)
    )
    larger = urlencode([("a", "1")] * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    page = officer.post(TASKS, larger, content_type=form)
    assert (page.status_code, "quá nhiều ô" in words(page)) == (400, True)


@pytest.mark.parametrize(
    "conditions", ["", "sort=for_year", "sort=-for_year", "q=nhiều", "q=nhiều&sort=for_year"]
)
def test_the_grid_begins_with_the_rows_that_the_list_begins_with(officer, monkeypatch, conditions):
    monkeypatch.setattr(register_search, "NAMED_UP_TO", 3)
    for year in (2022, 2020, 2024, 2023, 2021):
        TaskProposalFactory(for_year=year, title=f"Đề xuất nhiều {year}")
    ticks = tree(officer.get(f"/science/proposals/?{conditions}")).xpath("//tbody//input[@name='pk']/@value")
    assert len(ticks) == 5
    monkeypatch.setattr(grid, "ROWS", 3)
    for more, expected in (("", ticks[:3]), (f"pk={ticks[4]}&pk={ticks[1]}", [ticks[1], ticks[4]])):
        values = form_values(tree(officer.get(f"{PROPOSALS}?{conditions}&{more}")))
        assert [name for name in values if name.startswith("key-")] == [f"key-r{pk}" for pk in expected]


def test_a_row_is_added_where_there_is_no_script(officer):
    OrganisationFactory()
    page = saved(officer, ORGANISATIONS, **{"new-1-name": "Hợp tác xã B", "more": "new"})
    values = form_values(tree(page))
    assert (page.status_code, values["new-TOTAL_FORMS"], values["new-1-name"]) == (200, "3", "Hợp tác xã B")
    assert "new-2-name" in values


def test_a_machine_that_is_too_busy_to_read_the_grid_keeps_what_was_typed(officer, monkeypatch):
    proposal = TaskProposalFactory(title="Tên cũ")

    def end_late(*_given):
        raise NotDoneNow

    monkeypatch.setattr(workbook_reading, "run_bounded", end_late)
    page = saved(officer, PROPOSALS, **{f"r{proposal.pk}-title": "Tên mới"})
    assert page.status_code == 422
    assert form_values(tree(page))[f"r{proposal.pk}-title"] == "Tên mới"
    problems = tree(page).xpath("//*[@class='error-summary']//li")
    assert [each.text_content() for each in problems] == [
        "Máy chủ đang bận nên chưa đọc xong trong thời gian cho phép. Chưa có gì được ghi; đợi khoảng 15 giây rồi bấm lại."
    ]
    assert not Batch.objects.exists()


def test_columns_take_the_room_of_what_they_hold(officer):
    TaskProposalFactory()
    page = tree(officer.get(PROPOSALS))
    (row,) = page.xpath("//table[contains(@class, 'is-named')]/tbody/tr[1]")
    looks = [
        (cell.tag, sorted(set(cell.classes) - {"form-control", "form-control-sm"}))
        for cell in row.xpath(".//*[@data-cell]")
    ]
    assert looks == [
        ("input", ["is-code"]),
        ("textarea", ["is-words"]),
        ("input", []),
        ("input", ["is-narrow"]),
        ("input", ["is-words"]),
        ("input", ["is-words"]),
        ("input", ["is-narrow"]),
        ("textarea", ["is-words"]),
    ]
    one_line = [each.get("name").partition("-")[2] for each in row.xpath(".//textarea[@data-one-line]")]
    assert one_line == ["title"]


def test_who_may_change_and_not_add_has_no_empty_row_and_adds_none(officer):
    record = OrganisationFactory()
    values = opened(officer, ORGANISATIONS)
    assert "new-1-name" in values
    close("parties.organisation", "create")
    shown = opened(officer, ORGANISATIONS)
    assert [name for name in shown if name.startswith("new-")] == []
    page = officer.post(
        ORGANISATIONS, {**values, "new-1-name": "Hợp tác xã B", f"r{record.pk}-phone": "0209"}
    )
    assert page.status_code == 303
    preview = officer.get(page["Location"])
    assert (list(changes(preview)), "Hợp tác xã B" in words(preview)) == ([record.name], False)


def test_an_added_row_with_one_cell_is_a_row_and_no_note_below_the_table(officer):
    TaskProposalFactory()
    page = saved(officer, PROPOSALS, **{"new-1-note": "Ghi chú B1"})
    assert page.status_code == 200
    shown = words(page)
    assert "Ghi chú của bảng không được đọc" not in shown
    assert "giống hệt dữ liệu đang có" not in shown
    assert "Thiếu “Mã đề xuất”" in shown


def test_added_rows_are_no_signatures(officer):
    TaskProposalFactory()
    added = {"new-1-proposer": "Giám đốc Trung tâm", "new-1-title": "Đề xuất một"}
    page = saved(officer, PROPOSALS, **added)
    assert "“Giám đốc Trung tâm” chưa có trong sổ Tổ chức" in words(page)
    assert "chữ ký" not in words(page)


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "A. Hợp tác xã Mới"},
        {"name": "Tổng cộng"},
        {"name": "Tên tổ chức", "short_name": "Tên viết tắt"},
    ],
)
def test_texts_of_sections_sums_and_headings_are_rows_where_they_are_typed(officer, typed):
    OrganisationFactory()
    page = saved(officer, ORGANISATIONS, **{f"new-1-{name}": text for name, text in typed.items()})
    assert "Thêm mới: 1" in words(page)


@pytest.mark.parametrize("sent", ['["một"]', '["một"', "[]", "{}", ""])
def test_what_the_page_showed_may_be_cut_on_the_way(officer, sent):
    """Then each cell counts as typed, and what was typed is not lost."""
    record = TaskProposalFactory(note="cũ")
    page = saved(officer, PROPOSALS, **{f"was-r{record.pk}": sent, f"r{record.pk}-note": "mới"})
    assert changes(page) == {record.code: [("Ghi chú", "cũ", "mới")]}

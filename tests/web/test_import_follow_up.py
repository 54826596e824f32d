"""What an officer looks for after a file was sent: what it wrote, what is still open, and who may go on with it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khcn.kernel.actors import Role
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.intake import operations
from khcn.kernel.intake.models import Batch
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import book_of
from tests.web.conftest import confirmed, tree, words
from tests.web.test_import_screens import filled, row, send

pytestmark = pytest.mark.django_db


def open_places(client):
    """The column “Còn vướng” of the list of files, newest first."""
    cells = tree(client.get("/import/")).xpath("//td[@data-label='Còn vướng']")
    return [each.text_content().strip() for each in cells]


def questions_on(page):
    return {each.get("name") for each in tree(page).xpath("//section[@id='questions']//input[@type='radio']")}


def test_a_written_file_shows_its_records_with_links(officer):
    OrganisationFactory(name="Trung tâm Ứng dụng")
    changed = ScienceTaskFactory(
        code="T91", title="Nhiệm vụ T91 trên sổ", start_year=2023, planned_end_on=None
    )
    send(officer, filled(officer, row("T90"), row("T91")))
    page = confirmed(officer, Batch.objects.get().pk, follow=True)
    new = ScienceTask.objects.get(code="T90")
    shown = [
        (each.xpath("./a/@href")[0], each.xpath("./span")[0].text_content())
        for each in tree(page).xpath("//main//details/ul/li")
    ]
    assert shown == [
        (f"/science/tasks/{new.pk}/", "Thêm mới"),
        (f"/science/tasks/{changed.pk}/", "Sửa"),
    ]
    taken_back = officer.post(f"/import/{Batch.objects.get().pk}/undo/", follow=True)
    assert not tree(taken_back).xpath("//main//a[starts-with(@href, '/science/tasks/')]")


def test_who_may_not_write_a_file_reads_that_and_not_that_the_file_is_wrong(officer, sign_in):
    OrganisationFactory(name="Trung tâm Ứng dụng")
    send(officer, filled(officer, row("T90")))
    batch = Batch.objects.get()
    page = sign_in(Role.LEADER, "QLKH").get(f"/import/{batch.pk}/")
    text = words(page)
    assert f"Tệp do {batch.uploaded_by_label} gửi, chưa ghi vào sổ." in text
    assert "Bản ghi thêm, sửa: 1" in text
    assert "Lỗi:" not in text
    assert "sửa các lỗi trong tệp" not in text
    assert not tree(page).xpath("//main//form")


def test_who_is_called_when_a_file_is_stuck_and_may_not_write_its_register_reads_who_may(officer, sign_in):
    OrganisationFactory(name="Trung tâm Ứng dụng")
    send(officer, filled(officer, row("T90")))
    batch = Batch.objects.get()
    page = sign_in(Role.ADMIN, "VP").get(f"/import/{batch.pk}/")
    assert f"Tệp do {batch.uploaded_by_label} gửi, chưa ghi vào sổ." in words(page)
    assert ["Lỗi:" in words(page), "không được ghi vào sổ “" in words(page)] == [False, False]
    forms = [each.get("action") for each in tree(page).xpath("//main//form")]
    assert forms == [f"/import/{batch.pk}/reject/"]  # to put it aside takes no right to write the register


def test_a_sheet_that_is_read_is_named_as_to_be_assigned_only_where_its_rows_lack_columns(officer):
    ScienceTaskFactory(code="T91", title="Nhiệm vụ T91")
    for code, title in (("T91", "Nhiệm vụ T91 mới"), ("T92", "Nuôi cá tầm ở hồ Ba Bể")):
        content = book_of(ScienceTask, [{"code": code, "title": title, "note": "Theo kế hoạch"}])
        send(officer, SimpleUploadedFile(f"{code}.xlsx", content))
    pages = [officer.get(f"/import/{batch.pk}/") for batch in Batch.objects.order_by("pk")]
    assert ["Trang tính cần chọn cách đọc" in words(page) for page in pages] == [False, True]


def test_what_is_open_in_a_file_is_what_its_plan_says_now(officer):
    OrganisationFactory(name="Trung tâm DVNN huyện Chợ Đồn")
    page = send(officer, filled(officer, row("T90", host="Trung tâm DVNN Chợ Đồn")))
    assert open_places(officer) == ["1"]
    (name,) = questions_on(page)
    batch = Batch.objects.get()
    officer.post(f"/import/{batch.pk}/decide/", {name: "create:"})
    assert open_places(officer) == ["0"]
    key = name.removeprefix("answer-")
    officer.post(f"/import/{batch.pk}/ask-again/", {"key": key})
    assert open_places(officer) == ["1"]
    sheet = batch.counts[0]["sheet"]
    number = tree(officer.get(f"/import/{batch.pk}/")).xpath("//fieldset//div[@class='form-hint']")[0]
    line = number.text_content().rsplit(" ", 1)[1]
    officer.post(f"/import/{batch.pk}/rows/", {"sheet": sheet, "row": line, "choice": "skip"})
    assert open_places(officer) == ["0"]


def test_an_answer_is_stored_also_while_nobody_can_make_its_plan(officer, monkeypatch):
    """What is stored is not answered with "nothing was written": the page makes the plan later."""
    OrganisationFactory(name="Trung tâm DVNN huyện Chợ Đồn")
    (name,) = questions_on(send(officer, filled(officer, row("T90", host="Trung tâm DVNN Chợ Đồn"))))

    def busy(*_arguments, **_options):
        raise Busy("bận", 15)

    monkeypatch.setattr(operations, "prepare_batch", busy)
    batch = Batch.objects.get()
    assert officer.post(f"/import/{batch.pk}/decide/", {name: "create:"}).status_code == 303
    monkeypatch.undo()
    assert questions_on(officer.get(f"/import/{batch.pk}/")) == set()

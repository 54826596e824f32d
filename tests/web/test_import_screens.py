"""The import as screens: template, upload, preview, answers, confirm, undo. The rules themselves are tested in tests/kernel."""

import io
import re

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.intake.models import Batch, Decision
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import confirmed, form_values, tree, words

REGISTER = "science.sciencetask"


def filled(client, *rows):
    """The template as a person would fill it in: headings to values."""
    book = openpyxl.load_workbook(io.BytesIO(client.get("/import/template/", {"register": REGISTER}).content))
    sheet = book.worksheets[0]
    head = next(
        row
        for row in sheet.iter_rows()
        if any(str(cell.value or "").startswith("Mã nhiệm vụ") for cell in row)
    )
    places = {str(cell.value).strip(" *"): cell.column for cell in head if cell.value}
    for number, row in enumerate(rows, start=head[0].row + 1):
        for heading, value in row.items():
            sheet.cell(number, places[heading], value)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("nhiem-vu.xlsx", stream.getvalue())


def row(code="T90", host="Trung tâm Ứng dụng", **more):
    return {
        "Mã nhiệm vụ": code,
        "Tên nhiệm vụ": f"Nhiệm vụ {code}",
        "Loại nhiệm vụ": "Đề tài",
        "Cấp quản lý": "Cấp tỉnh",
        "Bên quản lý": "Tỉnh quản lý",
        "Thực hiện từ năm": "2023",
        "Tổ chức chủ trì": host,
        "Ngày bắt đầu": "09/10/2023",
        **more,
    }


def send(client, file):
    return client.post("/import/upload/", {"file": file}, follow=True)


@pytest.mark.django_db
def test_a_clean_file_is_previewed_written_and_taken_back(officer):
    OrganisationFactory(name="Trung tâm Ứng dụng")
    page = send(officer, filled(officer, row("T90"), row("T91")))
    assert "Thêm mới: 2" in words(page)
    assert not ScienceTask.objects.exists()
    batch = Batch.objects.get()
    page = confirmed(officer, batch.pk, follow=True)
    assert "Đã ghi vào sổ: thêm 2" in words(page)
    assert sorted(ScienceTask.objects.values_list("code", flat=True)) == ["T90", "T91"]
    page = officer.post(f"/import/{batch.pk}/undo/", follow=True)
    assert "Đã hoàn tác: 2 bản ghi" in words(page)
    assert not ScienceTask.objects.exists()


@pytest.mark.django_db
def test_what_is_written_is_what_the_preview_showed(officer):
    OrganisationFactory(name="Trung tâm Ứng dụng")
    stored = ScienceTaskFactory(
        code="T90", title="Nhiệm vụ T90 trên sổ", start_year=2023, planned_end_on=None
    )
    send(officer, filled(officer, row("T90"), row("T91")))
    batch = Batch.objects.get()
    address = f"/import/{batch.pk}/confirm/"
    button = f"//form[@action='{address}']"
    opened = form_values(tree(officer.get(f"/import/{batch.pk}/")), button)
    stored.title = "Nhiệm vụ T90 vừa sửa"
    with acting(SYSTEM):
        stored.save()
    for sent in ({**opened, "shown": ""}, opened):
        refused = officer.post(address, sent)
        assert (refused.status_code, ScienceTask.objects.count()) == (409, 1)
    assert re.search(r"đã khác lúc bạn mở trang ở: [^;]+, dòng \d+\.", words(refused))
    assert "Nhiệm vụ T90 vừa sửa" in words(refused)
    officer.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert officer.post(address, form_values(tree(refused), button)).status_code == 303
    assert {each.code: each.title for each in ScienceTask.objects.all()} == {
        "T90": "Nhiệm vụ T90",
        "T91": "Nhiệm vụ T91",
    }


@pytest.mark.django_db
def test_a_changed_file_shows_only_what_changes(officer):
    OrganisationFactory(name="Trung tâm Ứng dụng")
    send(officer, filled(officer, row("T90"), row("T91")))
    confirmed(officer, Batch.objects.get().pk)
    page = send(officer, filled(officer, row("T90"), row("T91", **{"Tên nhiệm vụ": "Nhiệm vụ T91 mới"})))
    text = words(page)
    assert "Sửa: 1" in text
    assert "Không đổi: 1" in text
    assert "Nhiệm vụ T91 → Nhiệm vụ T91 mới" in text


@pytest.mark.django_db
def test_all_problems_stand_on_one_page_with_place_and_remedy(officer):
    OrganisationFactory(name="Trung tâm Ứng dụng")
    page = send(
        officer,
        filled(
            officer, row("T90", **{"Ngày bắt đầu": "32/13/2023"}), row("T91", **{"Cấp quản lý": "Cấp vũ trụ"})
        ),
    )
    found = tree(page)
    shown = " ".join(
        " ".join(each.text_content().split())
        for each in found.xpath("//section[@id='errors' or @id='questions']")
    )
    assert "32/13/2023" in shown
    assert "Cấp vũ trụ" in shown
    assert found.xpath("//form[contains(@action,'/confirm/')]/button/@disabled")
    batch = Batch.objects.get()
    assert officer.post(f"/import/{batch.pk}/confirm/").status_code == 409
    assert not ScienceTask.objects.exists()
    assert officer.get(f"/import/{batch.pk}/problems/").content[:2] == b"PK"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pick", "host"),
    [("use", "Trung tâm DVNN huyện Chợ Đồn"), ("create", "Trung tâm DVNN Chợ Đồn"), ("skip", None)],
)
def test_an_unknown_name_is_settled_by_a_choice_and_remembered(officer, pick, host):
    OrganisationFactory(name="Trung tâm DVNN huyện Chợ Đồn")
    page = send(officer, filled(officer, row("T90", host="Trung tâm DVNN Chợ Đồn")))
    choices = tree(page).xpath("//section[@id='questions']//input[@type='radio']")
    wanted = next(each for each in choices if each.get("value").startswith(pick))
    batch = Batch.objects.get()
    page = officer.post(f"/import/{batch.pk}/decide/", {wanted.get("name"): wanted.get("value")}, follow=True)
    assert "Đã áp dụng 1 lựa chọn" in words(page)
    confirmed(officer, batch.pk)
    task = ScienceTask.objects.filter(code="T90").first()
    assert (task.host.name if task else None) == host
    decision = Decision.objects.first()
    assert (decision is None) == (pick == "skip")  # rows left out are those of this file only
    if decision is None:
        return
    assert "Trung tâm DVNN Chợ Đồn" in words(officer.get("/import/decisions/"))
    officer.post(f"/import/decisions/{decision.pk}/forget/")
    assert not Decision.objects.exists()


@pytest.mark.django_db
def test_no_workbook_is_refused_in_words_and_leaves_no_trace(officer):
    page = send(officer, SimpleUploadedFile("so.xlsx", b"khong phai tep Excel"))
    assert page.status_code == 422
    assert "Không nhận được tệp này, không có gì được lưu" in words(page)
    assert not Batch.objects.exists()
    assert "Chưa chọn tệp" in words(officer.post("/import/upload/", follow=True))


@pytest.mark.django_db
def test_undo_names_what_newer_work_stands_on_it(officer):
    OrganisationFactory(name="Trung tâm Ứng dụng")
    send(officer, filled(officer, row("T90")))
    batch = Batch.objects.get()
    confirmed(officer, batch.pk)
    task = ScienceTask.objects.get()
    page = officer.get(f"/science/tasks/{task.pk}/edit/")
    form = tree(page).xpath("//main//form[@method='post']")[0]
    officer.post(
        f"/science/tasks/{task.pk}/edit/",
        {**{k: v or "" for k, v in form.fields.items()}, "title": "Sửa sau"},
    )
    page = officer.post(f"/import/{batch.pk}/undo/")
    assert page.status_code == 409
    assert "Không hoàn tác được" in words(page)
    assert ScienceTask.objects.get().title == "Sửa sau"


@pytest.mark.django_db
def test_readers_see_files_but_send_none(sign_in):
    reader = sign_in(Role.READER, "BGD")
    ScienceTaskFactory()
    page = reader.get("/import/")
    assert page.status_code == 200
    assert not tree(page).xpath("//input[@type='file']")
    assert reader.post("/import/upload/", {"file": SimpleUploadedFile("a.xlsx", b"x")}).status_code == 403

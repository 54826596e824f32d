"""A draft ends with what was saved, and not with what was sent and refused on the next page."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.numbering.models import NumberBook
from khcn.kernel.numbering.operations import NumberRefused
from khcn.kernel.screens import number_books
from tests.e2e.test_drafts import READY, STORED
from tests.e2e.test_report_builder import come_in, department  # noqa: F401 -- fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
WORDS = "Công văn mời họp"


def test_a_refusal_on_the_next_page_keeps_the_draft_and_saving_ends_it(come_in, monkeypatch):  # noqa: F811
    with acting(SYSTEM):
        book = NumberBook.objects.create(
            unit_code="SKHCN", book="CV-SKHCN", year=timezone.localdate().year, pattern="{number}/SKHCN"
        )
    office = come_in("office")
    office.open(f"/number-books/{book.pk}/")
    office.page.wait_for_selector(READY)
    box = office.page.get_by_label("Lấy số cho văn bản soạn ngoài phần mềm")
    box.fill(WORDS)
    office.page.wait_for_function(f"() => ({STORED})() === 1")

    def refuse(**_values):
        raise NumberRefused("Sổ đang khóa.")

    with monkeypatch.context() as patched:
        patched.setattr(number_books, "take_number", refuse)
        office.page.get_by_role("button", name="Lấy số tiếp theo").click()
        expect(office.page.get_by_text("Sổ đang khóa.")).to_be_visible()
    office.page.wait_for_selector(READY)
    expect(box).to_have_value(WORDS)
    office.page.get_by_role("button", name="Lấy số tiếp theo").click()
    expect(office.page.get_by_text("Đã lấy số")).to_be_visible()
    office.page.wait_for_selector(READY)
    expect(box).to_have_value("")
    office.page.wait_for_function(f"() => ({STORED})() === 0")


def test_the_form_of_reports_comes_back_with_the_sections_that_were_added_to_it(come_in):  # noqa: F811
    office = come_in("office")
    address = "/reports/forms/bao-cao-9-thang/edit/"
    office.open(address)
    office.page.get_by_role("button", name="Thêm mục").click()
    added = office.page.locator(".form-section[open]").last
    added.get_by_label("Mã mục").fill("Z.9")
    added.locator(".chip-page").press_sequentially("Lời văn của mục thêm")
    office.page.wait_for_function(f"() => ({STORED})() === 1")
    office.open("/")
    office.open(address)
    expect(office.page.locator(".draft-note")).to_be_visible()
    expect(office.page.locator("input[value='Z.9']")).to_have_count(1)
    assert "Lời văn của mục thêm" in office.page.locator("[name$='-text']").last.input_value()

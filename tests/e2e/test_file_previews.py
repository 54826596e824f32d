"""A file is looked at without leaving the record."""

import pytest
import typst
from playwright.sync_api import expect

from tests.kernel.docx_given import word

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
PAGES = "#set page(width: 10cm, height: 5cm)\nTrang một\n#pagebreak()\nTrang hai".encode()
DRAWN = "() => { const found = document.querySelector('.file-picture'); return found?.complete && found.naturalWidth; }"


def attach(page, name, content):
    page.locator("#files input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="Đính kèm").click()
    page.get_by_text(f"Đã đính kèm tệp “{name}”").wait_for()


def test_a_file_is_shown_in_the_page_of_its_record(visitor):
    one = visitor()
    page = one.page
    page.goto("/science/tasks/8/documents/")
    before = page.url
    attach(page, "hai trang.pdf", typst.compile(PAGES))
    page.get_by_role("link", name="Xem hai trang.pdf").last.click()
    page.wait_for_function(f"() => ({DRAWN})() === 1000")
    first = page.locator(".file-picture").get_attribute("src")
    one.check_accessible("preview of a PDF")
    page.get_by_role("link", name="Trang sau").click()
    expect(page.get_by_text("Trang 2 trên 2")).to_be_visible()
    assert page.locator(".file-picture").get_attribute("src") != first
    attach(page, "chữ.docx", word("Kính gửi Ủy ban nhân dân tỉnh"))
    page.get_by_role("link", name="Xem chữ.docx").last.click()
    expect(page.locator(".file-words")).to_contain_text("Kính gửi Ủy ban nhân dân tỉnh")
    page.evaluate("scrollTo(0, 0)")  # or the top bar, which stays, covers half of what scrolled under it
    one.check_accessible("preview of a Word file")
    assert page.url.partition("#")[0] == before

"""Files of a record are looked at in its page: drawn points and letters, for those who may read the record."""

import base64
import re
from io import BytesIO

import pytest
import typst
from django.core.files.storage import default_storage

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.files import previews
from khcn.kernel.registers.attachments import attach
from tests.bounded_processes import out_of_time
from tests.factories.base import ATTACHED_AT
from tests.factories.science import ScienceTaskFactory
from tests.kernel.docx_given import with_part, word
from tests.kernel.png_points import png_of, points_of
from tests.kernel.test_picture_metadata import DRAWN
from tests.web.conftest import tree, words

pytestmark = pytest.mark.django_db
TWO_PAGES = b"#set page(width: 10cm, height: 5cm, margin: 0pt)\n#rect(width: 100%, height: 100%, fill: black)\n#pagebreak()\nTrang hai"
NO_PREVIEW = "Không hiện được tệp này trên trang. Hãy tải tệp xuống để xem."


def pdf(source=TWO_PAGES):
    return typst.compile(source)


def attached(content, name, task=None):
    record = task or ScienceTaskFactory()
    with acting(SYSTEM):
        made = attach(record=record, content=content, name=name, actor=SYSTEM, at=ATTACHED_AT)
    return f"{record.get_absolute_url()}files/{made.pk}/preview/", made


def drawn(answer):
    (address,) = tree(answer).xpath("//img[@class='file-picture']/@src")
    return base64.b64decode(address.removeprefix("data:image/png;base64,"))


def test_a_pdf_is_shown_page_by_page(officer):
    address, _made = attached(pdf(), "a.pdf")
    first = officer.get(address)
    assert points_of(drawn(first)) == (1000, 500, {(0, 0, 0)})
    assert "Trang 1 trên 2" in words(first)
    (following,) = tree(first).xpath("//section[contains(@class,'file-preview')]//a/@href")
    second = officer.get(following)
    assert {(0, 0, 0), (255, 255, 255)} < points_of(drawn(second))[2]
    assert "Trang 2 trên 2" in words(second)
    assert drawn(officer.get(address + "?page=99")) == drawn(second)
    assert drawn(officer.get(address + "?page=x")) == drawn(first)


def test_a_picture_is_drawn_anew(officer):
    address, _made = attached(png_of((200, 0, 0), 40, 20), "a.PNG")
    assert points_of(drawn(officer.get(address))) == (1000, 500, {(200, 0, 0)})
    for name in ("a.jpg", "b.jpeg"):
        address, _made = attached(DRAWN, name)
        assert points_of(drawn(officer.get(address)))[0] == 1000


def test_of_a_word_file_the_letters_and_tables_are_shown_and_nothing_runs(officer):
    from docx import Document

    document = Document(BytesIO(word("Kính gửi: Sở", "<script>alert(1)</script>")))
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Đề tài", "12"
    document.add_paragraph("Sau bảng")
    stream = BytesIO()
    document.save(stream)
    content = with_part(stream.getvalue(), "word/afchunk.html", "<html><script>alert(2)</script></html>")
    address, _made = attached(content, "tờ trình.docx")
    page = officer.get(address)
    region = tree(page).xpath("//div[@class='file-words']")[0]
    assert [" ".join(each.text_content().split()) for each in region] == [
        "Kính gửi: Sở",
        "<script>alert(1)</script>",
        "Đề tài12",
        "Sau bảng",
    ]
    assert region.xpath(".//script | .//*[@href] | .//*[@src]") == []


def test_within_the_page_of_the_record_only_the_preview_is_sent(officer):
    task = ScienceTaskFactory()
    address, made = attached(pdf(), "a.pdf", task)
    page = tree(officer.get(f"{task.get_absolute_url()}documents/"))
    (link,) = page.xpath(f"//a[@href='{address}']")
    assert (link.get("hx-get"), link.get("hx-target")) == (address, f"#preview-{made.pk}")
    assert len(page.xpath(f"//*[@id='preview-{made.pk}']")) == 1
    part = officer.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<section class="file-preview"')
    assert "<html" not in part


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.xlsx", "a.pptx"])
def test_kinds_that_cannot_be_drawn_offer_no_preview(officer, name):
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" if name in {"a.doc", "a.xls"} else b"PK\x03\x04"
    task = ScienceTaskFactory()
    address, _made = attached(start + b"x", name, task)
    assert tree(officer.get(f"{task.get_absolute_url()}documents/")).xpath(f"//a[@href='{address}']") == []
    assert officer.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.4 damaged", "a.pdf"),
        (b"PK\x03\x04 damaged", "a.docx"),
        (b"\xff\xd8\xff damaged", "a.jpg"),
    ],
)
def test_a_file_that_cannot_be_drawn_says_so(officer, content, name, monkeypatch):
    monkeypatch.setattr("khcn.kernel.files.operations.without_metadata", lambda content, *_more: content)
    address, _made = attached(content, name)
    page = officer.get(address)
    assert page.status_code == 200
    assert NO_PREVIEW in words(page)
    assert tree(page).xpath("//img[@class='file-picture']") == []


def test_what_takes_too_long_is_ended(officer, monkeypatch):
    address, _made = attached(pdf(), "a.pdf")
    out_of_time(monkeypatch, previews)
    assert NO_PREVIEW in words(officer.get(address))


def test_an_exchanged_file_is_not_shown(officer):
    address, made = attached(pdf(b"to be exchanged"), "a.pdf")
    with default_storage.open(made.file.content.name, "wb") as file:
        file.write(pdf(b"forged"))
    page = officer.get(address)
    assert "không còn đúng như lúc đính kèm" in words(page)
    assert tree(page).xpath("//img[@class='file-picture']") == []


def test_looking_at_a_file_is_logged_like_taking_it_away(officer):
    address, made = attached(pdf(), "a.pdf")
    officer.get(address)
    assert [each.object_label for each in ChangeEntry.objects.filter(action="download")] == [made.name]


def test_pages_carry_no_script_of_a_file(officer):
    """The catalogue of this file opens with a script; of it nothing is sent, for a page is points."""
    content = re.sub(
        rb"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>", pdf()
    )
    address, _made = attached(content, "a.pdf")
    assert b"app.alert" not in officer.get(address).content

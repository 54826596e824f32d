"""Search finds files by what is written in them, and only on records that the person may read."""

import zlib
from datetime import date
from io import BytesIO

import pytest
import typst
from django.urls import reverse
from django.utils import timezone
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.files import texts
from khcn.kernel.files.models import ReadingState, StoredFileReading
from khcn.kernel.files.text_process import MOST_TEXT
from khcn.kernel.jobs.recurring import JobContext
from khcn.kernel.registers.attachments import attach, detach
from khcn.kernel.registers.models import AttachmentText
from khcn.kernel.registers.registry import registers
from khcn.kernel.registers.spec import Register
from khcn.kernel.screens import jobs
from khcn.kernel.search.models import SearchEntry
from khcn.kernel.search.rebuilding import rebuild_entries
from khcn.parties.models import RoleRight, User
from tests.bounded_processes import out_of_time
from tests.factories.base import ATTACHED_AT
from tests.factories.parties import OrganisationFactory
from tests.factories.registry import factory_of
from tests.factories.science import ScienceTaskFactory
from tests.kernel.docx_given import with_part, word
from tests.security.test_closed_links import close
from tests.web.conftest import tree, words

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WORDS = "chế phẩm vi sinh"
NOW = JobContext(timezone.now)
FILES = {"thuyết minh.pdf": typst.compile(f"Mô hình dùng {WORDS} ở xã Nam Cường".encode())}


def table():
    document = Document(BytesIO(word("Kính gửi: Sở")))
    document.add_table(rows=1, cols=2).rows[0].cells[1].text = f"Dùng {WORDS}"
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


FILES["phụ lục.docx"] = table()


def beside(*, header="", footer="", box=""):
    """A Word file with a text in its header, its footer, or a text box, which Word writes twice."""
    document = Document(BytesIO(word("Kính gửi: Sở")))
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if footer:
        document.sections[0].first_page_footer.paragraphs[0].text = footer
    if box:
        content = f"<w:txbxContent><w:p><w:r><w:t>{box}</w:t></w:r></w:p></w:txbxContent>"
        run = parse_xml(
            f"<w:r {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><mc:AlternateContent>"
            f"<mc:Choice Requires='wps'>{content}</mc:Choice><mc:Fallback><w:pict>{content}</w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        )
        document.paragraphs[0]._p.append(run)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("header", f"{WORDS} Kính gửi: Sở"),
        ("footer", f"{WORDS} Kính gửi: Sở"),
        ("box", f"Kính gửi: Sở {WORDS}"),
    ],
)
def test_headers_footers_and_text_boxes_of_word_are_read_once(officer, place, text):
    made = attached(beside(**{place: WORDS}), "a.docx")
    assert AttachmentText.objects.get().text == text
    assert [address for _text, address in found(officer, WORDS)] == [
        f"/science/tasks/{made.object_id}/files/{made.pk}/preview/"
    ]


def attached(content, name, record=None):
    """Attached, and read as the worker does it."""
    with acting(SYSTEM):
        made = attach(
            record=record or ScienceTaskFactory(title="Nhiệm vụ có tệp"),
            content=content,
            name=name,
            actor=SYSTEM,
            at=ATTACHED_AT,
        )
        while jobs.read_next_file(NOW):
            pass
    return made


def found(client, text, page="/search/"):
    return [
        (" ".join(each.text_content().split()), each.get("href"))
        for each in tree(client.get(page, {"q": text})).xpath("//a[contains(@href,'/files/')]")
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_found_by_what_is_written_in_it_and_named(officer, name):
    made = attached(FILES[name], name)
    hit = (f"{name} (Nhiệm vụ có tệp)", f"/science/tasks/{made.object_id}/files/{made.pk}/preview/")
    for text in (WORDS, "che pham vi sinh", name):
        assert found(officer, text) == [hit]
    assert "Trong tệp đính kèm" in words(officer.get("/search/", {"q": WORDS}))
    assert found(officer, WORDS, "/search/suggest/") == [hit]
    assert found(officer, "không có ở đâu") == []


def test_a_file_that_is_taken_off_is_not_found(officer):
    made = attached(FILES["thuyết minh.pdf"], "a.pdf")
    with acting(SYSTEM):
        detach(attachment=made, record=ScienceTaskFactory._meta.model.objects.get(), actor=SYSTEM)
    assert found(officer, WORDS) == []
    assert not AttachmentText.objects.exists()
    assert rebuild_entries().total == 0


def test_files_are_found_by_who_may_read_the_record(client, sign_in):
    attached(FILES["thuyết minh.pdf"], "a.pdf")
    days = {"valid_from": date(2020, 1, 1), "valid_to": date(2099, 1, 1), "reason": "thử"}
    with acting(SYSTEM):
        RoleRight(role_id="head", register="science.sciencetask", verb="read", allowed=False, **days).save()
        outside = User.objects.create_user("ngoai", full_name="Ngoài", organisation=OrganisationFactory())
    assert len(found(sign_in(Role.READER, "QLCN"), WORDS)) == 1
    assert found(sign_in(Role.HEAD), WORDS) == []
    client.force_login(outside)
    assert found(client, WORDS) == []


def test_each_staff_account_finds_the_files_that_it_may_open_and_no_other(sign_in, monkeypatch):
    """One file on a record of every register; a register is closed to each account beside what its role does not read."""
    monkeypatch.setattr(jobs, "text_of", lambda *_file: WORDS)
    monkeypatch.setattr("khcn.kernel.screens.attachments.preview_of", lambda *_file, **_who: None)
    monkeypatch.setattr("khcn.web.views.search.EACH", 500)
    for module in ("global_search", "search_sql"):
        monkeypatch.setattr(f"khcn.kernel.search.{module}.FREQUENT", 500)
    addresses = set()
    for register in registers():
        if not register.may("attach", SYSTEM):
            continue  # its rows are made by actions, and have no files
        on_paper = {"entered_from_paper": True} if register.name == "science.submission" else {}
        record = factory_of(register.model)(**on_paper)
        made = attached(word("x"), "a.docx", record)
        addresses.add(reverse("register-preview", args=[register.area, register.slug, record.pk, made.pk]))
    numbers = {}
    for role in (Role.READER, Role.OFFICER, Role.HEAD, Role.OFFICE, Role.LEADER):
        close("science.sciencetask" if role is Role.OFFICER else "parties.person")
        one = sign_in(role)
        opened = {each for each in addresses if one.get(each).status_code == 200}
        assert {address for _text, address in found(one, WORDS)} == opened
        numbers[role] = len(opened)
    assert 10 < min(numbers.values()) <= max(numbers.values()) < len(addresses)


def test_files_on_records_that_a_scope_hides_take_no_place_of_those_that_it_shows(officer, monkeypatch):
    """No scope of a role narrows a register with files today; a division's own records would."""
    shown = attached(FILES["thuyết minh.pdf"], "c.pdf")
    for name in ("a.pdf", "b.pdf"):
        attached(FILES["thuyết minh.pdf"], name)
    visible = Register.visible

    def narrowed(register, actor, *verb):
        rows = visible(register, actor, *verb)
        return rows.filter(pk=shown.object_id) if register.name == "science.sciencetask" else rows

    monkeypatch.setattr(Register, "visible", narrowed)
    monkeypatch.setattr("khcn.web.views.search.EACH", 1)
    assert [text for text, _address in found(officer, WORDS)] == ["c.pdf (Nhiệm vụ có tệp)"]


# A page tree that leads to itself.
ROUND = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000000>>endobj
trailer<</Root 1 0 R/Size 3>>
startxref
0
%%EOF"""


def unfolding(size):
    """A page whose letters take so many bytes, folded a thousand times."""
    stream = zlib.compress(b"BT (a) Tj ET " * (size // 13))
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj\n"
        b"trailer<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%%%EOF"
    ) % (len(stream), stream)


HOSTILE = {
    "hỏng.pdf": lambda: b"%PDF-1.4 damaged",
    "trống.pdf": lambda: b"%PDF-1.4\n%%EOF",
    "vòng.pdf": lambda: ROUND,
    "nén.pdf": lambda: unfolding(200_000_000),
    "hỏng.docx": lambda: b"PK\x03\x04 damaged",
    "nén.docx": lambda: with_part(word("x"), "word/document.xml", b"", instead=many_paragraphs),
}


def many_paragraphs(text):
    return text.replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 10_000_000)


@pytest.mark.once  # what the process that reads makes of them; files are found by their names on both databases by the other tests
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_read_is_found_by_its_name_alone(officer, name):
    made = attached(HOSTILE[name](), name)  # within the limits of its process: else it would be tried again
    assert StoredFileReading.objects.get().state != ReadingState.AGAIN
    assert AttachmentText.objects.get().text == ""
    assert [address for _text, address in found(officer, name)] == [
        f"/science/tasks/{made.object_id}/files/{made.pk}/preview/"
    ]


def test_reading_is_bounded_in_time_and_length(officer, monkeypatch):
    made = attached(word(*(["chữ đầu"] + ["lặp lại " * 200] * 200 + ["chữ cuối"])), "dài.docx")
    text = AttachmentText.objects.get(attachment=made).text
    assert (len(text), text.startswith("chữ đầu")) == (MOST_TEXT, True)
    out_of_time(monkeypatch, texts)
    assert AttachmentText.objects.get(attachment=attached(word("x"), "b.docx")).text == ""


def test_what_was_attached_before_is_read_in_the_night_once():
    with acting(SYSTEM):
        record = ScienceTaskFactory()
        for name, content in FILES.items():
            attach(record=record, content=content, name=name, actor=SYSTEM, at=ATTACHED_AT)
        AttachmentText.objects.all().delete()
        StoredFileReading.objects.all().delete()
        SearchEntry.objects.filter(text__contains="vi sinh").delete()
        assert jobs.unread_attachments().count() == len(FILES)
        jobs.expect_unread_files_job(NOW)
        while jobs.read_next_file(NOW):
            pass
    assert jobs.unread_attachments().count() == 0
    assert SearchEntry.objects.filter(text__contains="vi sinh").count() == len(FILES)
    assert rebuild_entries().total == 0

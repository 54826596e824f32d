"""What could not be read of a file is read again where that may pass, and people see which files search does not read."""

import logging
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.files import texts
from khcn.kernel.files.models import ReadingState, StoredFile, StoredFileReading
from khcn.kernel.files.texts import NotReadNow
from khcn.kernel.jobs.recurring import JobContext
from khcn.kernel.registers.attachments import attach
from khcn.kernel.registers.models import AttachmentText
from khcn.kernel.screens import jobs
from khcn.kernel.search.reading_turns import WAITS
from tests.bounded_processes import out_of_memory, out_of_time
from tests.factories.base import ATTACHED_AT
from tests.factories.science import ScienceTaskFactory
from tests.kernel.docx_given import word
from tests.web.conftest import tree, words

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SCAN = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
trailer<</Root 1 0 R/Size 4>>
startxref
0
%%EOF"""


@pytest.fixture
def clock():
    """The moment at which the worker reads."""
    return [timezone.now()]


def attached(content, name, record=None):
    with acting(SYSTEM):
        return attach(
            record=record or ScienceTaskFactory(), content=content, name=name, actor=SYSTEM, at=ATTACHED_AT
        )


def read_all(clock):
    with acting(SYSTEM):
        while jobs.read_next_file(JobContext(lambda: clock[0])):
            pass


def read():
    reading = StoredFileReading.objects.get()
    return reading.state, reading.attempts, reading.read_at, AttachmentText.objects.get().text


def test_a_file_that_is_not_there_for_a_moment_is_read_when_it_is(clock, caplog):
    caplog.set_level(logging.WARNING)
    made = attached(word("chế phẩm vi sinh"), "a.docx")
    stored = made.file.content
    content = stored.read()
    stored.storage.delete(stored.name)
    read_all(clock)
    assert read() == (ReadingState.AGAIN, 1, None, "")
    assert [(one.levelno, made.file.content.name in one.getMessage()) for one in caplog.records] == [
        (logging.WARNING, True)
    ]
    stored.storage.save(stored.name, BytesIO(content))
    clock[0] += WAITS[0] - timedelta(seconds=1)
    read_all(clock)
    assert read() == (ReadingState.AGAIN, 1, None, "")
    clock[0] += timedelta(seconds=1)
    read_all(clock)
    assert read() == (ReadingState.READ, 2, clock[0], "chế phẩm vi sinh")


def test_what_ran_out_of_time_on_a_busy_machine_is_read_again_until_there_is_time(clock, caplog, monkeypatch):
    attached(word("chế phẩm vi sinh"), "a.docx")
    with monkeypatch.context() as patch:
        out_of_time(patch, texts)
        for wait in (*WAITS, WAITS[-1]):
            read_all(clock)
            assert read()[0] == ReadingState.AGAIN
            clock[0] += wait - timedelta(seconds=1)
            read_all(clock)  # its wait is not over: it is not read
            clock[0] += timedelta(seconds=1)
    levels = [each.levelno for each in caplog.records if "not read for search" in each.getMessage()]
    assert levels == [logging.WARNING] * (len(WAITS) - 1) + [logging.ERROR] * 2
    read_all(clock)
    assert (read()[0], read()[3]) == (ReadingState.READ, "chế phẩm vi sinh")
    assert sum(WAITS[:-1], timedelta()) >= timedelta(hours=24)


def test_a_file_that_could_not_be_read_is_tried_again_when_it_is_attached_again(clock, monkeypatch):
    content = word("chế phẩm vi sinh")
    attached(content, "a.docx")
    with monkeypatch.context() as patch:
        out_of_memory(patch, texts)
        read_all(clock)
    assert read()[0] == ReadingState.UNREADABLE
    attached(content, "b.docx")
    read_all(clock)
    assert set(AttachmentText.objects.values_list("text", flat=True)) == {"chế phẩm vi sinh"}


def test_a_file_that_was_exchanged_on_disk_is_not_read(clock):
    made = attached(word("chế phẩm vi sinh"), "a.docx")
    stored = made.file.content
    stored.storage.delete(stored.name)
    stored.storage.save(stored.name, BytesIO(word("chữ của người khác")))
    read_all(clock)
    assert read() == (ReadingState.UNREADABLE, 1, clock[0], "")


def test_a_file_that_is_gone_is_no_fault_of_the_file():
    with pytest.raises(NotReadNow):
        texts.text_of(StoredFile(content="stored/no-such-file"), "a.pdf")


NOTES = {
    "a.docx": (word("chế phẩm"), ""),
    "quét.pdf": (SCAN, "Tệp không có chữ (bản quét): tìm kiếm chỉ thấy tên tệp."),
    "hỏng.pdf": (b"%PDF-1.4 damaged", "Không đọc được chữ trong tệp: tìm kiếm chỉ thấy tên tệp."),
    "bảng.xlsx": (word("x"), "Tìm kiếm không đọc loại tệp này, chỉ đọc PDF và Word (.docx)."),
}


@pytest.mark.parametrize("name", NOTES)
def test_a_file_says_why_search_does_not_find_it(officer, clock, name):
    content, note = NOTES[name]
    record = ScienceTaskFactory()
    made = attached(content, name, record)

    def shown():
        page = tree(officer.get(reverse("science-task-documents", args=[record.pk])))
        return [
            each.text_content() for each in page.xpath("//section[@id='files']//span[@class='muted small']")
        ]

    if made.name.endswith((".pdf", ".docx")):
        assert shown() == ["Chữ trong tệp chưa đọc xong: tìm kiếm mới thấy tên tệp."]
    read_all(clock)
    assert shown() == [note] * bool(note)


def test_the_page_of_results_says_which_files_are_not_searched(officer):
    sentence = "Trong tệp đính kèm chỉ tìm được chữ của PDF và Word (.docx)"
    assert words(officer.get("/search/", {"q": "không có ở đâu"})).count(sentence) == 1

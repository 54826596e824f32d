"""Issued papers are verified with the log: their files on disk, their hashes, and their lines in the number books."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.storage import store_bytes
from khcn.kernel.numbering.models import IssuedNumber, NumberBook
from khcn.kernel.numbering.operations import allocate
from khcn.kernel.papers.models import Paper, PaperTemplate
from tests.kernel.papers_given import DAY, accepted_task, draft, issue

# Files are made after the commit, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paper():
    return issue(draft(accepted_task()))


def found():
    return [(each.kind, each.what) for each in verify_log().findings]


def overwrite(stored, content):
    with stored.content.storage.open(stored.content.name, "wb") as file:
        file.write(content)


def test_an_issued_paper_holds_and_its_hashes_are_in_the_log(paper):
    assert found() == []
    logged = ChangeEntry.objects.filter(model="kernel_papers.paper", after__has_key="file_sha256").latest(
        "pk"
    )
    assert logged.after["file_sha256"] == paper.file.sha256
    assert logged.after["pdf_sha256"] == paper.pdf.sha256


@pytest.mark.parametrize("form", ["file", "pdf"])
def test_a_file_changed_or_lost_on_disk_is_named(paper, form):
    stored = getattr(paper, form)
    name = f"{paper} (#{paper.pk}): {'docx' if form == 'file' else 'pdf'}"
    overwrite(stored, b"other")
    assert found() == [(FindingKind.DOCUMENT_CHANGED, name)]
    stored.content.storage.delete(stored.content.name)
    assert found() == [(FindingKind.DOCUMENT_CHANGED, name)]


def test_a_file_exchanged_together_with_its_hash_is_named(paper):
    digest = store_bytes(b"%PDF-1.7 other")
    StoredFile.objects.filter(pk=paper.pdf_id).update(sha256=digest, content=f"stored/{digest}")
    assert found() == [(FindingKind.DOCUMENT_CHANGED, f"{paper} (#{paper.pk}): pdf")]
    QuerySet(Paper).filter(pk=paper.pk).update(pdf_sha256=digest)
    assert [kind for kind, _what in found()] == [FindingKind.RECORD_CHANGED]


def test_a_template_changed_by_sql_is_named(paper):
    template = PaperTemplate._base_manager.get(pk=paper.template_id)
    QuerySet(PaperTemplate).filter(pk=template.pk).update(content=b"other")
    assert found() == [(FindingKind.DOCUMENT_CHANGED, f"{template} (#{template.pk})")]


@pytest.mark.parametrize(
    ("column", "value", "of_the_book"),
    [
        ("issued_on", DAY - timedelta(days=300), "last_issued_on"),
        ("given_to", "Người khác", ""),
        ("text", "99/GCN-SKHCN", "pattern"),
    ],
)
def test_a_line_of_the_number_book_changed_by_sql_is_named(paper, column, value, of_the_book):
    QuerySet(IssuedNumber).filter(pk=paper.number_id).update(**{column: value})
    named = [(kind, what.rpartition(": ")[2]) for kind, what in found()]
    book = [(FindingKind.NUMBER_CHANGED, of_the_book)] if of_the_book else []  # this is its last line
    assert named == [(FindingKind.RECORD_CHANGED, column), *book]


def by_hand(book, number):
    """A number taken for a letter that is made elsewhere: nothing but the log knows of it."""
    with acting(SYSTEM), transaction.atomic():
        taken = allocate(
            book=book, unit_code="SKHCN", on=DAY, pattern="{number}/CV-SKHCN", given_to="thư", actor=SYSTEM
        )
    assert taken.number == number
    return taken


def test_numbers_taken_by_hand_and_the_last_number_of_a_book_are_verified():
    first, second = by_hand("CV", 1), by_hand("CV", 2)
    book = second.book
    assert found() == []
    numbers, books = QuerySet(IssuedNumber), QuerySet(NumberBook)
    numbers.filter(pk=first.pk).update(given_to="người khác")
    assert found() == [(FindingKind.RECORD_CHANGED, f"Số đã cấp “{first}” (#{first.pk}): given_to")]
    numbers.filter(pk=first.pk).update(given_to="thư")
    books.filter(pk=book.pk).update(last=3)
    assert found() == [(FindingKind.NUMBER_CHANGED, f"{book} (#{book.pk}): 3, last")]
    books.filter(pk=book.pk).update(last=2, pattern="{number}/X", last_issued_on=DAY - timedelta(days=1))
    assert found() == [(FindingKind.NUMBER_CHANGED, f"{book} (#{book.pk}): last_issued_on, pattern")]
    books.filter(pk=book.pk).update(last_issued_on=DAY, pattern=book.pattern, unit_code="VP")
    assert found() == [(FindingKind.RECORD_CHANGED, f"Sổ cấp số “CV VP 2023” (#{book.pk}): unit_code")]
    books.filter(pk=book.pk).update(last=1, unit_code="SKHCN")
    numbers.filter(pk=second.pk).delete()  # and the book set back, so that the same number is given again
    assert found() == [(FindingKind.RECORD_DELETED, f"Số đã cấp “{second}” (#{second.pk})")]


def test_a_number_inserted_by_sql_is_named():
    book = by_hand("CV", 1).book
    line = IssuedNumber(book=book, number=2, text="02/CV-SKHCN", issued_on=DAY)
    line.created_at = line.updated_at = timezone.now()
    QuerySet(IssuedNumber).bulk_create([line])
    QuerySet(NumberBook).filter(pk=book.pk).update(last=2)
    assert found() == [(FindingKind.RECORD_INSERTED, f"Số đã cấp “02/CV-SKHCN” (#{line.pk})")]


def test_a_paper_dated_before_it_was_made_is_listed():
    paper = issue(draft(accepted_task()))
    assert verify_log().notices == []
    QuerySet(Paper).filter(pk=paper.pk).update(drafted_on=None)  # as papers were kept before
    made = timezone.localtime(paper.created_at).strftime("%d/%m/%Y")
    sentence = f"Giấy ghi ngày trước ngày lập: {paper} (#{paper.pk}), ngày cấp 14/09/2023, lập ngày {made}"
    assert verify_log().notices == [sentence]

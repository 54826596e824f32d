"""Issued papers are verified with the log: their files on disk, their hashes, and their lines in the number books."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.operations import store_bytes
from khcn.kernel.numbering.models import IssuedNumber
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
    ("column", "value"),
    [("issued_on", DAY - timedelta(days=300)), ("given_to", "Người khác"), ("text", "99/GCN-SKHCN")],
)
def test_a_line_of_the_number_book_changed_by_sql_is_named(paper, column, value):
    IssuedNumber.objects.filter(pk=paper.number_id).update(**{column: value})
    ((kind, what),) = found()
    assert (kind, what.rpartition(": ")[2]) == (FindingKind.NUMBER_CHANGED, column)

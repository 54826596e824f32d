"""Violations of the rules about papers, numbers, files, deadlines, the log, the search table, work and workbooks."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models

from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.models import ChainLink, ChangeEntry
from khcn.kernel.calendar.terms import EventKind
from khcn.kernel.deadlines.models import Deadline, DeadlineEvent, LateEntry, PersonalSettings
from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.operations import store_file
from khcn.kernel.files.storage import place_of
from khcn.kernel.numbering.models import IssuedNumber, NumberBook
from khcn.kernel.papers.models import Paper, PaperTemplate
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.registers.models import Attachment
from khcn.kernel.search.declarations import declared
from khcn.kernel.search.models import SearchEntry
from khcn.kernel.workflow.models import WorkflowStep
from khcn.reference.models import LegalDocument
from khcn.science.documents import CERTIFICATE
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import LegalDocumentFactory
from tests.integrity.given import (
    AT,
    TODAY,
    TOMORROW,
    YESTERDAY,
    breaks,
    made,
    put,
    removed,
    running_task,
    stamped,
    step,
)

_LONG_AGO = AT - timedelta(days=400)
WAY = {
    "draft": ("draft",),
    "issuing": ("draft", "issuing"),
    "issued": ("draft", "issuing", "issued"),
    "replaced": ("draft", "issuing", "issued", "replaced"),
    "withdrawn": ("draft", "issuing", "issued", "withdrawn"),
}
_count = iter(range(10**6))


def a_file():
    content = b"%PDF-1.7 " + str(next(_count)).encode()
    return store_file(content=content, name="a.pdf", actor=SYSTEM)


def a_number(record=None, *, book=None, on=TODAY, **values):
    """The next line of a book that agrees with its lines."""
    book = book or made(NumberBook, book=f"S{next(_count)}", unit_code="SKHCN", year=on.year)
    number = book.numbers.count() + 1
    line = made(
        IssuedNumber, **{
            "book": book, "number": number, "text": f"{number:02d}/{book.book}", "issued_on": on,
            "model": record._meta.label_lower if record else "", "object_id": record.pk if record else None, **values,
        },
    )  # fmt: skip
    put(book, last=number)
    return line


def a_paper(record=None, state="issued", **values):
    """A paper as its issue leaves it, without its printing; for a record of which no rule asks for a milestone, unless given."""
    record = record or LegalDocumentFactory()
    template = PaperTemplate.objects.first() or made(
        PaperTemplate, kind=CERTIFICATE.code, version=1, format="toml", content=b"x"
    )
    paper = made(
        Paper, kind=CERTIFICATE.code, model=record._meta.label_lower, object_id=record.pk, title="x", template=template,
        data={}, drafted_on=TODAY, **values,
    )  # fmt: skip
    if state != "draft":
        stored = a_file()
        number = a_number(paper)
        put(paper, number=number, issued_on=TODAY, file=stored, file_sha256=stored.sha256)
    step(PAPER_FLOW, paper, *WAY[state])
    return put(paper, state=state, updated_at=AT)


# ------------------------------------------------------------------------------------------ papers


@breaks("papers.record_gone")
def _():
    return put(a_paper(), object_id=10**8)


@breaks("papers.record_gone")
def _():
    return put(a_paper(), model="science.gone")


@breaks("papers.unknown_kind")
def _():
    return put(a_paper(), kind="gone")


@breaks("papers.steps")
def _():
    paper = a_paper(state="draft")
    return put(paper, state="issuing", number=a_number(paper), issued_on=TODAY)


@breaks("papers.void_number")
def _():
    paper = a_paper()
    put(paper.number, voided_on=TODAY, void_reason="x")
    return paper


@breaks("papers.number_of_other")
def _():
    paper = a_paper()
    put(paper.number, object_id=a_paper().pk)
    return paper


@breaks("papers.hashes")
def _():
    return put(a_paper(), file_sha256="0" * 64)


@breaks("papers.hashes")
def _():
    return put(a_paper(), pdf=a_file(), pdf_sha256="0" * 64)


@breaks("papers.dated_back")
def _():
    return put(a_paper(), drafted_on=TOMORROW)


@breaks("papers.number_day")
def _():
    paper = a_paper()
    put(paper.number, issued_on=YESTERDAY)
    return paper


@breaks("papers.not_printed")
def _():
    return put(a_paper(state="issuing"), updated_at=AT - timedelta(hours=2))


@breaks("papers.replaced_by_nothing")
def _():
    return a_paper(state="replaced")


@breaks("papers.withdrawn_by_nothing")
def _():
    return a_paper(state="withdrawn")


@breaks("papers.in_force_beside_notice")
def _():
    old = a_paper()
    a_paper(old.record(), withdraws=old)
    return old


@breaks("papers.old_draft")
def _():
    return put(a_paper(state="draft"), created_at=_LONG_AGO)


# ----------------------------------------------------------------------------------------- numbers


@breaks("numbering.gap")
def _():
    book = a_number().book
    for _each in range(2):
        a_number(book=book)
    removed(book.numbers.get(number=2))
    return book


@breaks("numbering.last_number")
def _():
    return put(a_number().book, last=2)


@breaks("numbering.day_order")
def _():
    book = a_number().book
    return a_number(book=book, on=YESTERDAY)


@breaks("numbering.year")
def _():
    line = a_number()
    put(line.book, year=2020)
    return line


@breaks("numbering.holder_gone")
def _():
    return put(a_number(), model="kernel_papers.paper", object_id=10**8)


# ------------------------------------------------------------------------------------------- files


@breaks("files.missing")
def _():
    stored = a_file()
    default_storage.delete(place_of(stored.sha256))
    return f"tệp {stored.sha256}, {stored.size} byte"


@breaks("files.missing")
def _():
    stored = a_file()
    models.QuerySet(StoredFile).filter(pk=stored.pk).update(size=stored.size + 1)
    return f"tệp {stored.sha256}, {stored.size + 1} byte"


@breaks("files.other_place")
def _():
    stored = a_file()
    models.QuerySet(StoredFile).filter(pk=stored.pk).update(content=place_of("0" * 64))
    return stored


@breaks("files.without_row")
def _():
    default_storage.save(place_of("a" * 64), ContentFile(b"x"))
    return "a" * 64


def an_attachment():
    record, stored = LegalDocumentFactory(), a_file()
    return made(
        Attachment,
        model=record._meta.label_lower,
        object_id=record.pk,
        file=stored,
        name="a.pdf",
        sha256=stored.sha256,
    )


@breaks("registers.attachment_without_record")
def _():
    return put(an_attachment(), object_id=10**8)


@breaks("registers.attachment_hash")
def _():
    return put(an_attachment(), file=a_file())


@breaks("workflow.step_chain")
def _():
    paper = a_paper(state="draft")
    step(PAPER_FLOW, paper, "draft", "issuing", "draft")
    steps = WorkflowStep.objects.filter(workflow=PAPER_FLOW.name, object_id=paper.pk)
    return put(steps.latest("pk"), source="issued")


# --------------------------------------------------------------------------------------- deadlines


def a_deadline(**values):
    subject = running_task()
    Deadline.objects.filter(subject_id=subject.pk).delete()
    return stamped(
        Deadline, **{
            "subject_model": "science.sciencetask", "subject_id": subject.pk, "subject_label": "x",
            "kind": "science.execution", "starts_on": TODAY, "due_on": TOMORROW, **values,
        },
    )  # fmt: skip


@breaks("deadlines.record_gone")
def _():
    return a_deadline(subject_id=10**8)


@breaks("deadlines.unknown_kind")
def _():
    return a_deadline(kind="science.gone")


@breaks("deadlines.stale")
def _():
    return a_deadline(is_stale=True)


@breaks("deadlines.mark_without_record")
def _():
    return a_deadline(met_in_time_entered_on=TODAY)


@breaks("deadlines.mark_without_record")
def _():
    row = a_deadline()
    made(
        LateEntry, subject_model=row.subject_model, subject_id=row.subject_id, kind=row.kind, entered_on=TODAY
    )
    return row


def an_event(event=EventKind.STOP, **values):
    return made(
        DeadlineEvent, **{
            "subject_model": "science.sciencetask", "subject_id": running_task().pk, "kind": "science.registration",
            "event": event.value, "on": TODAY, "reason": "x", **values,
        },
    )  # fmt: skip


@breaks("deadlines.event_without_record")
def _():
    return put(an_event(), subject_id=10**8)


@breaks("deadlines.resumed_unstopped")
def _():
    return an_event(EventKind.RESUME)


@breaks("deadlines.extended_backwards")
def _():
    return put(an_event(EventKind.EXTEND, until=TOMORROW), until=YESTERDAY)


@breaks("deadlines.settings_of_nobody")
def _():
    return made(PersonalSettings, user_id=10**8)


# --------------------------------------------------------------------------------- log and search


@breaks("audit.not_sealed")
def _():
    entry = ChangeEntry.objects.order_by("pk").first()
    models.QuerySet(ChangeEntry).filter(pk=entry.pk).update(at=AT - timedelta(hours=2))
    return entry


@breaks("audit.link_without_entry")
def _():
    return stamped(ChainLink, position=1, entry=10**8, digest="0" * 64, seal="0" * 64)


def entry_of(record):
    return SearchEntry.objects.filter(pk=declared(type(record)).entry_id(record.pk))


@breaks("search.record_not_found")
def _():
    record = OrganisationFactory()
    entry_of(record).delete()
    return f"tổ chức #{record.pk}"


@breaks("search.entry_without_record")
def _():
    return SearchEntry.objects.get(pk=declared(LegalDocument).entry_id(removed(LegalDocumentFactory())))


@breaks("search.entry_key")
def _():
    record = OrganisationFactory()
    entry = entry_of(record)
    entry.update(id=5)
    return {"": SearchEntry.objects.get(pk=5), "search.record_not_found": f"tổ chức #{record.pk}"}

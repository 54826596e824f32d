"""All that is on record about something as one zip: an index that a browser opens without this program, the papers in the order of their
days, the log, and the hash of each file (hồ sơ điện tử).
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain
from operator import attrgetter
from typing import IO, TYPE_CHECKING, Any, Final

from django.http import FileResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _

from khcn.kernel.audit.events import log_download
from khcn.kernel.files.hashed_archive import SCRIPT, SCRIPT_NAME, SUMS, HashedArchive
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.verifying import file_is_as_issued
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.models import Attachment
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import panels_of, registers
from khcn.kernel.screens.history import latest_changes
from khcn.kernel.screens.record_page_content import Datum, record_facts
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.files.models import StoredFile
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request

log = logging.getLogger(__name__)

LARGEST: Final = 2**30
"""Bytes of all papers of one dossier: it is written to the disk of the server before the first byte is sent."""

IN_MEMORY: Final = 8 * 2**20
"""Bytes of a dossier that need no file of the disk; most need none."""

MOST_CHANGES: Final = 5000
_LONGEST_NAME: Final = 60
_INDEX: Final = "muc-luc.html"
_LOG: Final = "nhat-ky.html"


@dataclass(frozen=True, slots=True)
class DossierPart:
    """Records of one register that belong to the record of the dossier. `link`: the field by which they name it, "" where none does."""

    title: str
    register: Register
    records: Sequence[Record]
    link: str = ""


@dataclass(frozen=True, slots=True)
class DossierPaper:
    """A paper of the dossier. `path`, `size` and `sha256` are of the file in it; `problem` says why there is none."""

    day: date
    title: str
    number: str
    belongs_to: str
    stored: StoredFile
    problem: str = ""
    path: str = ""
    size: int = 0
    sha256: str = ""


def dossier_of_record(
    request: Request, register: Register, record: Record, also: Collection[DossierPart]
) -> FileResponse:
    """The dossier of a record as somebody of the department may read it, who has been asked for already; `also`: what belongs to it beside
    the records that name it.

    The name of the file has the beginning of its sum, the log of downloads the whole one. Raises :class:`Refused` where the papers are
    larger than a dossier may be.
    """
    links = _links_to(register.model)
    parts = in_vietnamese(lambda: [*_linked(request, links, record), *also])()
    papers = in_vietnamese(lambda: list(_papers([DossierPart("", register, [record]), *parts])))()
    size = sum(each.stored.size for each in papers if not each.problem)
    if size > LARGEST:
        raise Refused(
            _("Các tệp của hồ sơ lớn hơn %(size)d MB nên không gói thành một tệp được. Hãy tải từng tệp.")
            % {"size": LARGEST // 2**20}
        )
    # a file of the disk is closed, and gone, with the answer
    target: IO[bytes] = BytesIO() if size <= IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115
    folder, sha256 = _write(request, register, record, links, parts, papers, target)
    name = f"{folder}-{sha256[:12]}.zip"
    log_download(name, at=request.at, text=f"{record_title(register, record)}; SHA-256 {sha256}")
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type="application/zip")


@in_vietnamese
def _write(
    request: Request,
    register: Register,
    record: Record,
    links: Collection[tuple[Register, str]],
    parts: Sequence[DossierPart],
    found: Sequence[DossierPaper],
    target: IO[bytes],
) -> tuple[str, str]:
    """Folder and sum of the dossier."""
    title = record_title(register, record)
    folder = _file_name(f"ho-so-{record.pk}", title)
    with HashedArchive(target, folder, request.at) as archive:
        in_order = enumerate(sorted(found, key=attrgetter("day")), 1)
        papers = [_put(archive, number, each) for number, each in in_order]
        changes = latest_changes(record, request.actor, links, limit=MOST_CHANGES)
        context = {
            "title": title,
            "at": request.at,
            "who": request.actor.label,
            "sections": record_facts(register, record, request.actor),
            "parts": [(each, _facts_of_part(request, each)) for each in parts],
            "papers": papers,
            "changes": changes,
            "is_cut": len(changes) == MOST_CHANGES,
            "script": SCRIPT,
            "script_name": SCRIPT_NAME,
            "sums": SUMS,
            "log": _LOG,
        }
        archive.add_text(_LOG, render_to_string("registers/dossier_log.html", context))
        archive.add_text(_INDEX, render_to_string("registers/dossier.html", context))
    return folder, archive.sha256


def _links_to(model: type[Model]) -> list[tuple[Register, str]]:
    """The registers whose records name one of a model, with the field that does: those with a panel on its page first, in the order of the
    page.
    """
    positions = {(child.name, panel.link): panel.position for child, panel in panels_of(model)}
    found = [
        (child, field.name)
        for child in registers()
        for field in child.model._meta.concrete_fields
        if field.related_model is model
    ]
    return sorted(
        found, key=lambda each: (positions.get((each[0].name, each[1]), sys.maxsize), each[0].name, each[1])
    )


def _linked(
    request: Request, links: Collection[tuple[Register, str]], record: Record
) -> Iterator[DossierPart]:
    for child, link in links:
        if child.may("read", request.actor):
            shown = child.seen_by(request.actor)
            rows = shown.visible(request.actor).filter(**{link: record})
            order = (child.date_field,) if child.date_field else child.order
            yield DossierPart(str(capfirst(shown.title)), shown, list(rows.order_by(*order, "pk")), link)


def _facts_of_part(request: Request, part: DossierPart) -> list[tuple[str, list[Datum]]]:
    """Of each record its name and what is on record about it."""
    return [
        (
            record_title(part.register, each),
            [
                fact
                for _section, facts in record_facts(part.register, each, request.actor)
                for fact in facts
                if fact.text and fact.name != part.link
            ],
        )
        for each in part.records
    ]


def _papers(parts: Sequence[DossierPart]) -> Iterator[DossierPaper]:
    """Papers that were issued for the records and files that were attached to them."""
    records: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for part in parts:
        for each in part.records:
            records[each._meta.label_lower][each.pk] = record_title(part.register, each)
    for model, titles in records.items():
        for keys in chunks(list(titles)):
            of_records = {"model": model, "object_id__in": keys}
            issued = Paper.objects.filter(**of_records, issued_on__isnull=False)
            attached = Attachment.objects.filter(**of_records)
            yield from chain(
                (
                    _issued(each, titles[each.object_id])
                    for each in issued.select_related("number", "file", "pdf", "signed_pdf").order_by("pk")
                    if each.file is not None
                ),
                (
                    _attached(each, titles[each.object_id])
                    for each in attached.select_related("file").order_by("pk")
                ),
            )


def _issued(paper: Paper, title: str) -> DossierPaper:
    """The signed file where there is one, else the PDF, else what it was made from."""
    form = next(each for each in ("signed", "pdf", "docx") if paper.files[each][0] is not None)
    stored: Any = paper.files[form][0]
    state = str(PAPER_FLOW.by_value[paper.state].label)
    return DossierPaper(
        day=paper.issued_on or timezone.localtime(stored.stored_at).date(),
        title=f"{paper.kind_label} ({state}).{stored.content.name.rpartition('.')[2]}",
        number=paper.number_text,
        belongs_to=title,
        stored=stored,
        problem="" if file_is_as_issued(paper, form) else _changed(paper),
    )


def _attached(attachment: Attachment, title: str) -> DossierPaper:
    return DossierPaper(
        day=timezone.localtime(attachment.created_at).date(),
        title=attachment.name,
        number="",
        belongs_to=title,
        stored=attachment.file,
        problem="" if attachment.is_as_attached() else _changed(attachment),
    )


def _changed(found: Paper | Attachment) -> str:
    log.error("%s %s: the stored file is not the one that was put on record", found._meta.label, found.pk)
    return _("Tệp trên máy chủ không còn đúng như khi lưu nên không đưa vào hồ sơ.")


def _put(archive: HashedArchive, number: int, paper: DossierPaper) -> DossierPaper:
    if paper.problem:
        return paper
    stem, _dot, ending = paper.title.rpartition(".")
    name = _file_name(f"{paper.day:%Y%m%d}", stem)
    with paper.stored.content.open("rb") as content:
        put = archive.add(f"van-ban/{number:03d}-{name}.{ending.lower()}", content)
    return replace(paper, path=put.path, size=put.size, sha256=put.sha256)


def _file_name(start: str, words: str) -> str:
    """Letters, digits and hyphens, which every system takes."""
    return f"{start}-{slugify(fold(words))}"[:_LONGEST_NAME].rstrip("-")

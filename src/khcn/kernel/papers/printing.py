"""A paper's data as they are printed, its files from them and its template, and putting the files to the paper; equal input
gives equal bytes.

Templates come from people, so every one is filled in a process with limits of time and memory, at each print: the data
of a real paper may be longer than those of the trial.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.bounded_process import ProcessFailed, ProcessLimits, run_bounded
from khcn.kernel.documents.printed_text import capacity_lines
from khcn.kernel.files.operations import store_file
from khcn.kernel.files.storage import store_bytes
from khcn.kernel.papers.models import Paper, TemplateFormat
from khcn.kernel.papers.template_language import TemplateRefused
from khcn.kernel.papers.toml_template import bases_to_compare, read_layout
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.pdf_signatures.signing import SignaturePlace
from khcn.kernel.province.names import ended_provinces, province_names
from khcn.kernel.text.dates import printed_day, printed_month, short_date
from khcn.kernel.text.language import vietnamese
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.kinds import PaperKind
    from khcn.kernel.papers.models import PaperTemplate

log = logging.getLogger(__name__)

PROCESS: Final = "khcn.kernel.papers.template_process"
LIMITS: Final = ProcessLimits(seconds=30, cpu_seconds=10, memory=768 * 2**20, answer=24 * 2**20)
# A template is taken only if it is printed in less than half of that, so that a paper with longer data is printed too.
LIMITS_OF_TRIAL: Final = ProcessLimits(seconds=15, cpu_seconds=4, memory=512 * 2**20, answer=12 * 2**20)


@dataclass(frozen=True, slots=True)
class PrintedFiles:
    """The files of one paper. A Word template gives no PDF: only Word can lay it out."""

    docx: bytes
    pdf: bytes | None


def print_files(
    kind: PaperKind,
    template_format: str,
    content: bytes,
    data: Mapping[str, Any],
    limits: ProcessLimits = LIMITS,
) -> PrintedFiles:
    """Make the files. Takes no lock and writes nothing.

    Raises:
        TemplateRefused: the template cannot be read, uses words that the kind does not have, or takes too much.
    """
    files = _made("files", kind, template_format, content, data, limits)
    return PrintedFiles(files[0], files[1] if len(files) > 1 else None)


def preview_html(kind: PaperKind, template_format: str, content: bytes, data: Mapping[str, Any]) -> str:
    """The paper as HTML for the screen; a Word template has no such picture and gives ""."""
    if template_format == TemplateFormat.DOCX:
        return ""
    return _made("html", kind, template_format, content, data, LIMITS)[0].decode()


def signature_place(paper: Paper) -> SignaturePlace:
    """Where the department's signature is seen in the PDF of an issued paper: between capacity and name of its signer."""
    [answer] = _made(
        "signature_place",
        paper.spec,
        paper.template.format,
        bytes(paper.template.content),
        paper.data,
        LIMITS,
    )
    page, box = orjson.loads(answer)
    return SignaturePlace(page, tuple(box))


def _made(
    wanted: str,
    kind: PaperKind,
    template_format: str,
    content: bytes,
    data: Mapping[str, Any],
    limits: ProcessLimits,
) -> list[bytes]:
    asked = {
        "wanted": wanted,
        "format": str(template_format),
        "words": kind.variable_names,
        "data": dict(data),
        "fonts": str(settings.FONTS),
    }
    try:
        answer = run_bounded(PROCESS, orjson.dumps(asked) + b"\n" + content, limits)
    except ProcessFailed as ended:
        raise TemplateRefused(
            _(
                "Mẫu quá phức tạp: in quá %(seconds)d giây hoặc quá %(memory)d MB bộ nhớ nên đã dừng. Bỏ bớt khối, "
                "chỗ điền và hình trong mẫu rồi làm lại."
            )
            % {"seconds": limits.cpu_seconds, "memory": limits.memory // 2**20},
            code="template_too_large",
        ) from ended
    line, _end, files = answer.partition(b"\n")
    reported = orjson.loads(line)
    if refused := reported.get("refused"):
        raise TemplateRefused(refused, code="template")
    if fault := reported.get("fault"):
        log.error("a template of %s was not filled: %s", kind.code, fault)
        raise TemplateRefused(
            _("Không điền được mẫu này. So với mẫu đi kèm phần mềm, bỏ phần lạ rồi tải lên lại."),
            code="template",
        )
    found, start = [], 0
    for length in reported["lengths"]:
        found.append(files[start : start + length])
        start += length
    return found


def bases_of_law_to_compare(template: PaperTemplate, day: date) -> list[tuple[str, date]]:
    """Bases that a template prints on this day though nobody has compared them since the law changed, and since when; none of
    a Word template, whose texts nobody but its author knows.
    """
    if template.format != TemplateFormat.TOML:
        return []
    try:
        return bases_to_compare(read_layout(bytes(template.content)), day)
    except TemplateRefused:  # its picture is missing too, and the page says why
        return []


def ended_governing_body(template: PaperTemplate, day: date) -> tuple[str, date] | None:
    """The governing body that a template has typed in, and since when no province has its name; None where it is in force, and for
    a Word template.
    """
    if template.format != TemplateFormat.TOML:
        return None
    try:
        typed = read_layout(bytes(template.content))["governing_body"]
    except TemplateRefused:  # its picture is missing too, and the page says why
        return None
    for names, since in ended_provinces(day):
        if names.name.upper() in typed.upper():
            return typed, since
    return None


def words_of_province(day: date) -> dict[str, str]:
    """What the letterhead of a paper of this day says of the province."""
    names = province_names(day)
    return {
        "province": names.full,
        "province_name": names.name,
        "province_capitals": names.capitals,
    }


def printed_data(paper: Paper, day: date, number: str) -> dict[str, Any]:
    """The words of the record with those of the paper itself; without ``number`` as a draft."""
    earlier = paper.replaces or paper.withdraws
    named = {"earlier": "", "earlier_kind": ""}
    if earlier is not None and earlier.issued_on is not None:
        named["earlier"] = f"số {earlier.number_text} ngày {short_date(earlier.issued_on)}"
        named["earlier_kind"] = vietnamese(earlier.spec.label)
    return {
        **paper.data,
        "number": number,
        "symbol": paper.spec.pattern.partition("/")[2],
        "issued_on": short_date(day),
        "day": printed_day(day.day),
        "month": printed_month(day.month),
        "year": str(day.year),
        **words_of_province(day),
        "signer_name": paper.signer_name,
        "signer_capacity": "\n".join(capacity_lines(paper.signer_capacity)),
        **named,
        "reason": paper.reason.rstrip(" ."),  # templates end the sentence
    }


def finish_paper(*, paper: Paper, actor: Actor) -> None:
    """Make the files of a paper that has its number, and put them to it. Does nothing for one that has them."""
    if paper.state != "issuing" or paper.issued_on is None:
        return
    printed = print_files(paper.spec, paper.template.format, bytes(paper.template.content), paper.data)
    store_bytes(printed.docx)  # outside the transaction: writing to disk takes its time
    if printed.pdf is not None:
        store_bytes(printed.pdf)
    with acting(actor, _("in giấy đã cấp số")), transaction.atomic():
        stored = locked(Paper, paper.pk)
        if stored.state != "issuing":
            return  # another worker was quicker, with the same bytes
        stored.fault = ""
        stored.file = store_file(content=printed.docx, name="paper.docx", actor=actor)
        stored.pdf = store_file(content=printed.pdf, name="paper.pdf", actor=actor) if printed.pdf else None
        stored.save()
        fire(PAPER_FLOW, stored, "print", actor=actor, on=paper.issued_on)


def finish_or_note_fault(key: int) -> None:
    """Make the files of the paper with this key; what goes wrong is noted at the paper, for the next attempt."""
    paper = Paper.objects.select_related("template", "number").get(pk=key)
    try:
        finish_paper(paper=paper, actor=SYSTEM)
    except Exception as fault:
        log.exception("paper %s was not printed, and is tried again", key)
        with acting(SYSTEM), transaction.atomic():
            paper = locked(Paper, key)
            paper.fault = f"{type(fault).__name__}: {fault}"[:300]
            paper.save()


def finish_waiting(*, before: datetime) -> int:
    """Finish papers that took their number before an instant and have no file yet. Returns how many there were."""
    waiting = Paper.objects.filter(state="issuing", updated_at__lt=before).values_list("pk", flat=True)
    for key in list(waiting):
        finish_or_note_fault(key)
    return len(waiting)

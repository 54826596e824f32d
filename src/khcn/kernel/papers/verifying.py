"""Whether papers that were issued, and the templates they were made with, are what was stored then.

Data, hashes, days and numbers are columns of audited records, which the change log holds; here the bytes are compared
with them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.papers.models import Paper, PaperTemplate
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator


def file_is_as_issued(paper: Paper, form: str) -> bool:
    """Whether a file on disk is what the log says was issued; true for a form that the paper does not have.

    ``form`` is one of `Paper.files`.
    """
    stored, wanted = paper.files[form]
    if stored is None:
        return not wanted
    if wanted not in {"", stored.sha256}:  # papers from before the hash was logged have none
        return False
    try:
        return stored.is_intact()
    except OSError:
        return False  # gone, or not to be read


def check_papers() -> Iterator[LogFinding]:
    """All papers and templates."""
    papers = (
        Paper.objects.exclude(number=None)
        .select_related("number", "file", "pdf", "signed_pdf")
        .order_by("pk")
    )
    for paper in papers.iterator(chunk_size=200):
        what = f"{paper} (#{paper.pk})"
        if wrong := [form for form in paper.files if not file_is_as_issued(paper, form)]:
            yield LogFinding(FindingKind.DOCUMENT_CHANGED, f"{what}: {', '.join(wrong)}")
    for template in PaperTemplate.objects.order_by("pk").iterator(chunk_size=10):
        if hashlib.sha256(template.content).hexdigest() != template.sha256:
            yield LogFinding(FindingKind.DOCUMENT_CHANGED, f"{template} (#{template.pk})")


def papers_dated_back() -> Iterator[str]:
    """Papers with a day before that on which they were made; from before the rule that refuses this."""
    papers = Paper.objects.exclude(issued_on=None).select_related("number").order_by("pk")
    for paper in papers.iterator(chunk_size=200):
        if paper.issued_on is not None and paper.issued_on < paper.drafted_day:
            yield _(
                "Giấy ghi ngày trước ngày lập: %(paper)s (#%(key)d), ngày cấp %(day)s, lập ngày %(made)s"
            ) % {
                "paper": paper,
                "key": paper.pk,
                "day": format_date(paper.issued_on),
                "made": format_date(paper.drafted_day),
            }

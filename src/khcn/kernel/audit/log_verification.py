"""Verification of the log: the chain, the records, and what was signed or issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.audit.anchors import Anchor, read_file
from khcn.kernel.audit.chain_check import check_chain, check_merged_chains
from khcn.kernel.audit.findings import FindingKind, LogFinding, Verdict
from khcn.kernel.audit.record_comparison import compare_records
from khcn.kernel.audit.verification_checks import run_verification_checks, run_verification_notices

if TYPE_CHECKING:
    from pathlib import Path


def verify_log(*, path: Path | None = None, check_age: bool = True) -> Verdict:
    """Verify chain, records, and what was signed or issued, against the installation's anchors or those of another file.

    Raises OSError where a file that was named cannot be read.
    """
    wrong: list[int] = []
    file = path or settings.ANCHORS
    anchors: list[Anchor] = []
    if path is not None or file.exists():
        anchors, wrong = read_file(file)
    verdict = check_chain(anchors=anchors, now=timezone.now() if check_age else None)
    merged = check_merged_chains()
    verdict.entries += merged.entries
    verdict.findings += merged.findings
    verdict.findings += [
        LogFinding(FindingKind.ANCHORS, _("dòng %(number)s") % {"number": number}) for number in wrong
    ]
    verdict.records, different = compare_records()
    verdict.findings += [*different, *run_verification_checks()]
    verdict.notices = run_verification_notices()
    return verdict

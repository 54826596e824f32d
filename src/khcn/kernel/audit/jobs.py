"""Background work on the change log: sealing, anchors that leave the database, and verification."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.audit.anchors import append_anchor, last_anchor, take_anchor
from khcn.kernel.audit.findings import SHOWN_AT_MOST
from khcn.kernel.audit.forwarding import forward_sealed_entries
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import LogCheck
from khcn.kernel.audit.sealer import seal_log

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Protocol

    class JobContext(Protocol):
        """The part of a job's context that is used here (`khcn.kernel.jobs.recurring.JobContext`)."""

        def now(self) -> datetime: ...


log = logging.getLogger(__name__)

BETWEEN_ANCHORS: Final = timedelta(minutes=10)


class BrokenChainError(RuntimeError):
    """The change log, or a record, was altered outside the program."""


def seal_rows(context: JobContext) -> None:
    """Seal what was committed, and let the head leave the database every ten minutes in which it moved."""
    if not seal_log():
        return
    last = last_anchor()
    if last is None or context.now() - last.at >= BETWEEN_ANCHORS:
        anchor = take_anchor(at=context.now())
        if anchor is not None:
            append_anchor(anchor)


def forward_entries() -> None:
    """Write sealed entries into the log of the service, where the installation wants that."""
    if settings.LOG_CHANGES:
        forward_sealed_entries()


def daily_anchor_job(context: JobContext) -> None:
    """The head of the day: into the file, and by mail to those whom the installation names."""
    seal_log()
    anchor = take_anchor(at=context.now())
    if anchor is None:
        return
    append_anchor(anchor)
    if settings.ANCHOR_MAIL:
        send_mail(
            _("Mốc niêm phong nhật ký %(anchor)s") % {"anchor": anchor.short},
            _("Giữ thư này. Khi cần kiểm tra nhật ký, chép dòng dưới đây vào một tệp và chạy verify-log.")
            + f"\n\n{anchor.line()}\n",
            None,
            settings.ANCHOR_MAIL,
        )


def verify_log_job() -> None:
    """Verify everything and keep what was found. Raises :class:`BrokenChainError` naming it."""
    started = timezone.now()
    verdict = verify_log()
    LogCheck.objects.create(
        started_at=started,
        finished_at=timezone.now(),
        entries=verdict.entries,
        records=verdict.records,
        findings=[each.as_json() for each in verdict.findings[:SHOWN_AT_MOST]],
    )
    if not verdict.holds:
        text = "; ".join(str(each) for each in verdict.findings[:SHOWN_AT_MOST])
        log.error("change log: %d places do not agree: %s", len(verdict.findings), text)
        raise BrokenChainError(text)
    log.info("change log: %d rows and %d records agree", verdict.entries, verdict.records)

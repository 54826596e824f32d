"""Background jobs of traceability. The worker provides the clock."""

from __future__ import annotations

import logging
from datetime import time, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from khcn.kernel.jobs.daily import daily
from khcn.kernel.jobs.leases import Lease
from khcn.kernel.jobs.recurring import recurring
from khcn.trace.models import CaptureJob
from khcn.trace.operations.capture import lease_waiting_jobs, run_job
from khcn.trace.operations.deliveries import delete_old_deliveries, send_waiting_deliveries
from khcn.trace.operations.scan_writing import forget_networks
from khcn.trace.operations.subscription_answers import answer_due, answer_stream_subscriptions
from khcn.trace.store.database.partitions import ensure_years

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

log = logging.getLogger(__name__)

POLL_INTERVAL: Final = timedelta(seconds=0.3)
DELIVERY_RETENTION: Final = timedelta(days=30)  # of deliveries that were accepted or parked
# Renewed while the job runs, so that a killed job is retried soon. It gets longer with each attempt: workers that are
# killed again and again for other reasons must not use up the attempts of a job (`khcn.trace.operations.capture.ATTEMPTS`)
# within minutes, because its document was acknowledged.
LEASE: Final = Lease(timedelta(seconds=30), attempts="attempts", growth=4)
RENEWAL_INTERVAL: Final = timedelta(seconds=10)

recurring("khcn.trace.jobs.run_captures", every=timedelta(seconds=0.5), title=_("Ghi tài liệu sự kiện lớn"))
recurring("khcn.trace.jobs.dispatch_job", every=POLL_INTERVAL, title=_("Tìm sự kiện cho bên đăng ký"))
recurring("khcn.trace.jobs.answer_job", every=timedelta(seconds=0.5), title=_("Trả lời đăng ký theo lịch"))
recurring("khcn.trace.jobs.deliver", every=POLL_INTERVAL, title=_("Gửi sự kiện cho bên đăng ký"))
daily(
    "khcn.trace.jobs.make_partitions_job", at=time(1, 15), title=_("Chuẩn bị bảng sự kiện của các tháng tới")
)
daily("khcn.trace.jobs.old_deliveries_job", at=time(3, 0), title=_("Xóa lượt gửi sự kiện đã cũ"))

daily("khcn.trace.jobs.old_networks_job", at=time(0, 30), title=_("Xóa mạng đã quét nhãn và khóa của chúng"))


def run_captures(context: JobContext) -> bool:
    """Store one large document that is waiting."""
    for job in lease_waiting_jobs(at=context.now(), limit=1):
        running = CaptureJob.objects.filter(finished_at=None)
        with LEASE.keep(running, job, clock=context.now, every=RENEWAL_INTERVAL):
            ended = run_job(job=job, at=context.now())
        log.info("capture job %s: %d events stored", ended.name, ended.accepted)
        return True
    return False


def dispatch_job(context: JobContext) -> bool:
    """Match new events with the subscriptions to streams."""
    return answer_stream_subscriptions(at=context.now())


def answer_job(context: JobContext) -> bool:
    """Answer a scheduled subscription that is due."""
    return answer_due(at=context.now())


def deliver(context: JobContext) -> None:
    """Send the deliveries that are due."""
    send_waiting_deliveries(clock=context.now, stopping=context.stopping)


def make_partitions_job(context: JobContext) -> None:
    """Create the partitions of the coming years."""
    ensure_years(at=context.now())


def old_deliveries_job(context: JobContext) -> None:
    """Delete deliveries that ended long ago."""
    removed = delete_old_deliveries(before=context.now() - DELIVERY_RETENTION)
    log.info("%d old deliveries removed", removed)


def old_networks_job(context: JobContext) -> None:
    """Throw away from which networks labels were looked up, as soon as no rule asks for it."""
    forget_networks(on=timezone.localtime(context.now()).date())

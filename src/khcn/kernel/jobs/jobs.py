"""The kernel's own recurring work: the queue, what is due daily, and the nightly verification of the change log."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from khcn.kernel.jobs.daily import daily
from khcn.kernel.jobs.heartbeat import EVERY
from khcn.kernel.jobs.recurring import recurring

LANE = "kernel"  # a long queued job makes other queued jobs wait, and nothing else

recurring(
    "khcn.kernel.jobs.queue.run_queue", every=timedelta(seconds=0.5), lane=LANE, title=_("Làm việc xếp hàng")
)
recurring(
    "khcn.kernel.jobs.queue.return_lost_to_queue",
    every=timedelta(minutes=10),
    lane=LANE,
    title=_("Xếp hàng lại việc bị ngắt"),
)
recurring(
    "khcn.kernel.jobs.heartbeat.record_heartbeat",
    every=EVERY,
    lane="heartbeat",
    title=_("Báo công việc nền đang chạy"),
)
recurring(
    "khcn.kernel.jobs.daily.run_daily",
    every=timedelta(seconds=20),
    lane=LANE,
    title=_("Xem giờ của việc hằng ngày"),
)
recurring(
    "khcn.kernel.audit.jobs.seal_rows", every=timedelta(seconds=0.5), title=_("Niêm phong nhật ký")
)  # a lane of its own
recurring(
    "khcn.kernel.audit.jobs.forward_entries",
    every=timedelta(seconds=5),
    title=_("Chép nhật ký thay đổi sang nhật ký dịch vụ"),
)
daily(
    "khcn.kernel.audit.jobs.daily_anchor_job", at=time(0, 5), title=_("Chốt nhật ký ra ngoài cơ sở dữ liệu")
)
daily("khcn.kernel.audit.jobs.verify_log_job", at=time(2, 30), title=_("Kiểm tra nhật ký"))
daily(
    "khcn.kernel.jobs.queue.forget_queue_results", at=time(3, 30), title=_("Xóa kết quả cũ của việc xếp hàng")
)

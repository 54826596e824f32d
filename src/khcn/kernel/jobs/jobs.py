"""The kernel's own recurring work: the queue, what is due daily, and the nightly verification of the change log."""

from __future__ import annotations

from datetime import time, timedelta

from khcn.kernel.jobs.daily import daily
from khcn.kernel.jobs.heartbeat import EVERY
from khcn.kernel.jobs.recurring import recurring

LANE = "kernel"  # a long queued job makes other queued jobs wait, and nothing else

recurring("khcn.kernel.jobs.queue.run_queue", every=timedelta(seconds=0.5), lane=LANE)
recurring("khcn.kernel.jobs.queue.return_lost_to_queue", every=timedelta(minutes=10), lane=LANE)
recurring("khcn.kernel.jobs.heartbeat.record_heartbeat", every=EVERY, lane="heartbeat")
recurring("khcn.kernel.jobs.daily.run_daily", every=timedelta(seconds=20), lane=LANE)
recurring("khcn.kernel.audit.jobs.seal_rows", every=timedelta(seconds=0.5))  # a lane of its own
recurring("khcn.kernel.audit.jobs.forward_entries", every=timedelta(seconds=2))
daily("khcn.kernel.audit.jobs.daily_anchor_job", at=time(0, 5))
daily("khcn.kernel.audit.jobs.verify_log_job", at=time(2, 30))
daily("khcn.kernel.jobs.queue.forget_queue_results", at=time(3, 30))

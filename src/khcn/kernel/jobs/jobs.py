"""The kernel's own recurring work: the queue, what is due daily, and the nightly verification of the change log."""

from __future__ import annotations

from datetime import time, timedelta

from khcn.kernel.jobs.recurring import daily, recurring

LANE = "kernel"  # a long queued job makes other queued jobs wait, and nothing else

recurring("khcn.kernel.jobs.queue.run_queue", every=timedelta(seconds=0.5), lane=LANE)
recurring("khcn.kernel.jobs.queue.take_back_lost", every=timedelta(minutes=10), lane=LANE)
recurring("khcn.kernel.jobs.heartbeat.record_heartbeat", every=timedelta(seconds=30), lane="heartbeat")
recurring("khcn.kernel.jobs.daily.run_daily", every=timedelta(seconds=20), lane=LANE)
recurring("khcn.kernel.audit.jobs.seal_rows", every=timedelta(seconds=0.5))  # a lane of its own
daily("khcn.kernel.audit.jobs.send_daily_anchor", at=time(0, 5))
daily("khcn.kernel.audit.jobs.verify_chain", at=time(2, 30))
daily("khcn.kernel.jobs.queue.forget_results", at=time(3, 30))

"""In a process of its own, beside the workers under test: captures, subscribes, looks. One JSON line in, one out.

Usage: KHCN_DATA=… [DATABASE_URL=…] KHCN_WEBHOOK_PRIVATE=1 python -m tests.trace.worker_world
"""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 -- after set-up
from django.db import connection, connections  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same
from django_tasks_db.models import DBTaskResult  # noqa: E402 -- the same

from khcn.config.serving.background import do_background_work  # noqa: E402 -- the same
from khcn.config.serving.linux import end_with  # noqa: E402 -- the same
from khcn.kernel.actors import SYSTEM, acting  # noqa: E402 -- the same
from khcn.kernel.jobs.enqueueing import enqueue  # noqa: E402 -- the same
from khcn.kernel.jobs.models import DailyRun  # noqa: E402 -- the same
from khcn.trace.models import (  # noqa: E402 -- the same
    CaptureJob,
    Delivery,
    ErrorBehaviour,
    Event,
    NamedQuery,
    Subscription,
    TraceParty,
)
from khcn.trace.operations.capture import SYNCHRONOUS_BYTES, accept_document  # noqa: E402 -- the same
from khcn.trace.operations.named_queries import create_query  # noqa: E402 -- the same
from khcn.trace.operations.subscriptions import create_subscription  # noqa: E402 -- the same
from tests.trace.rest_given import GROWER  # noqa: E402 -- the same
from tests.trace.subscription_given import TOKEN, a_key_of, events_document  # noqa: E402 -- the same


def prepare():
    call_command("migrate", verbosity=0)
    call_command("rules", verbosity=0, stdout=sys.stderr)
    with acting(SYSTEM):
        TraceParty(name="Hợp tác xã thử nghiệm", gln=GROWER).save()


def subscribe(dest, **wanted):
    at = timezone.now()
    party = TraceParty.objects.get(gln=GROWER)
    name = f"cau-hoi-{NamedQuery.objects.count()}"
    query = create_query(party=party, name=name, parameters={}, prefixes={}, at=at)
    wanted = {"dest": dest, "signatureToken": TOKEN, **wanted}
    made = create_subscription(
        query=query, key=a_key_of(party).pk, wanted=wanted, epc_format="", cbv_format="", at=at
    )
    return str(made.name)


def capture(serials, large=False):
    """`large`: so large that the document is left to a worker."""
    fields = {"vidu:ghiChu": "x" * (SYNCHRONOUS_BYTES // len(serials))} if large else {}
    job = accept_document(
        party=TraceParty.objects.get(gln=GROWER),
        body=events_document(*serials, **fields),
        behaviour=ErrorBehaviour.ROLLBACK,
        at=timezone.now(),
    )
    return job.finished_at is not None


def begin_anew():
    Subscription.objects.all().delete()
    DailyRun.objects.all().delete()


def pass_time():
    """As if so much had gone by that claims of killed workers are over and whatever was put off is due."""
    now = timezone.now()
    Delivery.objects.filter(delivered_at=None).update(leased_until=None, send_at=now - timedelta(seconds=1))
    Subscription.objects.update(quiet_until=None)
    CaptureJob.objects.filter(finished_at=None).update(leased_until=None, attempts=0)


def queue_job():
    enqueue("khcn.kernel.audit.jobs.verify_log_job")


def reconnect():
    """After the database was away."""
    connection.close()


def fork_worker(log):
    """A worker as `khcn serve` starts it: of a process that has the program already. Gives its number."""
    connections.close_all()
    parent = os.getpid()
    if pid := os.fork():
        return pid
    try:
        end_with(parent)
        for descriptor, name, way in (
            (0, os.devnull, os.O_RDONLY),
            (1, log, os.O_WRONLY | os.O_APPEND | os.O_CREAT),
        ):
            os.dup2(os.open(name, way, 0o600), descriptor)
        os.dup2(1, 2)
        do_background_work()
        os._exit(0)
    finally:
        os._exit(1)


def exit_status(pid):
    """Of a worker that was forked here; None while it lives."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def state():
    return {
        "events": Event.objects.count(),
        "waiting_jobs": CaptureJob.objects.filter(finished_at=None).count(),
        "claims": [
            (until - timezone.now()).total_seconds()
            for until in CaptureJob.objects.filter(finished_at=None).values_list("leased_until", flat=True)
            if until
        ],
        "undispatched": CaptureJob.objects.filter(dispatch_round=0, accepted__gt=0).count(),
        "waiting": Delivery.objects.filter(delivered_at=None).count(),
        "delivered": Delivery.objects.filter(delivered_at__isnull=False).count(),
        "parked": Delivery.objects.filter(parked_at__isnull=False).count()
        + Subscription.objects.filter(parked_at__isnull=False).count(),
        "queue": sorted(DBTaskResult.objects.values_list("status", flat=True)),
        "daily": sorted(DailyRun.objects.exclude(done_on=None).values_list("path", flat=True)),
    }


DOES = {
    each.__name__: each
    for each in (
        prepare,
        subscribe,
        begin_anew,
        capture,
        pass_time,
        queue_job,
        reconnect,
        fork_worker,
        exit_status,
        state,
    )
}

if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(DOES[asked.pop("do")](**asked)) + "\n")
        sys.stdout.flush()

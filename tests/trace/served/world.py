"""In a process of its own, on the database that the service under test works on: a party with a key, or the judgement.

Usage: KHCN_DATA=… [DATABASE_URL=…] python -m tests.trace.served.world prepare|another_key|session|let_time_pass|judge|do_daily_work|scans

Without a word it does what each line of its standard input says, and writes a line for each: to start takes two seconds.
"""

import json
import os
import sys
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 -- after set-up
from django.db import connections  # noqa: E402 -- the same
from django.test import Client  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from khcn.kernel.actors import SYSTEM, acting  # noqa: E402 -- the same
from khcn.kernel.jobs.daily import all_daily  # noqa: E402 -- the same
from khcn.kernel.jobs.recurring import JobContext  # noqa: E402 -- the same
from khcn.kernel.jobs.worker import perform_work  # noqa: E402 -- the same
from khcn.parties.models import User  # noqa: E402 -- the same
from khcn.trace.models import (  # noqa: E402 -- the same
    CaptureJob,
    CopiedCode,
    Event,
    EventObject,
    Identity,
    LineageEdgeEnd,
    ScanNetwork,
    TraceParty,
)
from khcn.trace.operations.api_keys import issue_key  # noqa: E402 -- the same


def prepare():
    call_command("migrate", verbosity=0)
    with acting(SYSTEM):
        party = TraceParty(name="Hợp tác xã thử nghiệm", gln="9521234000006")
        party.save()
    return {"key": issue_key(party=party, label="thử nghiệm", actor=SYSTEM, at=timezone.now())}


def another_key():
    return {
        "key": issue_key(party=TraceParty.objects.get(), label="khóa mới", actor=SYSTEM, at=timezone.now())
    }


def session():
    """The cookie of somebody of the department who has signed in."""
    with acting(SYSTEM):
        user = User.objects.create_user(
            "can.bo", password="mat-khau-thu-nghiem", full_name="Cán Bộ", role_id="office"
        )
    client = Client()
    client.force_login(user)
    [(name, cookie)] = client.cookies.items()
    return {"cookie": f"{name}={cookie.value}"}


def let_time_pass():
    """As if so much time had gone by that the claims of killed workers are over."""
    return CaptureJob.objects.filter(finished_at__isnull=True).update(leased_until=timezone.now())


def do_daily_work():
    """Everything that is done once a day, by this process; the first failure ends it."""
    context = JobContext(clock=timezone.now)
    for work in all_daily():
        perform_work(work.path, context)
    return [work.path for work in all_daily()]


def scans():
    """From how many networks an object was looked up at most, and which codes may be on more than one label."""
    rows = ScanNetwork.objects.order_by().values_list("thing", "period")
    return {
        "networks": max(Counter(rows).values(), default=0),
        "copied": list(CopiedCode.objects.values_list("thing", flat=True)),
    }


def judge():
    """What is on record, and what is not whole: rows without their event, events without their rows."""
    events = set(Event.objects.values_list("id", flat=True))
    rows = {
        model.__name__: set(model.objects.values_list("event", flat=True))
        for model in (Identity, EventObject, LineageEdgeEnd)
    }
    jobs = {
        str(job.name): {
            "finished": job.finished_at is not None,
            "success": job.success,
            "accepted": job.accepted,
            "duplicates": job.duplicates,
            "rejected": job.rejected,
            "keeps_body": job.body is not None,
            "attempts": job.attempts,
        }
        for job in CaptureJob.objects.all()
    }
    return {
        "events": Counter(Event.objects.values_list("event_id", flat=True)),
        "jobs": jobs,
        "stray": {name: len(found - events) for name, found in rows.items()},
        "bare": {name: len(events - rows[name]) for name in ("Identity", "EventObject")},
    }


WORK = {
    each.__name__: each
    for each in (prepare, another_key, session, let_time_pass, judge, do_daily_work, scans)
}


def do_each():
    """What is asked, with a new connection each time: the database may have been away."""
    for line in sys.stdin:
        found = WORK[line.strip()]()
        connections.close_all()
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:]:
        json.dump(WORK[sys.argv[1]](), sys.stdout)
    else:
        do_each()

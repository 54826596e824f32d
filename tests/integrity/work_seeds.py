"""Violations of the rules about background work, imported workbooks and numbers of rows."""

from datetime import date, timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models
from django_tasks_db.models import DBTaskResult

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.id_slots.models import STEP, IdSlot
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.workflow import BATCH
from khcn.kernel.integrity.models import IntegrityCheck
from khcn.kernel.jobs.daily import all_daily
from khcn.kernel.jobs.enqueueing import run_enqueued_job
from khcn.kernel.jobs.models import DailyRun, WorkFailure
from tests.integrity.given import (
    AT,
    TODAY,
    TOMORROW,
    breaks,
    put,
    stamped,
    step,
)

_LONG_AGO = AT - timedelta(days=400)
_count = iter(range(10**6))


# ------------------------------------------------------------------------------------------- work


@breaks("jobs.failure_without_job")
def _():
    return stamped(WorkFailure, path="khcn.gone.jobs.gone", first_at=AT, last_at=AT, problem="x")


@breaks("jobs.done_in_future")
def _():
    return stamped(DailyRun, path=all_daily()[0].path, done_on=TOMORROW)


def a_job(path="khcn.kernel.audit.jobs.verify_log_job", **values):
    return stamped(
        DBTaskResult, **{
            "task_path": run_enqueued_job.module_path, "args_kwargs": {"args": [path, {}], "kwargs": {}},
            "backend_name": "default", "enqueued_at": AT, "exception_class_path": "", "traceback": "", **values,
        },
    )  # fmt: skip


@breaks("jobs.waiting_for_days")
def _():
    row = a_job()
    DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=_LONG_AGO)
    return row


@breaks("jobs.running_for_days")
def _():
    return a_job(status="RUNNING", started_at=_LONG_AGO)


@breaks("jobs.other_function")
def _():
    return a_job("khcn.science.jobs.gone")


# ------------------------------------------------------------------------------------------ intake


def a_batch(*states, **values):
    states = states or ("uploaded", "previewed")
    batch = Batch(
        **{
            "name": "a.xlsx", "sha256": f"{next(_count):064d}", "size": 1, "uploaded_by_label": "x", "uploaded_on": TODAY,
            "state": states[-1], **values,
        }
    )  # fmt: skip
    batch.file.save(f"{batch.sha256}.xlsx", ContentFile(b"x"), save=False)
    with acting(SYSTEM):
        batch.save()
    step(BATCH, batch, *states)
    return batch


def a_written_batch():
    act = uuid4()
    entry = ChangeEntry.objects.order_by("-pk").first()
    models.QuerySet(ChangeEntry).filter(pk=entry.pk).update(batch=act)
    return a_batch("uploaded", "previewed", "committed", committed_on=TODAY, act=act)


@breaks("intake.steps")
def _():
    return put(a_batch(), state="uploaded")


@breaks("intake.days")
def _():
    return put(a_written_batch(), committed_on=None)


@breaks("intake.days")
def _():
    return put(a_written_batch(), undone_on=TODAY)


@breaks("intake.nothing_in_log")
def _():
    return put(a_written_batch(), act=uuid4())


@breaks("intake.file_missing")
def _():
    batch = a_batch()
    default_storage.delete(batch.file.name)
    return f"a.xlsx (tệp số {batch.pk})"


@breaks("intake.waiting")
def _():
    return put(a_batch(), uploaded_on=date(2023, 10, 1))


# ------------------------------------------------------------------------------------------- slots


@breaks("id_slots.one_slot", "postgresql")
def _():
    IdSlot.objects.create(slot=1 + IdSlot.objects.get().slot)
    return "2 dòng"


@breaks("id_slots.stray_sequence", "postgresql")
def _():
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SEQUENCE kernel_jobs_heartbeat_id_seq INCREMENT BY {STEP + 1}")
    return "kernel_jobs_heartbeat_id_seq"


@breaks("id_slots.sequence_behind", "postgresql")
def _():
    first = stamped(IntegrityCheck, started_at=AT, finished_at=AT)
    stamped(IntegrityCheck, pk=first.pk + STEP, started_at=AT, finished_at=AT)
    return f"kernel_integrity_integritycheck: {first.pk} < {first.pk + STEP}"

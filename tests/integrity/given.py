"""Violations, each written round the program, and the records with which they begin.

A function that `breaks` a rule makes sound records through the factories, then writes what is wrong by the plain UPDATE or INSERT
of the ORM, and gives the offenders: records, or the words that the rule has for what is no record.
"""

import itertools
from datetime import UTC, date, datetime, timedelta

import factory
from django.db import models

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.integrity.running import moment_at
from khcn.kernel.search.declarations import find_declared
from khcn.kernel.search.rebuilding import RebuildResult, correct_entries
from khcn.kernel.workflow.models import WorkflowStep
from khcn.science.enums import MilestoneKind
from khcn.science.models import TaskAmendment
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskMilestoneFactory

AT = datetime(2023, 12, 1, 5, tzinfo=UTC)
NOW = moment_at(AT)
TODAY = NOW.on
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
SEEDS = {}


class DecidedAmendmentFactory(TaskAmendmentFactory):
    """An amendment that names its decision: what else is wrong with it is the only thing."""

    class Meta:
        model = TaskAmendment

    decision = factory.SubFactory(LegalDocumentFactory)


def breaks(name, database=""):
    """Register how a rule is broken; a rule may be broken in several ways."""

    def register(make):
        SEEDS.setdefault(name, []).append((make, database))
        return make

    return register


def put(record, /, **values):
    """Write columns of a stored row past every check of the program and the log; its search entry follows."""
    assert models.QuerySet(type(record)).filter(pk=record.pk).update(**values) == 1
    record.refresh_from_db()
    find_again(record)
    return record


def find_again(record):
    searched = find_declared(type(record))
    if searched is not None:
        correct_entries(searched, [record.pk], RebuildResult())


def removed(record):
    """Delete a row by SQL, without its log, its deadlines or its search entry."""
    key = record.pk
    models.QuerySet(type(record)).filter(pk=key)._raw_delete("default")
    return key


def made(model, /, **values):
    """A row that the log has, of a model without a factory."""
    with acting(SYSTEM, "kiểm thử"):
        record = model(**values)
        record.save()
    return record


def stamped(model, /, **values):
    """The same for a model that has no log."""
    return model._base_manager.create(**values)


def milestones(task, *rows):
    """Milestones of a task: kind, day, and what else they have."""
    return [
        TaskMilestoneFactory(task=task, kind=kind, on=day, **(more[0] if more else {}))
        for kind, day, *more in rows
    ]


def running_task(**values):
    """A task with its contract, not due yet."""
    task = ScienceTaskFactory(**{"planned_end_on": date(2024, 6, 30), **values})
    milestones(task, (MilestoneKind.CONTRACT_SIGNED, date(2022, 3, 1)))
    return task


def accepted_task(**values):
    """A task that was accepted by the province on 1 June 2023."""
    task = running_task(**values)
    milestones(task, (MilestoneKind.ACCEPTED_PROVINCE, date(2023, 6, 1)))
    return task


def step(workflow, record, *states):
    """The steps of a stored workflow through these states, beginning with the first."""
    with acting(SYSTEM):
        for source, target in itertools.pairwise(states):
            WorkflowStep.objects.create(
                workflow=workflow.name, object_id=record.pk, name=target, source=source, target=target,
                effective_on=TODAY, actor_label="kiểm thử",
            )  # fmt: skip

"""Which terms were missed by a past day is the same whether it is stored or it is computed, whatever has happened since.

One world on each database, and on each time another part of the days; ``KHCN_WORLDS=20`` for the long form (docs/howto/drills.md).
"""

import os
import random
from datetime import date, timedelta

import pytest
from django.db import connection

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.deadlines import recomputing
from khcn.kernel.deadlines.computing import compute
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import Deadline, DeadlineEvent
from khcn.kernel.deadlines.past_terms import MissedTerm
from khcn.reference.models import RuleParameter, WorkingDayException
from khcn.science.enums import AmendmentKind, ManagingSide, MilestoneKind
from khcn.science.models import ScienceTask, TaskAmendment, TaskMilestone
from tests.factories.reference import CodeListItemFactory, RuleParameterFactory, WorkingDayExceptionFactory
from tests.factories.science import ScienceTaskFactory

pytestmark = pytest.mark.django_db
SUBJECT = "science.sciencetask"
KINDS = [kind.code for kind in registry.by_subject[SUBJECT]]
FIRST = date(2024, 1, 1)
SPAN = 600
ASKED_FOR = os.environ.get("KHCN_WORLDS")
WORLDS = range(int(ASKED_FOR or "1"))
STEP, PARTS = 40, 1 if ASKED_FOR else 3
"""Days between those that are asked for, of which each time one part is."""
TASKS = 150
# As tasks go, up to some step; the others have milestones of any kinds in any order, allowed or not.
PATHS = (
    ("contract_signed", "dossier_submitted", "accepted_province", "registered", "settled", "liquidated"),
    ("contract_signed", "accepted_national", "registered", "deregistered", "registered", "settled"),
    ("contract_signed", "dossier_submitted", "failed", "dossier_submitted", "accepted_province", "settled"),
    ("contract_signed", "suspended", "resumed", "dossier_submitted", "accepted_province", "liquidated"),
    ("contract_signed", "accepted_province", "terminated", "registered", "settled"),
    ("contract_signed", "accepted_province", "stopped", "settled", "liquidated"),
    ("accepted_province", "registered", "registered"),
    ("contract_signed", "suspended"),
)
# Of which the stored row holds another day than held on some day: milestones by the number of the day, execution ends on day 100.
SINCE_CHANGED = (
    {"suspended": 150},
    {"suspended": 90, "resumed": 150},
    {"terminated": 110, "dossier_submitted": 170},
    {"accepted_province": 10, "terminated": 30, "registered": 400, "settled": 400, "liquidated": 400},
    {"accepted_province": 10, "registered": 20, "deregistered": 300},
)
RULES = {
    "science.dossier_days": ("day", 120, 10),
    "science.registration_days": ("working_day", 22, 40),
    "science.settlement_days": ("month", 1, 2),
    "science.liquidation_days": ("day", 45, 200),
}


def asked(kind, day, without_last_day):
    condition = MissedTerm(kind, ScienceTask.objects.all(), day, without_last_day=without_last_day)
    return set(ScienceTask.objects.filter(condition).values_list("pk", flat=True))


def computed(terms, kind, day, without_last_day):
    """The keys of all tasks that missed the term, by terms that were computed for each task."""
    found = set()
    for key in ScienceTask.objects.values_list("pk", flat=True):
        term = terms.get((key, kind))
        if term is None or (term.met_on is None and term.due_on is None):
            missed = without_last_day
        else:
            missed = term.met_on is None and term.due_on < day
        found |= {key} if missed else set()
    return found


def check_all(part):
    """Each term of each day; what has no last day is asked to be among them on every second day, of every term in turn."""
    keys = list(ScienceTask.objects.values_list("pk", flat=True))
    days = [FIRST + timedelta(days=number) for number in range(0, SPAN + 200, STEP)]
    for number, day in enumerate(days[part % PARTS :: PARTS]):
        terms = compute(SUBJECT, keys, on=day)
        for place, kind in enumerate(KINDS):
            without = (number + place) % 2 == 1
            expected = computed(terms, kind, day, without)
            assert asked(kind, day, without) == expected, (kind, day, without)


class World:
    """Tasks with histories thrown by dice; the same number, the same world."""

    def __init__(self, number):
        self.dice = random.Random(number)
        self.grades = [
            CodeListItemFactory(code_list="acceptance_grade", code=code, fails=code == "failed")
            for code in ("good", "failed")
        ]
        for code, (unit, value, _later) in RULES.items():
            ends_on = self.dice.choice([None, FIRST + timedelta(days=SPAN // 2), None])
            RuleParameterFactory(code=code, unit=unit, value=value, valid_to=ends_on)
        with acting(SYSTEM, "x"):
            bulk_insert([self.task(number) for number in range(TASKS)])
            self.tasks = list(ScienceTask.objects.order_by("pk"))
            given = len(SINCE_CHANGED)
            bulk_insert([row for task in self.tasks[given:] for row in self.milestones(task)])
            bulk_insert(
                [
                    TaskMilestone(task=task, kind=kind, on=FIRST + timedelta(days=day))
                    for task, days in zip(self.tasks, SINCE_CHANGED, strict=False)
                    for kind, day in days.items()
                ]
            )
            bulk_insert([row for task in self.tasks[given:] for row in self.amendments(task)])
            bulk_insert([row for task in self.tasks[given:] for row in self.events(task)])

    def day(self):
        return FIRST + timedelta(days=self.dice.randrange(SPAN))

    def task(self, number):
        if number < len(SINCE_CHANGED):
            ends_on, named_on = FIRST + timedelta(days=100), None
        else:
            ends_on = self.dice.choice([None, self.day(), self.day()])
            named_on = ends_on and self.dice.choice(
                [None, None, ends_on + timedelta(days=self.dice.randrange(90))]
            )
        return ScienceTaskFactory.build(
            code=f"P-{number}",
            managing_side=self.dice.choice(ManagingSide.values),
            host=None,
            principal_investigator=None,
            planned_start_on=self.dice.choice([None, FIRST - timedelta(days=300)]),
            planned_end_on=ends_on,
            planned_dossier_on=named_on,
        )

    def milestones(self, task):
        kinds = self.dice.choices([*MilestoneKind.values, "failed"], k=self.dice.randrange(9))
        if self.dice.random() < 0.8:
            path = self.dice.choice(PATHS)
            kinds = path[: self.dice.randrange(len(path) + 1)]
        days = sorted(self.day() for _kind in kinds)
        found = {}
        for kind, day in zip(kinds, days, strict=True):
            grade = {"failed": self.grades[1], "accepted_national": self.grades[0]}.get(kind)
            stored = "accepted_province" if kind == "failed" else kind
            found[stored, day] = TaskMilestone(task=task, kind=stored, on=day, grade=grade)
        return list(found.values())

    def amendments(self, task):
        found = {}
        for kind in self.dice.choices(AmendmentKind.values[:3], k=self.dice.choice([0, 0, 1, 3])):
            decided = self.day()
            found[kind, decided] = TaskAmendment(
                task=task,
                kind=kind,
                decided_on=decided,
                effective_on=self.dice.choice([None, decided + timedelta(days=self.dice.randrange(120))]),
                new_end_on=self.dice.choice([None, self.day() + timedelta(days=100)]),
            )
        return found.values()

    def events(self, task):
        found = {}
        for event in self.dice.choices(("stop", "resume", "extend"), k=self.dice.choice([0, 0, 0, 0, 1, 4])):
            kind, day = self.dice.choice(KINDS), self.day()
            until = day + timedelta(days=self.dice.randrange(1, 120)) if event == "extend" else None
            found[kind, event, day] = DeadlineEvent(
                subject_model=SUBJECT,
                subject_id=task.pk,
                kind=kind,
                event=event,
                on=day,
                until=until,
                reason="x",
            )
        return found.values()

    def correct(self):
        """What is written afterwards: facts corrected and taken back, rules, days off and a grade changed."""
        with acting(SYSTEM, "x"):
            for row in self.dice.sample(list(TaskMilestone.objects.order_by("pk")), 25):
                row.on += timedelta(days=self.dice.randrange(1, 60))
                if not TaskMilestone.objects.filter(task=row.task_id, kind=row.kind, on=row.on).exists():
                    row.save()
            for row in self.dice.sample(list(TaskMilestone.objects.order_by("pk")), 15):
                row.delete()
            for row in self.dice.sample(list(TaskAmendment.objects.order_by("pk")), 5):
                row.delete()
            for task in self.dice.sample(self.tasks, 10):
                task.planned_end_on = self.dice.choice([None, self.day()])
                task.planned_dossier_on = None
                task.save()
            for rule in RuleParameter.objects.order_by("pk"):
                unit, _value, later = RULES[rule.code]
                rule.value += 5
                rule.save()
                after = RuleParameter.objects.filter(code=rule.code, valid_from=rule.valid_to)
                if rule.valid_to is not None and not after.exists():
                    RuleParameterFactory(code=rule.code, unit=unit, value=later, valid_from=rule.valid_to)
            self.grades[0].fails = not self.grades[0].fails
            self.grades[0].save()
            for day in self.dice.sample(range(SPAN), 10):
                if not WorkingDayException.objects.filter(on=FIRST + timedelta(days=day)).exists():
                    WorkingDayExceptionFactory(on=FIRST + timedelta(days=day))


@pytest.mark.both
@pytest.mark.parametrize("number", WORLDS)
def test_what_is_stored_and_what_is_computed_say_the_same_of_every_task_and_day(number, monkeypatch):
    monkeypatch.setattr("khcn.kernel.deadlines.recomputing.enqueue", lambda *_path, **_values: None)
    world = World(number + len(WORLDS) * (connection.vendor == "postgresql"))
    check_all(0)
    world.correct()
    check_all(1)
    monkeypatch.setattr(
        recomputing, "AT_ONCE", 0
    )  # every change of law marks rows, and nobody recomputes them
    world.correct()
    assert Deadline.objects.filter(is_stale=True).exists()
    check_all(2)

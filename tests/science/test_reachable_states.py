"""Random writes through form, JSON interface, import and actions never bring a task into a state its rules could not
reach. 60 sequences on PostgreSQL; ``KHCN_SEQUENCES=2000`` for the long form (docs/howto/drills.md), as many others on SQLite. Requests,
proposals and the rest are in ``test_reachable_records``. Everything below the HTTP layer
is the real thing.
Only the rows of search and deadlines follow the writes of the first block alone: they decide about no write. Of the short form the first
block has as many other sequences on SQLite, for what it answers: rules refuse in Python, whatever the database.
"""

import os
import random
from copy import copy
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import orjson
import pytest
from django.db import connection, transaction
from django.db.models import ProtectedError

from khcn.councils.models import CouncilKind, CouncilMeeting
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role, acting
from khcn.kernel.api import endpoints
from khcn.kernel.api.request_body import ApiProblem
from khcn.kernel.audit import projections
from khcn.kernel.intake.checks import rule_checks
from khcn.kernel.intake.plans import plan_making, plan_writing
from khcn.kernel.intake.readers.workbook_reading import Sheet
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.outside_write_check import refuse_rows_of_others
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.kernel.screens.action_forms import action_form
from khcn.kernel.screens.record_forms import form_class
from khcn.science.enums import AmendmentKind, MilestoneKind, TaskLevel
from khcn.science.models import MeetingItem, ScienceTask, TaskAmendment, TaskMilestone
from khcn.science.models.events import TARGETS
from khcn.science.operations.extensions import MONTHS, MOST
from khcn.science.operations.history import history_of
from tests.factories.base import an_actor
from tests.factories.councils import SeatedMeetingFactory
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import GradeFactory, RuleParameterFactory
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import rows_of

pytestmark = pytest.mark.django_db
BLOCKS, WRITES = 4, 5
ASKED_FOR = os.environ.get("KHCN_SEQUENCES")
SEQUENCES = int(ASKED_FOR or "60") // BLOCKS  # of one block
TODAY = date(2026, 1, 5)
EXTENSIONS_MOST, EXTENSION_MONTHS, LATEST_END = 2, 12, date(2024, 6, 30)
OFFICER, HEAD = an_actor(Role.OFFICER, "QLKH", user_id=7), an_actor(Role.HEAD, "QLKH", user_id=9)
# What a task lives through mostly, so that random sequences get anywhere.
LIFE = [
    "determined",
    "listed",
    "awarded",
    "contract_signed",
    "dossier_submitted",
    "accepted_province",
    "liquidated",
]
AFTER = ["budget_appraised", "self_accepted", "settled", "registered", "deregistered", "recognised"]


class Sequence:
    """One task and the writes tried on it; counts what was written and what was refused."""

    def __init__(self, rng, task, people, hosts, grades, meetings, counts):
        self.rng, self.people, self.hosts, self.grades, self.counts = rng, people, hosts, grades, counts
        self.task, self.meetings = copy(task), meetings
        self.day = date(2022, 1, 1)

    def any_day(self):
        """Mostly later than before, at times earlier."""
        step = self.rng.choice([5, 30, 90, 200, -40, -200])
        self.day += timedelta(days=step)
        return self.day

    def milestone(self):
        kinds = LIFE if self.rng.random() < 0.7 else [*TARGETS, *AFTER]
        values = {"task": self.task, "kind": self.rng.choice(kinds), "on": self.any_day()}
        if values["kind"].startswith("accepted"):  # half of them with a failing grade
            values["grade"] = self.rng.choice(self.grades)
        if values["kind"] == "deregistered":
            values["number"] = "02/TB"
        if values["kind"] == "awarded" and self.rng.random() < 0.5:
            values["number"] = "05/QĐ"
        return TaskMilestone, values

    def amendment(self):
        kinds = ["extend_duration", "change_pi", "change_host", "change_partner", "add_site", "change_budget"]
        kind = self.rng.choice(kinds)
        values = {"task": self.task, "kind": kind, "decided_on": self.any_day()}
        if kind == "extend_duration":
            values["new_end_on"] = date(2023, 6, 30) + timedelta(days=self.rng.randrange(-100, 900))
        elif kind == "change_pi":
            values["new_person"] = self.rng.choice(self.people)
        elif kind == "change_budget":
            values["new_budget_total"] = self.rng.choice([900, 1000, 1100])
            values["new_budget_state"] = self.rng.choice([None, None, 800, 950])
        elif kind == "add_site":
            values["new_text"] = "Thêm một xã"
        else:
            values["new_organisation"] = self.rng.choice(self.hosts)
        return TaskAmendment, values

    # ------------------------------------------------------------------------------- the three ways

    def by_form(self, model, values, record=None):
        register = register_of(model)
        data = {name: typed(value) for name, value in values.items()}
        form = form_class(register)(data, instance=record)
        if not form.is_valid():
            return False
        return form.save_record(actor=OFFICER, on=TODAY) is not None

    def by_api(self, model, values, taken_over=False):
        body = {name: as_json(value) for name, value in values.items()}
        actor = HEAD if taken_over else OFFICER
        sent = {**body, "taken_over": taken_over}
        request = SimpleNamespace(
            actor=actor,
            today=TODAY,
            GET={},
            headers={},
            body=orjson.dumps(sent),
            reporting=SimpleNamespace(work_day=TODAY),
        )
        endpoints.create_record(register_of(model), request)
        return True

    def by_import(self, model, rows, taken_over=False):
        cells = rows_of(model, [{name: as_cell(name, value) for name, value in row.items()} for row in rows])
        numbered = [
            (number, ["" if cell is None else cell for cell in row]) for number, row in enumerate(cells, 1)
        ]
        sheet = Sheet("Dữ liệu", numbered, frozenset(), frozenset(), [])
        with pytest.MonkeyPatch.context() as patch:  # without the guarded process: no file is read here
            patch.setattr(plan_making, "read_workbook", lambda _content, _name: [sheet])
            actor = HEAD if taken_over else OFFICER
            prepared = plan_making.prepare_import(
                b"", "tep.xlsx", actor=actor, on=TODAY, taken_over=taken_over
            )
        if not prepared.plan.is_ready:
            return False
        sheets = rule_checks.lock_and_check_rules(prepared.draft_sheets, actor, TODAY)
        plan_writing.write_rows(prepared.draft_sheets)
        plan_writing.run_after_plan_writing(sheets, actor=actor, on=TODAY)
        return True

    def by_action(self, record, name, typed_values):
        register = register_of(type(record))
        action = action_to_run(register, name)
        form = action_form(action)(typed_values)
        if not form.is_valid():
            return False
        run(action, register, record.pk, form.values(), actor=OFFICER, on=TODAY)
        return True

    # --------------------------------------------------------------------------------------- one write

    def write_one(self):
        if self.rng.random() < 0.2:
            return self.about_meeting()
        choice = self.rng.random()
        model, values = self.milestone() if self.rng.random() < 0.6 else self.amendment()
        if choice < 0.25:
            return self.by_form(model, values)
        if choice < 0.5:
            return self.by_api(model, values, taken_over=self.rng.random() < 0.2)
        if choice < 0.75:
            rows = (
                [values, *(self.milestone()[1] for _each in range(2))] if model is TaskMilestone else [values]
            )
            return self.by_import(model, distinct(rows), taken_over=self.rng.random() < 0.2)
        return self.disturb()

    def about_meeting(self):
        """Put the task on the agenda of a meeting, decide about it, move the meeting, record what it decided."""
        meeting = CouncilMeeting.objects.get(pk=self.rng.choice(self.meetings))
        item = self.rng.choice([*self.task.meeting_items.all(), None])
        choice = self.rng.randrange(9)
        if choice == 0 and item:
            remove_row(register_of(MeetingItem), item, actor=OFFICER, on=TODAY)
            return True
        if choice in {1, 2}:
            return self.by_action(meeting, "record-conclusions", {})
        if choice == 3:
            sent = {"held_on": typed(self.any_day()), "reason": "gõ nhầm"}
            return self.by_action(meeting, "correct-day", sent)
        if choice in {4, 5}:
            kinds = [CouncilKind.ACCEPTANCE, CouncilKind.DETERMINATION, CouncilKind.SELECTION]
            moved = {"held_on": self.any_day()} if choice == 4 else {"kind": self.rng.choice(kinds)}
            values = vars_of(meeting, register_of(CouncilMeeting).form_fields())
            return self.by_form(CouncilMeeting, {**values, **moved}, meeting)
        return self.on_agenda(meeting, item)

    def on_agenda(self, meeting, item):
        passed = self.rng.choice([None, True, False])
        values = {"meeting": meeting, "task": self.task, "passed": passed}
        fitting = {None: [None], True: [self.grades[0], self.grades[2], None], False: [self.grades[1], None]}
        values["grade"] = self.rng.choice(fitting[passed])
        choice = self.rng.randrange(3)
        if choice == 0:
            return self.by_import(MeetingItem, [values])
        if choice == 1:
            return self.by_api(MeetingItem, values)
        return self.by_form(MeetingItem, values, item)

    def disturb(self):
        """Edit, delete, correct or take back what is there."""
        milestone = self.rng.choice([*self.task.milestones.all(), None])
        amendment = self.rng.choice([*self.task.amendments.all(), None])
        choice = self.rng.randrange(8)
        if choice == 0 and milestone:
            stored = {"task": self.task, "kind": milestone.kind, "on": self.any_day()}
            stored |= {"grade": milestone.grade, "number": milestone.number}
            return self.by_form(TaskMilestone, stored, milestone)
        if choice == 1 and milestone:
            remove_row(register_of(TaskMilestone), milestone, actor=OFFICER, on=TODAY)
            return True
        if choice == 2 and milestone:
            kind = self.rng.choice(LIFE)
            sent = {"kind": kind, "reached_on": typed(self.any_day()), "reason": "gõ nhầm"}
            if kind == "accepted_province":
                sent["grade"] = typed(self.rng.choice(self.grades))
            return self.by_action(milestone, "correct", sent)
        if choice == 3 and milestone:
            return self.by_action(milestone, "remove", {"reason": "gõ nhầm"})
        if choice == 4 and amendment:
            return self.by_action(amendment, "remove", {"reason": "gõ nhầm"})
        return self.edit_task(corrected=choice >= 6)

    def edit_task(self, *, corrected):
        """Another value for a column that the rules read, by the form or by a correction."""
        task = ScienceTask.objects.get(pk=self.task.pk)
        changed = self.rng.choice(
            [
                {"host": self.rng.choice(self.hosts)},
                {"principal_investigator": self.rng.choice(self.people)},
                {"level": self.rng.choice(TaskLevel.values)},
                {"start_year": self.rng.choice([2021, 2022, 2024, 2029])},
                {"planned_start_on": self.rng.choice([None, date(2021, 5, 1), date(2022, 5, 1)])},
                {"planned_end_on": self.rng.choice([None, date(2023, 3, 31), date(2025, 3, 31)])},
                {"budget_total": self.rng.choice([None, 700, 1000])},
            ]
        )
        names = register_of(ScienceTask).form_fields()
        data = {name: typed({**vars_of(task, names), **changed}[name]) for name in names}
        if corrected:
            return self.by_action(task, "correct", {**data, "reason": "gõ nhầm"})
        return self.by_form(ScienceTask, data, task)

    def attempt(self):
        try:
            with transaction.atomic():
                done = self.write_one()
                if not done:
                    transaction.set_rollback(True)
        except (Refused, ApiProblem, ProtectedError):
            done = False
        self.counts[bool(done)] += 1

    def check(self):
        history = history_of(ScienceTask.objects.get(pk=self.task.pk))
        assert history.violations() == []
        for kind, column, new in (
            (AmendmentKind.CHANGE_PI, "principal_investigator", "new_person"),
            (AmendmentKind.CHANGE_HOST, "host", "new_organisation"),
            (AmendmentKind.CHANGE_BUDGET, "budget_total", "new_budget_total"),
            (AmendmentKind.CHANGE_BUDGET, "budget_state", "new_budget_state"),
        ):
            same = [each for each in history.amendments if each.kind == kind]
            changes = [each for each in same if getattr(each, new) is not None]
            if changes:
                assert getattr(history.task, column) == getattr(changes[-1], new)
        extended = [each for each in history.amendments if each.kind == AmendmentKind.EXTEND_DURATION]
        for place, each in enumerate(each for each in extended if not each.taken_over):
            assert place < EXTENSIONS_MOST
            assert each.new_end_on <= LATEST_END
        ends = [history.task.planned_end_on, *(each.new_end_on for each in extended)]
        ends = ends if ends[0] else ends[1:]
        assert ends == sorted(ends)
        awards = list(history.task.milestones.filter(kind="awarded").order_by("on"))
        for first, again in pairwise(awards):
            chosen = self.task.meeting_items.filter(
                passed=True,
                meeting__kind="selection",
                meeting__held_on__gt=first.on,
                meeting__held_on__lte=again.on,
            )
            assert again.taken_over or again.number or chosen.exists()
        signed = history.task.milestones.filter(kind="contract_signed").first()
        assert not (awards and signed) or awards[-1].on <= signed.on
        for step in history.steps:
            assert step.kind != "accepted_national" or history.task.level == "national"
            assert step.on.year >= min(history.task.start_year - 5, 2022)


def vars_of(record, names):
    return {name: getattr(record, name) for name in names}


def typed(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()  # so a browser sends what was chosen in a list; a box to tick takes it too
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return f"#{value.pk}" if hasattr(value, "pk") else str(value)


def as_json(value):
    if isinstance(value, date):
        return value.isoformat()
    return {"id": value.pk} if hasattr(value, "pk") else value


def as_cell(name, value):
    if name in {"task", "meeting"}:
        return value.code
    if value is None or isinstance(value, bool):
        return {None: "", True: "Có", False: "Không"}[value]
    if name == "kind":
        found = dict([*MilestoneKind.choices, *AmendmentKind.choices])
        return str(found[value])
    return typed(value) if isinstance(value, date) else str(value)


def distinct(rows):
    """A workbook holds each milestone once."""
    return list({(row["kind"], row.get("on")): row for row in rows}.values())


@pytest.mark.parametrize(
    "block",
    [pytest.param(each, marks=pytest.mark.both if ASKED_FOR or not each else ()) for each in range(BLOCKS)],
)
def test_no_sequence_of_writes_reaches_a_state_that_the_rules_do_not(block, monkeypatch):
    if block:
        monkeypatch.setattr(projections, "_projections", [refuse_rows_of_others])
    people = [PersonFactory(full_name=f"Người Thứ {name}") for name in ("Nhất", "Hai", "Ba")]
    hosts = [OrganisationFactory(name=f"Trung tâm số {number}") for number in range(3)]
    task = ScienceTaskFactory(
        code="NV-1", host=hosts[0], principal_investigator=people[0], planned_end_on=date(2023, 6, 30)
    )
    grades = [GradeFactory(), GradeFactory(code="failed", label="Không đạt", fails=True)]
    grades.append(GradeFactory(code="excellent", label="Xuất sắc"))
    kinds = (CouncilKind.DETERMINATION, CouncilKind.SELECTION, CouncilKind.ACCEPTANCE)
    meetings = [SeatedMeetingFactory(held_on=date(2022, 3, 1), kind=kind).pk for kind in kinds]
    RuleParameterFactory(code=MOST, value=EXTENSIONS_MOST, valid_from=date(2014, 1, 1))
    RuleParameterFactory(code=MONTHS, value=EXTENSION_MONTHS, valid_from=date(2014, 1, 1))
    counts = {True: 0, False: 0}
    first = (block + BLOCKS * (connection.vendor == "postgresql")) * SEQUENCES
    for seed in range(first, first + SEQUENCES):
        with transaction.atomic(), acting(OFFICER):
            sequence = Sequence(random.Random(seed), task, people, hosts, grades, meetings, counts)
            for _each in range(WRITES):
                sequence.attempt()
            try:
                sequence.check()
            except AssertionError as fault:
                raise AssertionError(f"sequence {seed}: {fault}") from fault
            transaction.set_rollback(True)
    # Most random writes are refused; enough must be written, or nothing was tested.
    assert counts[True] > SEQUENCES
    assert counts[False] > SEQUENCES

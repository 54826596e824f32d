"""Steps of inspections and violations as the buttons take them, and what follows from them."""

from datetime import date

from khcn.inspection.models import (
    FindingExecution,
)
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.operations import issue_paper
from khcn.kernel.papers.toml_template import compose_document, read_layout
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from tests.factories.base import an_actor
from tests.factories.inspection import (
    InspectionFactory,
    InspectionMemberFactory,
    InspectionSubjectFactory,
)

INSPECTOR, TODAY = an_actor(Role.OFFICER, "TTRA"), date(2023, 9, 14)
HEAD = an_actor(Role.HEAD, "TTRA")  # moves terms that have passed


def take(record, name, on=TODAY, actor=INSPECTOR, **values):
    """One step, as the button takes it."""
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=on)
    record.refresh_from_db()
    return record


def decided(**values):
    made = InspectionFactory(**values)
    return take(made, "record-decision", decision_number="MH-01/QĐ-TTr", decided_on=date(2023, 5, 4))


def reported(**values):
    made = decided(**values)
    take(made, "begin", begun_on=date(2023, 5, 10))
    take(made, "finish", finished_on=date(2023, 5, 26))
    return take(made, "report", reported_on=date(2023, 6, 6), result="Có một sai phạm")


def ready(**values):
    """A planned inspection with a subject, a head of the team, and what its decision has to say besides."""
    made = InspectionFactory(**{"scope": "năm 2022", "working_days": 10} | values)
    InspectionSubjectFactory(inspection=made, organisation__name=f"Viện {made.code}")
    InspectionMemberFactory(inspection=made, role="head")
    return made


def terms(record):
    rows = Deadline.objects.filter(subject_model=record._meta.label_lower, subject_id=record.pk)
    return {each.kind.partition(".")[2]: (each.due_on, each.met_on) for each in rows}


def issue(kind, record, on=TODAY):
    drafted = draft_paper(kind=kind, record=record, actor=INSPECTOR, on=on)
    return issue_paper(paper=drafted, actor=INSPECTOR, on=on)


def text_of(kind, paper):
    layout = read_layout(kind.template.read_bytes())
    return str(compose_document(layout, kind.variable_names, paper.data))


def conclude(inspection):
    return take(
        inspection, "record-conclusion",
        conclusion_number="MH-01/KL-TTr", concluded_on=date(2023, 6, 20),
    )  # fmt: skip


def executed(finding, day, amount=0):
    made = FindingExecution(finding=finding, done_on=day, amount=amount)
    save_row(register_of(FindingExecution), made, actor=INSPECTOR, on=date(2024, 3, 1))
    return made

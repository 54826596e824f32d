"""Random writes on requests, proposals, assigned work, mergers, terms and papers never take a record along a way that is not on the
table below. The table is this test's own: it was written from what the department does, not from the guards.

``KHCN_SEQUENCES=2000`` for the long form (docs/howto/drills.md). Everything below the HTTP layer is the real thing.
"""

import os
import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import orjson
import pytest
from django.db import connection, transaction
from django.db.models import ProtectedError

from khcn.directives.models import AssignedTask
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run, run_together
from khcn.kernel.actors import Role, acting
from khcn.kernel.api import actions as api_actions
from khcn.kernel.api.request_body import ApiProblem
from khcn.kernel.deadlines.models import Deadline, DeadlineEvent
from khcn.kernel.deadlines.verifying import check_stored_deadlines
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.papers.drafts import discard_draft, draft_paper
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.kernel.screens.action_forms import action_form
from khcn.parties.models import Organisation
from khcn.science.documents import CERTIFICATE
from khcn.science.enums import TaskType
from khcn.science.models import AmendmentRequest, ScienceTask, TaskMilestone, TaskPartner, TaskProposal
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrganisationFactory, OrgUnitFactory, PersonFactory
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import (
    AmendmentRequestFactory,
    ScienceTaskFactory,
    TaskMilestoneFactory,
    TaskProposalFactory,
)
from tests.kernel.papers_given import accepted_task
from tests.science.channels import as_json, typed
from tests.web.test_action_sheets import KINDS, book

pytestmark = pytest.mark.django_db
ASKED_FOR = os.environ.get("KHCN_SEQUENCES")
SEQUENCES, WRITES = int(ASKED_FOR or "12"), 8
ENOUGH = 200  # sequences in which each act is written at least once
TODAY = date(2024, 3, 5)
TERM = "science.registration"
OFFICER, HEAD = an_actor(Role.OFFICER, "QLKH", user_id=7), an_actor(Role.HEAD, "QLKH", user_id=9)
OFFICE = an_actor(Role.OFFICE, "VP", user_id=8)

# What may happen to a record of each kind: from, to, and by which acts. "" is a record that is not there.
WAYS = {
    "request": {
        ("", "pending"): {"ask"},
        ("pending", ""): {"delete"},
        ("pending", "approved"): {"approve"},
        ("pending", "refused"): {"refuse"},
        ("pending", "withdrawn"): {"withdraw"},
        ("approved", "pending"): {"take back the amendment"},
    },
    "proposal": {
        ("open", "determined"): {"determine-task"},
        ("open", "merged"): {"determine-task"},
        ("open", "rejected"): {"reject"},
        ("rejected", "open"): {"reconsider"},
        ("determined", "open"): {"take back the determination"},
        ("merged", "open"): {"take back the determination"},
    },
    "work": {("open", "done"): {"record-result"}, ("done", "open"): {"remove-result"}},
    "organisation": {("apart", "gone"): {"merge"}, ("gone", "apart"): {"undo-merge"}},
    "term": {
        ("running", "stopped"): {"stop-deadline", "take-back-deadline-event"},
        ("stopped", "running"): {"resume-deadline", "take-back-deadline-event"},
        ("running", "met"): {"issue"},  # the certificate registers the result
        ("stopped", "met"): {"issue"},
        ("met", "running"): {"issue"},  # the notice of withdrawal begins the term anew
    },
    "paper": {
        ("", "draft"): {"draft", "replace", "withdraw"},
        ("draft", ""): {"discard"},
        ("draft", "issued"): {"issue"},
        ("issued", "withdrawn"): {"issue"},
        ("issued", "replaced"): {"issue"},
    },
}


def states(organisations):
    """Every record of the table with its state."""
    found = {("request", each.pk): each.state for each in AmendmentRequest.objects.all()}
    found |= {("proposal", each.pk): each.outcome for each in TaskProposal.objects.all()}
    found |= {("work", each.pk): "done" if each.done_on else "open" for each in AssignedTask.objects.all()}
    there = set(Organisation.objects.values_list("pk", flat=True))
    found |= {("organisation", pk): "apart" if pk in there else "gone" for pk in organisations}
    for row in Deadline.objects.filter(kind=TERM):
        found["term", row.subject_id] = "met" if row.met_on else "stopped" if row.stopped_since else "running"
    found |= {("paper", each.pk): each.state for each in Paper.objects.all()}
    return found


class Sequence:
    """Records of all kinds and the writes tried on them; counts what was written, by act, and what was refused."""

    def __init__(self, seed, given, counts):
        rng = random.Random(seed)
        self.rng, self.given, self.counts, self.act = rng, given, counts, ""
        self.kinds = [
            self.about_request,
            self.about_proposal,
            self.about_work,
            self.about_term,
            self.about_paper,
        ]
        self.kinds.append(self.about_organisation)
        self.about = self.kinds[seed % len(self.kinds)]

    def day(self):
        return date(2023, 6, 10) + timedelta(days=self.rng.randrange(-30, 330))

    # ------------------------------------------------------------------------------------ the ways in

    def does(self, record, name, values, *, actor=OFFICER, pks=None):
        """Take an action as the button, the JSON interface or, where it has one, its sheet."""
        self.act = name
        register = register_of(type(record))
        action = action_to_run(register, name)
        sheet = KINDS.get(f"{register.name}:{name}")
        way = self.rng.choice(["form", "json", "sheet"] if sheet else ["form", "json"])
        if action.asks_again or pks:  # proving who one is belongs to the session
            way = "form"
        if way == "sheet":
            return self.by_sheet(sheet, record, values, actor)
        if way == "json":
            return self.by_json(register, name, record, values, actor)
        form = action_form(action)({each: typed(value) for each, value in values.items()})
        if not form.is_valid():
            return False
        if pks:
            run_together(action, register, pks, form.values(), actor=actor, on=TODAY)
        else:
            run(action, register, record.pk, form.values(), actor=actor, on=TODAY)
        return True

    def by_json(self, register, name, record, values, actor):
        request = SimpleNamespace(
            actor=actor, today=TODAY, GET={}, headers={"If-Match": "*"}, path="/",
            body=orjson.dumps({each: as_json(value) for each, value in values.items()}),
            reporting=SimpleNamespace(work_day=TODAY),
        )  # fmt: skip
        return api_actions.run_action(register, name, request, record.pk).status_code == 200

    def by_sheet(self, kind, record, values, actor):
        row = {name: getattr(record, name) for name in register_of(type(record)).natural_key} | values
        cells = {name: self.cell(record, name, value) for name, value in row.items() if value is not None}
        batch = intake.upload(content=book((kind, [cells])), name="tep.xlsx", actor=actor, on=TODAY)
        if not intake.preview(batch=batch, actor=actor, on=TODAY).is_ready:
            return False
        intake.confirm_import(batch=batch, actor=actor, on=TODAY)
        return True

    def cell(self, record, name, value):
        if name == "kind":
            return record.get_kind_display()
        if isinstance(value, ScienceTask):
            return value.code
        return value.number if hasattr(value, "number") else typed(value)

    # ------------------------------------------------------------------------------------- the writes

    def about_request(self):
        task, rng = self.given.task, self.rng
        request = rng.choice([*AmendmentRequest.objects.all(), None])
        choice = rng.randrange(9)
        if request is not None and request.state == "approved" and rng.random() < 0.7:
            choice = 4
        if request is None or choice == 0:
            self.act = "ask"
            day = self.day()
            if AmendmentRequest.objects.filter(task=task, kind="change_pi", requested_on=day).exists():
                return False  # the database keeps one of a day, and a factory asks nobody
            AmendmentRequestFactory(
                task=task, kind="change_pi", requested_on=day, new_end_on=None,
                new_person=rng.choice(self.given.people), before=str(task.principal_investigator),
            )  # fmt: skip
            return True
        if choice == 1:
            self.act = "delete"
            remove_row(register_of(AmendmentRequest), request, actor=OFFICER, on=TODAY)
            return True
        if choice in {2, 3, 5, 6}:
            document = rng.choice([*self.given.documents, None])
            issued = document.issued_on if document else request.requested_on
            decided_on = self.day() if rng.random() < 0.3 else max(issued, request.requested_on)
            sent = {"decided_on": decided_on, "decision": document, "still_meant": rng.random() < 0.8}
            return self.does(request, "approve", sent, actor=rng.choice([OFFICER, HEAD]))
        if choice == 4 and request.amendment is not None:
            done = self.does(request.amendment, "remove", {"reason": "gõ nhầm"})
            self.act = "take back the amendment"
            return done
        return self.does(
            request, rng.choice(["refuse", "withdraw"]), {"reason": rng.choice(["", "không phù hợp"])}
        )

    def about_proposal(self):
        rng = self.rng
        proposals = list(TaskProposal.objects.order_by("pk"))
        choice = rng.randrange(6)
        if choice in {0, 1}:
            chosen = rng.sample(proposals, rng.choice([1, 2]))
            values = {
                "code": rng.choice(["NV-7", "NV-8"]),
                "title": "Trồng sâm",
                "task_type": TaskType.values[0],
            }
            values |= {"determined_on": self.day(), "short_name": "", "mode": ""}
            return self.does(chosen[0], "determine-task", values, pks=[each.pk for each in chosen])
        if choice == 2:
            milestone = TaskMilestone.objects.filter(kind="determined").first()
            done = milestone is not None and self.does(milestone, "remove", {"reason": "gõ nhầm"})
            self.act = "take back the determination"
            return done
        return self.does(
            rng.choice(proposals), rng.choice(["reject", "reconsider"]), {"reason": "trùng đề xuất"}
        )

    def about_work(self):
        work = self.rng.choice(AssignedTask.objects.all())
        name = self.rng.choice(["correct-result", "remove-result"] if work.done_on else ["record-result"])
        if self.rng.random() < 0.2:
            name = self.rng.choice(["record-result", "correct-result", "remove-result"])
        values = (
            {} if name == "remove-result" else {"done_on": self.rng.choice([self.day(), date(2025, 1, 1)])}
        )
        if name != "record-result":
            values["reason"] = "gõ nhầm"
        return self.does(work, name, values, actor=OFFICE)

    def about_organisation(self):
        there = list(Organisation.objects.filter(pk__in=self.given.organisations))
        target = self.rng.choice(there)
        if len(there) < len(self.given.organisations) or self.rng.random() < 0.2:
            return self.does(target, "undo-merge", {}, actor=OFFICE)
        values = {"duplicate": self.rng.choice(there), "outside_access": False}
        return self.does(target, "merge", values, actor=OFFICE)

    def about_term(self):
        task = ScienceTask.objects.get(pk=self.given.done.pk)
        state = states(())["term", task.pk]
        fitting = {"running": ["stop-deadline", "extend-deadline"], "stopped": ["resume-deadline"]}
        name = self.rng.choice([*fitting.get(state, ()), "take-back-deadline-event"])
        if self.rng.random() < 0.2:
            name = self.rng.choice(["stop-deadline", "resume-deadline", "extend-deadline"])
        values = {"term": TERM, "reason": "chờ bổ sung"}
        if name != "take-back-deadline-event":
            values |= {"day": self.day(), "paper": self.rng.choice(["", "12/CV"])}
        if name == "extend-deadline":
            values["until"] = self.day() + timedelta(days=60)
        return self.does(task, name, values, actor=self.rng.choice([OFFICER, HEAD]))

    def about_paper(self):
        rng, by = self.rng, {"actor": OFFICER, "on": TODAY}
        paper = rng.choice([*Paper.objects.all(), None])
        if paper is None or rng.random() < 0.1:
            self.act = "draft"
            task = ScienceTask.objects.get(pk=self.given.done.pk)
            draft_paper(kind=CERTIFICATE, record=task, signer_name="Nguyễn Văn Ký", **by)
            return True
        self.act = rng.choice(["issue", "issue", "issue", "discard", "replace", "withdraw"])
        if paper.state == "issued":
            self.act = rng.choice(["issue", "discard", "replace", "withdraw", "withdraw"])
        if self.act == "issue":
            issue_paper(paper=paper, **by)
        elif self.act == "discard":
            discard_draft(paper=paper, **by)
        else:
            follow = replace_paper if self.act == "replace" else withdraw_paper
            follow(paper=paper, reason="in sai", **by)
        return True

    def attempt(self):
        before = states(self.given.organisations)
        try:
            with transaction.atomic():
                done = self.write_one()
                if not done:
                    transaction.set_rollback(True)
        except (Refused, ApiProblem, ProtectedError, IntakeRefused):
            done = False
        self.counts[self.act if done else "refused"] += 1
        self.compare(before, states(self.given.organisations), done=done)
        if done:
            self.check()

    def write_one(self):
        """Each sequence is mostly about one kind of record, so that it gets anywhere."""
        about = self.about if self.rng.random() < 0.8 else self.rng.choice(self.kinds)
        return about()

    # ------------------------------------------------------------------------------------- the oracle

    def compare(self, before, after, *, done):
        for key in {*before, *after}:
            was, is_now = before.get(key, ""), after.get(key, "")
            if was == is_now:
                continue
            assert done, (self.act, key, was, is_now)
            if key[0] == "term" and "" in {was, is_now}:
                continue  # another term of the task begins or ends
            assert self.act in WAYS[key[0]].get((was, is_now), ()), (self.act, key, was, is_now)

    def check(self):
        self.check_requests_and_proposals()
        for work in AssignedTask.objects.all():
            assert work.done_on is None or work.done_on <= TODAY
            assert (work.done_on is None) == (work.result_entered_on is None)
            row = Deadline.objects.get(kind="directives.assigned", subject_id=work.pk)
            assert (row.met_on, row.due_on) == (work.done_on, work.due_on)
        there = set(Organisation.objects.values_list("pk", flat=True))
        named = set(ScienceTask.objects.exclude(host=None).values_list("host", flat=True))
        assert named | set(TaskPartner.objects.values_list("organisation", flat=True)) <= there
        self.check_term()
        self.check_papers()

    def check_requests_and_proposals(self):
        for request in AmendmentRequest.objects.select_related("amendment"):
            assert (request.state == "approved") == (request.amendment is not None)
            if request.amendment is not None:
                amendment = request.amendment
                assert (amendment.kind, amendment.new_person) == (request.kind, request.new_person)
                assert request.requested_on <= amendment.decided_on <= TODAY
                assert amendment.decision.issued_on <= amendment.decided_on
        leads = Counter()
        for proposal in TaskProposal.objects.all():
            assert (proposal.outcome in {"determined", "merged"}) == (proposal.task_id is not None)
            if proposal.task_id is not None:
                leads[proposal.task_id] += proposal.outcome == "determined"
                determined = TaskMilestone.objects.get(task=proposal.task_id, kind="determined")
                assert proposal.received_on <= determined.on
        assert set(leads.values()) <= {1}

    def check_term(self):
        """Stops and resumptions take turns, in the order of their days."""
        events = DeadlineEvent.objects.filter(kind=TERM).exclude(event="extend").order_by("on", "pk")
        kinds = list(events.values_list("event", flat=True))
        assert all(one != other for one, other in pairwise(kinds)), kinds
        assert kinds[:1] in ([], ["stop"])

    def check_papers(self):
        papers = list(Paper.objects.select_related("number"))
        for paper in papers:
            assert (paper.state == "draft") == (paper.number is None), paper.state
        numbers = [paper.number_id for paper in papers if paper.number_id]
        assert len(numbers) == len(set(numbers))
        in_force = [paper for paper in papers if paper.kind == CERTIFICATE.code and paper.state == "issued"]
        assert len(in_force) <= 1
        kinds = list(
            TaskMilestone.objects.filter(task=self.given.done, kind__in=["registered", "deregistered"])
            .order_by("pk")
            .values_list("kind", flat=True)
        )
        assert kinds == ["registered", "deregistered"] * (len(kinds) // 2) + ["registered"] * (len(kinds) % 2)
        assert (len(kinds) % 2 == 1) == bool(in_force)


def given_records():
    people = [PersonFactory(full_name=f"Người Thứ {name}") for name in ("Nhất", "Hai", "Ba")]
    organisations = [OrganisationFactory(name=f"Trung tâm số {number}") for number in range(3)]
    task = ScienceTaskFactory(code="NV-1", host=organisations[0], principal_investigator=people[0])
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    ScienceTaskFactory(code="NV-3", host=organisations[1])
    done = accepted_task(code="NV-2", host=organisations[2])
    for number in range(3):
        TaskProposalFactory(code=f"DX-{number}", received_on=date(2023, 6, 1), for_year=2024)
    source, unit = LegalDocumentFactory(number="12/KH-UBND"), OrgUnitFactory(code="QLCN")
    for ordinal in (1, 2):
        AssignedTaskFactory(source_document=source, ordinal=ordinal, lead_unit=unit, due_on=date(2023, 8, 31))
    RuleParameterFactory(code=TERM + "_days", value=300, unit="day", valid_from=date(2014, 1, 1))
    RuleParameterFactory(
        code="science.decision_change_pi", value=1, unit="other", valid_from=date(2014, 1, 1)
    )
    documents = [LegalDocumentFactory(number=f"{n}/QĐ-SKHCN", issued_on=date(2023, 5 + n, 1)) for n in (1, 4)]
    return SimpleNamespace(
        people=people,
        organisations=[each.pk for each in organisations],
        task=task,
        done=done,
        documents=documents,
    )


@pytest.mark.both
def test_no_write_takes_a_record_along_a_way_that_is_not_on_the_table(monkeypatch):
    monkeypatch.setattr(
        transaction, "on_commit", lambda do, **_options: do()
    )  # papers are printed after the commit
    given, counts = given_records(), Counter()
    first = SEQUENCES * (connection.vendor == "postgresql")
    for seed in range(first, first + SEQUENCES):
        with transaction.atomic(), acting(OFFICER):
            sequence = Sequence(seed, given, counts)
            for _each in range(WRITES):
                try:
                    sequence.attempt()
                except AssertionError as fault:
                    raise AssertionError(f"sequence {seed}: {fault}") from fault
            assert list(check_stored_deadlines()) == [], seed
            transaction.set_rollback(True)
    # Enough was written of each kind, or nothing was tested.
    acts = {kind: {act for each in ways.values() for act in each} for kind, ways in WAYS.items()}
    assert {kind for kind, each in acts.items() if not any(counts[act] for act in each)} == set(), counts
    if SEQUENCES >= ENOUGH:
        assert {act for each in acts.values() for act in each if not counts[act]} == set(), counts

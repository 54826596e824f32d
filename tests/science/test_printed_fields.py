"""What an issued paper prints of milestones and requests is changed by a correction only, which marks the record."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.models import AmendmentRequest, TaskMilestone
from khcn.science.operations.milestones import correct_milestone_papers
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import AmendmentRequestFactory, TaskMilestoneFactory
from tests.kernel.papers_given import accepted_task, draft, issue

pytestmark = pytest.mark.django_db

TODAY = date(2023, 9, 14)
OFFICER = an_actor(Role.OFFICER, "QLKH")


@pytest.mark.parametrize(
    ("name", "value"), [("number", "99/HĐ"), ("amount", 7), ("document", LegalDocumentFactory)]
)
def test_papers_of_a_milestone_are_corrected_and_marked(name, value):
    given = {"number": "12/HĐ", "amount": 5, "document": LegalDocumentFactory()}
    milestone = TaskMilestoneFactory(kind="contract_signed", **given)
    value = value() if isinstance(value, type) else value
    setattr(milestone, name, value)
    with pytest.raises(Refused, match="“Đính chính văn bản, số tiền”") as caught:
        save_row(register_of(TaskMilestone), milestone, actor=OFFICER, on=TODAY)
    assert list(caught.value.fields) == [name]
    milestone = TaskMilestone.objects.get()
    correct_milestone_papers(
        milestone=milestone, **{**given, name: value}, reason="gõ nhầm", actor=OFFICER, on=TODAY
    )
    milestone.refresh_from_db()
    assert (getattr(milestone, name), milestone.corrected) == (value, True)


def test_empty_papers_of_a_milestone_are_filled_in_without_a_mark():
    milestone = TaskMilestoneFactory(kind="contract_signed", number="", amount=None, document=None)
    milestone.number, milestone.amount, milestone.document = "12/HĐ", 5, LegalDocumentFactory()
    save_row(register_of(TaskMilestone), milestone, actor=OFFICER, on=TODAY)
    milestone.refresh_from_db()
    assert (milestone.number, milestone.amount, milestone.corrected) == ("12/HĐ", 5, False)


def test_the_contract_number_that_a_certificate_prints_stays():
    task = accepted_task()
    issue(draft(task))
    contract = task.milestones.get(kind="contract_signed")
    with pytest.raises(Refused) as caught:
        correct_milestone_papers(milestone=contract, number="99/HĐ", reason="x", actor=OFFICER, on=TODAY)
    assert caught.value.code == "relied_on"


@pytest.mark.parametrize(
    ("name", "value"), [("reason", "lý do khác"), ("old_organisation", OrganisationFactory)]
)
def test_a_decided_request_stays_as_it_was_decided(name, value):
    """Also what was left empty."""
    request = AmendmentRequestFactory(state="refused")
    setattr(request, name, value() if isinstance(value, type) else value)
    with pytest.raises(Refused) as caught:
        save_row(register_of(AmendmentRequest), request, actor=OFFICER, on=TODAY)
    assert list(caught.value.fields) == [name]

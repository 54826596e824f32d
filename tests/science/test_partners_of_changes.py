"""What a decided change of partner began or ended is not undone by plain writes: the change itself is taken back."""

from datetime import date

import pytest

from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.science.models import TaskAmendment, TaskPartner
from khcn.science.operations import amend_task, remove_amendment
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory, TaskPartnerFactory
from tests.kernel.papers_given import OFFICER
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db(transaction=True)
SIGNED, CHANGED, TODAY = date(2023, 3, 1), date(2023, 5, 1), date(2023, 9, 14)


@pytest.fixture
def parts():
    """The part that a change has ended, and the one that it has begun."""
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="contract_signed", on=SIGNED)
    old, new = OrganisationFactory(name="Trung tâm cũ"), OrganisationFactory(name="Trung tâm mới")
    TaskPartnerFactory(task=task, organisation=old, from_on=SIGNED)
    amend_task(
        task=task,
        kind="change_partner",
        decided_on=CHANGED,
        old_organisation=old,
        new_organisation=new,
        actor=OFFICER,
        on=TODAY,
    )
    return TaskPartner.objects.order_by("pk")


def test_the_effect_of_a_change_of_partner_is_changed_in_no_plain_way(parts):
    ended, begun = parts
    for part, name, value in (
        (ended, "to_on", None),
        (ended, "to_on", TODAY),
        (begun, "from_on", TODAY),
        (begun, "organisation", OrganisationFactory()),
    ):
        assert "“Bỏ điều chỉnh ghi nhầm”" in api_refusal(part, OFFICER, TODAY, **{name: value}), name
        stored = TaskPartner.objects.get(pk=part.pk)
        assert "“Bỏ điều chỉnh ghi nhầm”" in " ".join(form_refusals(stored, OFFICER, TODAY, **{name: value}))
    row = {
        "task": ended.task.code,
        "organisation": "Trung tâm cũ",
        "role": "Phối hợp thực hiện",
        "to_on": "14/9/2023",
    }
    assert "“Bỏ điều chỉnh ghi nhầm”" in " ".join(import_problems(TaskPartner, row, OFFICER, TODAY))
    for part in parts:
        with pytest.raises(Refused, match="Bỏ điều chỉnh ghi nhầm"):
            remove_row(register_of(TaskPartner), part, actor=OFFICER, on=TODAY)
    assert list(parts.values_list("from_on", "to_on")) == [(SIGNED, CHANGED), (CHANGED, None)]


@pytest.mark.parametrize("by_action", [True, False])
def test_taking_the_change_back_gives_the_earlier_partner_its_part_again(parts, by_action):
    amendment = TaskAmendment.objects.get()
    if by_action:
        run_action(amendment, "remove", OFFICER, TODAY, reason="ghi nhầm")
    else:
        remove_amendment(amendment=amendment, reason="ghi nhầm", actor=OFFICER, on=TODAY)
    (left,) = parts.all()
    assert (left.organisation.name, left.to_on) == ("Trung tâm cũ", None)
    assert api_refusal(left, OFFICER, TODAY, to_on=TODAY) == ""
    remove_row(register_of(TaskPartner), TaskPartner.objects.get(), actor=OFFICER, on=TODAY)

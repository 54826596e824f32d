"""Violations of the rules about amendments and the requests they came of."""

from datetime import date

from khcn.science.enums import AmendmentKind
from khcn.science.workflow import AMENDMENT_REQUEST_FLOW
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import (
    AmendmentRequestFactory,
    ScienceTaskFactory,
    TaskPartnerFactory,
)
from tests.integrity.given import (
    TOMORROW,
    DecidedAmendmentFactory,
    accepted_task,
    breaks,
    milestones,
    put,
    running_task,
    step,
)
from tests.integrity.science_seeds import FUTURE_TASK, K, change_of_partner


def extension(**values):
    return DecidedAmendmentFactory(
        **{"task": running_task(), "old_end_on": date(2024, 6, 30), "new_end_on": date(2024, 9, 30), **values}
    )


@breaks("science.amendment_effect")
def _():
    return put(extension(), effective_on=date(2023, 3, 31))


@breaks("science.amendment_future")
def _():
    return put(extension(), decided_on=TOMORROW)


@breaks("science.amendment_without_decision")
def _():
    RuleParameterFactory(code="science.decision_amend_outline", value=1, unit="other")
    RuleParameterFactory(code="science.decision_add_site", value=0, unit="other")
    task = running_task()
    given = {"task": task, "old_end_on": None, "new_end_on": None}
    undated = DecidedAmendmentFactory(
        kind=AmendmentKind.AMEND_OUTLINE, decision=LegalDocumentFactory(), **given
    )
    put(undated.decision, issued_on=None)
    DecidedAmendmentFactory(kind=AmendmentKind.ADD_SITE, decision=None, **given)
    return [put(extension(), decision=None), undated]


@breaks("science.extension_without_end")
def _():
    return put(extension(), new_end_on=None)


@breaks("science.extension_backwards")
def _():
    return put(extension(), new_end_on=date(2024, 6, 30))


@breaks("science.amendment_without_change")
def _():
    task = running_task()
    row = change_of_partner(task, OrganisationFactory(), TaskPartnerFactory(task=task).organisation)
    return put(row, old_organisation=row.new_organisation)


def change_of_budget(task, before, after, **values):
    return DecidedAmendmentFactory(
        task=task, kind=AmendmentKind.CHANGE_BUDGET, old_end_on=None, new_end_on=None,
        **dict(zip(("old_budget_total", "old_budget_state"), before, strict=True)),
        **dict(zip(("new_budget_total", "new_budget_state"), after, strict=True)), **values,
    )  # fmt: skip


@breaks("science.amendment_without_change")
def _():
    task = put(running_task(), budget_total=90, budget_state=40)
    change_of_budget(
        task, (90, 40), (90, 40), new_text="Chuyển giữa các khoản chi", decided_on=date(2023, 3, 1)
    )
    return change_of_budget(task, (90, 40), (90, 40))


@breaks("science.amendment_state_budget")
def _():
    task = put(running_task(), budget_total=70, budget_state=60)
    return put(change_of_budget(task, (90, 60), (70, 60)), old_budget_state=91)


@breaks("science.task_budget_amended")
def _():
    task = put(running_task(), budget_total=70, budget_state=59)
    change_of_budget(task, (90, 59), (70, 60))
    other = put(running_task(), budget_total=90, budget_state=None)
    change_of_budget(other, (90, None), (70, None))
    return [task, other]


@breaks("science.amendment_chain")
def _():
    task = put(running_task(), budget_total=60, budget_state=40)
    change_of_budget(task, (90, 40), (70, 40))
    DecidedAmendmentFactory(  # as it was recorded before there were columns for sums
        task=task, kind=AmendmentKind.CHANGE_BUDGET, old_end_on=None, new_end_on=None, new_text="Giảm",
        decided_on=date(2023, 5, 1),
    )  # fmt: skip
    change_of_budget(task, (80, 40), (75, 40), decided_on=date(2023, 6, 1))
    return change_of_budget(task, (74, 40), (60, 40), decided_on=date(2023, 7, 1))


@breaks("science.amendment_chain")
def _():
    first = extension()
    return extension(
        task=first.task,
        decided_on=date(2023, 8, 1),
        old_end_on=date(2024, 7, 31),
        new_end_on=date(2024, 12, 31),
    )


@breaks("science.amendment_chain")
def _():
    """What was before is left out."""
    first = extension()
    return extension(
        task=first.task, decided_on=date(2023, 8, 1), old_end_on=None, new_end_on=date(2024, 12, 31)
    )


@breaks("science.amendment_order")
def _():
    first = put(extension(), effective_on=date(2023, 10, 1))
    return extension(
        task=first.task,
        decided_on=date(2023, 8, 1),
        old_end_on=date(2024, 9, 30),
        new_end_on=date(2024, 12, 31),
    )


@breaks("science.amendment_state")
def _():
    """An extension needs a contract."""
    task = ScienceTaskFactory(**FUTURE_TASK)
    milestones(task, (K.DETERMINED, date(2022, 1, 5)))
    return extension(task=task)


@breaks("science.amendment_state")
def _():
    return extension(task=accepted_task(), decided_on=date(2023, 6, 2))


def approved_request(**values):
    row = extension()
    asked = AmendmentRequestFactory(task=row.task, new_end_on=row.new_end_on, **values)
    step(AMENDMENT_REQUEST_FLOW, asked, "pending", "approved")
    return put(asked, state="approved", amendment=row)


@breaks("science.request_undecided")
def _():
    asked = AmendmentRequestFactory(task=running_task())
    step(AMENDMENT_REQUEST_FLOW, asked, "pending", "approved")
    return put(asked, state="approved")


@breaks("science.request_undecided")
def _():
    asked = approved_request()
    step(AMENDMENT_REQUEST_FLOW, asked, "approved", "pending")
    return put(asked, state="pending")


@breaks("science.request_of_other")
def _():
    return put(approved_request(), task=running_task())


@breaks("science.request_after_decision")
def _():
    return put(approved_request(), requested_on=date(2023, 4, 2))


@breaks("science.request_steps")
def _():
    asked = AmendmentRequestFactory(task=running_task())
    step(AMENDMENT_REQUEST_FLOW, asked, "pending", "refused")
    return asked


@breaks("science.request_of_ended_task")
def _():
    return AmendmentRequestFactory(task=accepted_task())

"""Violations of the rules about tasks, milestones and proposals."""

from datetime import date

from khcn.science.enums import AmendmentKind, ManagingSide, MilestoneKind
from khcn.science.models.proposals import ProposalOutcome
from tests.factories.finance import (
    AdvancePaymentFactory,
    PaymentReductionFactory,
    TaskAssetFactory,
    YearSettlementFactory,
)
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import (
    AdminUnitFactory,
    CodeListItemFactory,
    FieldGroupFactory,
    GradeFactory,
    ProgrammeFactory,
)
from tests.factories.science import (
    NominationProvinceFactory,
    ProgrammeNominationFactory,
    ScienceTaskFactory,
    TaskPartnerFactory,
    TaskProposalFactory,
    TeamMemberFactory,
)
from tests.integrity.given import (
    TOMORROW,
    DecidedAmendmentFactory,
    accepted_task,
    breaks,
    milestones,
    put,
    running_task,
)

K = MilestoneKind
FUTURE_TASK = {"planned_end_on": date(2024, 6, 30)}


def failing_grade():
    return GradeFactory(code="failed", label="Không đạt", fails=True)


# ------------------------------------------------------------------------------------------- tasks


@breaks("science.task_side")
def _():
    return put(ScienceTaskFactory(**FUTURE_TASK), managing_side=ManagingSide.CENTRAL)


@breaks("science.task_dossier_day")
def _():
    return put(ScienceTaskFactory(**FUTURE_TASK), planned_dossier_on=date(2024, 6, 1))


@breaks("science.task_start_year")
def _():
    return put(ScienceTaskFactory(**FUTURE_TASK), start_year=2019)


@breaks("science.task_code_lists")
def _():
    return put(ScienceTaskFactory(**FUTURE_TASK), programme=FieldGroupFactory())


@breaks("science.task_code_lists")
def _():
    return put(ScienceTaskFactory(**FUTURE_TASK), field_group=ProgrammeFactory())


@breaks("science.task_investigator")
def _():
    task = running_task()
    DecidedAmendmentFactory(
        task=task, kind=AmendmentKind.CHANGE_PI, old_end_on=None, new_end_on=None,
        old_person=task.principal_investigator, new_person=PersonFactory(),
    )  # fmt: skip
    return task


@breaks("science.task_host")
def _():
    task = running_task()
    DecidedAmendmentFactory(
        task=task, kind=AmendmentKind.CHANGE_HOST, old_end_on=None, new_end_on=None,
        old_organisation=task.host, new_organisation=OrganisationFactory(),
    )  # fmt: skip
    return task


@breaks("science.task_title_twice")
def _():
    one = ScienceTaskFactory(title="Trồng thử nghiệm Hòa Hợp", **FUTURE_TASK)
    return ScienceTaskFactory(title="TRỒNG THỬ NGHIỆM  HOÀ HỢP.", host=one.host, **FUTURE_TASK)


@breaks("science.host_as_partner")
def _():
    task = running_task()
    return put(TaskPartnerFactory(task=task), organisation=task.host)


@breaks("science.investigator_in_team")
def _():
    task = running_task()
    return put(TeamMemberFactory(task=task), person=task.principal_investigator)


def change_of_partner(task, old, new):
    return DecidedAmendmentFactory(
        task=task, kind=AmendmentKind.CHANGE_PARTNER, old_end_on=None, new_end_on=None,
        old_organisation=old, new_organisation=new,
    )  # fmt: skip


@breaks("science.partner_replaced")
def _():
    task, old, new = running_task(), OrganisationFactory(), OrganisationFactory()
    partner = TaskPartnerFactory(task=task, organisation=old)
    TaskPartnerFactory(task=task, organisation=new)
    change_of_partner(task, old, new)
    return partner


@breaks("science.partner_missing")
def _():
    task = running_task()
    return change_of_partner(task, OrganisationFactory(), OrganisationFactory())


@breaks("science.task_forgotten")
def _():
    return running_task(planned_end_on=date(2022, 9, 30))


# -------------------------------------------------------------------------------------- milestones


@breaks("science.milestone_level")
def _():
    task = accepted_task()
    return milestones(task, (K.ACCEPTED_NATIONAL, date(2023, 7, 1)))[0]


@breaks("science.milestone_future")
def _():
    return put(
        milestones(ScienceTaskFactory(**FUTURE_TASK), (K.DETERMINED, date(2022, 1, 5)))[0], on=TOMORROW
    )


@breaks("science.milestone_too_early")
def _():
    return put(
        milestones(ScienceTaskFactory(**FUTURE_TASK), (K.DETERMINED, date(2022, 1, 5)))[0],
        on=date(2011, 1, 5),
    )


@breaks("science.milestone_graded")
def _():
    return put(
        milestones(running_task(), (K.HANDED_OVER, date(2022, 5, 5), {"taken_over": True}))[0],
        grade=GradeFactory(),
    )


@breaks("science.milestone_grade_list")
def _():
    return put(accepted_task().milestones.get(kind=K.ACCEPTED_PROVINCE), grade=FieldGroupFactory())


@breaks("science.milestone_grade_day")
def _():
    old = GradeFactory(code="old", label="Cũ", valid_from=date(2010, 1, 1), valid_to=date(2020, 1, 1))
    return put(accepted_task().milestones.get(kind=K.ACCEPTED_PROVINCE), grade=old)


@breaks("science.milestone_out_of_order")
def _():
    return milestones(ScienceTaskFactory(**FUTURE_TASK), (K.RESUMED, date(2022, 5, 5)))[0]


@breaks("science.milestone_out_of_order")
def _():
    """Two on one day are in the order of the workflow, whatever the order of entry."""
    task = ScienceTaskFactory(**FUTURE_TASK)
    milestones(task, (K.CONTRACT_SIGNED, date(2022, 3, 1)), (K.OUTLINE_APPROVED, date(2022, 3, 1)))
    return milestones(task, (K.SUSPENDED, date(2022, 6, 1)), (K.DOSSIER_SUBMITTED, date(2022, 7, 1)))[1]


@breaks("science.milestone_before_contract")
def _():
    return milestones(ScienceTaskFactory(**FUTURE_TASK), (K.SELF_ACCEPTED, date(2022, 5, 5)))[0]


@breaks("science.milestone_before_acceptance")
def _():
    return milestones(running_task(), (K.CONCLUSIONS_MET, date(2022, 5, 5)))[0]


@breaks("science.milestone_before_acceptance")
def _():
    """From paper a milestone may lack the acceptance, and not contradict its day."""
    return milestones(accepted_task(), (K.RECOGNISED, date(2023, 5, 31), {"taken_over": True}))[0]


@breaks("science.milestone_before_end")
def _():
    return milestones(running_task(), (K.SETTLED, date(2022, 5, 5)))[0]


@breaks("science.milestone_withdrawal")
def _():
    return milestones(accepted_task(), (K.DEREGISTERED, date(2023, 8, 1)))[0]


@breaks("science.milestone_registered_twice")
def _():
    rows = (
        (K.REGISTERED, date(2023, 7, 1), {"number": "1"}),
        (K.REGISTERED, date(2023, 8, 1), {"number": "2"}),
    )
    return milestones(accepted_task(), *rows)[1]


@breaks("science.milestone_of_failed")
def _():
    task = accepted_task()
    put(task.milestones.get(kind=K.ACCEPTED_PROVINCE), grade=failing_grade())
    return milestones(task, (K.RECOGNISED, date(2023, 7, 1)))[0]


@breaks("science.milestone_once")
def _():
    task = ScienceTaskFactory(**FUTURE_TASK)
    rows = ((K.SETTLED, date(2023, 8, 1)), (K.SETTLED, date(2023, 9, 1)))
    milestones(task, (K.CONTRACT_SIGNED, date(2022, 3, 1)), (K.ACCEPTED_PROVINCE, date(2023, 6, 1)))
    return milestones(task, *rows)[1]


@breaks("science.milestone_accepted_again")
def _():
    return milestones(accepted_task(), (K.ACCEPTED_PROVINCE, date(2023, 9, 1)))[0]


@breaks("science.milestone_budget_late")
def _():
    return milestones(running_task(), (K.BUDGET_APPRAISED, date(2022, 5, 5)))[0]


@breaks("science.milestone_contract_number")
def _():
    rows = [running_task().milestones.get() for _each in range(2)]
    return [put(each, number=number) for each, number in zip(rows, ("7/HD", "7/hd"), strict=True)]


@breaks("science.milestone_contract_number")
def _():
    rows = [running_task().milestones.get() for _each in range(2)]
    return [put(each, number="77/HD-SKHCN") for each in rows]


@breaks("science.milestone_settled_amount")
def _():
    task = accepted_task(budget_total=100)
    put(task.milestones.get(kind=K.CONTRACT_SIGNED), amount=101, amount_reason="Vốn đối ứng")
    return put(milestones(task, (K.SETTLED, date(2023, 8, 1)))[0], amount=101)


@breaks("science.liquidated_unsettled")
def _():
    return milestones(accepted_task(), (K.LIQUIDATED, date(2023, 10, 1)))[0]


def liquidated_task():
    """Its settlement and its liquidation."""
    return milestones(accepted_task(), (K.SETTLED, date(2023, 9, 20)), (K.LIQUIDATED, date(2023, 10, 1)))


@breaks("science.liquidated_with_open_money")
def _():
    liquidation = liquidated_task()[-1]
    AdvancePaymentFactory(task=liquidation.task)
    return liquidation


@breaks("science.liquidated_with_open_money")
def _():
    liquidation = liquidated_task()[-1]
    PaymentReductionFactory(task=liquidation.task)
    return liquidation


@breaks("science.liquidated_with_open_money")
def _():
    liquidation = liquidated_task()[-1]
    TaskAssetFactory(task=liquidation.task)
    return liquidation


@breaks("science.liquidated_with_open_money")
def _():
    liquidation = liquidated_task()[-1]
    YearSettlementFactory(task=liquidation.task)
    return liquidation


# ------------------------------------------------------------------------- proposals, nominations


@breaks("science.proposal_outcome")
def _():
    return put(TaskProposalFactory(), outcome=ProposalOutcome.MERGED)


@breaks("science.proposal_outcome")
def _():
    return put(TaskProposalFactory(for_year=2022), task=ScienceTaskFactory(**FUTURE_TASK))


@breaks("science.proposal_field_list")
def _():
    return put(TaskProposalFactory(), field_group=ProgrammeFactory())


@breaks("science.proposal_field_day")
def _():
    coming = CodeListItemFactory(valid_from=date(2023, 4, 2))
    return put(TaskProposalFactory(), field_group=coming)


@breaks("science.proposal_future")
def _():
    return put(TaskProposalFactory(), received_on=TOMORROW)


@breaks("science.proposal_after_determination")
def _():
    task = ScienceTaskFactory(**FUTURE_TASK)
    milestones(task, (K.DETERMINED, date(2022, 1, 5)))
    return TaskProposalFactory(
        for_year=2022, outcome=ProposalOutcome.DETERMINED, task=task, received_on=date(2022, 1, 6)
    )


@breaks("science.proposal_other_year")
def _():
    task = ScienceTaskFactory(**FUTURE_TASK)
    return TaskProposalFactory(for_year=2023, outcome=ProposalOutcome.DETERMINED, task=task)


@breaks("science.proposal_of_nobody")
def _():
    return put(TaskProposalFactory(), proposer=None)


@breaks("science.nomination_approved_early")
def _():
    return put(ProgrammeNominationFactory(), approved_on=date(2023, 2, 28))


@breaks("science.nomination_programme_list")
def _():
    return put(ProgrammeNominationFactory(), programme=FieldGroupFactory())


@breaks("science.nomination_programme_day")
def _():
    ended = ProgrammeFactory(
        code="ended", label="Đã hết", valid_from=date(2010, 1, 1), valid_to=date(2023, 3, 1)
    )
    return put(ProgrammeNominationFactory(), programme=ended)


@breaks("science.nomination_not_a_province")
def _():
    return put(NominationProvinceFactory(), admin_unit=AdminUnitFactory())


@breaks("science.nomination_province_day")
def _():
    merged = AdminUnitFactory(level="province", valid_to=date(2023, 3, 1))
    return put(NominationProvinceFactory(), admin_unit=merged)

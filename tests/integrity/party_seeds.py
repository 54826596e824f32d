"""Violations of the rules about assigned work, dated lists, organisations and accounts."""

from datetime import date, timedelta

from khcn.directives.models import DuePrecision
from khcn.kernel.dated.models import SuccessionKind
from khcn.parties.models import (
    AccountSession,
    AccountToken,
    Delegation,
    Merger,
    PasswordIssue,
    RoleAssignment,
    RoleRight,
    User,
)
from khcn.reference.models import AdminLevel, CodeList
from tests.factories.directives import (
    AdvisedDocumentFactory,
    AssignedTaskExtensionFactory,
    AssignedTaskFactory,
    AssignedTaskUnitFactory,
)
from tests.factories.parties import (
    OrganisationFactory,
    OrgUnitFactory,
    OrgUnitSuccessionFactory,
    PersonFactory,
)
from tests.factories.reference import (
    AdminUnitFactory,
    AdminUnitSuccessionFactory,
    CodeListItemFactory,
    LegalDocumentFactory,
    RegimeWindowFactory,
    RuleParameterFactory,
)
from tests.integrity.given import AT, TODAY, TOMORROW, YESTERDAY, breaks, made, put

# -------------------------------------------------------------------------------------- directives


def done_task(**values):
    return AssignedTaskFactory(done_on=date(2023, 3, 30), result_entered_on=date(2023, 4, 1), **values)


@breaks("directives.done_in_future")
def _():
    return put(done_task(), done_on=TOMORROW, result_entered_on=TOMORROW)


@breaks("directives.result_without_day")
def _():
    return put(done_task(), done_on=None)


@breaks("directives.result_without_day")
def _():
    return put(done_task(), result_entered_on=date(2023, 3, 29))


@breaks("directives.due_precision")
def _():
    return put(done_task(), due_on=date(2023, 3, 30))


@breaks("directives.due_precision")
def _():
    return put(done_task(), due_on=date(2023, 5, 31), due_precision=DuePrecision.QUARTER)


@breaks("directives.due_precision")
def _():
    return put(done_task(), due_on=date(2023, 9, 30), due_precision=DuePrecision.YEAR)


@breaks("directives.due_day_not_of_extension")
def _():
    return put(AssignedTaskExtensionFactory().task, due_on=date(2023, 7, 31))


@breaks("directives.due_day_not_of_extension")
def _():
    return put(AssignedTaskExtensionFactory().task, due_precision=DuePrecision.MONTH)


@breaks("directives.extensions_apart")
def _():
    first = AssignedTaskExtensionFactory()
    put(first.task, due_on=date(2023, 9, 30))
    later = LegalDocumentFactory(issued_on=date(2023, 4, 3))
    days = {"old_due_on": date(2023, 5, 31), "new_due_on": date(2023, 9, 30)}
    return AssignedTaskExtensionFactory(task=first.task, document=later, **days)


@breaks("directives.done_before_assignment")
def _():
    return put(done_task(), done_on=date(2022, 12, 22))


@breaks("directives.due_before_assignment")
def _():
    return put(done_task(), due_on=date(2022, 11, 30), year=2022)


@breaks("directives.assigned_year")
def _():
    return put(done_task(), year=2020)


@breaks("directives.open_at_ended_unit")
def _():
    return AssignedTaskFactory(lead_unit=OrgUnitFactory(valid_to=TODAY))


@breaks("directives.lead_as_co_unit")
def _():
    row = AssignedTaskUnitFactory()
    return put(row, unit=row.assigned_task.lead_unit)


@breaks("directives.advice_order")
def _():
    return put(AdvisedDocumentFactory(), submitted_on=date(2023, 5, 9))


@breaks("directives.advice_order")
def _():
    return put(AdvisedDocumentFactory(), submitted_on=date(2023, 5, 12), issued_on=date(2023, 5, 11))


@breaks("directives.advice_issued_day")
def _():
    row = AdvisedDocumentFactory(legal_document=LegalDocumentFactory(issued_on=date(2023, 6, 1)))
    return put(row, issued_on=date(2023, 6, 2))


@breaks("directives.advice_unit_day")
def _():
    return put(AdvisedDocumentFactory(), lead_unit=OrgUnitFactory(valid_from=date(2023, 5, 11)))


# --------------------------------------------------------------------------------------- reference


@breaks("reference.code_item_overlap")
def _():
    one = CodeListItemFactory()
    return CodeListItemFactory(code=one.code, valid_from=date(2020, 1, 1))


@breaks("reference.rule_overlap")
def _():
    one = RuleParameterFactory(valid_to=date(2020, 1, 2))
    return RuleParameterFactory(code=one.code, valid_from=date(2020, 1, 1))


@breaks("reference.window_overlap")
def _():
    one = RegimeWindowFactory()
    return RegimeWindowFactory(regime=one.regime, valid_from=date(2021, 1, 1))


@breaks("reference.place_overlap")
def _():
    one = AdminUnitFactory()
    return AdminUnitFactory(code=one.code, valid_from=date(2021, 1, 1))


@breaks("reference.failing_item")
def _():
    return put(CodeListItemFactory(code_list=CodeList.PROGRAMME), fails=True)


@breaks("reference.rule_value")
def _():
    return RuleParameterFactory(code="science.check_months", value=0, valid_from=date(2030, 1, 1))


@breaks("reference.window_days")
def _():
    return put(RegimeWindowFactory(), end_day=31, end_month=11)


@breaks("reference.window_days")
def _():
    return put(RegimeWindowFactory(), starts_year_before=False)


@breaks("reference.document_days")
def _():
    return put(LegalDocumentFactory(effective_on=date(2023, 1, 1)), ended_on=date(2022, 12, 31))


@breaks("reference.document_effective_early")
def _():
    return put(LegalDocumentFactory(), effective_on=date(2022, 12, 22))


@breaks("reference.document_future")
def _():
    return put(LegalDocumentFactory(), issued_on=TOMORROW)


@breaks("reference.document_replaces_later")
def _():
    later = LegalDocumentFactory(issued_on=date(2023, 1, 5), ended_on=date(2023, 2, 1))
    return put(LegalDocumentFactory(), replaces=later)


@breaks("reference.document_replaced_in_force")
def _():
    old = LegalDocumentFactory(issued_on=date(2021, 1, 5))
    LegalDocumentFactory(replaces=old)
    return old


@breaks("reference.document_twice")
def _():
    LegalDocumentFactory(number="100/QĐ-TTg")
    return LegalDocumentFactory(number="100/qđ–ttg")


@breaks("reference.place_parent")
def _():
    return put(AdminUnitFactory(), parent=AdminUnitFactory())


@breaks("reference.place_parent")
def _():
    return put(
        AdminUnitFactory(level=AdminLevel.PROVINCE), parent=AdminUnitFactory(level=AdminLevel.PROVINCE)
    )


@breaks("reference.place_parent_ended")
def _():
    return AdminUnitFactory(parent=AdminUnitFactory(level=AdminLevel.PROVINCE, valid_to=TODAY))


@breaks("reference.succession_days")
def _():
    row = AdminUnitSuccessionFactory()
    return put(row, effective_on=date(2025, 6, 30))


@breaks("reference.succession_not_ended")
def _():
    return AdminUnitSuccessionFactory(
        effective_on=date(2022, 1, 1), successor=AdminUnitFactory(valid_from=date(2022, 1, 1))
    )


# ---------------------------------------------------------------------------------------- parties


@breaks("parties.unit_overlap")
def _():
    one = OrgUnitFactory()
    return OrgUnitFactory(code=one.code, valid_from=date(2021, 1, 1))


def succession(**values):
    return OrgUnitSuccessionFactory(
        predecessor=OrgUnitFactory(valid_to=date(2021, 1, 1)),
        successor=OrgUnitFactory(valid_from=date(2021, 1, 1)),
        **values,
    )


@breaks("parties.unit_succession_days")
def _():
    row = succession(kind=SuccessionKind.TRANSFER)
    return put(row, effective_on=date(2020, 12, 31))


@breaks("parties.unit_succession_not_ended")
def _():
    row = succession()
    put(row.predecessor, valid_to=None)
    return row


@breaks("parties.organisation_over_itself")
def _():
    row = OrganisationFactory()
    return put(row, governing_body=row)


@breaks("parties.organisation_over_itself")
def _():
    one = OrganisationFactory()
    other = OrganisationFactory(governing_body=one)
    return [put(one, governing_body=other), other]


@breaks("parties.organisation_twice")
def _():
    OrganisationFactory(name="Hợp tác xã Hòa Bình")
    return OrganisationFactory(name="Hợp tác xã Hoà  bình.")


@breaks("parties.tax_code_twice")
def _():
    OrganisationFactory(tax_code="4700123456")
    return OrganisationFactory(tax_code="4700123456")


@breaks("parties.tax_code_shape")
def _():
    return OrganisationFactory(tax_code="470012345")


@breaks("parties.organisation_place_ended")
def _():
    return OrganisationFactory(admin_unit=AdminUnitFactory(valid_to=TODAY))


@breaks("parties.person_twice")
def _():
    one = PersonFactory(full_name="Nguyễn Văn Hòa")
    return PersonFactory(full_name="NGUYỄN VĂN HOÀ", organisation=one.organisation)


def merger(**values):
    return made(
        Merger, **{
            "model": "parties.organisation", "target_id": OrganisationFactory().pk, "duplicate_id": 10**8,
            "duplicate_label": "Trùng", "batch": "0" * 32, "merged_on": TODAY, "moved": 0, **values,
        },
    )  # fmt: skip


@breaks("parties.merger_left_over")
def _():
    return merger(duplicate_id=OrganisationFactory().pk)


@breaks("parties.merger_target_gone")
def _():
    return merger(target_id=10**8 + 1)


_named = iter(range(10**6))


def account(**values):
    number = next(_named)
    return made(
        User, **{"username": f"tk{number}", "full_name": f"Tài khoản {number}", "role_id": "reader", **values}
    )


@breaks("parties.account_role_alone")
def _():
    return account(role_id="officer")


@breaks("parties.account_unit_ended")
def _():
    return account(unit=OrgUnitFactory(valid_to=TODAY))


@breaks("parties.account_second_person")
def _():
    return put(account(role_id="leader"), needs_second_person=False)


def assignment(**values):
    return made(
        RoleAssignment,
        **{"user": account(), "role_id": "reader", "valid_from": YESTERDAY, "reason": "x", **values},
    )


@breaks("parties.assignment_overlap")
def _():
    one = assignment()
    return assignment(user=one.user, valid_from=TODAY)


@breaks("parties.assignment_of_outsider")
def _():
    return assignment(user=account(role_id=None, organisation=OrganisationFactory()))


def delegation(**values):
    return made(
        Delegation, **{
            "principal": account(), "delegate": account(), "registers": ["science"], "valid_from": YESTERDAY,
            "valid_to": TOMORROW, "reason": "x", **values,
        },
    )  # fmt: skip


@breaks("parties.delegation_without_end")
def _():
    return put(delegation(), valid_to=None)


@breaks("parties.delegation_to_outsider")
def _():
    return put(delegation(), delegate=account(role_id=None, organisation=OrganisationFactory()))


def right(**values):
    return made(
        RoleRight,
        **{
            "role_id": "reader",
            "register": "science",
            "verb": "read",
            "valid_from": TODAY,
            "reason": "x",
            **values,
        },
    )


@breaks("parties.right_without_register")
def _():
    return right(register="science.gone")


@breaks("parties.right_of_unknown_unit")
def _():
    return right(unit_code="GONE")


def issue(**values):
    return made(
        PasswordIssue, **{
            "account": account(), "requested_by": account(), "requested_at": AT,
            "expires_at": AT + timedelta(hours=1), "reason": "x", **values,
        },
    )  # fmt: skip


@breaks("parties.password_issue_ends")
def _():
    return put(issue(), used_at=AT, closed_at=AT)


@breaks("parties.password_issue_ends")
def _():
    return put(issue(), used_at=AT + timedelta(hours=2))


@breaks("parties.password_issue_confirmation")
def _():
    return put(issue(), confirmed_at=AT)


@breaks("parties.token_days")
def _():
    return made(
        AccountToken, account=account(), name="x", digest=b"0" * 32, issued_at=AT, expires_at=AT, sessions_ended=0,
    )  # fmt: skip


@breaks("parties.session_of_nobody")
def _():
    row = AccountSession(session_key="x" * 32, session_data="", expire_date=AT, account=10**8)
    row.save(force_insert=True)
    return row.number  # its key is a credential

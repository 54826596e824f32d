"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import OFFICE_ALONE, alone
from tests.security.rights_shape import OF_SCIENCE, Rights, each
from tests.security.route_shape import OFFICE

BY_OFFICE = Rights(write=OFFICE)
ON_CONTRACT = OFFICE | OF_SCIENCE
TERMS = ("extend-deadline", "take-back-deadline-event")
WITH_TERM = Rights(write=OFFICE, actions=each(OFFICE, *TERMS))

RIGHTS = {
    "finance.budgetestimate": Rights(
        write=OFFICE, actions=each(OFFICE, "submit", "assign", "take-back-estimate")
    ),
    "finance.budgetadjustment": BY_OFFICE,
    "finance.budgetallocation": BY_OFFICE,
    "finance.contractinstalment": Rights(write=ON_CONTRACT, actions=each(ON_CONTRACT, *TERMS)),
    "finance.advancepayment": WITH_TERM,
    "finance.advanceclearance": BY_OFFICE,
    "finance.advancereminder": Rights(
        write=OFFICE, actions=each(OFFICE, "record-sent", "take-back-reminder", "draft-advance-reminder")
    ),
    "finance.yearsettlement": Rights(
        write=OFFICE,
        actions=each(
            OFFICE, "approve", "return", "take-back-settlement", "draft-year-settlement-notice", *TERMS
        ),
    ),
    "finance.paymentreduction": WITH_TERM,
    "finance.paymentrecovery": BY_OFFICE,
    "finance.priceappraisal": BY_OFFICE,
    "finance.procurementplan": BY_OFFICE,
    "finance.tenderpackage": WITH_TERM,
    "finance.taskasset": Rights(
        write=ON_CONTRACT,
        actions=each(
            ON_CONTRACT,
            "propose",
            "decide",
            "hand-over",
            "take-back-asset",
            "draft-task-asset-minutes",
            *TERMS,
        ),
    ),
    "finance.publicasset": BY_OFFICE,
}

BOTH = OFFICE_ALONE | alone("QLKH")
# Of each role in each unit, by area or register.
WRITERS = {
    "finance": OFFICE_ALONE,
    "finance.contractinstalment": BOTH,
    "finance.taskasset": BOTH,
}

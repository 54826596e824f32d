"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import alone
from tests.security.rights_shape import Rights, each

OF_CENTRE = frozenset({"centre_officer", "centre_head"})  # of the unit TTUD
BY_CENTRE = Rights(write=OF_CENTRE)
HEAD_ALONE = frozenset({"centre_head"})

RIGHTS = {
    "centre.centretaskwork": BY_CENTRE,
    "centre.centretraining": BY_CENTRE,
    "centre.consultingcontract": Rights(
        write=OF_CENTRE,
        actions={**each(OF_CENTRE, "liquidate"), **each(HEAD_ALONE, "terminate", "take-back")},
    ),
    "centre.followedmodel": BY_CENTRE,
    "centre.instrumentverification": Rights(
        write=OF_CENTRE, actions=each(OF_CENTRE, "draft-centre-certificate")
    ),
    "centre.measuringinstrument": BY_CENTRE,
    "centre.modelvisit": BY_CENTRE,
    "centre.product": BY_CENTRE,
    "centre.productionbatch": BY_CENTRE,
    "centre.productionplan": BY_CENTRE,
    "centre.productionsite": BY_CENTRE,
    "centre.productsale": BY_CENTRE,
    "centre.referencestandard": Rights(
        write=OF_CENTRE, actions=each(OF_CENTRE, "withdraw", "correct-withdrawal")
    ),
    "centre.serviceorder": Rights(
        write=OF_CENTRE,
        actions={
            **each(OF_CENTRE, "finish", "hand-over", "cancel", "draft-centre-slip"),
            **each(HEAD_ALONE, "take-back-return", "take-back-finish", "take-up-again"),
        },
    ),
    "centre.serviceorderitem": BY_CENTRE,
    "centre.serviceresult": BY_CENTRE,
    "centre.standardcalibration": BY_CENTRE,
    "centre.technologyprocess": Rights(
        write=OF_CENTRE, actions=each(OF_CENTRE, "complete", "drop", "correct-end")
    ),
}

# Of each role in each unit, by area or register.
WRITERS = {"centre": alone("TTUD")}

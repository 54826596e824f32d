"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import EVERY_DIVISION, OFFICE_ALONE
from tests.security.rights_shape import LEADING, Rights, each
from tests.security.route_shape import OFFICE

RIGHTS = {
    "dossiers.procedure": Rights(write=OFFICE, actions=each(OFFICE, "receive", "draft-dossier-book")),
    "dossiers.procedurecomponent": Rights(write=OFFICE),
    "dossiers.procedurestep": Rights(write=OFFICE),
    "dossiers.procedurechange": Rights(write=OFFICE),
    "dossiers.dossiercodepattern": Rights(write=OFFICE),
    "dossiers.dossier": Rights(
        write=LEADING,
        create=OFFICE,
        delete=OFFICE,
        own="unit",
        actions={
            **each(LEADING, "hand-over", "ask-supplement", "receive-supplement", "apologise", "resolve"),
            **each(LEADING, "refuse", "withdraw", "stop", "correct-outcome"),
            **each(
                LEADING, "draft-refusal-slip", "draft-apology-slip", "draft-stop-notice", "draft-process-slip"
            ),
            **each(OFFICE, "deliver", "draft-dossier-receipt"),
        },
    ),
    "dossiers.supplementrequest": Rights(write=OFFICE, actions=each(OFFICE, "draft-supplement-slip")),
    "dossiers.dossierhandover": Rights(write=OFFICE),
}

# Of each role in each unit, by area or register.
WRITERS = {
    "dossiers": OFFICE_ALONE,
    "dossiers.dossier": EVERY_DIVISION,
}

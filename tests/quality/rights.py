"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import alone
from tests.security.rights_shape import Rights, each

OF_QUALITY = frozenset({"quality_officer"})
BY_QUALITY = Rights(write=OF_QUALITY)
TERMS = ("extend-deadline", "take-back-deadline-event")
STOPPING = ("stop-deadline", "resume-deadline", "take-back-deadline-event")

RIGHTS = {
    "quality.checkplan": BY_QUALITY,
    "quality.statecheck": Rights(
        write=OF_QUALITY,
        actions=each(
            OF_QUALITY, "record-decision", "finish", "report", "record-carried-out", "cancel", "take-back-check",
            "correct-topic", "draft-check-decision", "draft-check-result", "extend-deadline", *STOPPING,
        ),
    ),
    "quality.checkmember": BY_QUALITY,
    "quality.checkedplace": BY_QUALITY,
    "quality.checkfinding": BY_QUALITY,
    "quality.checksample": BY_QUALITY,
    "quality.checkhandling": Rights(write=OF_QUALITY, actions=each(OF_QUALITY, *TERMS)),
    "quality.qualityguidance": BY_QUALITY,
    "quality.conformitydeclaration": Rights(
        write=OF_QUALITY,
        actions=each(
            OF_QUALITY, "record-notice", "return", "take-back-declaration", "draft-conformity-notice", *STOPPING,
        ),
    ),
    "quality.standard": BY_QUALITY,
    "quality.standardrequest": BY_QUALITY,
    "quality.qualitysystem": BY_QUALITY,
    "quality.internalaudit": BY_QUALITY,
    "quality.systemdocument": BY_QUALITY,
    "quality.productivitytraining": BY_QUALITY,
    "quality.productivitysupport": BY_QUALITY,
    "quality.traceabilitysupport": Rights(
        write=OF_QUALITY,
        actions=each(
            OF_QUALITY, "sign-contract", "survey", "enter-data", "train", "publish", "stop", "take-back-support",
        ),
    ),
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {"quality": alone("TDC")}

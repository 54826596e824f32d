"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import alone
from tests.security.rights_shape import Rights, each

OF_TECHNOLOGY = frozenset({"other_officer", "other_head"})  # of the division QLCN
OF_HEAD = frozenset({"other_head"})
BY_TECHNOLOGY = Rights(write=OF_TECHNOLOGY)
EXTENDING = ("extend-deadline", "take-back-deadline-event")
STOPPING = ("stop-deadline", "resume-deadline")

RIGHTS = {
    "technology.investmentproject": BY_TECHNOLOGY,
    "technology.technologyopinion": Rights(
        write=OF_TECHNOLOGY,
        actions={
            **each(
                OF_TECHNOLOGY, "record-answer", "close", "correct-opinion", "draft-technology-opinion", *STOPPING,
                *EXTENDING,
            ),
            **each(OF_HEAD, "take-back-answer", "take-up-again"),
        },
    ),
    "technology.transfercontract": Rights(
        write=OF_TECHNOLOGY,
        actions={
            **each(
                OF_TECHNOLOGY, "record-registration", "close", "end", "correct-contract", "draft-technology-transfer-certificate",
                "take-back-deadline-event", *STOPPING,
            ),
            **each(OF_HEAD, "take-back-registration", "take-up-again", "take-back-end"),
        },
    ),
    "technology.enterprisecertificate": BY_TECHNOLOGY,
    "technology.mediaplan": Rights(write=OF_TECHNOLOGY, actions=each(OF_TECHNOLOGY, *EXTENDING)),
    "technology.mediaitem": BY_TECHNOLOGY,
    "technology.publication": BY_TECHNOLOGY,
    "technology.publicationdistribution": BY_TECHNOLOGY,
    "technology.statisticsreport": Rights(write=OF_TECHNOLOGY, actions=each(OF_TECHNOLOGY, *EXTENDING)),
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {"technology": alone("QLCN")}

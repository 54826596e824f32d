"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import alone
from tests.security.rights_shape import Rights, each

OF_IP = frozenset({"other_officer", "other_head"})  # of the division QLCN
OF_HEAD = frozenset({"other_head"})
BY_IP = Rights(write=OF_IP)
STOPPING = ("stop-deadline", "resume-deadline", "take-back-deadline-event")

RIGHTS = {
    "ip.contestcriterion": BY_IP,
    "ip.contestedition": Rights(write=OF_IP, actions={**each(OF_IP, "publish", "draft-contest-prizes"), **each(OF_HEAD, "take-back-publication")}),
    "ip.contestentry": Rights(
        write=OF_IP,
        actions={**each(OF_IP, "admit", "reject", "award", "close"), **each(OF_HEAD, "take-back", "take-up-again")},
    ),
    "ip.contestjuror": BY_IP,
    "ip.contestscore": BY_IP,
    "ip.initiative": Rights(
        write=OF_IP,
        actions={
            **each(
                OF_IP, "accept", "propose", "record-recognition", "refuse", "withdraw",
                "draft-initiative-certificate", *STOPPING,
            ),
            **each(OF_HEAD, "take-back", "take-back-conclusion", "take-up-again"),
        },
    ),
    "ip.initiativeauthor": BY_IP,
    "ip.initiativeround": Rights(write=OF_IP, actions=each(OF_IP, "draft-initiative-decision")),
    "ip.ipasset": BY_IP,
    "ip.ipassetcontrol": BY_IP,
    "ip.ipassetuser": BY_IP,
    "ip.ipevent": BY_IP,
    "ip.ipguidance": BY_IP,
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {"ip": alone("QLCN")}

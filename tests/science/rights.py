"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import alone
from tests.security.rights_shape import BY_SCIENCE, OF_SCIENCE, OF_TASK, OWNER, READING, Rights, each
from tests.security.route_shape import GRANTED, NOBODY, TENANTS, WORKING

RIGHTS = {
    "science.amendmentrequest": Rights(  # the stored one was entered from a letter: its host takes it back and does not rewrite it
        write=OF_SCIENCE,
        own="task__host",
        outside=frozenset({"read", "create"}),
        actions={
            **each(OF_SCIENCE, "approve", "refuse", "correct-day"),
            **each(OF_SCIENCE | {OWNER}, "withdraw"),
        },
    ),
    "science.evaluationcampaign": BY_SCIENCE,
    "science.meetingitem": Rights(write=OF_SCIENCE, actions=each(OF_SCIENCE, "correct-grade")),
    "science.nominationprovince": BY_SCIENCE,
    "science.operationcertificate": Rights(write=OF_SCIENCE, own="holder", outside=READING),
    "science.pilotmodel": BY_SCIENCE,
    "science.programmenomination": BY_SCIENCE,
    "science.proposalcall": Rights(
        write=OF_SCIENCE,
        listed=TENANTS,  # calls that were published; the stored one is a draft
        actions=each(
            OF_SCIENCE, "publish", "open", "close", "withdraw", "extend", "receive-on-paper", "make-proposals",
            "draft-opening-minutes",
        ),
    ),
    "science.progresscheck": BY_SCIENCE,
    "science.sciencetask": Rights(
        write=OF_SCIENCE | GRANTED,
        read=WORKING,
        own="host",
        outside=READING,
        actions=each(
            OF_SCIENCE | GRANTED, "record-milestone", "amend", "correct", "stop-deadline", "resume-deadline",
            "take-back-deadline-event", "extend-deadline", "draft-result-certificate",
        ),
    ),
    "science.submission": Rights(
        given={"entered_from_paper": True},  # handed in: only the division types what is in the envelope
        write=OF_SCIENCE,
        create=NOBODY,
        delete=NOBODY,
        own="organisation",
        outside=frozenset({"read", "create"}),
        actions={
            **each(frozenset({OWNER}), "submit", "withdraw", "supplement"),
            **each(OF_SCIENCE, "accept", "ask", "reject", "check-again"),
        },
    ),
    "science.taskamendment": Rights(**OF_TASK, actions=each(OF_SCIENCE, "remove")),
    "science.taskmilestone": Rights(
        **OF_TASK, actions=each(OF_SCIENCE, "correct", "correct-papers", "remove")
    ),
    "science.taskpartner": Rights(**OF_TASK),
    "science.taskproposal": Rights(
        write=OF_SCIENCE,
        own="proposer",
        outside=READING,
        actions=each(OF_SCIENCE, "determine-task", "reject", "reconsider"),
    ),
    "science.taskworkshop": BY_SCIENCE,
    "science.teammember": Rights(**OF_TASK),
    "science.workingsession": BY_SCIENCE,
}  # fmt: skip

# Of each role in each unit, by area or register.
WRITERS = {"science": alone("QLKH")}

"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from tests.conformance.access_given import ADMINISTRATORS, alone
from tests.security.rights_shape import OWNER, READING, Rights, each
from tests.security.route_shape import ADMIN, LEADER, NOBODY

EDITORS = ADMIN | frozenset({"quality_officer"})
APPROVERS = LEADER  # and the head of the division
PRODUCERS = frozenset({"read", "create", "change", "delete"})

RIGHTS = {
    "goods.productgroup": Rights(write=EDITORS),
    "goods.processstep": Rights(write=EDITORS),
    "goods.participationrequest": Rights(write=EDITORS, actions=each(EDITORS, "confirm", "refuse")),
    "goods.location": Rights(write=EDITORS, own="organisation", outside=PRODUCERS),
    "goods.tradeitem": Rights(write=EDITORS, own="organisation", outside=PRODUCERS),
    "goods.lot": Rights(
        write=EDITORS,
        own="item__organisation",
        outside=PRODUCERS,
        actions=each(EDITORS | {OWNER}, "publish", "withdraw-publication", "correct-days", "pack"),
    ),
    "goods.package": Rights(
        write=NOBODY,
        own="organisation",
        outside=READING,
        actions=each(
            EDITORS | {OWNER}, "add-goods", "stack", "put-onto", "unpack", "send", "call-back", "bring-back"
        )
        | each(EDITORS, "receive", "refuse"),
    ),
    "goods.packageline": Rights(
        write=NOBODY,
        own="package__organisation",
        outside=READING,
        actions=each(EDITORS | {OWNER}, "declare-wrong"),
    ),
    "goods.shipment": Rights(
        write=NOBODY,
        own="receiver",
        outside=READING,
        actions=each(EDITORS | {OWNER}, "receive", "refuse", "count-again")
        | each(EDITORS, "settle", "bring-back"),
    ),
    "goods.productcertificate": Rights(
        write=EDITORS,
        own="organisation",
        outside=PRODUCERS,
        actions=each(EDITORS, "check-original"),
    ),
    "goods.labelfeedback": Rights(write=EDITORS, own="lot__item__organisation", outside=frozenset({"read"})),
    "goods.goodsrecall": Rights(
        write=EDITORS,
        actions=each(EDITORS, "scope", "pause", "submit", "drill", "close", "lift", "review")
        | each(APPROVERS, "recall", "approve-pause", "lift-recall"),
    ),
    "goods.recallstock": Rights(write=NOBODY),
    "goods.partyfinding": Rights(write=NOBODY, actions=each(EDITORS, "review")),
    "goods.labelscan": Rights(write=NOBODY, own="item__organisation", outside=READING),
    "goods.outboxaccount": Rights(
        write=EDITORS, own="organisation", outside=PRODUCERS, actions=each(EDITORS | {OWNER}, "end")
    ),
    "goods.outboxmessage": Rights(
        write=NOBODY,
        own="organisation",
        outside=READING,
        actions=each(EDITORS | {OWNER}, "send-again"),
    ),
    "goods.outboxattempt": Rights(write=NOBODY, own="message__organisation", outside=READING),
    "goods.recallnotice": Rights(
        write=NOBODY,
        own="organisation",
        outside=READING,
        actions=each(EDITORS, "call", "text", "draft-recall-letter", "draft-recall-ending-letter")
        | each(EDITORS | {OWNER}, "read", "answer"),
    ),
    "goods.recallnoticelot": Rights(write=NOBODY, own="notice__organisation", outside=READING),
    "goods.labelprint": Rights(
        write=EDITORS,
        own="lot__item__organisation",
        outside=PRODUCERS,
        actions=each(EDITORS | {OWNER}, "reprint", "void"),
    ),
    "goods.labelvoid": Rights(
        write=NOBODY,
        own="printing__lot__item__organisation",
        outside=READING,
        actions=each(EDITORS | {OWNER}, "restore"),
    ),
    "goods.lotentry": Rights(
        write=EDITORS,
        own="lot__item__organisation",
        outside=PRODUCERS,
        actions=each(EDITORS | {OWNER}, "declare-wrong"),
    ),
}

# Of each role in each unit, by area or register.
WRITERS = {
    "goods": alone("TDC") | ADMINISTRATORS,
    # written by actions and by the program
    **dict.fromkeys(
        (
            "goods.package",
            "goods.packageline",
            "goods.shipment",
            "goods.recallnotice",
            "goods.recallnoticelot",
            "goods.recallstock",
            "goods.partyfinding",
            "goods.labelscan",
            "goods.labelvoid",
            "goods.outboxmessage",
            "goods.outboxattempt",
        ),
        frozenset(),
    ),
}

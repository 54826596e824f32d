"""Where many things may be recalled by their holders, what others report displaces none of these from a walk."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from khcn.trace.queries import downstream
from khcn.trace.store import EVERYTHING
from tests.trace.public_given import NOODLES_GTIN, SHOP, Parties, reported, send, serial
from tests.trace.rest_given import Speaker, party
from tests.trace.test_whose_package import SET, packs, says, to

pytestmark = pytest.mark.django_db
SSCC, GRAI = "https://id.gs1.org/00/095212340000000020", "https://id.gs1.org/8003/09521234000013K1"
OWN = "https://id.gs1.org/00/095212360000000018"
LOT = f"https://id.gs1.org/01/{NOODLES_GTIN}/10/N1"
NEXT = "9521238000002"
STATEMENTS_OF_FIFTY = 5
"""So many further statements each fifty packets cost, which are looked for together."""


def sent_to_shop(crate, count):
    """The grower makes packets of a lot, packs them in a crate and ships it to the shop."""
    parties = Parties()
    parties.next = Speaker(party(NEXT, "Đại lý Thử Nghiệm"))
    packets = [serial(f"Q{number:03}") for number in range(count)]
    making = {"action": "ADD", "bizStep": "commissioning", "ilmd": {"cbvmda:lotNumber": "N1"}}
    send(parties.grower, reported(1, "ObjectEvent", 8, epcList=packets, **making))
    packs(3, 12, parties.grower, crate, *packets)
    says(4, 13, parties.grower, crate, **to(SHOP))
    return parties, packets


def recalls_in_walk(asked=LOT):
    """The recalls of a walk, but of a stranger's own crate; and of how many things it was not found out."""
    walk = downstream(asked, EVERYTHING)
    known = sorted((one.subject, one.named, one.rank.name) for one in walk.recalls if one.subject != OWN)
    return known, walk.recalls_left_out


def recall_of_the_crate(parties, crate, packets):
    says(20, 21, parties.stranger, crate, **SET)


def recall_of_everything(parties, crate, packets):
    says(20, 21, parties.stranger, crate, *packets[:-1], **SET)


def recall_of_a_crate_of_his_own(parties, crate, packets):
    packs(20, 14, parties.stranger, OWN, crate, *packets)
    says(21, 21, parties.stranger, OWN, **SET)


def recall_by_who_has_one_packet(parties, crate, packets):
    says(20, 14, parties.shop, packets[0], **to(NEXT))
    says(21, 21, parties.next, *packets[1:-1], **SET)


@pytest.mark.parametrize("crate", [SSCC, GRAI])
@pytest.mark.parametrize(
    "report",
    [
        recall_of_the_crate,
        recall_of_everything,
        recall_of_a_crate_of_his_own,
        recall_by_who_has_one_packet,
    ],
)
def test_a_report_without_effect_displaces_no_recall_by_a_holder(crate, report):
    parties, packets = sent_to_shop(crate, 60)
    says(9, 20, parties.shop, packets[-1], **SET)
    expected = [(packets[-1], packets[-1], "HOLDER")], 0
    assert (recalls_in_walk(), recalls_in_walk(crate)) == (expected, expected)
    report(parties, crate, packets)
    assert (recalls_in_walk(), recalls_in_walk(crate)) == (expected, expected)


@pytest.mark.both
@pytest.mark.parametrize("crate", [SSCC, GRAI])
def test_a_recall_of_one_thing_by_its_holder_comes_before_those_of_what_is_in_his_crate(crate):
    parties, packets = sent_to_shop(crate, 120)
    packs(6, 14, parties.shop, crate, *packets[60:], action="DELETE")
    says(9, 20, parties.shop, crate, packets[-1], **SET)
    recalls, left_out = recalls_in_walk()
    assert {(crate, crate, "HOLDER"), (packets[-1], packets[-1], "HOLDER")} <= set(recalls)
    assert (len(recalls), left_out) == (50, 71)


def statements_of_walk(count):
    """So many statements a walk takes after the recall by a holder of one of many packets, and before and after others by strangers."""
    counted = []
    with transaction.atomic():
        parties, packets = sent_to_shop(SSCC, count)
        says(9, 20, parties.shop, packets[-1], **SET)
        says(10, 20, parties.stranger, SSCC, *packets[:-1], **SET)
        for rounds in range(2):
            for number in range(20 * rounds):
                says(20 + number, 21, parties.stranger, SSCC, *packets[:-1], **SET)
            with CaptureQueriesContext(connection) as statements:
                assert recalls_in_walk() == ([(packets[-1], packets[-1], "HOLDER")], 0)
            counted.append(len(statements))
        transaction.set_rollback(True)
    return counted


@pytest.mark.both
def test_neither_further_packets_nor_reports_of_strangers_cost_a_statement():
    few, many = statements_of_walk(60), statements_of_walk(240)
    assert (few[1], many[1]) == (few[0], many[0])
    assert many[0] - few[0] <= STATEMENTS_OF_FIFTY * (240 - 60) // 50

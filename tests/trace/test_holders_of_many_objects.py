"""Who holds many objects is read together; what that costs, and that each is judged as when it is alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.trace.queries.packages import ways_of_objects
from tests.trace.public_given import commissioned, observed, reported, send, serial
from tests.trace.rest_given import GROWER, SHOP
from tests.trace.store_given import crate
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_recalls_of_party import edited
from tests.trace.test_whose_package import PALLET, SET, packs, parties, says, to

__all__ = ["parties"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
OTHER_NUMBER = "9521238000019"
STATEMENTS_AT_MOST = 200


def packets(count, name="P"):
    return [serial(f"{name}{number}") for number in range(count)]


def made_and_sent(parties, number, things):
    """The grower makes packets and ships them to the shop."""
    ilmd = {"cbvmda:lotNumber": "MIEN-1"}
    made = commissioned(number, 11, None, GROWER, quantityList=None, epcList=things, ilmd=ilmd)
    send(parties.grower, made, observed(number + 1, 12, "shipping", GROWER, epcList=things, **to(SHOP)))
    send(parties.shop, observed(number + 2, 13, "receiving", SHOP, epcList=things))


def in_boxes(parties, number, things):
    """The shop packs them by ten, and an authority recalls the boxes."""
    boxes = {crate(number * 1000 + place): things[place : place + 10] for place in range(0, len(things), 10)}
    usual = {"action": "ADD"}
    packings = (
        reported(1000 * number + place, "AggregationEvent", 14, parentID=box, childEPCs=some, **usual)
        for place, (box, some) in enumerate(boxes.items())
    )
    send(parties.shop, *packings)
    send(parties.province, observed(number + 3, 15, "holding", SHOP, epcList=list(boxes), **SET))


def test_a_number_is_compared_for_many_objects_together(parties):
    """Each further box with ten packets in it costs no statement of its own."""
    counted = []
    for number, count in ((100, 40), (200, 400)):
        things = packets(count, f"P{number}-")
        made_and_sent(parties, number, things)
        in_boxes(parties, number, things)
        with CaptureQueriesContext(connection) as statements:
            assert edited(parties.shop, gln=OTHER_NUMBER) == ["gln"]
        counted.append(len(statements))
    few, many = counted
    assert many - few <= STATEMENTS_AT_MOST


def test_holders_are_not_asked_where_an_authority_recalls_the_goods_too(parties):
    things = packets(20)
    made_and_sent(parties, 100, things)
    in_boxes(parties, 100, things)
    says(400, 20, parties.shop, *things, **SET)
    assert edited(parties.shop, gln=OTHER_NUMBER) == ["gln"]
    says(401, 21, parties.province, *things, **SET)
    assert edited(parties.shop, gln=OTHER_NUMBER) == []


def test_a_number_stays_while_one_of_many_recalls_depends_on_it(parties):
    things = packets(20)
    made_and_sent(parties, 100, things)
    says(400, 20, parties.province, *things[1:], **SET)
    says(401, 20, parties.shop, things[0], **SET)
    assert edited(parties.shop, gln=OTHER_NUMBER) == ["gln"]
    says(402, 21, parties.shop, things[0], persistentDisposition={"unset": ["recalled"]})
    assert edited(parties.shop, gln=OTHER_NUMBER) == []


@pytest.mark.parametrize("most", [5000, 3])
def test_each_object_has_the_recalls_that_it_has_alone(parties, monkeypatch, most):
    """In one box they went to the shop; some had been sent to others before, or were taken out, or sent on."""
    monkeypatch.setattr(ways_of_objects, "MOST_SENT", most)
    things = packets(6)
    send(parties.grower, commissioned(100, 11, None, GROWER, quantityList=None, epcList=things))
    says(101, 11, parties.grower, things[0], **to(parties.other.party.gln))
    packs(102, 12, parties.grower, PALLET, *things)
    packs(103, 13, parties.grower, PALLET, things[1], action="DELETE")
    says(104, 14, parties.grower, PALLET, **to(SHOP))
    says(105, 15, parties.shop, things[2], **to(parties.other.party.gln))
    for number, speaker in enumerate((parties.grower, parties.shop, parties.other, parties.stranger)):
        says(110 + number, 20, speaker, *things, **SET)
    holders = [parties.other, parties.grower, parties.other, parties.shop, parties.shop, parties.shop]
    recalling = [{GROWER, holder.party.gln} for holder in holders]
    alone = [{one[3] for one in walked(parties.province, "upstream", thing)} for thing in things]
    assert alone == recalling
    combined = walked(parties.province, "upstream", PALLET)
    assert [{one[3] for one in combined if one[0] == thing} for thing in things] == recalling

"""What a look into the trade of others takes: two strangers who attempt what is not theirs, a buyer, and an authority."""

import pytest

from tests.trace.rest_given import (
    GROWER,
    OTHER,
    PROVINCE,
    SHOP,
    Speaker,
    document,
    event,
    event_list,
    lot,
    party,
    problem_of,
    sgtin,
)

SECOND = "9521238000002"
BOX = "https://id.gs1.org/00/095212340000000012"
PRICE, ORDER = "vidu:gia", "urn:epcglobal:cbv:bt:9521234000006:DH-7"
LOT = [{"epcClass": lot("LO-7"), "quantity": 9, "uom": "KGM"}]


def sent_to(gln):
    return [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{gln}"}]


class World:
    """A grower who sells a lot, an object and a box to a shop, two strangers, and the province."""

    def __init__(self):
        self.grower, self.shop = Speaker(party(GROWER, "Bên trồng")), Speaker(party(SHOP, "Cửa hàng"))
        self.stranger, self.other = Speaker(party(OTHER, "Lạ một")), Speaker(party(SECOND, "Lạ hai"))
        self.province = Speaker(party(PROVINCE, "Sở", authority=True))
        order = [{"type": "po", "bizTransaction": ORDER}]
        sale = {**OWN_PRICE, "bizTransactionList": order}
        self.sent(
            self.grower,
            event(1, action="ADD", bizStep="commissioning", epcList=[sgtin(7)], quantityList=LOT, **sale),
            event(
                2,
                type="AggregationEvent",
                action="ADD",
                epcList=None,
                parentID=BOX,
                childEPCs=[sgtin(7)],
                **sale,
            ),
            event(3, epcList=[BOX], destinationList=sent_to(SHOP), **sale),
            event(4, epcList=None, quantityList=LOT, destinationList=sent_to(SHOP), **sale),
        )

    @staticmethod
    def sent(speaker, *events):
        job = speaker.captured(document(*events))
        assert job["success"], job


OWN_PRICE = {PRICE: 125000}


def serials(speaker, path="/events"):
    return sorted(int(one["eventID"][-3:]) for one in speaker.events(path))


@pytest.fixture
def world(db):
    return World()


ATTEMPTS = {
    "observes": {"action": "OBSERVE", "epcList": [sgtin(7), BOX], "quantityList": LOT},
    "commissions": {
        "action": "ADD",
        "bizStep": "commissioning",
        "epcList": [sgtin(7), BOX],
        "quantityList": LOT,
    },
    "says he got it": {
        "epcList": [sgtin(7), BOX],
        "quantityList": LOT,
        "sourceList": [{"type": "possessing_party", "source": f"https://id.gs1.org/417/{GROWER}"}],
    },
    "sends it to himself": {
        "epcList": [sgtin(7), BOX],
        "quantityList": LOT,
        "destinationList": sent_to(OTHER),
    },
    "unpacks": {
        "type": "AggregationEvent",
        "action": "DELETE",
        "epcList": None,
        "parentID": BOX,
        "childEPCs": [sgtin(7)],
        "childQuantityList": LOT,
    },
    "makes something of it": {
        "type": "TransformationEvent",
        "action": None,
        "epcList": None,
        "inputEPCList": [sgtin(7)],
        "inputQuantityList": LOT,
        "outputQuantityList": [{"epcClass": lot("MOI")}],
    },
}


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_observing_or_reporting_what_is_anothers_gives_no_look(world, attempt):
    world.sent(world.stranger, event(11, **ATTEMPTS[attempt]))
    assert serials(world.stranger) == [11]
    for path in (f"/epcs/{sgtin(7)}/events", f"/epcs/{BOX}/events", f"/epcs/{lot('LO-7')}/events"):
        answer = world.stranger.get(path)
        assert answer.status_code == 404 or [one["eventID"][-2:] for one in event_list(answer.json())] == [
            "11"
        ]
    for number in (1, 2, 3, 4):
        problem_of(world.stranger.get(f"/events/{event(number)['eventID']}"), 404, "NoSuchNameException")


def test_what_strangers_say_of_each_other_gives_no_look(world):
    things = {"epcList": [sgtin(7), BOX], "quantityList": LOT}
    world.sent(world.other, event(12, destinationList=sent_to(OTHER), **things))
    world.sent(world.stranger, event(13, destinationList=sent_to(SECOND), **things))
    assert serials(world.stranger) == [12, 13]
    assert serials(world.other) == [12, 13]


def test_who_was_sent_the_goods_sees_a_step_back_and_the_authority_everything(world):
    world.sent(world.stranger, event(11, **ATTEMPTS["observes"]))
    assert serials(world.shop) == [3, 4]
    world.sent(world.shop, event(21, **ATTEMPTS["unpacks"]))
    assert serials(world.shop) == [1, 2, 3, 4, 11, 21]
    assert serials(world.grower) == [1, 2, 3, 4, 11, 21]
    assert serials(world.province) == [1, 2, 3, 4, 11, 21]
    assert serials(world.stranger) == [11]

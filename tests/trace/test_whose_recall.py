"""Who may set a recall and who may end it: the maker, a holder, two strangers and an authority."""

from datetime import UTC, datetime, timedelta

import pytest

from khcn.trace.queries.recalls import recalls
from tests.trace.public_given import (
    BOX,
    NOODLES,
    NOODLES_GTIN,
    commissioned,
    lot,
    noodles,
    observed,
    of,
    page,
    parties_who,
    reported,
    send,
    serial,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, OTHER, SHOP, Speaker, party

LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
PACKET, OTHER_PACKET = f"{LOT}/21/A1", f"{LOT}/21/A2"
SECOND = "9521238000002"
TO_SHOP = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{SHOP}"}]
FIT = {"persistentDisposition": {"unset": ["recalled"]}}


def at_first(parties):
    parties.other = Speaker(party(SECOND, "Người lạ khác"))
    noodles(parties)


parties = parties_who(at_first)


def recalled(visitor, path=LOT):  # noqa: F811 -- the fixture's value
    return "THU HỒI" in page(visitor, path)


def about(number, day, speaker, *, things=(NOODLES,), epcs=(), **fields):
    goods = {"quantityList": of(*things)} if not epcs else {"epcList": list(epcs)}
    send(speaker, observed(number, day, "holding", speaker.party.gln, **goods, **fields))


def test_nobody_else_sets_a_recall(parties, visitor):  # noqa: F811 -- the fixture's value
    for number, speaker in enumerate((parties.shop, parties.stranger, parties.other), start=60):
        about(number, 20, speaker, disposition="recalled")
        about(number + 10, 20, speaker, persistentDisposition={"set": ["recalled"]})
        about(number + 20, 20, speaker, epcs=[serial("A1")], disposition="recalled")
    assert [recalled(visitor, path) for path in (LOT, PACKET)] == [False, False]


@pytest.mark.parametrize(
    "sets", [{"disposition": "recalled"}, {"persistentDisposition": {"set": ["recalled"]}}]
)
@pytest.mark.parametrize("who", ["grower", "province"])
def test_nobody_else_ends_a_recall_and_no_movement_hides_it(parties, visitor, who, sets):  # noqa: F811 -- the fixture's value
    about(60, 20, getattr(parties, who), **sets)
    assert [recalled(visitor, path) for path in (LOT, PACKET)] == [True, True]
    for number, speaker in enumerate((parties.shop, parties.stranger, parties.other), start=61):
        about(number, 21, speaker, disposition="active")
        about(number + 10, 21, speaker, **FIT)
        about(number + 20, 21, speaker, epcs=[serial("A1")], disposition="sellable_accessible", **FIT)
    send(
        parties.grower,
        observed(90, 22, "shipping", GROWER, quantityList=of(NOODLES), disposition="in_transit"),
        observed(91, 22, "storing", GROWER, epcList=[serial("A1")], disposition="active"),
        observed(92, 22, "storing", GROWER, quantityList=of(NOODLES), disposition="active"),
    )
    about(93, 23, parties.province, disposition="in_progress")
    assert [recalled(visitor, path) for path in (LOT, PACKET)] == [True, True]


@pytest.mark.parametrize(
    ("sets", "ends", "stays"),
    [
        ("grower", "grower", False),
        ("grower", "province", False),
        ("province", "province", False),
        ("province", "grower", True),
    ],
)
def test_the_maker_and_the_authority_end_a_recall_but_not_the_maker_that_of_the_authority(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    sets,
    ends,
    stays,
):
    about(60, 20, getattr(parties, sets), disposition="recalled")
    about(61, 21, getattr(parties, ends), **FIT)
    assert recalled(visitor) is stays
    about(62, 22, parties.province, disposition="recalled")
    assert recalled(visitor)


def test_an_end_dated_before_the_recall_ends_nothing(parties, visitor):  # noqa: F811 -- the fixture's value
    about(60, 20, parties.grower, disposition="recalled")
    about(61, 19, parties.grower, **FIT)
    assert recalled(visitor)


def test_the_holder_recalls_what_he_holds_and_nothing_else(parties, visitor):  # noqa: F811 -- the fixture's value
    send(
        parties.grower,
        observed(60, 13, "shipping", GROWER, epcList=[serial("A1")], destinationList=TO_SHOP),
    )
    about(61, 12, parties.shop, epcs=[serial("A1")], disposition="recalled")  # before it was shipped to him
    assert not recalled(visitor, PACKET)
    about(62, 20, parties.shop, epcs=[serial("A1"), serial("A2")], disposition="recalled")
    assert [recalled(visitor, path) for path in (LOT, PACKET, OTHER_PACKET)] == [False, True, False]
    about(63, 21, parties.stranger, epcs=[serial("A1")], **FIT)
    assert recalled(visitor, PACKET)
    about(64, 22, parties.shop, epcs=[serial("A1")], **FIT)
    assert not recalled(visitor, PACKET)


def test_the_holder_of_a_crate_holds_what_is_in_it(parties, visitor):  # noqa: F811 -- the fixture's value
    send(parties.grower, observed(60, 13, "shipping", GROWER, epcList=[BOX], destinationList=TO_SHOP))
    about(61, 20, parties.shop, epcs=[serial("A2")], disposition="recalled")
    assert recalled(visitor, OTHER_PACKET)


def test_who_passed_it_on_holds_it_no_longer_and_ends_no_recall_of_the_maker(parties, visitor):  # noqa: F811 -- the fixture's value
    to_other = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{SECOND}"}]
    send(
        parties.grower, observed(60, 13, "shipping", GROWER, epcList=[serial("A1")], destinationList=TO_SHOP)
    )
    send(parties.shop, observed(61, 17, "shipping", SHOP, epcList=[serial("A1")], destinationList=to_other))
    about(62, 18, parties.shop, epcs=[serial("A1")], disposition="recalled")
    assert not recalled(visitor, PACKET)
    about(63, 18, parties.other, epcs=[serial("A1")], disposition="recalled")
    assert recalled(visitor, PACKET)
    about(64, 19, parties.other, epcs=[serial("A1")], **FIT)
    assert not recalled(visitor, PACKET)
    about(65, 20, parties.grower, disposition="recalled")
    about(66, 21, parties.other, epcs=[serial("A1")], **FIT)
    assert recalled(visitor, PACKET)


def test_what_a_stranger_ships_to_himself_he_does_not_hold(parties, visitor):  # noqa: F811 -- the fixture's value
    to_him = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{OTHER}"}]
    send(
        parties.stranger,
        observed(60, 13, "shipping", OTHER, epcList=[serial("A1")], destinationList=to_him),
        observed(61, 14, "receiving", OTHER, epcList=[serial("A1")], disposition="recalled"),
    )
    assert not recalled(visitor, PACKET)


def test_a_recall_declared_wrong_is_none(parties, visitor):  # noqa: F811 -- the fixture's value
    wrong = observed(60, 20, "holding", GROWER, quantityList=of(NOODLES), disposition="recalled")
    declaration = {"declarationTime": "2026-09-25T08:00:00.000+07:00", "reason": "incorrect_data"}
    send(parties.grower, wrong)
    send(parties.stranger, {**wrong, "errorDeclaration": declaration})
    assert recalled(visitor)
    send(parties.grower, {**wrong, "errorDeclaration": declaration})
    assert not recalled(visitor)


def test_a_recall_is_not_hidden_by_thousands_of_movements(parties, visitor, monkeypatch):  # noqa: F811 -- the fixture's value
    monkeypatch.setattr("khcn.trace.queries.journey.MAX_EVENTS", 3)
    about(60, 20, parties.grower, disposition="recalled")
    assert recalled(visitor)


@pytest.mark.parametrize("path", [LOT, PACKET])
def test_many_statements_of_one_party_hide_none_of_another(parties, visitor, monkeypatch, path):  # noqa: F811 -- the fixture's value
    monkeypatch.setattr("khcn.trace.queries.recalls.recalls.MOST_STATEMENTS", 2)
    goods = {"epcs": [serial("A1")]} if path == PACKET else {}
    about(60, 20, parties.province, disposition="recalled", **goods)
    for number in range(61, 66):
        about(number, 21, parties.stranger, disposition="recalled", **goods)
        about(number, 21, parties.grower, **FIT, **goods)
        about(number, 21, parties.shop, **FIT, **goods)
    assert recalled(visitor, path)
    about(70, 22, parties.province, **FIT, **goods)
    assert not recalled(visitor, path)
    about(71, 23, parties.grower, disposition="recalled", **goods)
    for number in range(72, 76):
        about(number, 24, parties.stranger, **FIT, **goods)
        about(number, 24, parties.grower, persistentDisposition={"set": ["damaged"]}, **goods)
    assert recalled(visitor, path)


def test_many_statements_of_a_former_holder_do_not_hide_the_holders_recall(parties, visitor, monkeypatch):  # noqa: F811 -- the fixture's value
    monkeypatch.setattr("khcn.trace.queries.recalls.recalls.MOST_STATEMENTS", 2)
    to_other = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{SECOND}"}]
    a1 = [serial("A1")]
    send(parties.grower, observed(60, 13, "shipping", GROWER, epcList=a1, destinationList=TO_SHOP))
    send(parties.shop, observed(61, 17, "shipping", SHOP, epcList=a1, destinationList=to_other))
    about(62, 18, parties.other, epcs=a1, disposition="recalled")
    for number in range(63, 68):
        about(number, 19, parties.shop, epcs=a1, **FIT)
    assert recalled(visitor, PACKET)


def test_a_former_holder_does_not_recall_by_an_earlier_date(parties, visitor):  # noqa: F811 -- the fixture's value
    to_other = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{SECOND}"}]
    a1 = [serial("A1")]
    send(parties.grower, observed(60, 13, "shipping", GROWER, epcList=a1, destinationList=TO_SHOP))
    send(parties.shop, observed(61, 17, "shipping", SHOP, epcList=a1, destinationList=to_other))
    about(62, 15, parties.shop, epcs=a1, disposition="recalled")
    assert not recalled(visitor, PACKET)


def packed(number, day, speaker, container, *epcs):
    """A party packs objects into a container."""
    usual = {"action": "ADD", "bizStep": "packing", "parentID": container, "childEPCs": list(epcs)}
    send(speaker, reported(number, "AggregationEvent", day, **usual))


def test_nobody_becomes_holder_by_packing_what_he_does_not_have(parties, visitor):  # noqa: F811 -- the fixture's value
    """The shop is sent a pallet, and says that a packet of the maker's is in it."""
    pallet = "https://id.gs1.org/00/095212340000000020"
    far = "https://id.gs1.org/00/095212340000000037"
    noodles_new = f"https://id.gs1.org{NEW}/21/C1"
    send(parties.grower, commissioned(60, 1, None, GROWER, quantityList=None, epcList=[noodles_new]))
    packed(61, 12, parties.shop, pallet, noodles_new)
    packed(62, 12, parties.shop, far, noodles_new)
    packed(63, 12, parties.shop, pallet, far)
    send(parties.grower, observed(64, 13, "shipping", GROWER, epcList=[pallet], destinationList=TO_SHOP))
    about(65, 20, parties.shop, epcs=[noodles_new], disposition="recalled")
    assert not recalled(visitor, f"{NEW}/21/C1")


def test_who_passed_it_on_does_not_get_it_back_by_packing_it_earlier(parties, visitor):  # noqa: F811 -- the fixture's value
    pallet = "https://id.gs1.org/00/095212340000000020"
    to_other = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{SECOND}"}]
    a1 = [serial("A1")]
    send(parties.grower, observed(60, 13, "shipping", GROWER, epcList=a1, destinationList=TO_SHOP))
    send(parties.shop, observed(61, 17, "shipping", SHOP, epcList=a1, destinationList=to_other))
    packed(62, 15, parties.shop, pallet, *a1)
    send(parties.other, observed(63, 18, "shipping", SECOND, epcList=[pallet], destinationList=TO_SHOP))
    about(64, 20, parties.shop, epcs=a1, disposition="recalled")
    assert not recalled(visitor, PACKET)


def test_the_holder_of_a_pallet_of_boxes_has_what_is_in_them(parties, visitor):  # noqa: F811 -- the fixture's value
    pallet = "https://id.gs1.org/00/095212340000000020"
    box = "https://id.gs1.org/00/095212340000000037"
    packet = f"https://id.gs1.org{NEW}/21/C1"
    to_other = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{SECOND}"}]
    send(parties.grower, commissioned(60, 1, None, GROWER, quantityList=None, epcList=[packet]))
    packed(61, 11, parties.grower, box, packet)
    packed(62, 12, parties.grower, pallet, box)
    send(parties.grower, observed(63, 13, "shipping", GROWER, epcList=[pallet], destinationList=TO_SHOP))
    send(parties.shop, observed(64, 14, "shipping", SHOP, epcList=[pallet], destinationList=to_other))
    about(65, 20, parties.shop, epcs=[packet], disposition="recalled")
    assert not recalled(visitor, f"{NEW}/21/C1")
    about(66, 20, parties.other, epcs=[packet], disposition="recalled")
    assert recalled(visitor, f"{NEW}/21/C1")


NEW = "/01/09521234000044"


@pytest.mark.parametrize("who", ["grower", "province"])
@pytest.mark.parametrize("known", ["by its serial numbers", "apart from them", "not at all"])
def test_a_recall_of_a_lot_reaches_the_labels_that_name_it(parties, visitor, who, known):  # noqa: F811 -- the fixture's value
    new_lot, packet = f"https://id.gs1.org{NEW}/10/L1", f"https://id.gs1.org{NEW}/21/B1"
    members = {"ilmd": {"cbvmda:lotNumber": "L1"}} if known == "by its serial numbers" else {}
    send(parties.grower, commissioned(60, 1, None, GROWER, quantityList=None, epcList=[packet], **members))
    if known == "apart from them":
        send(parties.grower, commissioned(61, 1, new_lot, GROWER))
    about(62, 2, parties.stranger, things=(new_lot,), disposition="recalled")
    assert not recalled(visitor, f"{NEW}/10/L1/21/B1")
    about(63, 2, getattr(parties, who), things=(new_lot,), disposition="recalled")
    assert recalled(visitor, f"{NEW}/10/L1/21/B1")
    assert recalled(visitor, f"{NEW}/10/L1")
    assert recalled(visitor, f"{NEW}/21/B1") is (known == "by its serial numbers")
    assert recalled(visitor, f"{NEW}/10/L2/21/B1") is (known == "by its serial numbers")


def test_a_serial_number_that_a_stranger_adds_to_a_lot_is_not_of_it(parties, visitor):  # noqa: F811 -- the fixture's value
    """The stranger's is marked, the maker's is not; neither lot was reported as made."""
    usual = {"quantityList": None, "ilmd": {"cbvmda:lotNumber": "L1"}}
    for number, speaker, name in ((60, parties.grower, "B1"), (61, parties.stranger, "FAKE")):
        packet = f"https://id.gs1.org{NEW}/21/{name}"
        send(speaker, commissioned(number, 1, None, speaker.party.gln, epcList=[packet], **usual))
    marked = ["chưa khai số sê-ri này" in page(visitor, f"{NEW}/10/L1/21/{name}") for name in ("B1", "FAKE")]
    assert marked == [False, True]


@pytest.mark.parametrize("who", ["grower", "province"])
def test_a_copy_sent_by_a_stranger_before_does_not_swallow_a_recall(parties, visitor, who):  # noqa: F811 -- the fixture's value
    recall = observed(
        60, 20, "holding", GROWER, quantityList=of(NOODLES), disposition="recalled", eventID=None
    )
    assert send(parties.stranger, recall)["accepted"] == 1
    assert not recalled(visitor)
    job = send(getattr(parties, who), recall)
    assert (job["accepted"], job["duplicates"], recalled(visitor)) == (1, 0, True)


def test_a_lot_made_by_a_stranger_is_his_to_recall(parties, visitor):  # noqa: F811 -- the fixture's value
    own = lot("09521236000011", "LA")
    send(parties.stranger, commissioned(60, 1, own, OTHER))
    about(61, 2, parties.grower, things=(own,), disposition="recalled")
    assert not recalled(visitor, "/01/09521236000011/10/LA")
    about(62, 2, parties.stranger, things=(own,), disposition="recalled")
    assert recalled(visitor, "/01/09521236000011/10/LA")


def hours_ahead(hours):
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def dated(number, hours, speaker, **fields):
    event = observed(number, 1, "holding", speaker.party.gln, quantityList=of(NOODLES), **fields)
    send(speaker, event | {"eventTime": hours_ahead(hours)})


class Later(datetime):
    """Twelve hours from now."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(hours=12)


@pytest.mark.both
@pytest.mark.parametrize("who", ["grower", "province"])
def test_an_end_that_is_dated_ahead_ends_a_recall_at_its_time_and_not_before(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    monkeypatch,
    who,
):
    dated(60, -24, getattr(parties, who), disposition="recalled")
    dated(61, 7, getattr(parties, who), **FIT)
    before = recalled(visitor)
    monkeypatch.setattr(recalls, "datetime", Later)
    assert [before, recalled(visitor)] == [True, False]


def test_a_disposition_of_an_authority_that_is_dated_ahead_ends_nothing_before_its_time(parties, visitor):  # noqa: F811 -- the fixture's value
    dated(60, -24, parties.province, disposition="recalled")
    dated(61, 7, parties.province, disposition="active")
    assert recalled(visitor)


@pytest.mark.both
@pytest.mark.parametrize("who", ["grower", "province"])
def test_a_recall_that_is_captured_after_an_end_that_was_dated_ahead_stays(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    monkeypatch,
    who,
):
    dated(60, -24, getattr(parties, who), disposition="recalled")
    dated(61, 7, getattr(parties, who), **FIT)
    dated(62, 0, getattr(parties, who), disposition="recalled")
    before = recalled(visitor)
    monkeypatch.setattr(recalls, "datetime", Later)
    assert [before, recalled(visitor)] == [True, True]


def test_an_end_with_the_right_time_ends_a_recall_that_was_dated_ahead(parties, visitor):  # noqa: F811 -- the fixture's value
    dated(60, 7, parties.province, disposition="recalled")
    before = recalled(visitor)
    dated(61, 0, parties.province, **FIT)
    assert [before, recalled(visitor)] == [True, False]


@pytest.mark.parametrize(("recall", "end", "stays"), [(7, 8, False), (8, 7, True)])
def test_what_one_document_dates_ahead_is_in_the_order_of_its_times(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    monkeypatch,
    recall,
    end,
    stays,
):
    about = {"quantityList": of(NOODLES)}
    send(
        parties.province,
        observed(60, 1, "holding", SHOP, disposition="recalled", **about)
        | {"eventTime": hours_ahead(recall)},
        observed(61, 1, "holding", SHOP, **about, **FIT) | {"eventTime": hours_ahead(end)},
    )
    monkeypatch.setattr(recalls, "datetime", Later)
    assert recalled(visitor) is stays
